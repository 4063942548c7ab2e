import assert from "node:assert/strict";
import { analyze } from "../statement.ts";
import { byteaBytes } from "./bytea_literal.ts";

const rewritten: [source: string, sql: string][] = [
  [String.raw`select '\x01ff'::bytea`, String.raw`select '\x01\xFF'::bytea`],
  [String.raw`select '\x01 FF' :: bytea, 2`, String.raw`select '\x01\xFF' :: bytea, 2`],
  [String.raw`select cast('\x00' as bytea)`, String.raw`select cast('\x00' as bytea)`],
  [String.raw`select bytea '\x4142'`, String.raw`select bytea '\x41\x42'`],
  [String.raw`select E'\\x4142'::bytea`, String.raw`select '\x41\x42'::bytea`],
  [String.raw`select 'a\000'::bytea`, String.raw`select '\x61\x00'::bytea`],
  [String.raw`select null::bytea`, String.raw`select null::bytea`],
  [String.raw`select ''::bytea`, String.raw`select ''::bytea`],
  [String.raw`select '\x0'::bytea`, String.raw`select '\x0'::bytea`],
  [String.raw`select '\x01ff'::text`, String.raw`select '\x01ff'::text`],
];

for (const [source, sql] of rewritten) {
  Deno.test(`bytea literal: ${source}`, () => assert.equal(analyze({ text: source, start: 0 }).sql, sql));
}

Deno.test("bytea text in both formats, and what is neither", () => {
  assert.deepEqual(byteaBytes("\\xDEad"), Uint8Array.of(0xde, 0xad));
  assert.deepEqual(byteaBytes("é\\\\\\377"), Uint8Array.of(0xc3, 0xa9, 0x5c, 0xff));
  for (const wrong of ["\\x1", "\\xzz", "\\9", "a\\"]) assert.equal(byteaBytes(wrong), null);
});
