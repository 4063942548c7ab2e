import { keywords } from "./keywords_data.ts";
import { raise, raiseText } from "./raise.ts";
import { constants, helper, macro, type Source, tableMacro } from "./source.ts";

/**
 * What PostgreSQL tells of itself and its administrator asks of it, as far as there is an equal here.
 *
 * @see https://www.postgresql.org/docs/current/functions-info.html
 * @see https://www.postgresql.org/docs/current/functions-admin.html
 */
const session: readonly Source[] = [
  macro(
    "pg_my_temp_schema",
    "() AS CAST(coalesce((SELECT max(oid) FROM @duckgres_namespace WHERE nspname = 'pg_temp'), 0) AS BIGINT)",
  ),
  ...["to_regoper", "to_regoperator", "to_regcollation"].map((name) =>
    macro(name, "(the_name) AS CAST(NULL AS VARCHAR)")
  ),
  macro("pg_is_other_temp_schema", "(the_schema) AS false"),
  // Of utf8proc and of ICU, as DuckDB has them inside.
  macro("unicode_version", "() AS '15.1'"),
  macro("icu_unicode_version", "() AS '13.0'"),
  macro("pg_trigger_depth", "() AS 0"),
  macro("pg_blocking_pids", "(the_pid) AS CAST([] AS INTEGER[])"),
  macro("pg_safe_snapshot_blocking_pids", "(the_pid) AS CAST([] AS INTEGER[])"),
  macro("pg_notification_queue_usage", "() AS CAST(0 AS DOUBLE)"),
  macro("pg_current_logfile", "() AS CAST(NULL AS VARCHAR)", "(the_format) AS CAST(NULL AS VARCHAR)"),
];

/** DuckDB numbers its transactions; one that has ended can only have been committed, or nobody could know its number. */
const transactions: readonly Source[] = [
  ...["txid_current", "txid_current_if_assigned", "pg_current_xact_id", "pg_current_xact_id_if_assigned"].map(
    (name) => macro(name, "() AS CAST(system.main.txid_current() AS BIGINT)"),
  ),
  ...["txid_current_snapshot", "pg_current_snapshot"].map((name) =>
    macro(name, "() AS concat(@txid_current(), ':', @txid_current(), ':')")
  ),
  ...["txid_snapshot", "pg_snapshot"].flatMap((name) => [
    macro(
      `${name}_xmin`,
      "(the_snapshot) AS CAST(split_part(CAST(the_snapshot AS VARCHAR), ':', 1) AS BIGINT)",
    ),
    macro(
      `${name}_xmax`,
      "(the_snapshot) AS CAST(split_part(CAST(the_snapshot AS VARCHAR), ':', 2) AS BIGINT)",
    ),
    macro(
      `${name}_xip`,
      `(the_snapshot) AS unnest(list_transform(list_filter(string_split(split_part(CAST(the_snapshot AS VARCHAR), ':', 3), ','),
        lambda dg_id: dg_id <> ''), lambda dg_id: CAST(dg_id AS BIGINT)))`,
    ),
  ]),
  ...["txid_visible_in_snapshot", "pg_visible_in_snapshot"].map((name) =>
    macro(name, "(the_id, the_snapshot) AS the_id < @txid_snapshot_xmin(the_snapshot)")
  ),
  ...["txid_status", "pg_xact_status"].map((name) =>
    macro(
      name,
      `(the_id) AS CASE WHEN CAST(the_id AS BIGINT) = @txid_current() THEN 'in progress'
        WHEN CAST(the_id AS BIGINT) < @txid_current() THEN 'committed'
        WHEN the_id IS NOT NULL THEN ${
        raiseText("22023", "concat('transaction ID ', the_id, ' is in the future')")
      } END`,
    )
  ),
  macro(
    "pg_xact_commit_timestamp",
    `(the_id) AS CAST(${raise("55000", "could not get commit timestamp data")} AS TIMESTAMPTZ)`,
  ),
  macro("pg_export_snapshot", `() AS CAST(${raise("0A000", "snapshots cannot be exported")} AS VARCHAR)`),
];

/** No file is where a statement could see it. */
const files: readonly Source[] = [
  ...["pg_ls_dir", "pg_stat_file", "pg_read_file", "pg_read_binary_file"].map((name) => {
    const problem = name === "pg_ls_dir"
      ? "open directory"
      : name === "pg_stat_file"
      ? "stat file"
      : "open file";
    const behind = name.startsWith("pg_read") ? " for reading" : "";
    const error = raiseText(
      "58P01",
      `'could not ${problem} "' || the_name || '"${behind}: No such file or directory'`,
    );
    return macro(name, `(the_name) AS CAST(${error} AS VARCHAR)`);
  }),
  // Settings act at once; the program's own are read when it starts.
  macro("pg_reload_conf", "() AS true"),
  macro("pg_rotate_logfile", "() AS false"),
];

