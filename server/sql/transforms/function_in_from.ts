import type { FuncCall, Node, RangeFunction } from "libpg-query";
import { lastPart, nameParts } from "../constant.ts";
import { endOfName } from "../extent.ts";
import { closingIndex, depthStep, identifierOf, isKeyword, isSymbol, textOf, type Token } from "../lexer.ts";
import { scalarsInFrom } from "../set_returning.ts";
import type { Source } from "../source.ts";
import { type Fields, fieldsOf, walk } from "../walk.ts";
import { callMacro, inFrom, setReturningOf } from "./set_returning.ts";
import type { Transform, TransformInput } from "./transform.ts";
import { joinKinds } from "./words.ts";

/**
 * Functions in FROM. DuckDB has only its own table functions there, one at a time; anything else becomes a sub-select that
 * calls the functions side by side: `upper('x') u` is `(SELECT upper('x') AS "upper") u`, and
 * `ROWS FROM (generate_series(1, 2), unnest(a)) WITH ORDINALITY` a select of both, numbered.
 *
 * The alias of a function that returns single values names its column, too: `generate_series(1, 3) s` has the column `s`.
 *
 * @see https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-TABLEFUNCTIONS
 */
export const functionInFrom: Transform = { visit: { RangeFunction: rangeFunction } };

/** A call in FROM, and where its tokens are: the first of its name, the brackets. */
interface Call {
  node: FuncCall;
  name: string;
  first: number;
  open: number;
  close: number;
}

function rangeFunction(fields: Fields, input: TransformInput): void {
  const node = fields as RangeFunction;
  const calls = callsOf(node, input.source);
  if (calls.length === 0) return noteExpressions(node);
  if (node.coldeflist) return;
  for (const call of calls) inFrom.add(call.node);
  const [call] = calls;
  if (node.is_rowsfrom || isMultiple(call)) return subselect(node, calls, input);
  const known = setReturningOf(call.node);
  if (known?.native) {
    callMacro(call.node, undefined, known, input);
    return node.alias && nameTable(node, call.name, call.close, true, input);
  }
  if (known?.table && !node.ordinality) {
    nameTable(node, call.name, call.close, true, input);
    return callMacro(call.node, known.table, known, input);
  }
  if (known || scalarsInFrom.has(call.name)) subselect(node, calls, input);
}

/** COALESCE and the like, which DuckDB refuses there, in whose place no value may stand either. */
function noteExpressions({ functions = [] }: RangeFunction): void {
  for (const item of functions) {
    if ("List" in item && item.List.items?.[0]) inFrom.add(fieldsOf(item.List.items[0]));
  }
}

/** Empty when something else than plain calls is among them. */
function callsOf({ functions }: RangeFunction, source: Source): Call[] {
  const calls: Call[] = [];
  for (const item of functions ?? []) {
    const call: Node | undefined = "List" in item ? item.List.items?.[0] : undefined;
    if (!call || !("FuncCall" in call)) return [];
    const node = call.FuncCall;
    const first = source.tokenAt(source.offsetOfByte(node.location ?? 0));
    const open = endOfName(source, first);
    // Not every call is written as one: `a AT TIME ZONE b`.
    if (!isSymbol(source.text, source.tokens[open], "(")) return [];
    const close = closingIndex(source.text, source.tokens, open);
    calls.push({ node, name: lastPart(node.funcname) ?? "", first, open, close });
  }
  return calls;
}

/** `unnest(a, b)` stands for `ROWS FROM (unnest(a), unnest(b))`. */
function isMultiple({ name, node }: Call): boolean {
  return name === "unnest" && (node.args?.length ?? 0) > 1;
}

