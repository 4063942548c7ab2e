import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const chain = (operand: string, operator: string, length: number) =>
  `select ${Array.from({ length }, () => operand).join(` ${operator} `)} from t`;
const nested = (before: string, after: string, depth: number) =>
  `select ${before.repeat(depth)}a${after.repeat(depth)} from t`;

const refused: string[] = [
  chain("a", "^", 40),
  nested("a / (", ")", 40),
  nested("a % (", ")", 40),
  nested("substring(", ", 1)", 40),
  nested("to_char(", ", 'x')", 40),
  nested("'{}'::jsonb || (", ")", 40),
  nested("nullif(", ", 1)", 40),
  nested("(", " between 1 and 2)::int", 40),
  nested("case ", " when 1 then 2 when 2 then 3 end", 40),
];

for (const text of refused) {
  Deno.test(`too complex: ${text.slice(0, 40)}…`, () => {
    assert.equal(analyze({ text, start: 0 }).mistake?.sqlstate, "54001");
  });
}

const taken: string[] = [
  chain("a", "/", 200),
  chain("a", "||", 200),
  chain("a", "+", 200),
  chain("a", "^", 5),
  nested("replace(", ", 'a', 'b')", 100),
  nested("to_jsonb(", ")", 10),
  nested("json_build_object('a', ", ")", 50),
  nested("coalesce(b, ", ")", 100),
  nested("nullif(", ", 1)", 5),
  nested("case b when 1 then 2 else ", " end", 100),
  nested("case when b between 1 and 2 then 2 else ", " end", 100),
  nested("trim(substring(", ", 1))", 2),
];

for (const text of taken) {
  Deno.test(`taken: ${text.slice(0, 40)}…`, () => assert.equal(analyze({ text, start: 0 }).mistake, null));
}
