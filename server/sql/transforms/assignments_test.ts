import assert from "node:assert/strict";
import { analyzeTyped } from "../statement.ts";

const columns = [
  { name: "i", type: "integer" },
  { name: "s", type: "text" },
  { name: "f", type: "boolean" },
  { name: "d", type: "date" },
  { name: "t", type: "time without time zone" },
  { name: "o", type: null },
];
const types = { columns: new Map([["x", columns], ["y", columns]]), signature: "" };
const mistake = (source: string) => analyzeTyped({ source, start: 0 }, types).mistake;

Deno.test("a value of another type is refused", () => {
  const cases: [string, string, string, number?][] = [
    ["insert into x values (true)", "i", "boolean", 23],
    ["insert into x (s, f) values ('a', 1)", "f", "integer"],
    ["insert into x (i) select s from y", "i", "text", 26],
    ["insert into x (i) values (1) on conflict (i) do update set d = excluded.f", "d", "boolean"],
    ["update x set i = y.s from y", "i", "text"],
    ["update x set (i, s) = (d, 1)", "i", "date"],
    ["update x set t = d", "t", "date"],
    ["merge into x using y on x.i = y.i when matched then update set f = y.i", "f", "integer"],
    ["merge into x using y on x.i = y.i when not matched then insert (s, i) values (y.i, y.s)", "i", "text"],
  ];
  for (const [sql, column, type, position] of cases) {
    const error = mistake(sql);
    const { type: of } = columns.find(({ name }) => name === column)!;
    const said = `column "${column}" is of type ${of} but expression is of type ${type}`;
    assert.deepEqual([error?.sqlstate, error?.message], ["42804", said], sql);
    if (position !== undefined) assert.equal(error?.position, position, sql);
  }
});

Deno.test("a literal is read by the type of its column", () => {
  assert.equal(mistake("update x set i = 'one'")?.sqlstate, "22P02");
  assert.equal(mistake("update x set i = '1', f = 'yes', s = 'one'"), null);
});

Deno.test("what becomes the column's type by itself, or is not known, is left alone", () => {
  const cases = [
    "insert into x values (1.5, 2, null, now(), now(), 1)",
    "insert into x (i) values (default), ('1'), ($1), (o)",
    "insert into x select * from y",
    "insert into x (s) select i from y",
    "update x set s = i, i = i * 2.5, o = f, d = o, t = now()",
    "update z set i = true",
  ];
  for (const sql of cases) assert.equal(mistake(sql), null, sql);
});