/** The functions as items of a select list. */
function subselect(node: RangeFunction, calls: readonly Call[], input: TransformInput): void {
  const { source: { tokens }, edits } = input;
  const several = calls.length > 1 || isMultiple(calls[0]);
  const [begin, end] = extentOf(node, calls, input.source);
  const known = setReturningOf(calls[0].node);
  const isRow = !several && known?.row === true;
  const number = node.ordinality ? ', row_number() OVER () AS "ordinality"' : "";
  const before = isRow || number ? `(SELECT ${isRow ? "dg_row." : ""}*${number} FROM (SELECT ` : "(SELECT ";
  const after = isRow || number ? ") AS dg_rows)" : ")";
  const single = !several && !isRow &&
    (known?.column === undefined || isColumn(node.alias?.aliasname, input));
  nameTable(node, calls[0].name, end, single, input);
  if (node.ordinality) edits.replace(tokens[end + 1].start, tokens[end + 2].end, "");
  if (node.is_rowsfrom) {
    edits.replace(tokens[begin].start, tokens[begin + 2].end, before);
    edits.replace(tokens[end].start, tokens[end].end, after);
  } else edits.wrap(tokens[begin].start, tokens[end].end, before, after);
  for (const call of calls) writeTarget(call, several, input);
}

/** The first token and the last of what stands before WITH ORDINALITY and the alias. */
function extentOf({ is_rowsfrom }: RangeFunction, calls: readonly Call[], source: Source): [number, number] {
  if (!is_rowsfrom) return [calls[0].first, calls[0].close];
  // ROWS FROM ( … )
  const open = calls[0].first - 1;
  return [open - 2, closingIndex(source.text, source.tokens, open)];
}

/** Whether a table's name stands for its only column somewhere: `SELECT e ->> 'a' FROM jsonb_array_elements(x) e`. */
function isColumn(name: string | undefined, { tree }: TransformInput): boolean {
  let found = false;
  walk(tree, (type, node) => {
    const fields = type === "ColumnRef" ? node.fields as Node[] : [];
    if (fields.length === 1 && nameParts(fields)[0] === name) found = true;
  });
  return found;
}

function writeTarget(call: Call, several: boolean, input: TransformInput): void {
  const { source: { text, tokens }, edits } = input;
  const known = setReturningOf(call.node);
  const name = ` AS "${known?.row && !several ? "dg_row" : known?.column ?? call.name}"`;
  edits.wrap(tokens[call.close].end, tokens[call.close].end, "", name);
  if (known) callMacro(call.node, known.rows, known, input);
  // A single value stands in the first row only.
  else if (several) edits.wrap(tokens[call.first].start, tokens[call.close].end, "unnest([", "])");
  if (!isMultiple(call)) return;
  for (const comma of commas(call, input.source)) {
    edits.replace(tokens[comma].start, tokens[comma].end, `)${name}, ${textOf(text, tokens[call.first])}(`);
  }
}

/** Indexes of the commas between the arguments. */
function commas({ open, close }: Call, { text, tokens }: Source): number[] {
  const found: number[] = [];
  let depth = 0;
  for (let i = open; i < close; i++) {
    depth += depthStep(text, tokens[i]);
    if (depth === 1 && isSymbol(text, tokens[i], ",")) found.push(i);
  }
  return found;
}

/**
 * The name of the table, and that of its column where there is only one: the alias, else the function's name.
 *
 * @param end index of the token before WITH ORDINALITY and the alias
 */
function nameTable(
  { alias, ordinality }: RangeFunction,
  name: string,
  end: number,
  single: boolean,
  { source: { text, tokens }, edits }: TransformInput,
): void {
  const last = ordinality ? end + 2 : end;
  if (!alias) return edits.wrap(tokens[last].end, tokens[last].end, "", ` AS "${name}"`);
  if (alias.colnames || !single) return;
  const token = tokens[isKeyword(text, tokens[last + 1], "as") ? last + 2 : last + 1];
  if (identifierOf(text, token) !== alias.aliasname || isJoinWord(token, tokens[last + 2], text)) return;
  edits.wrap(token.end, token.end, "", `(${textOf(text, token)})`);
}

/** DuckDB's own joins look like an alias (`f() SEMI JOIN t`) and stay what they are. */
function isJoinWord(token: Token, next: Token | undefined, text: string): boolean {
  return isKeyword(text, next, "join") && token.kind === "word" &&
    joinKinds.has(identifierOf(text, token) ?? "");
}
