import type { JsonFuncExpr, JsonTable, JsonTableColumn, Node } from "libpg-query";
import { quoteText } from "../../../worker/api/quote.ts";
import { isSymbol } from "../lexer.ts";
import { parsePath } from "../jsonpath/parse.ts";
import type { JsonPath } from "../jsonpath/path.ts";
import { type Asked, askedBy, existsIn, queryIn, raisesErrors, valueIn } from "../jsonpath/query.ts";
import { type PathInput, pathSequence } from "../jsonpath/translate.ts";
import { findOutside, type SqlJsonCall, sqlJsonCall, wordsAt } from "../sql_json_text.ts";
import type { Source } from "../source.ts";
import { engineType } from "../types/engine_type.ts";
import { namedType } from "../types/type_name.ts";
import { parsed, translated } from "./json_path.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * JSON_EXISTS, JSON_VALUE, JSON_QUERY and JSON_TABLE: what they ask of a jsonpath's items.
 *
 * @see https://www.postgresql.org/docs/current/functions-json.html#FUNCTIONS-SQLJSON-QUERYING
 * @see https://www.postgresql.org/docs/current/functions-json.html#FUNCTIONS-SQLJSON-TABLE
 */
export const sqlJsonQuery: Transform = {
  visit: {
    JsonFuncExpr: (node, input) => query(node as JsonFuncExpr, input),
    JsonTable: (node, input) => table(node as JsonTable, input),
  },
};

function query(node: JsonFuncExpr, input: TransformInput): void {
  const { op, pathspec, passing = [], location } = node;
  const { source } = input;
  const call = sqlJsonCall(source, location);
  if (!call || !pathspec) return;
  const at = source.tokens[call.name].start;
  const path = parsed(pathspec, at, input);
  if (!path) return;
  const asked = askedBy(node);
  const on: PathInput = {
    root: "dg_in.r",
    variables: passing.length > 0 ? "dg_in.v" : null,
    raises: raisesErrors(asked),
  };
  const body = translated(() => answer(op, pathSequence(path, on), asked, source), at, input);
  replaceCall(call, passing, `CASE WHEN dg_in.r IS NOT NULL THEN ${body} END`, ["", ""], input);
}

function answer(op: JsonFuncExpr["op"], seq: string, asked: Asked, source: Source): string {
  if (op === "JSON_EXISTS_OP") return existsIn(seq, asked);
  return op === "JSON_VALUE_OP" ? valueIn(seq, asked, source) : queryIn(seq, asked, source);
}

/** Keeps the context item where it is, and puts everything else around it. */
function replaceCall(
  call: SqlJsonCall,
  passing: readonly Node[],
  body: string,
  [before, after]: readonly [string, string],
  { source, edits }: TransformInput,
): void {
  const { text, tokens } = source;
  const inside = { first: call.open + 1, behind: call.close };
  const ends = (at: number) => isSymbol(text, tokens[at], ",") || wordsAt(source, at, "format", "json");
  const behind = findOutside(source, inside, ends);
  const variables = passing.length > 0 ? `, 'v': ${variablesOf(call, source)}` : "";
  edits.replace(tokens[call.name].start, tokens[call.open].end, `${before}list_transform([{'r': CAST(`);
  edits.replace(
    tokens[behind - 1].end,
    tokens[call.close].end,
    ` AS JSON)${variables}}], lambda dg_in: ${body})[1]${after}`,
  );
}

/** `PASSING 1 AS x, y AS z` as an object. */
function variablesOf({ open, close }: SqlJsonCall, source: Source): string {
  const { text, tokens } = source;
  let first =
    findOutside(source, { first: open + 1, behind: close }, (at) => wordsAt(source, at, "passing")) + 1;
  const members: string[] = [];
  for (;;) {
    const as = findOutside(source, { first, behind: close }, (at) => wordsAt(source, at, "as"));
    const name = text.slice(tokens[as + 1].start, tokens[as + 1].end);
    const key = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();
    const value = text.slice(tokens[first].start, tokens[as - 1].end);
    members.push(`duckgres_json_member(${quoteText(key)}, ${value})`);
    if (!isSymbol(text, tokens[as + 2], ",")) break;
    first = as + 3;
  }
  return `duckgres_json_object(CAST([${members.join(", ")}] AS VARCHAR[]))`;
}

