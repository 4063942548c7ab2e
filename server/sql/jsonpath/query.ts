import type { JsonBehavior, JsonFuncExpr, JsonTableColumn, TypeName } from "libpg-query";
import { bound } from "../bound.ts";
import { raise } from "../catalog/raise.ts";
import { leftmostByte } from "../extent.ts";
import { findOutside, wordsAt } from "../sql_json_text.ts";
import type { Source } from "../source.ts";
import { engineType } from "../types/engine_type.ts";
import { namedType } from "../types/type_name.ts";

/**
 * What SQL/JSON's query functions make of the sequence of items that a path gives: `seq` is an expression of type `JSON[]`
 * that is NULL where the path does not fit.
 *
 * @see https://www.postgresql.org/docs/current/functions-json.html#FUNCTIONS-SQLJSON-QUERYING
 */

/** What a function, or a column of JSON_TABLE, says of its result. */
export interface Asked {
  typeName: TypeName | undefined;
  wrapper: JsonFuncExpr["wrapper"];
  quotes: JsonFuncExpr["quotes"];
  onEmpty: JsonBehavior | undefined;
  onError: JsonBehavior | undefined;
}

export function askedBy(node: JsonFuncExpr | JsonTableColumn): Asked {
  return {
    typeName: "output" in node ? node.output?.typeName : (node as JsonTableColumn).typeName,
    wrapper: node.wrapper,
    quotes: node.quotes,
    onEmpty: node.on_empty,
    onError: node.on_error,
  };
}

/** Whether what does not fit is an error. */
export function raisesErrors({ onError }: Asked): boolean {
  return onError?.btype === "JSON_BEHAVIOR_ERROR";
}

/** JSON_EXISTS. */
export function existsIn(seq: string, { onError }: Asked): string {
  const otherwise: Record<string, string> = {
    JSON_BEHAVIOR_TRUE: "true",
    JSON_BEHAVIOR_UNKNOWN: "NULL",
    JSON_BEHAVIOR_ERROR: "NULL",
  };
  return `coalesce(len(${seq}) > 0, ${otherwise[onError?.btype ?? ""] ?? "false"})`;
}

/** JSON_VALUE: the text of a scalar, as a type. */
export function valueIn(seq: string, asked: Asked, source: Source): string {
  const type = asked.typeName ? engineType(asked.typeName, source) : "VARCHAR";
  const error = behavior(asked.onError, type, source, raise("22034", single("JSON_VALUE", "scalar item")));
  const notScalar = behavior(
    asked.onError,
    type,
    source,
    raise("2203F", single("JSON_VALUE", "scalar item")),
  );
  const text = "json_extract_string(dg_s[1], '$')";
  const value = raisesErrors(asked) ? `CAST(${text} AS ${type})` : `TRY_CAST(${text} AS ${type})`;
  return bound(
    seq,
    "dg_s",
    `CASE WHEN dg_s IS NULL THEN ${error}
      WHEN len(dg_s) = 0 THEN ${empty(asked, type, source)}
      WHEN len(dg_s) > 1 THEN ${error}
      WHEN json_type(dg_s[1]) IN ('OBJECT', 'ARRAY') THEN ${notScalar}
      WHEN json_type(dg_s[1]) <> 'NULL' THEN ${
      error === "NULL" || raisesErrors(asked) ? value : `coalesce(${value}, ${error})`
    } END`,
  );
}

/** JSON_QUERY: the item, or all of them in an array. */
export function queryIn(seq: string, asked: Asked, source: Source): string {
  const type = namedType(asked.typeName);
  const isJson = !type || (!type.isArray && (type.name === "json" || type.name === "jsonb"));
  const target = isJson ? "JSON" : engineType(asked.typeName!, source);
  const error = behavior(
    asked.onError,
    target,
    source,
    raise("22034", single("JSON_QUERY", "item when no wrapper is requested")),
  );
  const all = "to_json(dg_s)";
  const wraps = asked.wrapper === "JSW_UNCONDITIONAL";
  const many = wraps || asked.wrapper === "JSW_CONDITIONAL" ? all : error;
  const result = (item: string) => converted(item, isJson, target, asked);
  return bound(
    seq,
    "dg_s",
    `CASE WHEN dg_s IS NULL THEN ${error}
      WHEN len(dg_s) = 0 THEN ${empty(asked, target, source)}
      WHEN len(dg_s) > 1 THEN ${many === all ? result(all) : many}
      ELSE ${result(wraps ? all : "dg_s[1]")} END`,
  );
}

/** OMIT QUOTES takes a string for what it says. */
function converted(item: string, isJson: boolean, target: string, asked: Asked): string {
  const cast = raisesErrors(asked) ? "CAST" : "TRY_CAST";
  const text = `json_extract_string(${item}, '$')`;
  if (asked.quotes === "JS_QUOTES_OMIT") {
    const plain = target === "VARCHAR" ? text : `${cast}(${text} AS ${target})`;
    return `CASE WHEN json_type(${item}) = 'VARCHAR' THEN ${plain} ELSE ${
      kept(item, isJson, target, cast)
    } END`;
  }
  return kept(item, isJson, target, cast);
}

function kept(item: string, isJson: boolean, target: string, cast: string): string {
  if (isJson) return item;
  return target === "VARCHAR" ? `duckgres_jsonb_text(${item})` : `${cast}(${item} AS ${target})`;
}

const single = (name: string, what: string) => `JSON path expression in ${name} must return single ${what}`;

function empty(asked: Asked, type: string, source: Source): string {
  return behavior(asked.onEmpty, type, source, raise("22035", "no SQL/JSON item found for specified path"));
}

/** What ON EMPTY or ON ERROR wants instead. */
function behavior(wanted: JsonBehavior | undefined, type: string, source: Source, error: string): string {
  switch (wanted?.btype) {
    case "JSON_BEHAVIOR_ERROR":
      return error;
    case "JSON_BEHAVIOR_EMPTY":
    case "JSON_BEHAVIOR_EMPTY_ARRAY":
      return `CAST('[]' AS ${type})`;
    case "JSON_BEHAVIOR_EMPTY_OBJECT":
      return `CAST('{}' AS ${type})`;
    case "JSON_BEHAVIOR_DEFAULT":
      return `CAST(${defaultText(wanted, source)} AS ${type})`;
    default:
      return "NULL";
  }
}

/** `DEFAULT … ON EMPTY` */
function defaultText({ expr, location }: JsonBehavior, source: Source): string {
  const { tokens, text } = source;
  const first = source.tokenAt(source.offsetOfByte(location ?? leftmostByte(expr ?? {}))) + 1;
  const on = findOutside(
    source,
    { first, behind: tokens.length },
    (at) => wordsAt(source, at, "on", "empty|error"),
  );
  return text.slice(tokens[first].start, tokens[on - 1].end);
}
