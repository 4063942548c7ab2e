/**
 * What the bindings leave open about a streaming result: the error it ended with, and letting go of it.
 *
 * `fetch_chunk` answers an empty chunk both at the end and after an error (`result_return_type` is INVALID then), and a
 * result is destroyed only by the garbage collector; until then one that was not read to its end keeps the database's
 * file open. The C library behind the bindings has both calls, is already loaded, and is asked through Deno's FFI. The
 * pointer they need is what the bindings' `Result` wraps; where that wrapping does not look as expected, the message is
 * given up and the garbage collector waited for: nothing is guessed.
 */
import duckdb from "@duckdb/node-bindings";

/**
 * The next chunk of a streaming result; `null` at its end.
 *
 * @throws Error with DuckDB's text when the query fails
 */
export async function fetchChunk(result: duckdb.Result): Promise<duckdb.DataChunk | null> {
  const chunk = await duckdb.fetch_chunk(result);
  if (chunk === null) return null;
  if (duckdb.data_chunk_get_size(chunk) > 0) return chunk;
  if (lastChunks.length < keptLastChunks) lastChunks.push(chunk);
  if (duckdb.result_return_type(result) !== duckdb.ResultType.INVALID) return null;
  const text = withPointer(result, (library, pointer) => library.duckdb_result_error(pointer));
  throw new Error(
    text ? Deno.UnsafePointerView.getCString(text) : "the query failed while its rows were read",
  );
}

/**
 * The empty last chunks wrap no pointer. Deno 2.9 finalizes such a wrapper a second time when the process ends of
 * itself, and crashes, if the garbage collector had it before. Keeping the first of them is enough for what ends so
 * (tests, tools); a server ends by `Deno.exit`, which finalizes nothing.
 */
const lastChunks: duckdb.DataChunk[] = [];
const keptLastChunks = 10_000;

/** Frees a result that nothing reads any more. The bindings may free it again: DuckDB leaves it empty. */
export function destroyResult(result: duckdb.Result): void {
  withPointer(result, (library, pointer) => library.duckdb_destroy_result(pointer));
}

/**
 * Takes what a finished pending result has into `result`, in place of what that held, on this thread. False where that
 * cannot be done; `pending` is then as it was.
 */
export function takePending(pending: duckdb.PendingResult, result: duckdb.Result): boolean {
  const from = wrappedPointer(pending, pendingTag);
  if (from === null) return false;
  const taken = withPointer(result, (library, pointer) => {
    library.duckdb_destroy_result(pointer);
    return library.duckdb_execute_pending(from, pointer) === 0;
  });
  return taken ?? false;
}

const symbols = {
  duckdb_result_error: { parameters: ["pointer"], result: "pointer" },
  duckdb_destroy_result: { parameters: ["pointer"], result: "void" },
  duckdb_execute_pending: { parameters: ["pointer", "pointer"], result: "i32" },
} as const;

type Library = Deno.DynamicLibrary<typeof symbols>["symbols"];

function withPointer<T>(
  result: duckdb.Result,
  work: (library: Library, pointer: Deno.PointerObject) => T,
): T | null {
  const pointer = wrappedPointer(result, resultTag);
  const library = pointer && loadedLibrary();
  return library ? work(library, pointer!) : null;
}

/** How the bindings tag the pointer they wrap as a `Result` or a `PendingResult`, in two halves. */
const resultTag = [0x08f7fe3ae12345e5n, 0x8733310dc29372d9n];
const pendingTag = [0x257e88ece8294fecn, 0xb64963bbbd1dbb41n];

/**
 * Deno wraps a native pointer as {has a tag: u64, tag: u64 × 2, pointer: u64}; the wrapper itself is an external of V8,
 * which is what Deno's FFI takes for a pointer.
 */
function wrappedPointer(
  wrapped: duckdb.Result | duckdb.PendingResult,
  tag: readonly bigint[],
): Deno.PointerObject | null {
  try {
    const wrapper = new Deno.UnsafePointerView(wrapped as unknown as Deno.PointerObject);
    const expected = wrapper.getBigUint64(0) === 1n && wrapper.getBigUint64(8) === tag[0] &&
      wrapper.getBigUint64(16) === tag[1];
    return expected ? Deno.UnsafePointer.create(wrapper.getBigUint64(24)) : null;
  } catch {
    return null;
  }
}

const libraryNames: Partial<Record<typeof Deno.build.os, string>> = {
  darwin: "libduckdb.dylib",
  windows: "duckdb.dll",
};

let library: Library | null | undefined;

/** The library the bindings brought, found by its name alone. */
function loadedLibrary(): Library | null {
  if (library !== undefined) return library;
  try {
    library = Deno.dlopen(libraryNames[Deno.build.os] ?? "libduckdb.so", symbols).symbols;
  } catch {
    library = null;
  }
  return library;
}
