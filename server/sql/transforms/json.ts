import { lookup } from "../../../worker/api/lookup.ts";
import type { A_Expr, FuncCall, Node, RowExpr, SelectStmt } from "libpg-query";
import { isStarReference } from "../column_names.ts";
import { PgError } from "../../../worker/api/error.ts";
import { parseArray } from "../../../worker/api/input.ts";
import { constantText, lastPart } from "../constant.ts";
import { endOfCall, endOfName, firstTokenOf } from "../extent.ts";
import { splitAtCommas } from "../ddl/extents.ts";
import { closingIndex, depthStep, isKeyword, isSymbol } from "../lexer.ts";
import { jsonOperator, literalText } from "../json_operator.ts";
import { knownType } from "../known_type.ts";
import { endOfOperand } from "../operand.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import { containsConstant } from "./json_contains.ts";
import { isGiven, isJsonRow, isSmall, noteJsonRows, valueMacro } from "./json_values.ts";
import { setReturningOf } from "./set_returning.ts";
import { endOfTarget } from "./target_names.ts";
import { jsonPointer } from "../json_pointer.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Operators and functions of json and jsonb. DuckDB's `->` binds less than a comparison, it has none of the others, and
 * `#` and `?` mean something else to it; so they become operators of this server's own. Functions of any number of
 * arguments get lists. Both types are DuckDB's JSON, which clients see as jsonb: where the text tells that a column of the
 * result is json, it is marked.
 *
 * @see https://www.postgresql.org/docs/current/functions-json.html
 */
export const json: Transform = {
  whole: (input) => markResult(input),
  visit: {
    A_Expr: (node, input) => operator(node as A_Expr, input),
    FuncCall: (node, input) => call(node as FuncCall, input),
  },
};

/** Operators with an array of text on their right. */
const withPath = new Set(["#>", "#>>", "?|", "?&", "#-"]);

const lambdas = new WeakSet<A_Expr>();

function operator(node: A_Expr, input: TransformInput): void {
  const target = jsonOperator(node);
  if (!target || lambdas.has(node)) return;
  const { name, location = 0 } = node;
  const rexpr = node.rexpr!;
  // No operator has a boolean there. DuckDB says so, but could not read NOT behind an operator of this server's own.
  if ("BoolExpr" in rexpr) return;
  const symbol = lastPart(name)!;
  const { source, edits } = input;
  const token = source.tokens[source.tokenAt(source.offsetOfByte(location))];
  if (token?.kind !== "operator") return;
  if (shown.has(node)) return edits.replace(token.start, token.end, `${target}>`), key(rexpr, input);
  if (target === "<~@>" && contained(node, input)) return;
  edits.replace(token.start, token.end, target);
  if (withPath.has(symbol) || target === "<~%%%>") arrayLiteral(rexpr, input);
  if (symbol.startsWith("->")) key(rexpr, input);
}

/** `x @> '{"a": 1}'`, where the text tells what is looked for. */
function contained({ lexpr, rexpr, location = 0 }: A_Expr, { source, edits }: TransformInput): boolean {
  const text = constantJson(rexpr);
  if (text === null) return false;
  const { tokens } = source;
  const at = source.tokenAt(source.offsetOfByte(location));
  const [before, after] = containsConstant("CAST(\0 AS JSON)", text)?.split("\0") ?? [];
  if (before === undefined) return false;
  edits.wrap(tokens[firstTokenOf(lexpr!, source, at)].start, tokens[at - 1].end, before, after);
  edits.replace(tokens[at].start, tokens[endOfOperand(source, at + 1) - 1].end, "");
  return true;
}

/** The text of `'{}'` and `'{}'::jsonb`. */
function constantJson(node: Node | undefined): string | null {
  if (!node) return null;
  const isCast = "TypeCast" in node && knownType(node) === "jsonb";
  return literalText(isCast ? node.TypeCast.arg! : node);
}

/** A key that DuckDB would take for a path. */
function key(node: Node, { source, edits }: TransformInput): void {
  const text = literalText(node);
  if (text === null || /^[\p{L}_][\p{L}\d_ .-]*$/u.test(text) || !("A_Const" in node)) return;
  const token = source.tokens[source.tokenAt(source.offsetOfByte(node.A_Const.location ?? 0))];
  edits.replace(token.start, token.end, jsonPointer(text));
}

