import type { FuncCall, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { callText } from "../call.ts";
import { constantText, nameParts } from "../constant.ts";
import { endOfCall, endOfName } from "../extent.ts";
import { knownType } from "../known_type.ts";
import { closingIndex, depthStep, isKeyword, textOf } from "../lexer.ts";
import { anyNode, type Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Aggregates and window functions whose results have other types in DuckDB: the sum of integers is a bigint, their
 * average a numeric. Which it is depends on the argument's type, which only DuckDB knows: so `sum(x) OVER w` becomes
 * `duckgres_sum(sum(x) OVER w, x, 0)`, a macro with an overload for each type of its second argument. The macro puts the
 * aggregate itself, and a cast where one is needed, in its place; nothing of it is left when the query runs.
 *
 * @see https://www.postgresql.org/docs/current/functions-aggregate.html
 */
export const aggregates: Transform = {
  visit: {
    FuncCall: (fields, input) => call(fields as FuncCall, input),
    GroupingFunc: (node, input) => cast(tokenAt(node, input), "INTEGER", input),
    // PostgreSQL's numerics have room for any product, DuckDB's for 38 digits.
    A_Expr: (node) => {
      if (constantText((node.name as Node[] | undefined)?.[0]) !== "*") return;
      for (const [side, other] of [[node.lexpr, node.rexpr], [node.rexpr, node.lexpr]]) {
        if (constantText(other as Node) === null) noteFactor(side as Node);
      }
    },
  },
};

/** Averages that are multiplied by what is no constant. */
const factors = new WeakSet<FuncCall>();

function noteFactor(node: Node | undefined): void {
  if (node && "FuncCall" in node) factors.add(node.FuncCall);
}

function call(node: FuncCall, input: TransformInput): void {
  const name = nameParts(node.funcname).at(-1) ?? "";
  if (unordered.has(name)) refuseType(name, node, input);
  switch (name) {
    case "sum":
      return typed(node, [], input);
    case "avg":
      return factors.has(node) ? undefined : typed(node, ["sum", "count"], input);
    case "every":
      return rename(node, "bool_and", input);
    case "count":
      if (!node.args && !node.agg_star) refuseCount(node, input);
      return;
    case "ntile":
      if (node.over) cast(tokenAt(node as Fields, input), "INTEGER", input);
  }
  if (windowFunctions.has(name)) refuseWindow(name, node, input);
  if (node.agg_distinct && !node.agg_order) orderDistinct(name, node, input);
}

/** PostgreSQL finds the values that are distinct by sorting them, and people have come to expect that. */
function orderDistinct(name: string, node: FuncCall, { source, edits }: TransformInput): void {
  const text = name === "array_agg" || name === "string_agg" ? callText(source, node) : null;
  if (!text) return;
  const { tokens } = source;
  if (name === "array_agg") {
    const end = tokens[endOfCall(source, text.close)].end;
    return edits.wrap(tokens[text.name].start, end, "list_sort(", ", 'ASC', 'NULLS LAST')");
  }
  // DISTINCT stands in front of the value.
  const [{ first, last }, separator] = text.arguments;
  if (!separator || hasSubselect({ List: { items: node.args } } as Node)) return;
  edits.copy(tokens[text.close].start, tokens[first + 1].start, tokens[last].end, " ORDER BY ", "");
}

/** `sum(x) …` as `duckgres_sum(sum(x) …, <others>(x) …, x, 0)`. */
function typed(node: FuncCall, others: readonly string[], input: TransformInput): void {
  if (node.args?.length !== 1 || hasSubselect(node.args[0])) return;
  const { source, edits } = input;
  const { text, tokens } = source;
  const first = tokenAt(node as Fields, input);
  const open = endOfName(source, first);
  const close = closingIndex(text, tokens, open);
  const last = tokens[endOfCall(source, close)];
  const plain = endOfCall(source, close) === close && !node.agg_distinct && !node.agg_order;
  const name = nameParts(node.funcname).at(-1);
  edits.wrap(tokens[first].start, last.end, `duckgres_${name}${plain ? "" : "_over"}(`, ", 0)");
  const quantified = node.agg_distinct || isKeyword(text, tokens[open + 1], "all");
  const argument = tokens[quantified ? open + 2 : open + 1].start;
  // What is added last stands first.
  edits.copy(last.end, argument, endOfArgument(node, open, close, input), ", ", "");
  for (const other of others.toReversed()) {
    edits.copy(last.end, tokens[open].start, last.start, `, ${other}`, textOf(text, last));
  }
}

function hasSubselect(node: Node): boolean {
  return anyNode({ List: { items: [node] } } as Node, (type) => type === "SubLink");
}

/** Where the only argument ends: at the closing bracket, or at the ORDER BY of the aggregate. */
function endOfArgument(
  node: FuncCall,
  open: number,
  close: number,
  { source: { text, tokens } }: TransformInput,
): number {
  if (!node.agg_order) return tokens[close].start;
  let depth = 0;
  for (let i = open; i < close; i++) {
    depth += depthStep(text, tokens[i]);
    if (depth === 1 && isKeyword(text, tokens[i], "order")) return tokens[i].start;
  }
  return tokens[close].start;
}

function tokenAt(node: Fields, { source }: TransformInput): number {
  return source.tokenAt(source.offsetOfByte(Number(node.location ?? 0)));
}

/** Casts a call that begins at a token. */
function cast(first: number, type: string, { source, edits }: TransformInput): void {
  const { text, tokens } = source;
  const close = closingIndex(text, tokens, endOfName(source, first));
  edits.wrap(tokens[first].start, tokens[endOfCall(source, close)].end, "CAST(", ` AS ${type})`);
}

function rename(node: FuncCall, name: string, input: TransformInput): void {
  const { source, edits } = input;
  const first = tokenAt(node as Fields, input);
  edits.replace(source.tokens[first].start, source.tokens[endOfName(source, first) - 1].end, name);
}

const windowFunctions = new Set(
  "cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number".split(
    " ",
  ),
);

/** Aggregates that take only what can be added or put in order. */
const unordered = new Set(["sum", "avg", "min", "max"]);

/** A literal could be of several types that have a sum; booleans and json have no order among aggregates. */
function refuseType(name: string, { args, location }: FuncCall, { source, refuse }: TransformInput): void {
  if (args?.length !== 1) return;
  const type = knownType(args[0]);
  const at = source.offsetOfByte(location ?? 0);
  if (type === "boolean" || type === "json") {
    refuse(new PgError("42883", `function ${name}(${type}) does not exist`), at);
  }
  if (type !== "unknown" || name === "min" || name === "max") return;
  refuse(new PgError("42725", `function ${name}(unknown) is not unique`), at);
}

function refuseCount(node: FuncCall, { source, refuse }: TransformInput): void {
  const message = "count(*) must be used to call a parameterless aggregate function";
  refuse(new PgError("42809", message), source.offsetOfByte(node.location ?? 0));
}

function refuseWindow(name: string, node: FuncCall, { source, refuse }: TransformInput): void {
  const at = source.offsetOfByte(node.location ?? 0);
  if (!node.over && !node.agg_within_group) {
    refuse(new PgError("42809", `window function ${name} requires an OVER clause`), at);
  }
  const count = name === "nth_value" ? constantText(node.args?.[1]) : null;
  if (count !== null && Number(count) <= 0) {
    refuse(new PgError("22016", "argument of nth_value must be greater than zero"), at);
  }
}
