/** A chain whose every link asked its operands twice would take a billion steps: these tests would not end. */
import { analyze } from "./mod.ts";

const length = 60;
const operators = [
  "+",
  "-",
  "*",
  "/",
  "%",
  "^",
  "||",
  "->",
  "->>",
  "#>",
  "@>",
  "<@",
  "&&",
  "~",
  "=",
  "<",
  "and",
  "or",
  "collate",
];
const operands = [
  "a",
  "'x'",
  "1",
  "1.5",
  "null",
  "t.a",
  "array[1]",
  "'{}'::jsonb",
  "name 'x'",
  "f(a)",
  "a::date",
  "$1",
  "(select 1)",
];

for (const operator of operators) {
  Deno.test(`a chain of ${operator} is understood`, () => {
    for (const operand of operands) {
      for (const chain of [rightwards, leftwards]) understand(`select ${chain(operator, operand)} from t`);
    }
  });
}

const wraps: [string, string][] = [
  ["-", ""],
  ["not ", ""],
  ["(", ")"],
  ["(", ")::text"],
  ["f(", ")"],
  ["coalesce(a, ", ")"],
  ["greatest(1.5, ", ")"],
  ["array[", "]"],
  ["row(1, ", ")"],
  ["case when true then ", " else null end"],
  ["cast(", " as jsonb)"],
  ["json_value(", ", '$.a')"],
  ["jsonb_build_object('a', ", ")"],
  ["to_jsonb(", ")"],
  ["array_append(", ", 1)"],
  ["date_trunc('day', ", ")"],
  ["round(", ", 2)"],

  ["sum(", ")"],
  ["avg(distinct ", ") over ()"],
  ["1 = any(", ")"],
  ["1 in (2, ", ")"],
  ["1 + ", ""],
  ["'a' || ", ""],
  ["'{}' || ", " || '1'"],
];

for (const [before, after] of wraps) {
  Deno.test(`${before}…${after} is understood at any depth`, () => {
    for (const operand of operands) {
      understand(`select ${before.repeat(length)}${operand}${after.repeat(length)} from t`);
    }
  });
}

function rightwards(operator: string, operand: string): string {
  return Array.from({ length }, () => operator === "collate" ? `${operand} collate "C"` : operand).join(
    ` ${operator === "collate" ? "||" : operator} `,
  );
}

function leftwards(operator: string, operand: string): string {
  return `${`${operand} ${operator === "collate" ? "||" : operator} (`.repeat(length)}${operand}${
    ")".repeat(length)
  }`;
}

/** A refusal is an answer. */
function understand(text: string): void {
  try {
    analyze({ text, start: 0 });
  } catch {
    // Errors of the statement are no matter here.
  }
}
