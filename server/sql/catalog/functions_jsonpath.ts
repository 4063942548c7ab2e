import { bound } from "../bound.ts";
import { jsonPointerOf } from "../json_pointer.ts";
import { macro, type Source } from "./source.ts";

/**
 * Steps of a jsonpath on sequences of items, which are lists of JSON (`jsonpath/translate.ts`).
 *
 * @see https://www.postgresql.org/docs/current/functions-json.html#FUNCTIONS-SQLJSON-PATH
 */
const number = (a: string) => `json_type(${a}) IN ('UBIGINT', 'BIGINT', 'DOUBLE')`;
const asJson = (a: string) => `CAST(CAST(${a} AS VARCHAR) AS JSON)`;

/** A whole number without the point that a DOUBLE has. */
const wholeOf = (a: string) => `regexp_replace(CAST(${a} AS VARCHAR), '\\.0$', '')`;

/** The greatest of some verdicts, given what true and unknown count for; false, and what there is without any, counts for 0. */
const greatest = (yes: number, unknown: number) =>
  `list_reduce(list_transform(verdicts, lambda dg_v: CASE WHEN dg_v THEN ${yes} WHEN NOT dg_v THEN 0 ELSE ${unknown} END),
    lambda dg_x, dg_y: greatest(dg_x, dg_y), 0)`;

