import assert from "node:assert/strict";
import { PgError } from "../../worker/api/error.ts";
import { analyze } from "./statement.ts";
import { withoutEscapes } from "./unicode_escapes.ts";

Deno.test("Unicode escapes and escaped bytes become plain characters", () => {
  const cases: [string, string][] = [
    ["select U&'d\\0061t\\+000061'", "select 'data'"],
    ["select u&'d!0061''!!' uescape '!', 1", "select 'da''!', 1"],
    ['select U&"d\\0061""" from t', 'select "da""" from t'],
    ["select U&'\\\\ \\d83d\\de00'", "select '\\ 😀'"],
    ["select E'a\\tb\\u0041\\U0001F600\\xc3\\xa9\\'\\303\\251'", "select 'a\tbA😀é''é'"],
    ["select E'\\ud83d\\ude00'", "select '😀'"],
  ];
  for (const [sql, expected] of cases) {
    const plain = withoutEscapes(sql);
    assert.ok(plain !== null && !(plain instanceof PgError), sql);
    assert.equal(plain.text, expected);
  }
});

Deno.test("what both parsers read by themselves stays as it is", () => {
  for (
    const sql of ["select E'a\\n\\x41\\'' || 'U&\"'", "select 'a\\u0041', a&'x'", "select $$E'\\u0041'$$"]
  ) {
    assert.equal(withoutEscapes(sql), null, sql);
  }
});

Deno.test("wrong escapes have PostgreSQL's SQLSTATEs", () => {
  const cases: [string, string][] = [
    ["select E'\\u00'", "22025"],
    ["select E'\\u0000'", "42601"],
    ["select E'\\xff'", "22021"],
    ["select E'\\ud83d x'", "42601"],
    ["select U&'\\00'", "42601"],
    ["select U&'\\d83d'", "42601"],
    ["select U&'!0061' uescape 'a'", "42601"],
  ];
  for (const [sql, sqlstate] of cases) {
    const { refusal } = analyze({ text: sql, start: 3 });
    assert.deepEqual([sql, refusal?.sqlstate, refusal?.position], [sql, sqlstate, 11]);
  }
});

Deno.test("positions lead through the escapes to the client's text", () => {
  const sql = "select U&'\\0061\\0062', x ~ 'a', nope";
  const statement = analyze({ text: sql, start: 0 });
  const at = statement.sql.indexOf("nope") + 1;
  assert.equal(statement.mapPosition(at), sql.indexOf("nope") + 1);
});
