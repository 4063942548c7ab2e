import { lookup } from "../../../worker/api/lookup.ts";
import type { FuncCall, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { callText } from "../call.ts";
import { lastPart } from "../constant.ts";
import { knownType } from "../known_type.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Named arguments where DuckDB takes no notice of the name: `sqrt(x => 16)`, and where its function has none:
 * `make_date(year => 2013, …)`. Those of macros and table functions are its own to find.
 *
 * @see https://www.postgresql.org/docs/16/sql-syntax-calling-funcs.html
 */
export const namedArguments: Transform = { visit: { FuncCall: call } };

/** Functions built into both, whose arguments have no names. */
const nameless = new Set(
  ("abs acos age array_length array_position array_to_string ascii asin atan atan2 bit_length btrim cardinality cbrt ceil " +
    "ceiling char_length chr coalesce concat concat_ws cos cot count date_part date_trunc degrees exp factorial floor " +
    "format gcd greatest initcap lcm least left length ln log lower lpad ltrim max md5 min mod now nullif octet_length " +
    "pi power radians random repeat replace reverse right round rpad rtrim sign sin split_part sqrt starts_with strpos " +
    "string_agg string_to_array substr substring sum tan to_char to_date to_hex to_number to_timestamp translate trim " +
    "trunc unnest upper").split(" "),
);

/** Functions of DuckDB's own by the names that PostgreSQL has for their arguments. */
const named: Readonly<Record<string, readonly string[]>> = lookup({
  make_date: ["year", "month", "day"],
  make_time: ["hour", "min", "sec"],
  make_timestamp: ["year", "month", "mday", "hour", "min", "sec"],
  make_timestamptz: ["year", "month", "mday", "hour", "min", "sec", "timezone"],
  parse_ident: ["str", "strict"],
});

function call(fields: Fields, input: TransformInput): void {
  const { source, refuse } = input;
  const { funcname, args = [], location } = fields as FuncCall;
  const first = args.findIndex((arg) => "NamedArgExpr" in arg);
  if (first < 0) return;
  const offset = source.offsetOfByte(location ?? 0);
  if (args.slice(first).some((arg) => !("NamedArgExpr" in arg))) {
    return refuse(new PgError("42601", "positional argument cannot follow named argument"), offset);
  }
  const name = lastPart(funcname) ?? "";
  if (named[name] && inOrder(fields as FuncCall, first, named[name], input)) return;
  if (!nameless.has(name) && !named[name]) return;
  refuse(
    new PgError("42883", `function ${name}(${args.map(signature).join(", ")}) does not exist`, {
      hint:
        "No function matches the given name and argument types. You might need to add explicit type casts.",
    }),
    offset,
  );
}

/** Puts the arguments where their names say. @returns false where one is missing or of another name */
function inOrder(
  node: FuncCall,
  first: number,
  names: readonly string[],
  { source: { tokens, text }, source, edits }: TransformInput,
): boolean {
  const { args = [] } = node;
  const places = args.map((arg, i) => "NamedArgExpr" in arg ? names.indexOf(arg.NamedArgExpr.name ?? "") : i);
  const call = callText(source, node);
  if (!call || [...places].sort((a, b) => a - b).some((place, i) => place !== i)) return false;
  const values = call.arguments.map(({ first: from, last }, i) => {
    const value = "NamedArgExpr" in args[i] ? from + 2 : from;
    return { start: tokens[value].start, end: tokens[last].end, from: tokens[from].start };
  });
  values.slice(first).forEach((own, i) => {
    const wanted = values[places.indexOf(first + i)];
    if (wanted === own) edits.replace(own.from, own.start, "");
    else edits.replace(own.from, own.end, text.slice(wanted.start, wanted.end));
  });
  return true;
}

function signature(arg: Node): string {
  if (!("NamedArgExpr" in arg)) return knownType(arg) ?? "?";
  return `${arg.NamedArgExpr.name} => ${knownType(arg.NamedArgExpr.arg) ?? "?"}`;
}
