import { lookup } from "../../../worker/api/lookup.ts";
import type { A_Expr, FuncCall, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { callText } from "../call.ts";
import { raise } from "../catalog/raise.ts";
import { constantText, lastPart } from "../constant.ts";
import { firstTokenOf } from "../extent.ts";
import { parsePath } from "../jsonpath/parse.ts";
import type { JsonPath } from "../jsonpath/path.ts";
import { type PathInput, pathSequence, pathTruth } from "../jsonpath/translate.ts";
import { knownType } from "../known_type.ts";
import { endOfOperand, lastOfOperator } from "../operand.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * jsonpath, which DuckDB does not have: a path that is a constant becomes an expression on lists of JSON.
 *
 * @see https://www.postgresql.org/docs/current/functions-json.html#FUNCTIONS-SQLJSON-PATH
 */
export const jsonPath: Transform = {
  visit: {
    A_Expr: (fields, input) => operator(fields as A_Expr, input),
    FuncCall: (fields, input) => call(fields as FuncCall, input),
  },
};

/** What is made of a path; `NULL` of NULL. */
export type Use = (path: JsonPath, on: PathInput) => string;

const exists: Use = (path, on) => `len(${pathSequence(path, on)}) > 0`;

const match: Use = (path, on) =>
  pathTruth(path, on) ??
    `duckgres_path_match(${pathSequence(path, on)}, ${
      on.raises ? raise("22038", "single boolean result is expected") : "NULL"
    })`;

const functions: Readonly<Record<string, Use>> = lookup({
  jsonb_path_exists: exists,
  jsonb_path_match: match,
  jsonb_path_query: pathSequence,
  jsonb_path_query_array: (path, on) => `to_json(${pathSequence(path, on)})`,
  jsonb_path_query_first: (path, on) => `(${pathSequence(path, on)})[1]`,
});

function operator({ kind, name, lexpr, rexpr, location = 0 }: A_Expr, input: TransformInput): void {
  const symbol = lastPart(name);
  if (kind !== "AEXPR_OP" || !lexpr || !rexpr || (symbol !== "@?" && symbol !== "@@")) return;
  const { source, edits } = input;
  const { tokens } = source;
  const at = source.tokenAt(source.offsetOfByte(location));
  const behind = lastOfOperator(source, at) + 1;
  const text = pathText(rexpr);
  // `@@` is also that of text search.
  if (
    symbol === "@@" && knownType(lexpr) !== "jsonb" &&
    !/^\s*(?:strict\b|lax\b|exists\b|[$(!])/.test(text ?? "")
  ) {
    return;
  }
  const path = parsed(rexpr, tokens[behind].start, input);
  if (!path) return;
  const on: PathInput = { root: "dg_root", variables: null, raises: false };
  const body = translated(() => (symbol === "@?" ? exists : match)(path, on), tokens[behind].start, input);
  const first = tokens[firstTokenOf(lexpr, source, at)].start;
  edits.wrap(first, tokens[at - 1].end, "list_transform([CAST(", ` AS JSON)], lambda dg_root: ${body})[1]`);
  edits.replace(tokens[at].start, tokens[endOfOperand(source, behind) - 1].end, "");
}

function call(node: FuncCall, input: TransformInput): void {
  const name = lastPart(node.funcname)?.replace(/_tz$/, "") ?? "";
  const use = functions[name];
  const { args = [] } = node;
  if (!use || args.length < 2 || args.some((arg) => "NamedArgExpr" in arg)) return;
  const { source, edits } = input;
  const { tokens } = source;
  const written = callText(source, node);
  if (written?.arguments.length !== args.length) return;
  const [target, second, variables] = written.arguments;
  const at = tokens[second.first].start;
  const path = parsed(args[1], at, input);
  if (!path) return;
  const raises = !/^t(rue)?$/.test(constantText(args[3]) ?? "");
  const on = variables
    ? { root: "dg_in.r", variables: "dg_in.v", raises }
    : { root: "dg_root", variables: null, raises };
  const body = translated(() => use(path, on), at, input);
  const set = name === "jsonb_path_query" ? ["unnest(", ")"] : ["", ""];
  const end = tokens[written.close].end;
  edits.replace(
    tokens[written.name].start,
    tokens[target.first].start,
    `${set[0]}list_transform([${variables ? "{'r': " : ""}CAST(`,
  );
  if (!variables) {
    return edits.replace(tokens[target.last].end, end, ` AS JSON)], lambda dg_root: ${body})[1]${set[1]}`);
  }
  edits.replace(tokens[target.last].end, tokens[variables.first].start, " AS JSON), 'v': CAST(");
  edits.replace(tokens[variables.last].end, end, ` AS JSON)}], lambda dg_in: ${body})[1]${set[1]}`);
}

function pathText(node: Node): string | null {
  const isText = "A_Const" in node ||
    ("TypeCast" in node && node.TypeCast.arg && "A_Const" in node.TypeCast.arg);
  return isText ? constantText(node) : null;
}

/** Reads a constant path; `null` when it is none, which is refused. */
export function parsed(node: Node, at: number, { refuse }: TransformInput): JsonPath | null {
  const text = pathText(node);
  if (text === null) {
    refuse(new PgError("0A000", "a jsonpath that is not a constant is not supported"), at);
    return null;
  }
  try {
    return parsePath(text);
  } catch (error) {
    if (!(error instanceof PgError)) throw error;
    refuse(error, at);
    return null;
  }
}

/** What cannot be translated is refused. */
export function translated(translate: () => string, at: number, { refuse }: TransformInput): string {
  try {
    return translate();
  } catch (error) {
    if (!(error instanceof PgError)) throw error;
    refuse(error, at);
    return "NULL";
  }
}