/** Widths of values as PostgreSQL stores them in a row. */
const width = (value: string) =>
  `CASE WHEN ${value} IS NULL THEN NULL ELSE CASE typeof(${value}) WHEN 'BOOLEAN' THEN 1 WHEN 'SMALLINT' THEN 2
    WHEN 'INTEGER' THEN 4 WHEN 'FLOAT' THEN 4 WHEN 'DATE' THEN 4 WHEN 'BIGINT' THEN 8 WHEN 'DOUBLE' THEN 8
    WHEN 'TIME' THEN 8 WHEN 'TIMESTAMP' THEN 8 WHEN 'TIMESTAMP WITH TIME ZONE' THEN 8 WHEN 'INTERVAL' THEN 16
    WHEN 'UUID' THEN 16 ELSE strlen(CAST(${value} AS VARCHAR))
      + CASE WHEN strlen(CAST(${value} AS VARCHAR)) < 127 THEN 1 ELSE 4 END END END`;

/** DuckDB does not say how much of its file a table has: it gets the share that its values have of all. */
const sizes: readonly Source[] = [
  macro("pg_column_size", `(the_value) AS CAST(${width("the_value")} AS INTEGER)`),
  helper(
    "duckgres_relation_size",
    "dg_relation BIGINT, dg_bytes BIGINT",
    `SELECT oid AS dg_relation, CAST(coalesce(CASE WHEN relkind IN ('r', 'm') THEN dg_used * tuples * natts
        / nullif(sum(CASE WHEN relkind IN ('r', 'm') THEN tuples * natts END) OVER (), 0) END, 0) AS BIGINT) AS dg_bytes
    FROM @duckgres_relation, (SELECT max(block_size * used_blocks) AS dg_used FROM pragma_database_size()
      WHERE database_name = @duckgres_engine_database())`,
  ),
  ...["pg_table_size", "pg_total_relation_size", "pg_relation_size"].map((name) => {
    const size =
      "(SELECT max(dg_bytes) FROM @duckgres_relation_size WHERE dg_relation = @duckgres_regclass(the_relation))";
    return macro(
      name,
      `(the_relation) AS ${size}`,
      ...name === "pg_relation_size"
        ? [`(the_relation, the_fork) AS CASE the_fork WHEN 'main' THEN ${size} ELSE 0 END`]
        : [],
    );
  }),
  macro(
    "pg_indexes_size",
    "(the_relation) AS CASE WHEN @duckgres_regclass(the_relation) IS NOT NULL THEN CAST(0 AS BIGINT) END",
  ),
  ...[
    "numscans",
    "tuples_returned",
    "tuples_fetched",
    "tuples_inserted",
    "tuples_updated",
    "tuples_deleted",
    "dead_tuples",
  ]
    .map((name) =>
      macro(
        `pg_stat_get_${name}`,
        "(the_relation) AS CASE WHEN the_relation IS NOT NULL THEN CAST(0 AS BIGINT) END",
      )
    ),
  macro(
    "pg_stat_get_live_tuples",
    "(the_relation) AS (SELECT CAST(max(tuples) AS BIGINT) FROM @duckgres_relation WHERE oid = CAST(the_relation AS BIGINT))",
  ),
];

