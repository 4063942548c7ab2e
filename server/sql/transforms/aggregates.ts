import type { FuncCall, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { callText } from "../call.ts";
import { constantText, lastPart } from "../constant.ts";
import { endOfCall, endOfName } from "../extent.ts";
import { knownType } from "../known_type.ts";
import { closingIndex, depthStep, isKeyword, textOf } from "../lexer.ts";
import { anyNode, type Fields } from "../walk.ts";
import { isShown } from "./shown_targets.ts";
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
      if (lastPart(node.name as Node[] | undefined) !== "*") return;
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
  const name = lastPart(node.funcname) ?? "";
  if (unordered.has(name)) refuseType(name, node, input);
  switch (name) {
    case "sum":
      return typed(node, [], input);
    case "avg":
      if (factors.has(node)) return;
      return typed(node, ["sum", "count"], input, isShown(node, input) ? "_shown" : "");
    case "stddev":
    case "stddev_samp":
    case "stddev_pop":
    case "variance":
    case "var_samp":
    case "var_pop":
      return deviation(name, node, input);
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
function typed(node: FuncCall, others: readonly string[], input: TransformInput, suffix = ""): void {
  const text = aggregateText(node, input);
  if (!text) return;
  const { close, last } = text;
  const plain = last === close && !node.agg_distinct && !node.agg_order;
  const name = lastPart(node.funcname);
  manifold(text, `duckgres_${name}${plain ? "" : "_over"}${suffix}(`, others.map((other) => [other]), input);
}

/** Of a statement's own results, `stddev(x)` is worked out of sums of squares, with PostgreSQL's digits. */
function deviation(name: string, node: FuncCall, input: TransformInput): void {
  if (node.agg_distinct || node.agg_order || !isShown(node, input)) return;
  const text = aggregateText(node, input);
  const kind = (name.endsWith("_pop") ? 0 : 1) + (name.startsWith("stddev") ? 2 : 0);
  const others: Other[] = [
    ["sum"],
    ["count"],
    ["sum", "duckgres_square"],
    ["count", "duckgres_square"],
  ];
  if (text) manifold(text, `duckgres_deviation(${kind}, `, others, input);
}

/** Another aggregate of the same argument, or of what a macro with overloads makes of it. */
type Other = readonly [aggregate: string, macro?: string];

/** Where the parts of an aggregate's call stand: indexes of tokens, and the offsets of its argument. */
interface AggregateText {
  first: number;
  open: number;
  close: number;
  /** The last one, with FILTER and OVER. */
  last: number;
  argument: { start: number; end: number };
}

/** `null` where its argument cannot be written several times. */
function aggregateText(node: FuncCall, input: TransformInput): AggregateText | null {
  if (node.args?.length !== 1 || hasSubselect(node.args[0])) return null;
  const { source } = input;
  const { text, tokens } = source;
  const first = tokenAt(node as Fields, input);
  const open = endOfName(source, first);
  const close = closingIndex(text, tokens, open);
  const quantified = node.agg_distinct || isKeyword(text, tokens[open + 1], "all");
  const start = tokens[quantified ? open + 2 : open + 1].start;
  const end = endOfArgument(node, open, close, input);
  return { first, open, close, last: endOfCall(source, close), argument: { start, end } };
}

/** `a(x) …` as `<macro>a(x) …, <others>(x) …, x, 0)`. */
function manifold(
  { first, open, close, last, argument: { start, end } }: AggregateText,
  macro: string,
  others: readonly Other[],
  { source: { text, tokens }, edits }: TransformInput,
): void {
  const at = tokens[last].end;
  const lastText = textOf(text, tokens[last]);
  edits.wrap(tokens[first].start, at, macro, ", 0)");
  // What is added last stands first.
  edits.copy(at, start, end, ", ", "");
  for (const [aggregate, inner] of others.toReversed()) {
    if (!inner) {
      edits.copy(at, tokens[open].start, tokens[last].start, `, ${aggregate}`, lastText);
      continue;
    }
    edits.copy(at, tokens[close].start, tokens[last].start, "", lastText);
    edits.copy(at, start, end, ", ", ", 0)");
    edits.copy(at, start, end, `, ${aggregate}(__duckgres.main.${inner}(`, "");
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
