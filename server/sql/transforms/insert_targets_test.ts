import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const understood = (text: string) => analyze({ text, start: 0 });

Deno.test("items of an array that are given one by one become the array", () => {
  const rewritten = [
    ["insert into t (a[1], a[2]) values (7, 8)", 'insert into t ("a") values ([7, 8])'],
    [
      "insert into s.t as x (id, b[1], a[1], a[2]) values (1, (2), f(3, 4), 5), (6, 7, 8, 9) on conflict do nothing",
      'insert into s.t as x ("id", "b", "a") values (1, [(2)], [f(3, 4), 5]), (6, [7], [8, 9]) on conflict do nothing',
    ],
    ["insert into t (a) values (array[1])", "insert into t (a) values (array[1])"],
  ];
  for (const [source, sql] of rewritten) assert.equal(understood(source).sql, sql);
});

Deno.test("items that make no array from 1 on are refused", () => {
  const refused = [
    "insert into t (a[2]) values (1)",
    "insert into t (a[1], b, a[2]) values (1, 2, 3)",
    "insert into t (a[1:2]) values ('{1,2}')",
    "insert into t (a[1][1]) values (1)",
    "insert into t (a[1]) select 1",
    "insert into t (a[1], b) values (default, 2)",
    "insert into t (c.r) values (1)",
  ];
  for (const source of refused) assert.equal(understood(source).mistake?.sqlstate, "0A000", source);
});
