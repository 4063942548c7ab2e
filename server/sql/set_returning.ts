/** How a function that returns a set of rows is written in DuckDB. */
export interface SetReturning {
  /**
   * The macro to call in a select list, in place of the function: it holds DuckDB's `unnest`, which makes rows as
   * PostgreSQL's select list does (several advance together, the shorter ones padded with NULLs). Without it, a macro of
   * the function's own name does that.
   */
  readonly rows?: string;
  /** The table macro to call in FROM; without it, FROM gets a sub-select that calls the other. */
  readonly table?: string;
  /** Put behind the arguments of either. */
  readonly extra?: string;
  /** In FROM, its columns have names of their own: that of the only one, or those of the row it returns. */
  readonly column?: string;
  readonly row?: true;
  /** In FROM, DuckDB's own function of this name does. */
  readonly native?: true;
}

/**
 * PostgreSQL's functions that return sets, by name. Those of several columns that stand in FROM only are table macros of
 * their own names, and are not here.
 *
 * @see https://www.postgresql.org/docs/current/functions-srf.html
 */
export const setReturning: ReadonlyMap<string, SetReturning> = new Map<string, SetReturning>([
  // The 0 makes one of the macro's overloads the best where DuckDB cannot tell the arguments' types.
  ["generate_series", { rows: "duckgres_series", table: "duckgres_series_rows", extra: ", 0" }],
  ["generate_subscripts", { rows: "duckgres_subscripts" }],
  ["regexp_matches", { rows: "duckgres_regexp_rows" }],
  ...["json", "jsonb"].flatMap((type): [string, SetReturning][] => [
    [`${type}_array_elements`, { column: "value" }],
    [`${type}_array_elements_text`, { column: "value" }],
    [`${type}_object_keys`, {}],
    [`${type}_each`, { row: true }],
    [`${type}_each_text`, { row: true }],
  ]),
  ["jsonb_path_query", {}],
  ["jsonb_path_query_tz", {}],
  ["regexp_split_to_table", {}],
  ["string_to_table", {}],
  ["unnest", { native: true }],
]);

/** A series that has fractions: DuckDB has none. */
export const numericSeries: SetReturning = {
  rows: "duckgres_numeric_series",
  table: "duckgres_numeric_series_rows",
};

/** Of PostgreSQL's own vectors, which begin at 0. */
export const vectorSubscripts: SetReturning = { rows: "duckgres_vector_subscripts" };

/** PostgreSQL's unnest() goes through all dimensions. */
export const nestedArray: SetReturning = { native: true, extra: ", recursive := true" };

/** Functions of one value that are called in FROM, too. DuckDB has table functions only there. */
export const scalarsInFrom: ReadonlySet<string> = new Set(
  ("abs age array_append array_cat array_length array_position array_prepend array_remove array_replace " +
    "array_to_string ascii bit_length btrim cardinality cbrt ceil ceiling char_length character_length " +
    "chr clock_timestamp coalesce col_description concat concat_ws current_database current_schema " +
    "current_schemas current_setting date date_part date_trunc decode div encode exp extract factorial " +
    "floor format gcd gen_random_uuid greatest inet_server_addr inet_server_port initcap " +
    "json_array_length json_build_array json_build_object json_strip_nulls json_typeof " +
    "jsonb_array_length jsonb_build_array jsonb_build_object jsonb_insert jsonb_pretty jsonb_set " +
    "jsonb_strip_nulls jsonb_typeof justify_days justify_hours justify_interval lcm least left length ln " +
    "log log10 lower lpad ltrim make_date make_interval make_time make_timestamp md5 min_scale mod now " +
    "nullif num_nonnulls num_nulls obj_description octet_length overlay pg_backend_pid pg_get_userbyid " +
    "pg_get_viewdef pg_relation_size pg_size_pretty pg_table_size pg_total_relation_size pg_typeof pi " +
    "position pow power quote_ident quote_literal quote_nullable random regexp_replace repeat replace " +
    "reverse right round row_to_json rpad rtrim scale set_config sign split_part sqrt starts_with " +
    "string_to_array strpos substr substring timeofday timezone to_char to_date to_hex to_json to_jsonb " +
    "to_number to_timestamp translate trim trim_scale trunc txid_current upper version").split(" "),
);
