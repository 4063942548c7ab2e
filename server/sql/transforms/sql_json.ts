import type {
  JsonArrayAgg,
  JsonArrayConstructor,
  JsonArrayQueryConstructor,
  JsonIsPredicate,
  JsonObjectAgg,
  JsonObjectConstructor,
  JsonOutput,
  JsonParseExpr,
  JsonSerializeExpr,
} from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { endOfCall, firstTokenOf } from "../extent.ts";
import { isSymbol } from "../lexer.ts";
import {
  argumentsOf,
  findOutside,
  type Range,
  type SqlJsonCall,
  sqlJsonCall,
  wordsAt,
} from "../sql_json_text.ts";
import { namedType } from "../types/type_name.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * SQL/JSON's constructors, their aggregates, and IS JSON, which have a grammar of their own that DuckDB does not know.
 *
 * @see https://www.postgresql.org/docs/current/functions-json.html#FUNCTIONS-JSON-CREATION-TABLE
 */
export const sqlJson: Transform = {
  visit: {
    JsonArrayConstructor: (node, input) => array(node as JsonArrayConstructor, input),
    JsonArrayQueryConstructor: (node, input) => query(node as JsonArrayQueryConstructor, input),
    JsonObjectConstructor: (node, input) => object(node as JsonObjectConstructor, input),
    JsonArrayAgg: (node, input) => arrayAggregate(node as JsonArrayAgg, input),
    JsonObjectAgg: (node, input) => objectAggregate(node as JsonObjectAgg, input),
    JsonParseExpr: (node, input) => parse(node as JsonParseExpr, input),
    JsonSerializeExpr: (node, input) => serialize(node as JsonSerializeExpr, input),
    JsonIsPredicate: (node, input) => isJson(node as JsonIsPredicate, input),
  },
};

/** Puts texts in place of a call's name and opening bracket, and of its closing one with the clauses before it. */
function enclose(
  { name, open, close }: SqlJsonCall,
  behind: number,
  before: string,
  after: string,
  { source: { tokens }, edits }: TransformInput,
): void {
  const end = behind > open + 1 ? tokens[behind - 1].end : tokens[open].end;
  edits.replace(tokens[name].start, tokens[open].end, before);
  edits.replace(end, tokens[close].end, after);
}

/** What RETURNING makes of json. */
function returning(output: JsonOutput | undefined): [before: string, after: string] {
  const type = namedType(output?.typeName);
  if (!type || type.name === "json" || type.name === "jsonb") return ["", ""];
  return type.name === "bytea" ? ["encode(CAST(", " AS VARCHAR))"] : ["CAST(", " AS VARCHAR)"];
}

/** An item, or a value of an object: FORMAT JSON says that it is json already. */
function value({ first, behind }: Range, input: TransformInput): void {
  const { source, edits } = input;
  const { tokens } = source;
  const format = findOutside(source, { first, behind }, (at) => wordsAt(source, at, "format", "json"));
  if (format === behind) return;
  edits.wrap(tokens[first].start, tokens[format - 1].end, "CAST(", " AS JSON)");
  edits.replace(tokens[format - 1].end, tokens[behind - 1].end, "");
}

function array({ output, absent_on_null, location }: JsonArrayConstructor, input: TransformInput): void {
  const { source, edits } = input;
  const call = sqlJsonCall(source, location);
  if (!call) return;
  const { items, clauses } = argumentsOf(source, { first: call.open + 1, behind: call.close });
  const [open, close] = returning(output);
  enclose(call, clauses.first, `${open}duckgres_json_array(CAST([`, `] AS VARCHAR[]))${close}`, input);
  const [before, after] = absent_on_null
    ? ["CAST(duckgres_json_value(", ") AS VARCHAR)"]
    : ["duckgres_json_text(", ")"];
  for (const item of items) {
    edits.wrap(source.tokens[item.first].start, source.tokens[item.behind - 1].end, before, after);
    value(item, input);
  }
}

function query({ output, location }: JsonArrayQueryConstructor, input: TransformInput): void {
  const { source } = input;
  const call = sqlJsonCall(source, location);
  if (!call) return;
  const behind = findOutside(
    source,
    { first: call.open + 1, behind: call.close },
    (at) => wordsAt(source, at, "returning") || wordsAt(source, at, "format", "json"),
  );
  const [open, close] = returning(output);
  enclose(call, behind, `${open}duckgres_json_array(duckgres_json_values(ARRAY(`, `)))${close}`, input);
}

function object(
  { output, absent_on_null, unique, location }: JsonObjectConstructor,
  input: TransformInput,
): void {
  const { source, edits } = input;
  const { tokens } = source;
  const call = sqlJsonCall(source, location);
  if (!call) return;
  const { items, clauses } = argumentsOf(source, { first: call.open + 1, behind: call.close });
  const [open, close] = returning(output);
  const [check, checked] = unique ? ["duckgres_json_unique(", ")"] : ["", ""];
  enclose(
    call,
    clauses.first,
    `${open}${check}duckgres_json_object(CAST([`,
    `] AS VARCHAR[]))${checked}${close}`,
    input,
  );
  for (const item of items) {
    edits.wrap(tokens[item.first].start, tokens[item.behind - 1].end, member(absent_on_null), ")");
    keyAndValue(item, input);
  }
}

function member(absentOnNull: boolean | undefined): string {
  return absentOnNull ? "duckgres_json_present_member(" : "duckgres_json_member(";
}

