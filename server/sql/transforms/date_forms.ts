import type { A_Expr, FuncCall, Node, SQLValueFunction, TypeCast } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { constantText, lastPart, nameParts } from "../constant.ts";
import { extentOf } from "../expression_extent.ts";
import { firstTokenOf } from "../extent.ts";
import { closingIndex, isKeyword, isSymbol } from "../lexer.ts";
import { knownType } from "../known_type.ts";
import { castExtent } from "../types/cast_extent.ts";
import { namedType } from "../types/type_name.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Forms of dates and times that DuckDB has no words for: `(a, b) OVERLAPS (c, d)`, `AT LOCAL`, `AT TIME ZONE INTERVAL '…'`,
 * `CURRENT_TIMESTAMP(2)`, the difference of two times, a cast to `time`.
 *
 * @see https://www.postgresql.org/docs/18/functions-datetime.html
 */
export const dateForms: Transform = {
  visit: { FuncCall: call, SQLValueFunction: valueFunction, A_Expr: operator, TypeCast: cast },
};

function call(fields: Fields, input: TransformInput): void {
  const node = fields as FuncCall;
  const { args = [] } = node;
  const name = lastPart(node.funcname);
  if (name === "overlaps" && args.length === 4) return overlaps(node, input);
  if (name !== "timezone" || node.funcformat !== "COERCE_SQL_SYNTAX") return;
  if (args.length === 1) return atLocal(args[0], input);
  if (args.length === 2) atTimeZone(node, args, input);
}

function overlaps({ location, args = [] }: FuncCall, { source, edits }: TransformInput): void {
  const { text, tokens } = source;
  const word = source.tokenAt(source.offsetOfByte(location ?? 0));
  const open = firstTokenOf(args[0], source, word);
  if (!isKeyword(text, tokens[word], "overlaps") || !isSymbol(text, tokens[word - 1], ")")) return;
  if (!isSymbol(text, tokens[word + 1], "(")) return;
  const first = isSymbol(text, tokens[open], "(") ? open : open - 1;
  edits.wrap(tokens[first].start, tokens[first].start, "duckgres_overlaps", "");
  edits.replace(tokens[word - 1].start, tokens[word + 1].end, ",");
}

/** The tree does not say where `AT LOCAL` stands: it is the first behind its argument. */
function atLocal(argument: Node, { source, edits }: TransformInput): void {
  const { text, tokens } = source;
  for (let at = firstTokenOf(argument, source, tokens.length); at < tokens.length; at++) {
    if (!isKeyword(text, tokens[at], "at") || !isKeyword(text, tokens[at + 1], "local")) continue;
    edits.replace(tokens[at + 1].start, tokens[at + 1].end, "TIME ZONE current_setting('TimeZone')");
    return;
  }
}

/** A zone by its offset; written as a text its sign is that of POSIX, west of Greenwich. */
function atTimeZone({ location }: FuncCall, [zone, moment]: Node[], { source, edits }: TransformInput): void {
  const { tokens } = source;
  const at = source.tokenAt(source.offsetOfByte(location ?? 0));
  const first = firstTokenOf(moment, source, at);
  const text = "A_Const" in zone ? constantText(zone) ?? "" : "";
  const offset = /^\s*([-+])(\d{1,2})(?::?(\d{2}))?\s*$/.exec(text);
  if (!offset && knownType(zone) !== "interval") return;
  const [begin, end] = extentOfPrimary(zone, source, at + 3);
  if (begin === null) return;
  edits.wrap(tokens[first].start, tokens[end].end, "duckgres_at_offset(", ")");
  edits.replace(tokens[at].start, tokens[at + 2].end, ",");
  if (!offset) return;
  const [, sign, hours, minutes = "0"] = offset;
  const turned = sign === "-" ? "" : "-";
  edits.replace(
    tokens[begin].start,
    tokens[end].end,
    `to_minutes(${turned}${Number(hours) * 60 + Number(minutes)})`,
  );
}

