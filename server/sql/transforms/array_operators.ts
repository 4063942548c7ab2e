import type { A_Expr, FuncCall, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { nameParts } from "../constant.ts";
import { endOfName, firstTokenOf } from "../extent.ts";
import { closingIndex, isKeyword, isSymbol } from "../lexer.ts";
import { endOfOperand } from "../operand.ts";
import { anyNode, type Fields, walk } from "../walk.ts";
import { arrayItems } from "../types/literal.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Operators on arrays that DuckDB's lists do not have: `array || element`, and ANY and ALL with other operators than
 * comparisons or with an array of a column, for which DuckDB would make a join. An array that is written out is a list
 * of values: `x = ANY (ARRAY[1, 2])` is `x IN (1, 2)`.
 *
 * @see https://www.postgresql.org/docs/current/functions-array.html
 * @see https://www.postgresql.org/docs/current/functions-comparisons.html
 */
export const arrayOperators: Transform = { visit: { A_Expr: expression, SubLink: sublink, FuncCall: call } };

function expression(fields: Fields, input: TransformInput): void {
  const node = fields as A_Expr;
  if (node.kind === "AEXPR_OP_ANY" || node.kind === "AEXPR_OP_ALL") return quantified(node, input);
  if (node.kind === "AEXPR_OP" && node.lexpr && nameParts(node.name).at(-1) === "||") concat(node, input);
}

/** Functions that return arrays of one dimension. */
const arrayFunctions = new Set(
  ("array_agg array_append array_cat array_positions array_prepend array_remove array_replace array_reverse array_sort " +
    "current_schemas regexp_split_to_array string_to_array trim_array").split(" "),
);

/** How many dimensions an expression has; `null` where the text does not tell, 0 for what surely is no array. */
function dimensionsOf(node: Node | undefined): number | null {
  if (!node) return null;
  if ("A_ArrayExpr" in node) {
    const first = node.A_ArrayExpr.elements?.[0];
    return 1 + (first ? dimensionsOf(first) ?? 0 : 0);
  }
  if ("TypeCast" in node) return node.TypeCast.typeName?.arrayBounds?.length ?? 0;
  if ("SubLink" in node) return node.SubLink.subLinkType === "ARRAY_SUBLINK" ? 1 : null;
  if ("FuncCall" in node) {
    return arrayFunctions.has(nameParts(node.FuncCall.funcname).at(-1) ?? "") ? 1 : null;
  }
  if ("A_Const" in node) return node.A_Const.ival || node.A_Const.fval || node.A_Const.boolval ? 0 : null;
  if (!("A_Expr" in node) || nameParts(node.A_Expr.name).at(-1) !== "||") return null;
  const left = dimensionsOf(node.A_Expr.lexpr);
  const right = dimensionsOf(node.A_Expr.rexpr);
  return left || right ? Math.max(left ?? 0, right ?? 0) : null;
}

function concat(node: A_Expr, input: TransformInput): void {
  const { source: { tokens }, source, edits } = input;
  const left = dimensionsOf(node.lexpr) ?? dimensionsByName(node.lexpr, input);
  const right = dimensionsOf(node.rexpr) ?? dimensionsByName(node.rexpr, input);
  if (!left && !right) return;
  if (left === right || isLiteral(node.lexpr) || isLiteral(node.rexpr)) return;
  const operator = source.tokenAt(source.offsetOfByte(node.location ?? 0));
  const first = tokens[firstTokenOf(node.lexpr!, source, operator)].start;
  const end = tokens[endOfOperand(source, operator + 1) - 1].end;
  if (left === null || right === null) {
    edits.wrap(first, end, "duckgres_array_concat(", ", 0)");
    edits.replace(tokens[operator].start, tokens[operator].end, ",");
  } else if (left > right) edits.wrap(tokens[operator + 1].start, end, "[", "]");
  else edits.wrap(first, tokens[operator - 1].end, "[", "]");
}

/** A string or NULL takes the type of the other side. */
function isLiteral(node: Node | undefined): boolean {
  return node !== undefined && "A_Const" in node &&
    (node.A_Const.sval !== undefined || node.A_Const.isnull === true);
}

/** A column that the statement itself makes of an array, as a recursive query does: `ARRAY[id] AS path`. */
function dimensionsByName(node: Node | undefined, { tree, source }: TransformInput): number | null {
  if (!node || !("ColumnRef" in node) || !/\barray\b|\[\s*\]/i.test(source.text)) return null;
  const name = nameParts(node.ColumnRef.fields).at(-1);
  let found: number | null = null;
  walk(tree, (type, fields) => {
    if (type === "ResTarget" && fields.name === name && found === null) {
      found = dimensionsOf(fields.val as Node | undefined) || null;
    } else if (type === "CommonTableExpr") found ??= dimensionsInQuery(fields, name);
  });
  return found;
}

/** The same where the WITH query names its columns. */
function dimensionsInQuery(fields: Fields, name: string | undefined): number | null {
  const names = nameParts(fields.aliascolnames as Node[] | undefined);
  const at = names.indexOf(name ?? "");
  let query = (fields.ctequery as Node | undefined) ?? null;
  if (at < 0 || !query || !("SelectStmt" in query)) return null;
  let select = query.SelectStmt;
  while (select.larg) select = select.larg;
  const target = select.targetList?.[at];
  query = target && "ResTarget" in target ? target.ResTarget.val ?? null : null;
  return query ? dimensionsOf(query) || null : null;
}

const comparisons = new Set(["=", "<>", "<", ">", "<=", ">="]);

/** Those on patterns are `regular_expressions.ts`'s, but for sub-selects. */
const matching = /^!?~/;

/** `x op ANY (array)`. */
function quantified(node: A_Expr, input: TransformInput): void {
  const { source, edits, refuse } = input;
  const { text, tokens } = source;
  const symbol = nameParts(node.name).at(-1) ?? "";
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
  const symbol = nameParts(operName as Node[] | undefined).at(-1);
  if (symbol === undefined || comparisons.has(symbol)) return;
  const { source } = input;
  const operator = source.tokenAt(source.offsetOfByte(Number(location ?? 0)));
  const open = openingOf(operator, input);
  const close = closingIndex(source.text, source.tokens, open);
  const first = source.tokens[firstTokenOf(testexpr as Node, source, operator)].start;
  eachElement(first, open, close, subLinkType === "ALL_SUBLINK", input, "ARRAY");
}

function call(fields: Fields, { source, edits }: TransformInput): void {
  const node = fields as FuncCall;
  const macro = macroOf(node);
  if (!macro) return;
  const first = source.tokenAt(source.offsetOfByte(node.location ?? 0));
  const open = endOfName(source, first);
  if (!isSymbol(source.text, source.tokens[open], "(")) return;
  edits.replace(source.tokens[first].start, source.tokens[open - 1].end, macro);
}

/** Functions that depend on what their arguments look like, or that DuckDB has another of. */
function macroOf({ funcname, args }: FuncCall): string | null {
  const name = nameParts(funcname).at(-1);
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