export const jsonPathSources: readonly Source[] = [
  macro("duckgres_path_item", "(a) AS CASE WHEN a IS NOT NULL THEN [a] END"),
  macro(
    "duckgres_path_items",
    "(a) AS CASE json_type(a) WHEN 'ARRAY' THEN json_extract(a, '$[*]') ELSE [a] END",
  ),
  macro(
    "duckgres_path_flat",
    "(items) AS flatten(list_transform(items, lambda dg_x: @duckgres_path_items(dg_x)))",
  ),
  macro(
    "duckgres_path_member",
    `(items, pointer) AS list_filter(list_transform(items,
      lambda dg_x: CASE WHEN json_type(dg_x) = 'OBJECT' THEN json_extract(dg_x, pointer) END), lambda dg_x: dg_x IS NOT NULL)`,
  ),
  // The list stands once in each, as it may hold another of these: what a macro names twice is bound twice.
  macro("duckgres_path_any", `(verdicts) AS CASE ${greatest(2, 1)} WHEN 0 THEN false WHEN 2 THEN true END`),
  macro(
    "duckgres_path_any_strict",
    `(verdicts) AS CASE ${greatest(1, 2)} WHEN 0 THEN false WHEN 1 THEN true END`,
  ),
  macro("duckgres_path_is_number", `(a) AS ${number("a")}`),
  macro(
    "duckgres_path_kind",
    `(a) AS CASE WHEN ${number("a")} THEN 'number' ELSE json_type(a) END`,
  ),
  // Numbers, strings and booleans with their like; null with all.
  macro(
    "duckgres_path_order",
    `(a, b) AS CASE
      WHEN @duckgres_path_kind(a) <> @duckgres_path_kind(b)
        THEN CASE WHEN 'NULL' IN (json_type(a), json_type(b)) THEN 2 END
      WHEN json_type(a) = 'NULL' THEN 0
      WHEN ${number("a")} THEN sign(CAST(a AS DOUBLE) - CAST(b AS DOUBLE))
      WHEN json_type(a) IN ('VARCHAR', 'BOOLEAN')
        THEN CASE WHEN json_extract_string(a, '$') = json_extract_string(b, '$') THEN 0
          WHEN json_extract_string(a, '$') < json_extract_string(b, '$') THEN -1 ELSE 1 END END`,
  ),
  macro(
    "duckgres_path_calculated",
    `(a, b, operator) AS CASE operator WHEN '+' THEN a + b WHEN '-' THEN a - b WHEN '*' THEN a * b WHEN '%' THEN a % b
      ELSE a / b END`,
  ),
  macro(
    "duckgres_path_arithmetic",
    `(a, b, operator) AS CASE
      WHEN operator <> '/' AND json_type(a) <> 'DOUBLE' AND json_type(b) <> 'DOUBLE'
        THEN ${asJson("@duckgres_path_calculated(CAST(a AS HUGEINT), CAST(b AS HUGEINT), operator)")}
      ELSE CAST(${
      wholeOf("@duckgres_path_calculated(CAST(a AS DOUBLE), CAST(b AS DOUBLE), operator)")
    } AS JSON) END`,
  ),
  macro(
    "duckgres_path_sign",
    `(a, operator) AS CASE WHEN NOT (${number("a")}) THEN NULL WHEN operator = '+' THEN a
      ELSE CAST(CASE WHEN CAST(a AS VARCHAR) LIKE '-%' THEN CAST(a AS VARCHAR)[2:] ELSE '-' || CAST(a AS VARCHAR) END AS JSON) END`,
  ),
  macro(
    "duckgres_path_abs",
    `(a) AS CASE WHEN ${number("a")} THEN CAST(ltrim(CAST(a AS VARCHAR), '-') AS JSON) END`,
  ),
  ...[["ceiling", "ceil"], ["floor", "floor"]].map(([name, call]) =>
    macro(
      `duckgres_path_${name}`,
      `(a) AS CASE WHEN json_type(a) = 'DOUBLE' THEN CAST(${wholeOf(`${call}(CAST(a AS DOUBLE))`)} AS JSON)
        WHEN ${number("a")} THEN a END`,
    )
  ),
  ...["double", "number"].map((name) =>
    macro(
      `duckgres_path_${name}`,
      `(a) AS CASE WHEN ${number("a")} THEN a
        WHEN json_type(a) = 'VARCHAR' AND isfinite(try_cast(json_extract_string(a, '$') AS DOUBLE))
        THEN CAST(${wholeOf("try_cast(json_extract_string(a, '$') AS DOUBLE)")} AS JSON) END`,
    )
  ),
  ...["bigint", "integer"].map((name) =>
    macro(
      `duckgres_path_${name}`,
      `(a) AS CASE WHEN ${number("a")} OR json_type(a) = 'VARCHAR'
        THEN ${asJson(`try_cast(json_extract_string(a, '$') AS ${name.toUpperCase()})`)} END`,
    )
  ),
  macro(
    "duckgres_path_boolean",
    `(a) AS CASE WHEN ${number("a")} OR json_type(a) IN ('VARCHAR', 'BOOLEAN')
      THEN ${asJson(`try_cast(json_extract_string(a, '$') AS BOOLEAN)`)} END`,
  ),
  macro(
    "duckgres_path_string",
    `(a) AS CASE WHEN ${number("a")} OR json_type(a) IN ('VARCHAR', 'BOOLEAN')
      THEN system.main.to_json(json_extract_string(a, '$')) END`,
  ),
  macro(
    "duckgres_path_keyvalue",
    `(a) AS CASE WHEN json_type(a) = 'OBJECT' THEN ${
      bound(
        "{'a': a, 'names': json_keys(a)}",
        "dg_o",
        `list_transform(dg_o.names, lambda dg_name: CAST('{"id":0,"key":' || CAST(system.main.to_json(dg_name) AS VARCHAR)
          || ',"value":' || CAST(json_extract(dg_o.a, ${jsonPointerOf("dg_name")}) AS VARCHAR)
          || '}' AS JSON))`,
      )
    } END`,
  ),
  // jsonb_path_match() of a path that is no predicate.
  macro(
    "duckgres_path_match",
    `(items, otherwise) AS CASE WHEN items IS NULL THEN NULL
      WHEN len(items) = 1 AND json_type(items[1]) = 'BOOLEAN' THEN CAST(items[1] AS BOOLEAN)
      WHEN len(items) = 1 AND json_type(items[1]) = 'NULL' THEN NULL ELSE otherwise END`,
  ),
];
