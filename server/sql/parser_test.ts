import assert from "node:assert/strict";
import { parse, parseOne, SyntaxMistake } from "./parser.ts";

Deno.test("a text is read to its end, in any script", () => {
  const [tree] = parse("select 'ä𝄞' as \"größe\"");
  assert("SelectStmt" in tree);
  const [target] = tree.SelectStmt.targetList ?? [];
  assert("ResTarget" in target);
  assert.equal(target.ResTarget.name, "größe");
  assert.deepEqual(target.ResTarget.val, { A_Const: { sval: { sval: "ä𝄞" }, location: 7 } });
});

Deno.test("what outgrows the parser's memory is read like anything else", () => {
  const value = "x".repeat(20_000_000);
  const [tree] = parse(`select '${value}'`);
  assert("SelectStmt" in tree);
  assert.match(JSON.stringify(tree).slice(0, 200), /"sval":"xxx/);
  assert.equal(parse("select 1; select 2").length, 2);
});

Deno.test("a mistake has its place", () => {
  assert.throws(
    () => parse("select 'ä' frm t"),
    (error: Error) =>
      error instanceof SyntaxMistake && error.position === 16 && /near "t"/.test(error.message),
  );
});

Deno.test("one tree, or none", () => {
  assert(parseOne("select 1") !== null);
  for (const text of ["", "select 1; select 2", "from t"]) assert.equal(parseOne(text), null, text);
});
