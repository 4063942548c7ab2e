import { raise, raiseText } from "./raise.ts";
import { macro, type Source } from "./source.ts";

/**
 * PostgreSQL's functions on arrays, which here are DuckDB's lists: their subscripts begin at 1, and an array of two
 * dimensions is a list of lists. Where a macro cannot have a type for each depth, it goes through JSON; a list of one
 * dimension does not, as the type is known before the query runs.
 *
 * @see https://www.postgresql.org/docs/current/functions-array.html
 */
const dimensions = "(len(regexp_extract(typeof(a), '(\\[\\d*\\])*$', 0)) // 2)";

/** Element types for which `array || element` has an overload. */
const elements = [
  "BOOLEAN",
  "SMALLINT",
  "INTEGER",
  "BIGINT",
  "HUGEINT",
  "DOUBLE",
  "VARCHAR",
  "DATE",
  "TIMESTAMP",
  "TIMESTAMP WITH TIME ZONE",
  "UUID",
  "BLOB",
  "JSON",
];

export const arrayFunctionSources: readonly Source[] = [
  macro("duckgres_dimensions", `(a) AS ${dimensions}`),
  macro(
    "array_ndims",
    "(a) AS CASE WHEN system.main.len(a) > 0 THEN CAST(@duckgres_dimensions(a) AS INTEGER) END",
  ),
  macro(
    "array_length",
    "(a) AS system.main.len(a)",
    `(a, dimension) AS CAST(CASE
      WHEN dimension = 1 THEN nullif(system.main.len(a), 0)
      WHEN dimension BETWEEN 2 AND @duckgres_dimensions(a)
        THEN nullif(json_array_length(to_json(a), '$' || system.main.repeat('[0]', dimension - 1)), 0) END AS INTEGER)`,
  ),
  macro("array_upper", "(a, dimension) AS @array_length(a, dimension)"),
  macro("array_lower", "(a, dimension) AS CASE WHEN @array_length(a, dimension) IS NOT NULL THEN 1 END"),
  macro(
    "array_dims",
    `(a) AS list_aggregate(list_transform(CASE WHEN system.main.len(a) > 0 THEN range(1, @duckgres_dimensions(a) + 1) END,
      lambda dg_i: '[1:' || @array_length(a, dg_i) || ']'), 'string_agg', '')`,
  ),
  // All elements, whatever the dimensions, as text.
  macro(
    "duckgres_elements",
    `(a) AS CASE @duckgres_dimensions(a)
      WHEN 2 THEN json_extract_string(to_json(a), '$[*][*]')
      WHEN 3 THEN json_extract_string(to_json(a), '$[*][*][*]')
      ELSE list_transform(a, lambda dg_item: @duckgres_text(dg_item)) END`,
  ),
  macro(
    "duckgres_cardinality",
    `(a) AS CAST(CASE @duckgres_dimensions(a)
      WHEN 2 THEN system.main.len(json_extract(to_json(a), '$[*][*]'))
      WHEN 3 THEN system.main.len(json_extract(to_json(a), '$[*][*][*]'))
      ELSE system.main.len(a) END AS INTEGER)`,
  ),
  macro(
    "array_to_string",
    `(a, separator) AS coalesce(list_aggregate(@duckgres_elements(a), 'string_agg', separator),
      CASE WHEN a IS NOT NULL THEN '' END)`,
    `(a, separator, absent) AS coalesce(list_aggregate(list_transform(@duckgres_elements(a),
      lambda dg_item: coalesce(dg_item, absent)), 'string_agg', separator), CASE WHEN a IS NOT NULL THEN '' END)`,
  ),
  // array_to_string() of `ARRAY(SELECT …)`, which has one dimension and must be asked only once.
  macro(
    "duckgres_rows_to_string",
    `(a, separator) AS coalesce(list_aggregate(list_transform(a, lambda dg_item: @duckgres_text(dg_item)),
      'string_agg', separator), '')`,
    `(a, separator, absent) AS coalesce(list_aggregate(list_transform(a,
      lambda dg_item: coalesce(@duckgres_text(dg_item), absent)), 'string_agg', separator), '')`,
  ),
  macro(
    "array_position",
    "(a, value) AS list_position(a, value)",
    `(a, value, start) AS list_position(a[CASE WHEN start IS NULL
      THEN ${raise("22004", "initial position must not be null")} ELSE greatest(start, 1) END:], value)
      + greatest(start, 1) - 1`,
  ),
  macro(
    "array_positions",
    `(a, value) AS CAST(list_filter(range(1, system.main.len(a) + 1),
      lambda dg_i: a[dg_i] IS NOT DISTINCT FROM value) AS INTEGER[])`,
  ),
  macro("array_remove", "(a, value) AS list_filter(a, lambda dg_item: dg_item IS DISTINCT FROM value)"),
  macro(
    "array_replace",
    `(a, old_value, new_value) AS list_transform(a,
      lambda dg_item: CASE WHEN dg_item IS NOT DISTINCT FROM old_value THEN new_value ELSE dg_item END)`,
  ),
  macro(
    "array_sort",
    "(a) AS list_sort(a, 'ASC', 'NULLS LAST')",
    `(a, descending BOOLEAN) AS CASE WHEN descending THEN list_sort(a, 'DESC', 'NULLS FIRST')
      ELSE list_sort(a, 'ASC', 'NULLS LAST') END`,
    `(a, descending BOOLEAN, nulls_first BOOLEAN) AS CASE
      WHEN descending AND nulls_first THEN list_sort(a, 'DESC', 'NULLS FIRST')
      WHEN descending THEN list_sort(a, 'DESC', 'NULLS LAST')
      WHEN nulls_first THEN list_sort(a, 'ASC', 'NULLS FIRST')
      ELSE list_sort(a, 'ASC', 'NULLS LAST') END`,
  ),
  macro(
    "array_shuffle",
    `(a) AS list_transform(list_sort(list_transform(a, lambda dg_item: {'dg_place': random(), 'dg_value': dg_item})),
      lambda dg_item: dg_item.dg_value)`,
  ),
  macro(
    "array_sample",
    `(a, n) AS CASE WHEN n NOT BETWEEN 0 AND system.main.len(a)
      THEN ${
      raiseText("22023", "'sample size must be between 0 and ' || system.main.len(a)")
    } ELSE @array_shuffle(a)[:n] END`,
  ),
  macro(
    "trim_array",
    `(a, n) AS CASE WHEN n NOT BETWEEN 0 AND system.main.len(a)
      THEN ${raiseText("2202E", "'number of elements to trim must be between 0 and ' || system.main.len(a)")}
      ELSE a[1:system.main.len(a) - n] END`,
  ),
  // array_fill(), by the number of dimensions that its second argument has.
  macro(
    "duckgres_fill_1",
    "(value, lengths) AS list_transform(range(lengths[1]), lambda dg_i: value)",
  ),
  macro(
    "duckgres_fill_2",
    "(value, lengths) AS list_transform(range(lengths[1]), lambda dg_i: list_transform(range(lengths[2]), lambda dg_j: value))",
  ),
  macro(
    "duckgres_fill_3",
    `(value, lengths) AS list_transform(range(lengths[1]), lambda dg_i: list_transform(range(lengths[2]),
      lambda dg_j: list_transform(range(lengths[3]), lambda dg_k: value)))`,
  ),
  // `array || array`, also where one is NULL.
  macro("<~|>", "(a, b) AS list_concat(a, b)"),
  // `array || x` where only DuckDB knows whether x is an element.
  macro(
    "duckgres_array_concat",
    ...elements.map((type) => `(a ${type}[], b ${type}, last BIGINT) AS list_append(a, b)`),
    ...elements.map((type) => `(a ${type}, b ${type}[], last BIGINT) AS list_prepend(a, b)`),
    "(a, b, last INTEGER) AS list_concat(a, b)",
  ),
  macro(
    "duckgres_array_text",
    `(a) AS CASE WHEN a IS NOT NULL THEN '{' || coalesce(list_aggregate(list_transform(
      list_transform(a, lambda dg_item: @duckgres_text(dg_item)),
      lambda dg_item: CASE WHEN dg_item IS NULL THEN 'NULL'
        WHEN dg_item = '' OR lower(dg_item) = 'null' OR regexp_matches(dg_item, '[{}",\\s\\\\]')
        THEN '"' || regexp_replace(dg_item, '(["\\\\])', '\\\\\\1', 'g') || '"' ELSE dg_item END), 'string_agg', ','), '') || '}' END`,
  ),
  // The elements of a text such as `{1,NULL,"a b"}`, which has one dimension.
  macro(
    "duckgres_array_items",
    `(a) AS CASE WHEN NOT regexp_matches(a, '^\\s*\\{.*\\}\\s*$', 's')
      THEN ${raiseText("22P02", `'malformed array literal: "' || a || '"'`)}
      ELSE list_transform(
        regexp_extract_all(regexp_extract(a, '\\{(.*)\\}', 1, 's'), '\\s*("(?:[^"\\\\]|\\\\.)*"|[^,"]+)\\s*(?:,|$)', 1),
        lambda dg_item: CASE WHEN starts_with(dg_item, '"')
          THEN regexp_replace(dg_item[2:-2], '\\\\(.)', '\\1', 'g')
          WHEN lower(trim(dg_item)) <> 'null' THEN trim(dg_item) END) END`,
  ),
  // `x op ANY (array)`, given what each element says.
  macro(
    "duckgres_any",
    `(verdicts) AS CASE WHEN list_contains(verdicts, true) THEN true
      WHEN system.main.len(verdicts) = list_count(verdicts) THEN false END`,
  ),
  macro(
    "duckgres_all",
    `(verdicts) AS CASE WHEN list_contains(verdicts, false) THEN false
      WHEN system.main.len(verdicts) = list_count(verdicts) THEN true END`,
  ),
];
