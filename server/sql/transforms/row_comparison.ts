import type { A_Expr, Node, RowExpr } from "libpg-query";
import { lastPart } from "../constant.ts";
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

function compare(fields: Fields, input: TransformInput): void {
  const node = fields as A_Expr;
  const { kind, lexpr, rexpr } = node;
  if (!lexpr || !rexpr || !("RowExpr" in lexpr)) return;
  if (kind === "AEXPR_IN" && "List" in rexpr) {
    return isAmong(node, lexpr.RowExpr, rexpr.List.items ?? [], input);
  }
  if (kind !== "AEXPR_OP") return;
  if ("RowExpr" in rexpr) return withRow(node, lexpr.RowExpr, rexpr.RowExpr, input);
  if ("SubLink" in rexpr && rexpr.SubLink.subLinkType === "EXPR_SUBLINK") {
    withQuery(node, lexpr.RowExpr, input);
  }
}

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

/** The macro for rows that it can compare. */
function macroFor(symbol: string, rows: readonly RowExpr[]): string | null {
  const count = rows[0].args?.length ?? 0;
  if (count < 2 || count > maxFields || rows.some(({ args }) => args?.length !== count)) return null;
  return rows.every((row) => row.args!.every(isRepeatable)) ? macros[symbol] ?? null : null;
}

function withRow({ name, location }: A_Expr, left: RowExpr, right: RowExpr, input: TransformInput): void {
  const { source, edits } = input;
  const symbol = lastPart(name) ?? "";
  const macro = macroFor(symbol, [left, right]);
  if (!macro) return;
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

/** `(a, b) = (SELECT …)`: the query gives the row to compare with. */
function withQuery({ name, location }: A_Expr, left: RowExpr, { source, edits }: TransformInput): void {
  const symbol = lastPart(name) ?? "";
  const macro = macroFor(symbol, [left]);
  const operator = source.tokenAt(source.offsetOfByte(location ?? 0));
  const before = rowOf(left, source);
  const { text, tokens } = source;
  if (!macro || before.close !== operator - 1 || !isSymbol(text, tokens[operator + 1], "(")) return;
  const close = closingIndex(text, tokens, operator + 1);
  const names = left.args!.map((_, i) => `dg_${i + 1}`).join(", ");
  const call = `${symbol === "<>" ? "NOT " : ""}${macro}(`;
  edits.replace(tokens[before.first].start, tokens[before.open].end, `(SELECT ${call}`);
  edits.replace(tokens[before.close].start, tokens[operator].end, `, ${names}) FROM`);
  edits.wrap(tokens[close].end, tokens[close].end, "", ` AS dg_row(${names}))`);
}

/** More rows than this are left to DuckDB: to say the left side for each of them would cost more than it tells. */
const maxRows = 100;

/**
 * `(a, b) NOT IN ((1, 2), (3, 4))` is that it equals none of them. Without NOT, DuckDB's way is the faster by far, and tells
 * true from not true: only where a NULL is written it is not taken.
 */
function isAmong(
  { name }: A_Expr,
  left: RowExpr,
  items: readonly Node[],
  { source, edits }: TransformInput,
): void {
  const rows = items.flatMap((item) => "RowExpr" in item ? item.RowExpr : []);
  const negated = lastPart(name) === "<>";
  if (!negated && ![left, ...rows].some(hasNull)) return;
  const macro = rows.length < items.length || rows.length > maxRows ? null : macroFor("=", [left, ...rows]);
  if (!macro) return;
  const { tokens } = source;
  const before = rowOf(left, source);
  const behind = rows.map((row) => rowOf(row, source));
  const last = behind.at(-1)!.close;
  if (!isSymbol(source.text, tokens[last + 1], ")")) return;
  edits.replace(tokens[before.first].start, tokens[before.open].end, `(${negated ? "NOT " : ""}(${macro}(`);
  edits.replace(tokens[before.close].start, tokens[behind[0].open].end, ", ");
  for (const [i, row] of behind.slice(1).entries()) {
    edits.replace(tokens[behind[i].close].start, tokens[row.open].end, `) OR ${macro}(`);
    edits.copy(tokens[row.open].end, tokens[before.open + 1].start, tokens[before.close - 1].end, "", ", ");
  }
  edits.wrap(tokens[last + 1].end, tokens[last + 1].end, "", ")");
}

function hasNull({ args = [] }: RowExpr): boolean {
  return args.some((arg) => "A_Const" in arg && arg.A_Const.isnull);
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
    if (type === "ColumnRef") return lastPart(fields as Node[]) === "*";
    return type === "FuncCall" && volatile.has(lastPart(funcname as Node[]) ?? "");
  });
}
