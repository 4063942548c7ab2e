import type { FuncCall, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { type CallText, callText } from "../call.ts";
import { constantText, lastPart } from "../constant.ts";
import { numberOutput } from "../formats/number_output.ts";
import { textOutput } from "../formats/text_output.ts";
import { timeInput } from "../formats/time_input.ts";
import { timeOutput } from "../formats/time_output.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import { anyNode, type Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `to_char`, `to_date`, `to_timestamp`, `to_number` and `format` with a template that is a literal: it is worked out here,
 * so that a row pays for what the template asks only. Usual dates are one strftime() of DuckDB's.
 *
 * @see https://www.postgresql.org/docs/18/functions-formatting.html
 */
export const formats: Transform = { visit: { FuncCall: call } };

const catalog = "__duckgres.main.";

function call(fields: Fields, input: TransformInput): void {
  const node = fields as FuncCall;
  const name = lastPart(node.funcname) ?? "";
  if (name === "format") return formatText(node, input);
  if (!/^to_(char|date|timestamp|number)$/.test(name) || node.args?.length !== 2) return;
  const template = literal(node.args[1]);
  const text = callText(input.source, node);
  if (template === null || text?.arguments.length !== 2) return;
  if (name === "to_char") toChar(node.args[0], template, text, input);
  else if (name === "to_number") toNumber(template, text, input);
  else toTime(name, template, text, input);
}

function literal(node: Node | undefined): string | null {
  return node && "A_Const" in node && node.A_Const.sval ? constantText(node) : null;
}

/** Patterns that only times have, outside quotes. */
const timePattern = /y|mm|dd|hh|ss|us|mon|day|dy|[qwj]|tz|cc|am|pm|a\.m|p\.m|rm|ff\d|bc|ad|of/i;

function toChar(value: Node, template: string, text: CallText, input: TransformInput): void {
  const bare = template.replace(/"[^"]*"?|\\./g, "");
  if (!timePattern.test(bare) && /[90]|(?<![a-z])(?:fm)?rn(?![a-z])/i.test(bare)) {
    return numberToChar(template, text, input);
  }
  const output = timeOutput(template);
  if (output.kind === "expression") return throughLambda(text, "", "", `dg_t: ${output.sql}`, input);
  const args = `${quoteText(output.format)}, ${quoteText(output.span)}`;
  // The macro has the value several times: a query in it is worked out once.
  if (anyNode(value, (type) => type === "SubLink")) {
    return throughLambda(text, "", "", `dg_t: ${catalog}duckgres_strftime(dg_t, ${args})`, input);
  }
  rename(text, `${catalog}duckgres_strftime`, input);
  replaceArgument(text, 1, args, input);
}

function numberToChar(template: string, text: CallText, input: TransformInput): void {
  const output = numberOutput(template);
  if (!output) return;
  const { sql, whole, fraction, least, shift, undivided } = output;
  if (undivided) return throughLambda(text, "{n: (", ")}", `dg_n: ${sql}`, input);
  const number = shift > 0 ? `dg_x * ${10 ** shift}` : "dg_x";
  // Numerics of 64 bits are many times faster than larger ones.
  const digits = (precision: number) =>
    `CAST(CAST(abs(${number}) AS DECIMAL(${precision}, ${fraction})) AS VARCHAR)`;
  const cut = fraction > 16
    ? digits(38)
    : `CASE WHEN abs(${number}) < 1e${17 - fraction} THEN ${digits(18)} ELSE ${digits(38)} END`;
  const parts = `${catalog}duckgres_digits(dg_x, ${cut}, ${whole}, ${fraction}, ${least})`;
  throughLambda(text, "", "", `dg_x: list_transform([${parts}], lambda dg_n: ${sql})[1]`, input);
}

/** `list_transform([value], lambda …)[1]`: the value is worked out once. */
function throughLambda(
  { name, open, close, arguments: [first] }: CallText,
  before: string,
  after: string,
  lambda: string,
  { source: { tokens }, edits }: TransformInput,
): void {
  edits.replace(tokens[name].start, tokens[open].end, `list_transform([${before}`);
  edits.replace(tokens[first.last + 1].start, tokens[close].end, `${after}], lambda ${lambda})[1]`);
}

function toNumber(template: string, text: CallText, { source: { tokens }, edits }: TransformInput): void {
  const fraction = numberOutput(template)?.fraction ?? 0;
  const { name, open, close, arguments: [first] } = text;
  edits.replace(tokens[name].start, tokens[open].end, `CAST(${catalog}duckgres_to_number(`);
  edits.replace(tokens[first.last + 1].start, tokens[close].end, `) AS DECIMAL(38, ${fraction}))`);
}

function toTime(name: string, template: string, text: CallText, input: TransformInput): void {
  const reading = timeInput(template);
  if (!reading) return;
  const { pattern, names, first } = reading;
  rename(text, `${catalog}duckgres_${name}`, input);
  const list = `[${names.map(quoteText).join(", ")}]`;
  replaceArgument(text, 1, `${quoteText(pattern)}, ${list}, ${quoteText(first)}`, input);
}

function rename({ name, open }: CallText, to: string, { source: { tokens }, edits }: TransformInput): void {
  edits.replace(tokens[name].start, tokens[open - 1].end, to);
}

function replaceArgument(call: CallText, at: number, to: string, { source, edits }: TransformInput): void {
  const { first, last } = call.arguments[at];
  edits.replace(source.tokens[first].start, source.tokens[last].end, to);
}

function formatText(node: FuncCall, input: TransformInput): void {
  const [first, ...values] = node.args ?? [];
  const template = literal(first);
  const text = callText(input.source, node);
  if (template === null || node.func_variadic || text?.arguments.length !== values.length + 1) return;
  const { source: { tokens }, edits } = input;
  try {
    const sql = textOutput(template, values.length);
    if (values.length === 0) {
      edits.replace(tokens[text.name].start, tokens[text.close].end, `(${sql})`);
      return;
    }
    const [, ...rest] = text.arguments;
    const shown = `${catalog}duckgres_text(`;
    edits.replace(tokens[text.name].start, tokens[rest[0].first - 1].end, `list_transform([[${shown}`);
    for (const { first } of rest.slice(1)) {
      edits.replace(tokens[first - 1].start, tokens[first - 1].end, `), ${shown}`);
    }
    edits.replace(tokens[text.close].start, tokens[text.close].end, `)]], lambda dg_a: ${sql})[1]`);
  } catch (error) {
    if (!(error instanceof PgError)) throw error;
    input.refuse(error);
  }
}
