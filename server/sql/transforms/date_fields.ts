import { lookup } from "../../../worker/api/lookup.ts";
import type { FuncCall, Node } from "libpg-query";
import { constantText, lastPart } from "../constant.ts";
import { endOfName } from "../extent.ts";
import { closingIndex, isKeyword, isSymbol } from "../lexer.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import type { Source } from "../source.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `extract(field FROM x)` is numeric and `date_part('field', x)` double precision; DuckDB answers a bigint, without a
 * second's fraction, and has fields for types that have none. Which macro answers, the field decides.
 *
 * @see https://www.postgresql.org/docs/18/functions-datetime.html#FUNCTIONS-DATETIME-EXTRACT
 */
export const dateFields: Transform = { visit: { FuncCall: call } };

/** What PostgreSQL calls a field, by all its names. */
const names: ReadonlyMap<string, string> = new Map(
  [
    "millennium mil mils millennia",
    "century c cent centuries",
    "decade dec decs decades",
    "year y yr yrs years",
    "quarter qtr",
    "month mon mons months",
    "week w weeks",
    "day d days",
    "hour h hr hrs hours",
    "minute min mins minutes",
    "second s sec secs seconds",
    "millisecond ms msec msecs msecond mseconds milliseconds",
    "microsecond us usec usecs usecond useconds microsecon microseconds",
    "julian j jd",
    "dow",
    "doy",
    "isodow",
    "isoyear",
    "epoch",
    "timezone",
    "timezone_hour timezone_h",
    "timezone_minute timezone_m",
  ].flatMap((line) => {
    const words = line.split(" ");
    return words.map((word) => [word, words[0]] as const);
  }),
);

/** The macro that answers a field; those that are not here answer by `date`. */
const groups: Readonly<Record<string, string>> = lookup({
  week: "interval_day",
  dow: "interval_day",
  doy: "interval_day",
  isodow: "interval_day",
  isoyear: "interval_day",
  hour: "time",
  minute: "time",
  microsecond: "time",
  second: "second",
  millisecond: "millisecond",
  julian: "julian",
  epoch: "epoch",
  timezone: "timezone",
  timezone_hour: "timezone",
  timezone_minute: "timezone",
});

function call(fields: Fields, input: TransformInput): void {
  const { funcname, args = [], location, over } = fields as FuncCall;
  const name = lastPart(funcname) ?? "";
  if (args.length !== 2 || over || !isLiteral(args[0])) return;
  if (name !== "extract" && name !== "date_part" && name !== "date_trunc") return;
  const { source } = input;
  const first = source.tokenAt(source.offsetOfByte(location ?? 0));
  const open = endOfName(source, first);
  if (!isSymbol(source.text, source.tokens[open], "(")) return;
  const written = constantText(args[0])!.toLowerCase();
  if (name === "date_trunc") return truncate(written, first, open, input);
  field(written, name === "date_part", first, open, input);
}

function isLiteral(node: Node): boolean {
  return "A_Const" in node && node.A_Const.sval !== undefined;
}

function truncate(written: string, first: number, open: number, { source, edits }: TransformInput): void {
  const name = names.get(written);
  if (name !== "century" && name !== "millennium") return;
  edits.replace(source.tokens[first].start, source.tokens[open - 1].end, "duckgres_trunc_century");
}

function field(
  written: string,
  isDouble: boolean,
  first: number,
  open: number,
  { source, edits }: TransformInput,
): void {
  const { tokens } = source;
  const name = names.get(written);
  const group = name === undefined ? "unknown" : groups[name] ?? "date";
  const behind = endOfField(source, open);
  if (behind === null) return;
  const begin = `duckgres_extract_${group}(${quoteText(name ?? written)}, `;
  edits.replace(tokens[first].start, tokens[behind].end, (isDouble ? "CAST(" : "") + begin);
  if (isDouble) {
    const close = tokens[closingIndex(source.text, tokens, open)];
    edits.replace(close.start, close.end, ") AS DOUBLE)");
  }
}

/** Index of the comma or FROM behind a field's name. */
function endOfField({ text, tokens }: Source, open: number): number | null {
  const at = open + 2;
  return isSymbol(text, tokens[at], ",") || isKeyword(text, tokens[at], "from") ? at : null;
}
