import type { Node } from "libpg-query";
import { lastPart } from "../constant.ts";
import { isKeyword } from "../lexer.ts";
import { lastOfOperator } from "../operand.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * PostgreSQL's regular expression operators look for a match anywhere; DuckDB's `~` wants the whole text to match, and
 * has none of the others. They become operators of this server's own, which {@linkcode operatorMacros} define, so that
 * precedence and positions stay as they are. `OPERATOR(pg_catalog.+)` loses its schema. `#` is for DuckDB the beginning of
 * a column's number; `|/` and `||/` it does not know.
 *
 * @see https://www.postgresql.org/docs/16/functions-matching.html#FUNCTIONS-POSIX-REGEXP
 */
export const operators: Transform = { visit: { A_Expr: operator } };

const renamed: ReadonlyMap<string, string> = new Map([
  ["~", "<~>"],
  ["!~", "!<~>"],
  ["~*", "<~*>"],
  ["!~*", "!<~*>"],
  ["#", "<^>"],
]);

/**
 * The macros behind the operators, to be made once in every database, in the catalogue `__duckgres` that sessions have
 * in their search path. `s`: PostgreSQL's `.` matches a line break.
 */
export const operatorMacros: readonly string[] = [
  `CREATE OR REPLACE MACRO __duckgres.main."<~>"(a, b) AS system.main.regexp_matches(a, b, 's')`,
  `CREATE OR REPLACE MACRO __duckgres.main."!<~>"(a, b) AS NOT system.main.regexp_matches(a, b, 's')`,
  `CREATE OR REPLACE MACRO __duckgres.main."<~*>"(a, b) AS system.main.regexp_matches(a, b, 'si')`,
  `CREATE OR REPLACE MACRO __duckgres.main."!<~*>"(a, b) AS NOT system.main.regexp_matches(a, b, 'si')`,
  `CREATE OR REPLACE MACRO __duckgres.main."<^>"(a, b) AS xor(a, b)`,
  `CREATE OR REPLACE MACRO __duckgres.main."|/"(a) AS sqrt(CAST(a AS DOUBLE))`,
  `CREATE OR REPLACE MACRO __duckgres.main."||/"(a) AS cbrt(CAST(a AS DOUBLE))`,
];

function operator(node: Fields, { source, edits }: TransformInput): void {
  if (node.kind !== "AEXPR_OP") return;
  const name = lastPart(node.name as Node[]) ?? "";
  const { text } = source;
  const start = source.offsetOfByte(Number(node.location));
  // Without a left side, `~` is PostgreSQL's bitwise not, which is DuckDB's too.
  const target = node.lexpr === undefined ? name : renamed.get(name) ?? name;
  if (target === name && (text.charCodeAt(start) | 32) !== 111 /* o */) return;
  const { tokens } = source;
  const first = source.tokenAt(start);
  const token = tokens[first];
  if (isKeyword(text, token, "operator")) {
    edits.replace(token.start, tokens[lastOfOperator(source, first)].end, `OPERATOR(${target})`);
  } else if (token?.kind === "operator" && target !== name) {
    edits.replace(token.start, token.end, target);
  }
}
