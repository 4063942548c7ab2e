import type { A_ArrayExpr, Node, SelectStmt } from "libpg-query";
import { compared, type Decimal, decimalText } from "../../../worker/api/decimal.ts";
import { extentOf } from "../expression_extent.ts";
import { closingIndex } from "../lexer.ts";
import { valueOf } from "../numbers/evaluate.ts";
import { type Fields, fieldsOf } from "../walk.ts";
import { isShown } from "./shown_targets.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Numeric literals of one column of a statement's own results keep their digits (`VALUES (1), (2.5)`, `ARRAY[1.50, 2]`,
 * `SELECT 1 UNION SELECT 2.5`); DuckDB's DECIMAL has one scale for all.
 *
 * @see https://www.postgresql.org/docs/18/typeconv-union-case.html
 */
export const constantColumns: Transform = {
  whole: (input) => {
    if (input.context.shown && "SelectStmt" in input.tree) rows(input.tree.SelectStmt, input);
  },
  visit: {
    A_ArrayExpr: array,
    // Nobody else is to look at what is replaced.
    A_Const: (node) => replaced.has(node) ? "skip" : undefined,
    A_Expr: (node) => replaced.has(node) ? "skip" : undefined,
  },
};

const replaced = new WeakSet<object>();

/** More rows are data. */
const mostRows = 100;

function rows(select: SelectStmt, input: TransformInput): void {
  const { valuesLists, larg, op } = select;
  if (!larg && (!valuesLists || valuesLists.length < 2)) return;
  const found = larg
    ? leavesOf(select)
    : (valuesLists ?? []).map((row) => "List" in row ? row.List.items ?? [] : []);
  if (!found || found.length > mostRows) return;
  const distinct = larg !== undefined && !(op === "SETOP_UNION" && select.all);
  found[0].forEach((_, i) => column(found.map((row) => row[i]), distinct, input));
}

/** The columns of the queries that set operations put together, where each is of expressions alone. */
function leavesOf(select: SelectStmt): Node[][] | null {
  const { larg, rarg, targetList, withClause, intoClause, fromClause, whereClause } = select;
  if (intoClause) return null;
  if (larg && rarg) {
    const [left, right] = [leavesOf(larg), leavesOf(rarg)];
    return left && right ? [...left, ...right] : null;
  }
  if (!targetList || withClause || fromClause || whereClause) return null;
  return [targetList.flatMap((target) => "ResTarget" in target ? target.ResTarget.val ?? [] : [])];
}

function column(nodes: readonly (Node | undefined)[], distinct: boolean, input: TransformInput): void {
  const texts = structsOf(nodes, distinct);
  const extents = nodes.map((node) => node ? extentOf(node, input.source) : null);
  if (!texts || extents.includes(null)) return;
  nodes.forEach((node, i) => {
    input.edits.replace(extents[i]!.start, extents[i]!.end, texts[i]);
    replaced.add(fieldsOf(node!));
  });
}

function array(fields: Fields, input: TransformInput): "skip" | void {
  const { elements = [], location } = fields as A_ArrayExpr;
  const texts = elements.length < 2 || !isShown(fields, input) ? null : structsOf(elements, false);
  if (!texts) return;
  const { source: { text, tokens }, source } = input;
  const first = source.tokenAt(source.offsetOfByte(location ?? 0));
  const end = tokens[closingIndex(text, tokens, first + 1)].end;
  input.edits.replace(tokens[first].start, end, `[${texts.join(", ")}]`);
  return "skip";
}

/** As `worker/rows/shown_numeric.ts` reads them; `null` unless they are numerics of several scales. */
function structsOf(nodes: readonly (Node | undefined)[], distinct: boolean): string[] | null {
  const decimals: (Decimal | null)[] = [];
  let isNumeric = false;
  for (const node of nodes) {
    const isNull = node && "A_Const" in node && node.A_Const.isnull === true;
    const value = isNull ? null : valueOf(node);
    if (!isNull && (!value || value.type === "double precision")) return null;
    isNumeric ||= value?.type === "numeric";
    decimals.push(value && value.type !== "double precision" ? value.decimal : null);
  }
  const numbers = decimals.filter((decimal) => decimal !== null);
  const scale = Math.max(0, ...numbers.map((number) => number.scale));
  if (!isNumeric || numbers.every((number) => number.scale === scale)) return null;
  if (numbers.some((number) => decimalText(number).length + scale - number.scale > maxDigits)) return null;
  // Equal ones are one row, whatever they look like.
  if (distinct && numbers.some((one) => numbers.some((other) => isTwin(one, other)))) return null;
  return decimals.map((decimal) => decimal === null ? "NULL" : structOf(decimal, scale));
}

/** Digits a DECIMAL holds. */
const maxDigits = 38;

function isTwin(one: Decimal, other: Decimal): boolean {
  return one.scale !== other.scale && compared(one, other) === 0;
}

function structOf(decimal: Decimal, scale: number): string {
  const value = `CAST(${decimalText(decimal)} AS DECIMAL(38, ${scale}))`;
  return `{'duckgres_numeric': ${value}, 'scale': ${decimal.scale}}`;
}
