import type { A_Expr, Node, RowExpr } from "libpg-query";
import { nameParts } from "../constant.ts";
import { closingIndex, isSymbol } from "../lexer.ts";
import type { Source } from "../source.ts";
import { anyNode, type Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Rows are compared field by field, and where a NULL decides the answer is NULL; DuckDB's structs count a NULL as the
 * greatest value. `(a, b) > (c, d)` becomes `duckgres_row_gt(a, b, c, d)`, which is `a >= c AND (a > c OR b > d)`: a
 * condition on columns that DuckDB can also search by.
 *
 * @see https://www.postgresql.org/docs/16/functions-comparisons.html#ROW-WISE-COMPARISON
 */
export const rowComparison: Transform = { visit: { A_Expr: compare } };

const macros: Readonly<Record<string, string>> = {
  "=": "duckgres_row_eq",
  "<>": "duckgres_row_eq",
  "<": "duckgres_row_lt",
  "<=": "duckgres_row_le",
  ">": "duckgres_row_gt",
  ">=": "duckgres_row_ge",
};

/** Rows of more fields are left to DuckDB. */
export const maxFields = 5;

/** Where a row stands: its first token, its brackets. */
interface Row {
  first: number;
  open: number;
  close: number;
}

function compare(fields: Fields, { source, edits }: TransformInput): void {
  const { kind, name, lexpr, rexpr, location } = fields as A_Expr;
  if (kind !== "AEXPR_OP" || !lexpr || !rexpr || !("RowExpr" in lexpr) || !("RowExpr" in rexpr)) return;
  const symbol = nameParts(name).at(-1) ?? "";
  const macro = macros[symbol];
  const [left, right] = [lexpr.RowExpr, rexpr.RowExpr];
  const count = left.args?.length ?? 0;
  if (!macro || count !== right.args?.length || count < 2 || count > maxFields) return;
  if (![left, right].every((row) => row.args!.every(isRepeatable))) return;
  const operator = source.tokenAt(source.offsetOfByte(location ?? 0));
  const [before, behind] = [rowOf(left, source), rowOf(right, source)];
  // `((a, b)) = (c, d)` and `OPERATOR(pg_catalog.=)` are not worth the trouble.
  if (before.close !== operator - 1 || behind.first !== operator + 1) return;
  const { tokens } = source;
  const negated = symbol === "<>";
  edits.replace(tokens[before.first].start, tokens[before.open].end, `${negated ? "(NOT " : ""}${macro}(`);
  edits.replace(tokens[before.close].start, tokens[behind.open].end, ", ");
  if (negated) edits.wrap(tokens[behind.close].end, tokens[behind.close].end, "", ")");
}

function rowOf({ location }: RowExpr, { text, tokens, tokenAt, offsetOfByte }: Source): Row {
  const first = tokenAt(offsetOfByte(location ?? 0));
  const open = isSymbol(text, tokens[first], "(") ? first : first + 1;
  return { first, open, close: closingIndex(text, tokens, open) };
}

const volatile = new Set(["clock_timestamp", "gen_random_uuid", "nextval", "random", "timeofday", "uuid"]);

/** A macro says its arguments more than once, so they must be cheap and the same each time. */
function isRepeatable(node: Node): boolean {
  return !anyNode(node, (type, { funcname, fields }) => {
    if (type === "SubLink" || type === "RowExpr") return true;
    if (type === "ColumnRef") return nameParts(fields as Node[]).at(-1) === "*";
    return type === "FuncCall" && volatile.has(nameParts(funcname as Node[]).at(-1) ?? "");
  });
}