function table(node: JsonTable, input: TransformInput): void {
  const { pathspec, passing = [], columns = [], location, on_error, alias } = node;
  const { source } = input;
  const call = sqlJsonCall(source, location);
  if (!call || !pathspec?.string) return;
  const at = source.tokens[call.name].start;
  const path = parsed(pathspec.string, at, input);
  if (!path) return;
  const variables = passing.length > 0 ? "dg_in.v" : null;
  const raises = on_error?.btype === "JSON_BEHAVIOR_ERROR";
  const level: Level = { path, columns: columnsOf(columns), depth: 0, variables, raises, source };
  const rows = translated(() => rowsOf(level, "dg_in.r"), at, input);
  const name = alias ? "" : " AS json_table";
  replaceCall(call, passing, rows, ["(SELECT unnest(", `, max_depth := 2))${name}`], input);
}

/** A row pattern with its columns. */
interface Level {
  path: JsonPath;
  columns: readonly JsonTableColumn[];
  depth: number;
  variables: string | null;
  /** Whether errors are raised where no column says otherwise. */
  raises: boolean;
  source: Source;
}

function columnsOf(nodes: readonly Node[]): JsonTableColumn[] {
  return nodes.flatMap((node) => "JsonTableColumn" in node ? [node.JsonTableColumn] : []);
}

/** A list of structs: a field for each column, those of nested paths among them. */
function rowsOf(level: Level, root: string): string {
  const { path, columns, depth, variables, raises } = level;
  const [row, number] = [`dg_row_${depth}`, `dg_n_${depth}`];
  const seq = pathSequence(path, { root, variables, raises });
  const nested = columns.filter((column) => column.coltype === "JTC_NESTED");
  const lists = nested.map((column) => {
    const inner = nestedLevel(column, level);
    const child = `dg_child_${depth}`;
    return `list_transform(${rowsOf(inner, row)}, lambda ${child}: ${structOf(level, column, child)})`;
  });
  if (lists.length === 0) {
    return `list_transform(${seq}, lambda ${row}, ${number}: ${structOf(level, null, "")})`;
  }
  const alone = structOf(level, null, "");
  const some = `dg_some_${depth}`;
  const all = lists.reduce((left, right) => `list_concat(${left}, ${right})`);
  return `flatten(list_transform(${seq}, lambda ${row}, ${number}: list_transform([${all}],
    lambda ${some}: CASE WHEN len(${some}) > 0 THEN ${some} ELSE [${alone}] END)[1]))`;
}

function nestedLevel({ pathspec, columns = [] }: JsonTableColumn, level: Level): Level {
  const path = parsePath(textOf(pathspec?.string));
  return { ...level, path, columns: columnsOf(columns), depth: level.depth + 1 };
}

function textOf(node: Node | undefined): string {
  return node && "A_Const" in node ? node.A_Const.sval?.sval ?? "" : "";
}

/** One row: the level's own columns, and of nested paths only those of `chosen`, which stand in `child`. */
function structOf(level: Level, chosen: JsonTableColumn | null, child: string): string {
  const fields = level.columns.flatMap((column) => {
    if (column.coltype !== "JTC_NESTED") {
      return [`${quoteText(column.name ?? "")}: ${columnValue(column, level)}`];
    }
    return allColumns(column).map(({ name = "", typeName, coltype }) => {
      const type = coltype === "JTC_FOR_ORDINALITY" ? "INTEGER" : engineType(typeName!, level.source);
      return `${quoteText(name)}: ${
        column === chosen ? `${child}[${quoteText(name)}]` : `CAST(NULL AS ${type})`
      }`;
    });
  });
  return `{${fields.join(", ")}}`;
}

function allColumns(column: JsonTableColumn): JsonTableColumn[] {
  return columnsOf(column.columns ?? []).flatMap((inner) =>
    inner.coltype === "JTC_NESTED" ? allColumns(inner) : [inner]
  );
}

function columnValue(column: JsonTableColumn, { depth, variables, raises, source }: Level): string {
  const { coltype, name = "", pathspec, typeName } = column;
  if (coltype === "JTC_FOR_ORDINALITY") return `CAST(dg_n_${depth} AS INTEGER)`;
  const path = parsePath(pathspec ? textOf(pathspec.string) : `$.${JSON.stringify(name)}`);
  const asked = askedBy(column);
  if (raises) asked.onError ??= { btype: "JSON_BEHAVIOR_ERROR" };
  const seq = pathSequence(path, { root: `dg_row_${depth}`, variables, raises: raisesErrors(asked) });
  const type = engineType(typeName!, source);
  if (coltype === "JTC_EXISTS") return `CAST(${existsIn(seq, asked)} AS ${type})`;
  const named = namedType(typeName);
  const isWhole = coltype === "JTC_FORMATTED" || !named || named.isArray || /^jsonb?$/.test(named.name);
  return `CAST(${isWhole ? queryIn(seq, asked, source) : valueIn(seq, asked, source)} AS ${type})`;
}