/** First and last token of a zone: a constant, or an interval that is cast. */
function extentOfPrimary(
  zone: Node,
  source: TransformInput["source"],
  first: number,
): [number, number] | [null, 0] {
  if ("A_Const" in zone) return [first, first];
  if (!("TypeCast" in zone)) return [null, 0];
  const extent = castExtent(zone.TypeCast, source);
  if (!extent) return [null, 0];
  return [source.tokenAt(extent.start), source.tokenAt(extent.end) - 1];
}

const millionths = 6;

/** What `CURRENT_TIMESTAMP(2)` and its kin are cut to; DuckDB's own have no precision. */
const precise: Readonly<Record<string, [value: string, type: string]>> = {
  SVFOP_CURRENT_TIMESTAMP_N: ["now()", "TIMESTAMPTZ"],
  SVFOP_LOCALTIMESTAMP_N: ["CAST(now() AS TIMESTAMP)", "TIMESTAMP"],
  SVFOP_LOCALTIME_N: ["CAST(now() AS TIMESTAMP)", "TIME"],
  SVFOP_CURRENT_TIME_N: ["now()", "TIMETZ"],
};

function valueFunction(fields: Fields, { source, edits }: TransformInput): void {
  const { op = "", typmod = 0, location } = fields as SQLValueFunction;
  const known = precise[op];
  if (!known) return;
  const { text, tokens } = source;
  const first = source.tokenAt(source.offsetOfByte(location ?? 0));
  const [value, type] = known;
  const cut = typmod < millionths
    ? `time_bucket(to_microseconds(${10 ** (millionths - typmod)}), ${value})`
    : value;
  edits.replace(
    tokens[first].start,
    tokens[closingIndex(text, tokens, first + 1)].end,
    `CAST(${cut} AS ${type})`,
  );
}

const time = "time without time zone";

function operator(fields: Fields, { source, edits, refuse }: TransformInput): void {
  const { kind, name, lexpr, rexpr, location } = fields as A_Expr;
  if (kind !== "AEXPR_OP" || name?.length !== 1 || !lexpr || !rexpr) return;
  const [symbol] = nameParts(name);
  if (symbol !== "-" && symbol !== "+") return;
  const [left, right] = [knownType(lexpr), knownType(rexpr)];
  if (left !== right && !(right === "unknown" && symbol === "-")) return;
  if (symbol === "+") {
    if (left !== time) return;
    const message = `operator is not unique: ${time} + ${time}`;
    return refuse(new PgError("42725", message), source.offsetOfByte(location ?? 0));
  }
  if (left !== time && left !== "date") return;
  const { tokens } = source;
  const at = source.tokenAt(source.offsetOfByte(location ?? 0));
  const first = firstTokenOf(lexpr, source, at);
  const end = extentOf(rexpr, source)?.end;
  if (end === undefined) return;
  if (left === "date") return edits.wrap(tokens[first].start, end, "CAST(", " AS INTEGER)");
  edits.wrap(tokens[first].start, end, "duckgres_time_minus(", ")");
  edits.replace(tokens[at].start, tokens[at].end, ",");
}

/** `x::time`, where x may be of any type; `x::time::interval`. */
function cast(fields: Fields, { source, edits }: TransformInput): void {
  const node = fields as TypeCast;
  const type = namedType(node.typeName);
  if (!node.arg || type?.isArray || "A_Const" in node.arg) return;
  const ofTime = type?.name === "interval" && knownType(node.arg) === time;
  if (type?.name !== "time" && !ofTime) return;
  const extent = castExtent(node, source);
  if (!extent) return;
  const { start, end } = extent.argument;
  edits.replace(extent.start, start, "");
  edits.wrap(start, end, ofTime ? "duckgres_time_span(" : "duckgres_time(", ")");
  edits.replace(end, extent.end, "");
}