/** `'{a,b}'` as a list; a parameter is one. */
function arrayLiteral(node: Node | undefined, { source, edits, refuse }: TransformInput): void {
  if (node && "ParamRef" in node) {
    const { start, end } = source.tokens[source.tokenAt(source.offsetOfByte(node.ParamRef.location ?? 0))];
    return edits.wrap(start, end, "CAST(", " AS VARCHAR[])");
  }
  const text = node && literalText(node);
  if (!node || text === null || text === undefined || !("A_Const" in node)) return;
  const token = source.tokens[source.tokenAt(source.offsetOfByte(node.A_Const.location ?? 0))];
  try {
    edits.replace(token.start, token.end, textList(text));
  } catch (error) {
    if (!(error instanceof PgError)) throw error;
    refuse(error, token.start);
  }
}

function textList(text: string): string {
  const { elements } = parseArray(text, 0, (item) => ({ kind: "text", value: item }));
  const items = elements.map((item) => item?.kind === "text" ? quoteText(item.value) : "NULL");
  return `CAST([${items.join(", ")}] AS VARCHAR[])`;
}

/** Tokens of a call: its name, the brackets, the ranges of its arguments (both ends included), its last token. */
interface Written {
  first: number;
  open: number;
  close: number;
  last: number;
  arguments: [number, number][];
}

function writtenCall(node: FuncCall, { source }: TransformInput): Written | null {
  const { text, tokens } = source;
  const first = source.tokenAt(source.offsetOfByte(node.location ?? 0));
  const open = endOfName(source, first);
  if (!isSymbol(text, tokens[open], "(")) return null;
  const close = closingIndex(text, tokens, open);
  const ranges: [number, number][] = [];
  let start = open + 1;
  if (isKeyword(text, tokens[start], "distinct") || isKeyword(text, tokens[start], "all")) start++;
  let depth = 0;
  for (let i = start; i <= close; i++) {
    const ends = i === close || isSymbol(text, tokens[i], ",") ||
      (node.agg_order !== undefined && isKeyword(text, tokens[i], "order"));
    if (depth === 0 && ends) {
      if (i > start) ranges.push([start, i - 1]);
      start = i + 1;
      if (!isSymbol(text, tokens[i], ",")) break;
    }
    depth += depthStep(text, tokens[i]);
  }
  return { first, open, close, last: endOfCall(source, close), arguments: ranges };
}

type Rewrite = (written: Written, node: FuncCall, input: TransformInput) => void;

const rewrites: Readonly<Record<string, Rewrite>> = lookup({
  json_build_object: buildObject("json"),
  jsonb_build_object: buildObject("jsonb"),
  json_build_array: buildArray("json"),
  jsonb_build_array: buildArray("jsonb"),
  json_agg: aggregate("json", "agg"),
  jsonb_agg: aggregate("jsonb", "agg"),
  json_agg_strict: aggregate("json", "agg"),
  jsonb_agg_strict: aggregate("jsonb", "agg"),
  json_object_agg: aggregate("json", "object_agg"),
  jsonb_object_agg: aggregate("jsonb", "object_agg"),
  json_object_agg_strict: aggregate("json", "object_agg"),
  jsonb_object_agg_strict: aggregate("jsonb", "object_agg"),
  json_extract_path: extractPath("duckgres_json_path"),
  jsonb_extract_path: extractPath("duckgres_json_path"),
  json_extract_path_text: extractPath('"<~^>>"'),
  jsonb_extract_path_text: extractPath('"<~^>>"'),
  jsonb_set: changing("set", "replace"),
  jsonb_insert: changing("before", "before"),
  json_object: ofTexts,
  jsonb_object: ofTexts,
  to_json: toJson,
  to_jsonb: toJson,
  row_to_json: rowToJson,
  array_to_json: arrayToJson,
  jsonb_set_lax: (_, node, input) => arrayLiteral(node.args?.[1], input),
});

