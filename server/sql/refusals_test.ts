import assert from "node:assert/strict";
import { refusalOf } from "./refusals.ts";
import { sourceOf } from "./source.ts";

const refusal = (sql: string) => refusalOf(sourceOf(sql))?.sqlstate ?? null;

Deno.test("refusals: nesting that would run a parser out of stack", () => {
  const nested = (open: string, close: string, levels: number) =>
    `select ${open.repeat(levels)}1${close.repeat(levels)}`;
  for (const [open, close] of [["(", ")"], ["[", "]"], ["{'a': ", "}"], ["abs(", ")"], ["(select ", ")"]]) {
    assert.equal(refusal(nested(open, close, 299)), null, open);
    assert.equal(refusal(nested(open, close, 302)), "54001", open);
  }
  // Brackets that are closed again go no deeper.
  assert.equal(refusal(`select ${"(1) + ".repeat(5000)} 1`), null);
  assert.equal(refusal(`values ${"(1), ".repeat(5000)} (1)`), null);
  assert.equal(refusal(`select '${"(".repeat(5000)}'`), null);
  assert.equal(refusal(`select 1 ${")".repeat(5000)}`), null);
});

Deno.test("refusals: joins and set operations are as deep as they are many", () => {
  assert.equal(refusal(`select 1 from t${", t".repeat(299)}`), null);
  assert.equal(refusal(`select 1 from t${", t".repeat(301)}`), "54001");
  assert.equal(refusal(`select 1 from t${" join t using (i)".repeat(301)}`), "54001");
  assert.equal(refusal(`select 1${" union all select 1".repeat(301)}`), "54001");
  assert.equal(refusal(`${"with a as (".repeat(152)}select 1${") select 1 from a".repeat(152)}`), "54001");
  const inner = `(select 1 from t${", t".repeat(200)})`;
  assert.equal(refusal(`select 1 from ${inner} a, ${inner} b`), null);
  assert.equal(refusal(`select 1 from ${inner} a${", t".repeat(150)}`), "54001");
});

Deno.test("refusals: long lists are no nesting", () => {
  assert.equal(refusal(`select 1${", 1".repeat(5000)} from t where a in (1${", 1".repeat(5000)})`), null);
  assert.equal(refusal(`select a is distinct from b${", 1".repeat(5000)}`), null);
  assert.equal(refusal(`select 1 from t order by a${", b".repeat(5000)}`), null);
  assert.equal(refusal(`update t set a = 1${", b = 1".repeat(5000)}`), null);
});

Deno.test("refusals: parameters that can never be given", () => {
  assert.equal(refusal("select $2147483648"), "42601");
  assert.equal(refusal("select $2147483647, $name"), null);
  assert.equal(refusal("select $0"), "42P02");
  assert.equal(refusal("select $00"), "42P02");
  assert.equal(refusal("select '$0', $1"), null);
});
