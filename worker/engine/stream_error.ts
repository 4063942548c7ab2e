/**
 * The error a streaming result ended with.
 *
 * `fetch_chunk` of the bindings answers an empty chunk both at the end and after an error, and has no call for the
 * message: `result_return_type` then says INVALID, and the text is only behind `duckdb_result_error` of the C library.
 * That library is already loaded (by the bindings), so it is asked through Deno's FFI. The pointer it needs is what the
 * bindings' `Result` wraps; where that wrapping does not look as expected, the message is given up, never guessed.
 */
import duckdb from "@duckdb/node-bindings";

/** How the bindings tag the pointer they wrap as a `Result` (two halves), found in duckdb_node_bindings.cpp. */
const resultTag = [0x08f7fe3ae12345e5n, 0x8733310dc29372d9n];

const libraryNames: Partial<Record<typeof Deno.build.os, string>> = {
  darwin: "libduckdb.dylib",
  windows: "duckdb.dll",
};

/** Whether fetching from this streaming result failed; `null` when it did not. */
export function streamError(result: duckdb.Result): Error | null {
  if (duckdb.result_return_type(result) !== duckdb.ResultType.INVALID) return null;
  return new Error(streamErrorText(result) ?? "the query failed while its rows were read");
}

function streamErrorText(result: duckdb.Result): string | null {
  const pointer = resultPointer(result);
  const text = pointer && resultError()?.(pointer);
  return text ? Deno.UnsafePointerView.getCString(text) : null;
}

/**
 * Deno wraps a native pointer as {has a tag: u64, tag: u64 × 2, pointer: u64}. A V8 external is a pointer to Deno's FFI
 * too, which is why the wrapper can be read.
 */
function resultPointer(result: duckdb.Result): Deno.PointerObject | null {
  try {
    const wrapper = new Deno.UnsafePointerView(result as unknown as Deno.PointerObject);
    const expected = wrapper.getBigUint64(0) === 1n && wrapper.getBigUint64(8) === resultTag[0] &&
      wrapper.getBigUint64(16) === resultTag[1];
    return expected ? Deno.UnsafePointer.create(wrapper.getBigUint64(24)) : null;
  } catch {
    return null;
  }
}

type ResultError = (result: Deno.PointerObject) => Deno.PointerValue;
let loaded: ResultError | null | undefined;

function resultError(): ResultError | null {
  if (loaded === undefined) loaded = loadResultError();
  return loaded;
}

function loadResultError(): ResultError | null {
  try {
    const library = Deno.dlopen(libraryNames[Deno.build.os] ?? "libduckdb.so", {
      duckdb_result_error: { parameters: ["pointer"], result: "pointer" },
    });
    return library.symbols.duckdb_result_error;
  } catch {
    return null;
  }
}