/** Functions that make json of a row. */
const ofRows =
  /^(?:to_jsonb?|row_to_json|array_to_json|jsonb?_build_(?:object|array)|jsonb?_(?:object_)?agg(?:_strict)?)$/;

function call(node: FuncCall, input: TransformInput): void {
  const name = lastPart(node.funcname) ?? "";
  noteLambdas(name, node);
  const rewrite = rewrites[name];
  if (ofRows.test(name)) {
    for (const arg of node.args ?? []) {
      if ("RowExpr" in arg) rowDocument(arg.RowExpr, input);
      else noteJsonRows(arg);
    }
  }
  if (!rewrite || node.func_variadic) return;
  const written = writtenCall(node, input);
  if (written) rewrite(written, node, input);
}

/** `list_transform(a, x -> x + 1)` is DuckDB's own. */
function noteLambdas(name: string, { args }: FuncCall): void {
  if (!/^(?:list|array)_|^(?:apply|filter|reduce)$/.test(name)) return;
  for (const arg of args ?? []) {
    if ("A_Expr" in arg && constantText(arg.A_Expr.name?.[0]) === "->") lambdas.add(arg.A_Expr);
  }
}

/** `row(1, 'a')` as a document, with the names PostgreSQL gives its fields. */
function rowDocument(row: RowExpr, { source, edits }: TransformInput): void {
  const { text, tokens } = source;
  const first = source.tokenAt(source.offsetOfByte(row.location ?? 0));
  const { args = [] } = row;
  if (!isKeyword(text, tokens[first], "row") || args.length === 0) return;
  const close = closingIndex(text, tokens, first + 1);
  const fields = splitAtCommas(source, { first: first + 2, end: close });
  if (fields.length !== args.length || args.some(isStarReference)) return;
  noteJsonRows({ RowExpr: row });
  edits.replace(tokens[first].start, tokens[first + 1].end, "CAST('{' ||");
  edits.replace(tokens[close].start, tokens[close].end, " || '}' AS JSON)");
  fields.forEach(({ first, end }, i) => {
    const before = `'${i > 0 ? "," : ""}"f${i + 1}":' || ${valueMacro(args[i])}(`;
    edits.wrap(tokens[first].start, tokens[end - 1].end, before, ")");
    if (end < close) edits.replace(tokens[end].start, tokens[end].end, " || ");
  });
}

function buildObject(type: string): Rewrite {
  return ({ first, open, close, arguments: ranges }, { args = [] }, input) => {
    const { source: { tokens }, edits, refuse } = input;
    if (ranges.length % 2 !== 0) {
      return refuse(
        new PgError("22023", "argument list must have even number of elements", {
          hint: `The arguments of ${type}_build_object() must consist of alternating keys and values.`,
        }),
      );
    }
    edits.replace(tokens[first].start, tokens[open - 1].end, `duckgres_${type}_object`);
    listOfArguments(open, close, input);
    for (let i = 0; i < ranges.length; i += 2) {
      const before = `duckgres_${type}_field(${i + 1}, `;
      const [from, to] = ranges[i + 1];
      edits.wrap(tokens[ranges[i][0]].start, tokens[to].end, before, ")");
      edits.wrap(tokens[from].start, tokens[to].end, `${valueMacro(args[i + 1])}(`, ")");
    }
  };
}

/** The arguments become one: a list of texts. */
function listOfArguments(open: number, close: number, { source: { tokens }, edits }: TransformInput): void {
  const [start, end] = [tokens[open].end, tokens[close].start];
  if (close === open + 1) edits.replace(start, end, "CAST([] AS VARCHAR[])");
  else edits.wrap(start, end, "CAST([", "] AS VARCHAR[])");
}

function buildArray(type: string): Rewrite {
  return ({ first, open, close, arguments: ranges }, { args = [] }, input) => {
    const { source: { tokens }, edits } = input;
    edits.replace(tokens[first].start, tokens[open - 1].end, `duckgres_${type}_array`);
    listOfArguments(open, close, input);
    ranges.forEach(([from, to], i) => {
      edits.wrap(tokens[from].start, tokens[to].end, `${valueMacro(args[i])}(`, ")");
    });
  };
}