/** By the oid of the catalogue an object is in. */
const objects: readonly Source[] = [
  helper(
    "duckgres_object",
    "dg_class BIGINT, dg_object BIGINT, dg_kind VARCHAR, dg_schema VARCHAR, dg_name VARCHAR, dg_text VARCHAR, dg_identity VARCHAR",
    `SELECT CAST(1259 AS BIGINT) AS dg_class, r.oid AS dg_object, CASE r.relkind WHEN 'v' THEN 'view' WHEN 'i' THEN 'index'
        WHEN 'S' THEN 'sequence' WHEN 'm' THEN 'materialized view' ELSE 'table' END AS dg_kind, n.dg_schema, n.dg_name, n.dg_text,
      @quote_ident(n.dg_schema) || '.' || @quote_ident(n.dg_name) AS dg_identity
    FROM @duckgres_relation r JOIN @duckgres_relation_name n ON n.dg_oid = r.oid
    UNION ALL SELECT 2615, dg_oid, 'schema', NULL, dg_name, dg_text, dg_text FROM @duckgres_namespace_name
    UNION ALL SELECT 1247, dg_oid, 'type', dg_schema, dg_name, dg_sql_name, dg_sql_name FROM @duckgres_type_name
    UNION ALL SELECT 1255, dg_oid, 'function', dg_schema, NULL, dg_text, @quote_ident(dg_schema) || '.' || dg_name
      FROM @duckgres_procedure_name
    UNION ALL SELECT 1260, dg_oid, 'role', NULL, dg_name, dg_text, dg_text FROM @duckgres_role_name`,
  ),
  macro(
    "duckgres_column_called",
    "(the_relation, the_number) AS (SELECT max(name) FROM @duckgres_column WHERE relation = the_relation AND number = the_number)",
  ),
  macro(
    "pg_describe_object",
    `(the_class, the_object, the_number) AS (SELECT max(CASE WHEN the_number > 0
        THEN 'column ' || @quote_ident(@duckgres_column_called(dg_object, the_number)) || ' of ' ELSE '' END || dg_kind || ' ' || dg_text)
      FROM @duckgres_object WHERE dg_class = CAST(the_class AS BIGINT) AND dg_object = CAST(the_object AS BIGINT))`,
  ),
  macro(
    "pg_identify_object",
    `(the_class, the_object, the_number) AS (SELECT max({'type': dg_kind, 'schema': dg_schema, 'name': dg_name, 'identity': dg_identity})
      FROM @duckgres_object WHERE dg_class = CAST(the_class AS BIGINT) AND dg_object = CAST(the_object AS BIGINT))`,
  ),
  tableMacro(
    "pg_identify_object",
    `(the_class, the_object, the_number) AS TABLE SELECT dg_kind AS "type", dg_schema AS "schema", dg_name AS "name", dg_identity AS "identity"
      FROM @duckgres_object WHERE dg_class = CAST(the_class AS BIGINT) AND dg_object = CAST(the_object AS BIGINT)`,
  ),
  macro(
    "pg_collation_for",
    `(the_text) AS CASE WHEN typeof(the_text) = 'VARCHAR' THEN '"default"'
      ELSE ${raise("42804", "collations are not supported by this type")} END`,
    "(the_text, the_collation) AS CASE WHEN the_text IS NULL THEN the_collation ELSE the_collation END",
  ),
  macro(
    "pg_collation_actual_version",
    `(the_collation) AS CASE WHEN the_collation IN (SELECT oid FROM @pg_collation) THEN CAST(NULL AS VARCHAR)
      WHEN the_collation IS NOT NULL THEN ${
      raiseText("42704", "concat('collation with OID ', the_collation, ' does not exist')")
    } END`,
  ),
];

/** Types of which a text is tried, by PostgreSQL's name. */
const inputs: Readonly<Record<string, string>> = {
  boolean: "BOOLEAN",
  smallint: "SMALLINT",
  integer: "INTEGER",
  bigint: "BIGINT",
  numeric: "DECIMAL(38, 11)",
  real: "FLOAT",
  "double precision": "DOUBLE",
  date: "DATE",
  "time without time zone": "TIME",
  "timestamp without time zone": "TIMESTAMP",
  "timestamp with time zone": "TIMESTAMPTZ",
  interval: "INTERVAL",
  uuid: "UUID",
  json: "JSON",
  jsonb: "JSON",
  bytea: "BLOB",
  text: "VARCHAR",
  "character varying": "VARCHAR",
};

const keywordTable = constants(keywords, ["word VARCHAR", "catcode VARCHAR", "barelabel BOOLEAN"]);
const keywordColumns = `word, catcode, barelabel, CASE catcode WHEN 'U' THEN 'unreserved'
    WHEN 'C' THEN 'unreserved (cannot be function or type name)' WHEN 'T' THEN 'reserved (can be function or type name)'
    ELSE 'reserved' END AS catdesc,
  CASE WHEN barelabel THEN 'can be bare label' ELSE 'requires AS' END AS baredesc`;

const inputsAndWords: readonly Source[] = [
  macro(
    "duckgres_input_is_valid",
    `(the_text, the_type) AS CASE the_type ${
      Object.entries(inputs).map(([type, engine]) =>
        `WHEN '${type}' THEN TRY_CAST(the_text AS ${engine}) IS NOT NULL`
      ).join(" ")
    } ELSE ${raiseText("0A000", "'pg_input_is_valid() is not supported for type ' || the_type")} END`,
  ),
  // The type is looked up once: each WHEN of a CASE would do it again.
  macro(
    "pg_input_is_valid",
    `(the_text, the_type) AS CASE WHEN the_text IS NOT NULL THEN
      list_transform([@format_type(@duckgres_regtype(the_type), NULL)],
        lambda dg_type: @duckgres_input_is_valid(CAST(the_text AS VARCHAR), dg_type))[1] END`,
  ),
  tableMacro("pg_get_keywords", `() AS TABLE SELECT ${keywordColumns} FROM (${keywordTable})`),
  macro(
    "pg_get_keywords",
    `() AS unnest((SELECT list(dg_row) FROM (SELECT ${keywordColumns} FROM (${keywordTable})) dg_row))`,
  ),
];

/** Session, transactions, files, sizes, objects, words. */
export const systemFunctionSources: readonly Source[] = [
  ...session,
  ...transactions,
  ...files,
  ...sizes,
  ...objects,
  ...inputsAndWords,
];