/** `key : value` and `key VALUE value`. */
function keyAndValue(item: Range, input: TransformInput): void {
  const { source, edits } = input;
  const { text, tokens } = source;
  const isBetween = (at: number) => isSymbol(text, tokens[at], ":") || wordsAt(source, at, "value");
  const between = findOutside(source, { first: item.first + 1, behind: item.behind }, isBetween);
  if (between === item.behind) return;
  edits.replace(tokens[between].start, tokens[between].end, ",");
  value({ first: between + 1, behind: item.behind }, input);
}

function arrayAggregate({ constructor: made, absent_on_null }: JsonArrayAgg, input: TransformInput): void {
  const { source, edits } = input;
  const { tokens } = source;
  const call = sqlJsonCall(source, made?.location);
  if (!call) return;
  const inside = { first: call.open + 1, behind: call.close };
  const { items: [item], clauses } = argumentsOf(source, inside);
  value(item, input);
  const ordered = wordsAt(source, clauses.first, "order", "by")
    ? argumentsOf(source, { first: clauses.first + 2, behind: call.close }).clauses.first
    : clauses.first;
  const [open, close] = returning(made?.output);
  const [before, after] = absent_on_null
    ? ["duckgres_json_array(duckgres_json_values(list(", "))"]
    : ["duckgres_json_agg(list(", ")"];
  const end = tokens[endOfCall(source, call.close)].end;
  enclose(call, ordered, open + before, ")", input);
  edits.wrap(end, end, "", after + close);
}

function objectAggregate(node: JsonObjectAgg, input: TransformInput): void {
  const { constructor: made, absent_on_null, unique } = node;
  const { source, edits } = input;
  const call = sqlJsonCall(source, made?.location);
  if (!call) return;
  const { items: [item], clauses } = argumentsOf(source, { first: call.open + 1, behind: call.close });
  keyAndValue(item, input);
  const [open, close] = returning(made?.output);
  const [check, checked] = unique ? ["duckgres_json_unique(", ")"] : ["", ""];
  const end = source.tokens[endOfCall(source, call.close)].end;
  const [some, present] = absent_on_null ? ["list_filter(", ", lambda dg_x: dg_x IS NOT NULL)"] : ["", ""];
  const before = `${open}${check}duckgres_json_object_agg(${some}list(${member(absent_on_null)}`;
  enclose(call, clauses.first, before, "))", input);
  edits.wrap(end, end, "", `${present})${checked}${close}`);
}

function parse({ unique_keys, location }: JsonParseExpr, input: TransformInput): void {
  const { source } = input;
  const call = sqlJsonCall(source, location);
  if (!call) return;
  const isClause = (at: number) =>
    wordsAt(source, at, "with|without", "unique") || wordsAt(source, at, "format");
  const behind = findOutside(source, { first: call.open + 1, behind: call.close }, isClause);
  const [check, checked] = unique_keys ? ["duckgres_json_unique(", ")"] : ["", ""];
  enclose(call, behind, `${check}CAST(`, ` AS JSON)${checked}`, input);
}

function serialize({ output, location }: JsonSerializeExpr, input: TransformInput): void {
  const { source } = input;
  const call = sqlJsonCall(source, location);
  if (!call) return;
  const type = namedType(output?.typeName);
  if (type?.name === "json" || type?.name === "jsonb") {
    const message = `cannot use type ${type.name} in RETURNING clause of JSON_SERIALIZE()`;
    const hint = "Try returning a string type or bytea.";
    return input.refuse(new PgError("42804", message, { hint }), source.tokens[call.name].start);
  }
  const isClause = (at: number) => wordsAt(source, at, "returning") || wordsAt(source, at, "format");
  const behind = findOutside(source, { first: call.open + 1, behind: call.close }, isClause);
  const [before, after] = type?.name === "bytea" ? ["encode(", ")"] : ["", ""];
  enclose(call, behind, `${before}CAST(CAST(`, ` AS JSON) AS VARCHAR)${after}`, input);
}

const kinds: Readonly<Record<string, string>> = {
  JS_TYPE_OBJECT: "object",
  JS_TYPE_ARRAY: "array",
  JS_TYPE_SCALAR: "scalar",
};

/** `x IS [NOT] JSON [VALUE | SCALAR | ARRAY | OBJECT] [WITH UNIQUE [KEYS]]` */
function isJson({ expr, item_type, unique_keys, location }: JsonIsPredicate, input: TransformInput): void {
  const { source, edits } = input;
  const { tokens } = source;
  const start = source.tokenAt(source.offsetOfByte(location ?? 0));
  const from = firstTokenOf(expr as Fields, source, start);
  const is = findIs(source, from);
  if (is === null || !expr) return;
  const isNot = wordsAt(source, is, "is", "not");
  let last = isNot ? is + 2 : is + 1;
  if (wordsAt(source, last + 1, "value|scalar|array|object")) last++;
  if (wordsAt(source, last + 1, "with|without", "unique")) last += wordsAt(source, last + 3, "keys") ? 3 : 2;
  const first = firstTokenOf(expr, source, is);
  const kind = kinds[item_type ?? ""] ?? "value";
  const before = `(${isNot ? "NOT " : ""}duckgres_is_json(CAST(`;
  const after = ` AS VARCHAR), '${kind}', ${unique_keys === true}))`;
  edits.wrap(tokens[first].start, tokens[is - 1].end, before, after);
  edits.replace(tokens[is - 1].end, tokens[last].end, "");
}

function findIs(source: TransformInput["source"], from: number): number | null {
  for (let at = from + 1; at < source.tokens.length; at++) {
    if (wordsAt(source, at, "is", "json") || wordsAt(source, at, "is", "not", "json")) return at;
  }
  return null;
}
