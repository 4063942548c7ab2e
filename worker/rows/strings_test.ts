/** Where strings lie: in place, close together, far apart. */
import assert from "node:assert/strict";
import duckdb from "@duckdb/node-bindings";
import type { Codec } from "./codec.ts";
import { out } from "./output.ts";
import { byteaHex, stringCodec } from "./strings.ts";
import { settle, toHex } from "./testing.ts";

/** A vector of strings; `between` is put into its heap behind each, so that they lie that far apart. */
function vectorOf(strings: readonly string[], between: number): duckdb.Vector {
  const vector = duckdb.create_vector(duckdb.create_logical_type(duckdb.Type.VARCHAR), strings.length + 1);
  const filler = "f".repeat(between);
  for (const [i, text] of strings.entries()) {
    duckdb.vector_assign_string_element(vector, i, text);
    if (between > 0) duckdb.vector_assign_string_element(vector, strings.length, filler);
  }
  return vector;
}

function written(codec: Codec, vector: duckdb.Vector, rows: number): string[] {
  codec.load(vector, rows, null);
  return Array.from(
    { length: rows },
    (_, row) => new TextDecoder().decode(out.bytes.subarray(0, codec.write(row, 0))),
  );
}

const strings = [
  "",
  "a",
  "four",
  "eight888",
  "twelve bytes",
  "thirteen byte",
  "é".repeat(40),
  "x".repeat(3000),
];
const hex = strings.map((text) => `\\x${toHex(new TextEncoder().encode(text))}`);

for (const between of [0, 100, 10_000, 2_000_000]) {
  Deno.test(`strings with ${between} bytes between them`, async () => {
    const vector = vectorOf(strings, between);
    assert.deepEqual(written(stringCodec(), vector, strings.length), strings);
    assert.deepEqual(written(byteaHex(), vector, strings.length), hex);
    await settle();
  });
}

Deno.test("what a NULL's place holds is not followed", async () => {
  const vector = vectorOf(["a string of some length", "another of some length"], 0);
  const words = new Uint32Array(duckdb.vector_get_data(vector, 32).buffer);
  words[6] = 0xffffffff;
  words[7] = 0xffffffff;
  const codec = stringCodec();
  codec.load(vector, 2, Uint8Array.of(1));
  assert.equal(new TextDecoder().decode(out.bytes.subarray(0, codec.write(0, 0))), "a string of some length");
  await settle();
});
