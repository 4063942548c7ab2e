import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const targetOf = (text: string) => analyze({ text, start: 0 }).target;

Deno.test("a write's table, and the columns that it gives new values in rows that are there", () => {
  const cases: [string, { schema: string | null; name: string }, string[]][] = [
    ["insert into t values (1)", { schema: null, name: "t" }, []],
    ["insert into s.t (a) select 1", { schema: "s", name: "t" }, []],
    ["insert into t values (1) on conflict (a) do update set b = 2, (c, d) = (3, 4)", {
      schema: null,
      name: "t",
    }, [
      "b",
      "c",
      "d",
    ]],
    ["update only t as x set a = 1 where b", { schema: null, name: "t" }, ["a"]],
    ["delete from t using u", { schema: null, name: "t" }, []],
    ["copy t from '/f'", { schema: null, name: "t" }, []],
    [
      "merge into t using u on true when matched and a then update set a = 1 when matched then delete " +
      "when not matched then insert (b) values (1)",
      { schema: null, name: "t" },
      ["a"],
    ],
  ];
  for (const [sql, table, assigned] of cases) {
    const target = targetOf(sql);
    assert.deepEqual([target?.table, target?.assigned], [table, assigned], sql);
  }
});

Deno.test("what reads, or is DuckDB's own, has none", () => {
  for (const sql of ["select 1", "copy t to '/f'", "insert or replace into t values (1)"]) {
    assert.equal(targetOf(sql), null, sql);
  }
});

Deno.test("the rows of VALUES are counted where nothing is returned and no row that is there changes", () => {
  const cases: [string, number | undefined][] = [
    ["insert into t values (1), (2)", 2],
    ["insert into t values (1) on conflict do nothing", 1],
    ["insert into t values (1) on conflict (a) do update set b = 1", undefined],
    ["insert into t values (1) returning a", undefined],
    ["insert into t select 1", undefined],
    ["insert into t default values", undefined],
  ];
  for (const [sql, rows] of cases) assert.equal(targetOf(sql)?.rows, rows, sql);
});
