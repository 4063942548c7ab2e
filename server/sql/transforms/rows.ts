import type { A_Expr, A_Indirection, Node, NullTest, ResTarget, RowExpr } from "libpg-query";
import { isStarReference } from "../column_names.ts";
import { PgError } from "../../../worker/api/error.ts";
import { closingIndex, depthStep, isKeyword, isSymbol } from "../lexer.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Row constructors, where DuckDB's structs differ: `(a, b) IS NULL` asks each field, `(row(1, 2)).f1` names one, and
 * `(t).*` is what DuckDB writes `t.*`; a star in a row is its `*COLUMNS(t.*)`.
 *
 * @see https://www.postgresql.org/docs/16/functions-comparisons.html#ROW-WISE-COMPARISON
 */
export const rows: Transform = {
  visit: { NullTest: nullTest, A_Indirection: indirection, A_Expr: comparison, ResTarget: stars },
};

/** `(a, b) IS NULL` becomes `((a) IS NULL AND (b) IS NULL)`. */
function nullTest(fields: Fields, { source, edits }: TransformInput): void {
  const { arg, nulltesttype } = fields as NullTest;
  if (!arg || !("RowExpr" in arg) || !arg.RowExpr.args?.length) return;
  const { text, tokens } = source;
  const first = source.tokenAt(source.offsetOfByte(arg.RowExpr.location ?? 0));
  const open = isSymbol(text, tokens[first], "(") ? first : first + 1;
  const close = closingIndex(text, tokens, open);
  // Behind it `IS [NOT] NULL`, `ISNULL` or `NOTNULL`; brackets around the row stay.
  const is = tokens.findIndex((token, i) => i > close && !isSymbol(text, token, ")"));
  const words = isKeyword(text, tokens[is], "is") ? (isKeyword(text, tokens[is + 1], "not") ? 3 : 2) : 1;
  const test = nulltesttype === "IS_NULL" ? ") IS NULL" : ") IS NOT NULL";
  edits.replace(tokens[first].start, tokens[open].end, "((");
  let depth = 0;
  for (let i = open + 1; i < close; i++) {
    depth += depthStep(text, tokens[i]);
    if (depth === 0 && isSymbol(text, tokens[i], ",")) {
      edits.replace(tokens[i].start, tokens[i].end, `${test} AND (`);
    }
  }
  edits.replace(tokens[close].start, tokens[close].end, `${test})`);
  edits.replace(tokens[is].start, tokens[is + words - 1].end, "");
}

function indirection(fields: Fields, input: TransformInput): void {
  const { arg, indirection: [part, ...more] = [] } = fields as A_Indirection;
  if (!arg || !part) return;
  if ("RowExpr" in arg && "String" in part) rowField(arg.RowExpr, part.String.sval ?? "", input);
  if ("ColumnRef" in arg && "A_Star" in part && more.length === 0) starOfColumn(arg, input);
}

/** The fields of a row are called f1, f2, …; DuckDB's have no names but places. */
function rowField(row: RowExpr, name: string, { source, edits }: TransformInput): void {
  const place = /^f([1-9]\d*)$/.exec(name)?.[1];
  if (!place) return;
  const { text, tokens } = source;
  const first = source.tokenAt(source.offsetOfByte(row.location ?? 0));
  let dot = closingIndex(text, tokens, isSymbol(text, tokens[first], "(") ? first : first + 1) + 1;
  while (isSymbol(text, tokens[dot], ")")) dot++;
  if (isSymbol(text, tokens[dot], ".")) edits.replace(tokens[dot].start, tokens[dot + 1].end, `[${place}]`);
}

/** `(t).*`; of a column of a table it would be DuckDB's `unnest(column)`, which only a select list has. */
function starOfColumn(arg: Extract<Node, { ColumnRef: unknown }>, { source, edits }: TransformInput): void {
  const { fields = [], location = 0 } = arg.ColumnRef;
  if (fields.length !== 1) return;
  const { text, tokens } = source;
  const name = source.tokenAt(source.offsetOfByte(location));
  if (!isSymbol(text, tokens[name - 1], "(") || !isSymbol(text, tokens[name + 1], ")")) return;
  edits.replace(tokens[name - 1].start, tokens[name - 1].end, "");
  edits.replace(tokens[name + 1].start, tokens[name + 1].end, "");
}

/** Only where the row is shown: the text that DuckDB makes of one is another. */
function stars(fields: Fields, { source, edits }: TransformInput): void {
  const { val } = fields as ResTarget;
  for (const arg of val && "RowExpr" in val ? val.RowExpr.args ?? [] : []) {
    if (!isStarReference(arg)) continue;
    const { location } = (arg as Extract<Node, { ColumnRef: unknown }>).ColumnRef;
    const first = source.tokenAt(source.offsetOfByte(location ?? 0));
    let last = first;
    while (source.text.slice(source.tokens[last].start, source.tokens[last].end) !== "*") last++;
    edits.wrap(source.tokens[first].start, source.tokens[last].end, "*COLUMNS(", ")");
  }
}

function comparison(fields: Fields, { source, refuse }: TransformInput): void {
  const { kind, lexpr, rexpr, location = 0 } = fields as A_Expr;
  if (kind !== "AEXPR_OP" || !lexpr || !rexpr || !("RowExpr" in lexpr) || !("RowExpr" in rexpr)) return;
  // A star may stand for any number.
  if ([lexpr, rexpr].some(({ RowExpr }) => RowExpr.args?.some(isStarReference))) return;
  if (lexpr.RowExpr.args?.length === rexpr.RowExpr.args?.length) return;
  refuse(
    new PgError("42601", "unequal number of entries in row expressions"),
    source.offsetOfByte(location),
  );
}
