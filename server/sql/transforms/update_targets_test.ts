import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const understood = (text: string) => analyze({ text, start: 0 });

Deno.test("places in arrays and documents become whole values", () => {
  const rewritten = [
    ["update t set a[2] = 20 where b", 'update t set a = duckgres_array_assign("a", 2,  20) where b'],
    ["update t set a[1:2] = b, c = 1", 'update t set a = duckgres_array_assign_slice("a", 1, 2,  b), c = 1'],
    [
      "update t set j['a']['b'] = '3'",
      `update t set j = duckgres_json_change("j", CAST(['a', 'b'] AS VARCHAR[]),  '3', 'set')`,
    ],
    ["update t set a = b[1]", "update t set a = b[1]"],
    [
      "update t set z.r = (z).r + 1 where b",
      `update t set "z" = struct_update("z", "r" := CASE WHEN true THEN  (z).r + 1 ELSE struct_extract("z", 'r') END) where b`,
    ],
    [
      "update t set z.r = 1, z.i = x, b = 2",
      `update t set "z" = struct_update("z", "r" := CASE WHEN true THEN  1 ELSE struct_extract("z", 'r') END,` +
      ` "i" := CASE WHEN true THEN  x ELSE struct_extract("z", 'i') END), b = 2`,
    ],
  ];
  for (const [source, sql] of rewritten) assert.equal(understood(source).sql, sql);
});

Deno.test("targets that cannot be are refused", () => {
  assert.equal(understood("update t set t.a = 1").mistake?.sqlstate, "42703");
  assert.equal(understood("update t set a.* = 1").mistake?.sqlstate, "0A000");
  assert.equal(understood("update t set c.a = 1, b = 2, c.b = 2").mistake?.sqlstate, "0A000");
  assert.equal(understood("update t set a = sum(b)").mistake?.sqlstate, "42803");
  assert.equal(understood("update t set a = (select sum(b) from u)").mistake, null);
});