/** to_json() of what is not to be written out thirty times. */
function toJson(
  { first, open }: Written,
  { args = [] }: FuncCall,
  { source: { tokens }, edits }: TransformInput,
) {
  if (args.length !== 1) return;
  const name = isJsonRow(args[0]) ? "" : isSmall(args[0]) ? null : "duckgres_json_value_once";
  if (name !== null) edits.replace(tokens[first].start, tokens[open - 1].end, name);
}

/** `row_to_json(t)`; with other arguments it is a macro. */
function rowToJson(
  { first, open }: Written,
  { args = [] }: FuncCall,
  { source: { tokens }, edits }: TransformInput,
) {
  if (args.length === 1 && isJsonRow(args[0])) edits.replace(tokens[first].start, tokens[open - 1].end, "");
}

/** `array_to_json(array_agg(t))` */
function arrayToJson(
  { first, open }: Written,
  { args = [] }: FuncCall,
  { source: { tokens }, edits }: TransformInput,
) {
  const [arg] = args;
  const inner = args.length === 1 && "FuncCall" in arg ? arg.FuncCall.args ?? [] : [];
  if (inner.length !== 1 || !isJsonRow(inner[0])) return;
  edits.replace(tokens[first].start, tokens[open - 1].end, "duckgres_jsonb_agg_given");
}

/** The aggregate of a list, and then the function that makes json of that. */
function aggregate(type: string, suffix: string): Rewrite {
  return ({ first, open, last, arguments: ranges }, node, { source: { tokens }, edits }) => {
    // As PostgreSQL, which sorts to find what is distinct.
    const sorted = node.agg_distinct && !node.agg_order && suffix === "agg";
    const [before, behind] = sorted ? ["list_sort(", ", 'ASC', 'NULLS LAST')"] : ["", ""];
    const value = node.args?.at(-1);
    const given = !value
      ? ""
      : isJsonRow(value)
      ? "_rows"
      : suffix === "agg" && isGiven(value)
      ? "_given"
      : "";
    const macro = `duckgres_${type}_${suffix}${suffix === "agg" ? given : ""}`;
    edits.wrap(tokens[first].start, tokens[last].end, `${macro}(${before}`, `${behind})`);
    edits.replace(tokens[first].start, tokens[open - 1].end, "list");
    if (suffix === "agg" || ranges.length !== 2) return;
    edits.wrap(tokens[ranges[0][0]].start, tokens[ranges[1][1]].end, `duckgres_${type}_pair${given}(`, ")");
  };
}

function extractPath(name: string): Rewrite {
  return ({ first, open, close, arguments: ranges }, _, { source: { tokens }, edits }) => {
    if (ranges.length < 2) return;
    edits.replace(tokens[first].start, tokens[open - 1].end, name);
    edits.wrap(tokens[ranges[1][0]].start, tokens[close].start, "CAST([", "] AS VARCHAR[])");
  };
}

/** json_object('{a, 1, b, 2}'), json_object('{{a, 1}, {b, 2}}') and json_object(keys, values). */
function ofTexts(
  { first, open, arguments: ranges }: Written,
  { args = [] }: FuncCall,
  input: TransformInput,
): void {
  const { source: { tokens }, edits } = input;
  if (ranges.length !== args.length || args.length > 2) return;
  const macro = args.length === 2 ? "duckgres_json_of_lists" : "duckgres_json_of_list";
  edits.replace(tokens[first].start, tokens[open - 1].end, macro);
  args.forEach((arg, i) => {
    const text = literalText(arg);
    const pairs = text === null ? null : pairsOf(text);
    if (pairs) edits.replace(tokens[ranges[i][0]].start, tokens[ranges[i][1]].end, textList(pairs));
    else if (text !== null) arrayLiteral(arg, input);
    else if ("A_ArrayExpr" in arg && "A_ArrayExpr" in (arg.A_ArrayExpr.elements?.[0] ?? {})) {
      edits.wrap(tokens[ranges[i][0]].start, tokens[ranges[i][1]].end, "flatten(", ")");
    }
  });
}

