import type { A_Expr, FuncCall, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { lastPart } from "../constant.ts";
import { endOfName, firstTokenOf } from "../extent.ts";
import { closingIndex, isKeyword, isSymbol } from "../lexer.ts";
import { anyNode, type Fields } from "../walk.ts";
import { dimensionsOf } from "../array_dimensions.ts";
import { arrayItems, otherLowerBound } from "../types/literal.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * ANY and ALL with other operators than comparisons or with an array of a column, for which DuckDB would make a join. An
 * array that is written out is a list of values: `x = ANY (ARRAY[1, 2])` is `x IN (1, 2)`.
 *
 * @see https://www.postgresql.org/docs/current/functions-array.html
 * @see https://www.postgresql.org/docs/current/functions-comparisons.html
 */
export const arrayOperators: Transform = { visit: { A_Expr: expression, SubLink: sublink, FuncCall: call } };

function expression(fields: Fields, input: TransformInput): void {
  const node = fields as A_Expr;
  if (node.kind === "AEXPR_OP_ANY" || node.kind === "AEXPR_OP_ALL") quantified(node, input);
}

const comparisons = new Set(["=", "<>", "<", ">", "<=", ">="]);

/** Those on patterns are `regular_expressions.ts`'s, but for sub-selects. */
const matching = /^!?~/;

/** `x op ANY (array)`. */
function quantified(node: A_Expr, input: TransformInput): void {
  const { source, edits, refuse } = input;
  const { text, tokens } = source;
  const symbol = lastPart(node.name) ?? "";
  if (!node.lexpr || !node.rexpr || matching.test(symbol)) return;
  const operator = source.tokenAt(source.offsetOfByte(node.location ?? 0));
  const open = openingOf(operator, input);
  const close = closingIndex(text, tokens, open);
  const every = node.kind === "AEXPR_OP_ALL";
  const first = tokens[firstTokenOf(node.lexpr, source, operator)].start;
  if ("A_Const" in node.rexpr && (node.rexpr.A_Const.ival || node.rexpr.A_Const.fval)) {
    return refuse(
      new PgError("42809", "op ANY/ALL (array) requires array on right side"),
      tokens[operator].start,
    );
  }
  const listed = symbol === (every ? "<>" : "=");
  const literal = "A_Const" in node.rexpr ? node.rexpr.A_Const.sval?.sval : undefined;
  if (literal !== undefined) {
    const items = arrayItems(literal);
    if (items === null) return;
    if (listed && items.length > 0) {
      const list = `${every ? "NOT IN" : "IN"} (${items.join(", ")})`;
      return edits.replace(tokens[operator].start, tokens[close].end, list);
    }
    return edits.replace(tokens[open].start, tokens[close].end, `([${items.join(", ")}])`);
  }
  const elements = "A_ArrayExpr" in node.rexpr ? node.rexpr.A_ArrayExpr.elements ?? [] : [];
  if (
    listed && elements.length > 0 && dimensionsOf(node.rexpr) === 1 &&
    isKeyword(text, tokens[open + 1], "array")
  ) {
    edits.replace(tokens[operator].start, tokens[open + 2].end, `${every ? "NOT IN" : "IN"} (`);
    return edits.replace(tokens[close - 1].start, tokens[close].end, ")");
  }
  const ofColumn = anyNode({ List: { items: [node.rexpr] } } as Node, (type) => type === "ColumnRef");
  if (comparisons.has(symbol) && !ofColumn && !isNull(node.rexpr)) return;
  eachElement(first, open, close, every, input, "");
}

/** Index of the bracket behind ANY, SOME or ALL. */
function openingOf(operator: number, { source: { text, tokens } }: TransformInput): number {
  let at = operator;
  while (at < tokens.length && !["any", "some", "all"].some((word) => isKeyword(text, tokens[at], word))) {
    at++;
  }
  return at + 1;
}

function isNull(node: Node): boolean {
  return "TypeCast" in node && node.TypeCast.arg !== undefined && "A_Const" in node.TypeCast.arg &&
    node.TypeCast.arg.A_Const.isnull === true;
}

/** `duckgres_any(list_transform(array, lambda dg_element: x op dg_element))`. */
function eachElement(
  first: number,
  open: number,
  close: number,
  every: boolean,
  { source: { tokens }, edits }: TransformInput,
  array: string,
): void {
  const call = every ? "duckgres_all" : "duckgres_any";
  const inside: [number, number] = array === ""
    ? [tokens[open + 1].start, tokens[close - 1].end]
    : [tokens[open].start, tokens[close].end];
  edits.copy(
    first,
    ...inside,
    `${call}(list_transform(${array}`,
    ", lambda dg_element: (",
    "opening",
  );
  edits.replace(tokens[open - 1].start, tokens[close].end, "dg_element)))");
}

/** `x LIKE ANY (SELECT …)`: for these DuckDB knows comparisons only. */
function sublink(fields: Fields, input: TransformInput): void {
  const { subLinkType, testexpr, operName, location } = fields;
  if (subLinkType !== "ANY_SUBLINK" && subLinkType !== "ALL_SUBLINK") return;
  const symbol = lastPart(operName as Node[] | undefined);
  if (symbol === undefined || comparisons.has(symbol)) return;
  const { source } = input;
  const operator = source.tokenAt(source.offsetOfByte(Number(location ?? 0)));
  const open = openingOf(operator, input);
  const close = closingIndex(source.text, source.tokens, open);
  const first = source.tokens[firstTokenOf(testexpr as Node, source, operator)].start;
  eachElement(first, open, close, subLinkType === "ALL_SUBLINK", input, "ARRAY");
}

function call(fields: Fields, { source, edits, refuse }: TransformInput): void {
  const node = fields as FuncCall;
  if (node.args?.length === 3 && lastPart(node.funcname) === "array_fill") {
    return refuse(otherLowerBound, source.offsetOfByte(node.location ?? 0));
  }
  const macro = macroOf(node);
  if (!macro) return;
  const first = source.tokenAt(source.offsetOfByte(node.location ?? 0));
  const open = endOfName(source, first);
  if (!isSymbol(source.text, source.tokens[open], "(")) return;
  edits.replace(source.tokens[first].start, source.tokens[open - 1].end, macro);
}

/** Functions that depend on what their arguments look like, or that DuckDB has another of. */
function macroOf({ funcname, args }: FuncCall): string | null {
  const name = lastPart(funcname);
  if (name === "cardinality") return "duckgres_cardinality";
  if (name === "array_fill") {
    const lengths = args?.[1];
    return `duckgres_fill_${
      lengths && "A_ArrayExpr" in lengths ? lengths.A_ArrayExpr.elements?.length ?? 1 : 1
    }`;
  }
  if (name !== "array_to_string" || !args?.[0] || !("SubLink" in args[0])) return null;
  return args[0].SubLink.subLinkType === "ARRAY_SUBLINK" ? "duckgres_rows_to_string" : null;
}