/** `{{a, 1}, {b, 2}}` as a list of one dimension; `null` for everything else. */
function pairsOf(text: string): string | null {
  const pairs = /^\s*\{\s*(\{[^]*\})\s*\}\s*$/.exec(text)?.[1];
  return pairs === undefined ? null : `{${pairs.replace(/\}\s*,\s*\{/g, ",").slice(1, -1)}}`;
}

/** jsonb_set(target, path, value [, create]) and jsonb_insert(target, path, value [, after]). */
function changing(usual: string, other: string): Rewrite {
  return ({ first, open, close, arguments: ranges }, node, input) => {
    const { source: { tokens }, edits } = input;
    if (ranges.length < 3 || node.args?.some((arg) => "NamedArgExpr" in arg)) return;
    arrayLiteral(node.args?.[1], input);
    edits.replace(tokens[first].start, tokens[open - 1].end, "duckgres_json_change");
    if (ranges.length === 3) edits.wrap(tokens[close].start, tokens[close].start, "", `, '${usual}'`);
    else {
      const [from, to] = ranges[3];
      const [yes, no] = usual === "set" ? [usual, other] : ["after", usual];
      edits.wrap(tokens[from].start, tokens[to].end, "CASE WHEN ", ` THEN '${yes}' ELSE '${no}' END`);
    }
  };
}

/** Marks the columns of the statement's result that are json. */
function markResult({ tree, source, edits }: TransformInput): void {
  if (!("SelectStmt" in tree)) return;
  const { targetList, op, intoClause, groupClause, distinctClause } = tree.SelectStmt as SelectStmt;
  if (op !== "SETOP_NONE" || intoClause) return;
  for (const target of targetList ?? []) {
    if (!groupClause && !distinctClause) noteShown(target);
    if (!("ResTarget" in target) || !isMarked(target.ResTarget.val)) continue;
    const { name, location = 0 } = target.ResTarget;
    const { text, tokens } = source;
    const first = source.tokenAt(source.offsetOfByte(location));
    let last = endOfTarget(source, first) - 1;
    if (name !== undefined) last = isKeyword(text, tokens[last - 1], "as") ? last - 2 : last - 1;
    edits.wrap(tokens[first].start, tokens[last].end, "duckgres_json(", ")");
  }
}

/** Results of `->>`. Grouped ones must stay what they are grouped by. */
const shown = new WeakSet<A_Expr>();

function noteShown(target: Node): void {
  const node = "ResTarget" in target ? target.ResTarget.val : undefined;
  if (node && "A_Expr" in node && lastPart(node.A_Expr.name) === "->>") shown.add(node.A_Expr);
}

function isMarked(node: Node | undefined): boolean {
  if (node === undefined || resultType(node) !== "json") return false;
  return !("FuncCall" in node && setReturningOf(node.FuncCall)) && !isParameter(node);
}

/** `$1::json`: of two casts DuckDB takes the outer one for the parameter's type. */
function isParameter(node: Node | undefined): boolean {
  if (node && "TypeCast" in node) return isParameter(node.TypeCast.arg);
  return node !== undefined && "ParamRef" in node;
}

/** Like {@linkcode knownType}, also of what has several branches. */
function resultType(node: Node | undefined): string | null {
  if (!node) return null;
  const branches = branchesOf(node);
  if (!branches) return knownType(node);
  const types = branches.map(resultType).filter((type) => type !== "unknown");
  return types.length > 0 && types.every((type) => type === "json") ? "json" : null;
}

function branchesOf(node: Node): (Node | undefined)[] | null {
  if ("CoalesceExpr" in node) return node.CoalesceExpr.args ?? [];
  if ("CaseExpr" in node) {
    const { args = [], defresult } = node.CaseExpr;
    const results = args.map((when) => "CaseWhen" in when ? when.CaseWhen.result : undefined);
    return defresult ? [...results, defresult] : results;
  }
  if ("SubLink" in node && node.SubLink.subLinkType === "EXPR_SUBLINK") {
    const { subselect } = node.SubLink;
    const [target] = subselect && "SelectStmt" in subselect ? subselect.SelectStmt.targetList ?? [] : [];
    return target && "ResTarget" in target ? [target.ResTarget.val] : null;
  }
  return null;
}
