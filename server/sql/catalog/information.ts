import { type Source, view } from "./source.ts";

/**
 * `information_schema`, as the SQL standard and PostgreSQL have it. DuckDB's own has other columns, its own type names, and
 * shows the catalogue's database. The views are called `duckgres_information_…` here, so that nobody finds them unasked;
 * the SQL layer sends `information_schema.x` to them.
 *
 * @see https://www.postgresql.org/docs/16/information-schema.html
 */

const catalog = "CAST(@current_database() AS VARCHAR)";
const none = "CAST(NULL AS VARCHAR)";
const noNumber = "CAST(NULL AS INTEGER)";

/** Schemas that are shown with what is in them. */
const namespaces = "@duckgres_namespace";

function info(name: string, sql: string): Source {
  return view(`duckgres_information_${name}`, sql);
}

/** Columns that hold nothing, or always the same: `name=SQL`. */
function fixed(...columns: string[]): string {
  return columns.map((column) => {
    const at = column.indexOf("=");
    return at < 0 ? `${none} AS ${column}` : `${column.slice(at + 1)} AS ${column.slice(0, at)}`;
  }).join(", ");
}

/** A view that is empty here; columns are text. */
function empty(name: string, columns: string): Source {
  return info(name, `SELECT ${fixed(...columns.split(" "))} WHERE false`);
}

const isArray = "ends_with(c.data_type, ']')";
const ofUser = "(u.name IS NOT NULL AND u.domain IS NULL OR starts_with(c.data_type, 'ENUM('))";
// DECIMAL(38,11) stands for numeric without either.
const inBrackets = (group: number) =>
  `CAST(nullif(regexp_extract(nullif(c.data_type, 'DECIMAL(38,11)'), '^DECIMAL\\((\\d+),(\\d+)\\)$', ${group}), '') AS INTEGER)`;
const precision = inBrackets(1);
const scale = inBrackets(2);

const columns = info(
  "columns",
  `SELECT ${catalog} AS table_catalog, n.nspname AS table_schema, r.relname AS table_name, c.name AS column_name,
    CAST(c.number AS INTEGER) AS ordinal_position, CASE WHEN c.generated IS NULL THEN c.initial END AS column_default,
    CASE WHEN c.not_null THEN 'NO' ELSE 'YES' END AS is_nullable,
    CASE WHEN ${isArray} THEN 'ARRAY' WHEN ${ofUser} THEN 'USER-DEFINED' ELSE t.sql_name END AS data_type,
    CASE WHEN t.oid IN (1042, 1043, 1560, 1562) THEN @duckgres_declared_length(c.declared) END AS character_maximum_length,
    CAST(CASE WHEN t.oid IN (25, 1043, 1042) AND NOT ${isArray} THEN coalesce(@duckgres_declared_length(c.declared) * 4, 1073741824) END AS INTEGER) AS character_octet_length,
    CAST(CASE CASE WHEN ${isArray} THEN 0 ELSE t.oid END WHEN 21 THEN 16 WHEN 23 THEN 32 WHEN 20 THEN 64 WHEN 700 THEN 24 WHEN 701 THEN 53
      WHEN 1700 THEN ${precision} END AS INTEGER) AS numeric_precision,
    CAST(CASE WHEN ${isArray} THEN NULL WHEN t.oid IN (21, 23, 20, 700, 701) THEN 2 WHEN t.oid = 1700 THEN 10 END AS INTEGER)
      AS numeric_precision_radix,
    CAST(CASE WHEN ${isArray} THEN NULL WHEN t.oid IN (21, 23, 20) THEN 0 WHEN t.oid = 1700 THEN ${scale} END AS INTEGER) AS numeric_scale,
    CAST(CASE WHEN ${isArray} THEN NULL WHEN t.oid = 1082 THEN 0 WHEN t.oid IN (1083, 1114, 1184, 1186, 1266) THEN
      CASE c.data_type WHEN 'TIMESTAMP_S' THEN 0 WHEN 'TIMESTAMP_MS' THEN 3 ELSE 6 END END AS INTEGER) AS datetime_precision,
    ${
    fixed(
      "interval_type",
      `interval_precision=${noNumber}`,
      "character_set_catalog",
      "character_set_schema",
      "character_set_name",
      "collation_catalog",
      "collation_schema",
      "collation_name",
    )
  },
    CASE WHEN u.domain IS NOT NULL THEN ${catalog} END AS domain_catalog,
    CASE WHEN u.domain IS NOT NULL THEN @duckgres_public(u.schema_name) END AS domain_schema, u.domain AS domain_name,
    ${catalog} AS udt_catalog,
    CASE WHEN u.domain IS NULL AND u.name IS NOT NULL THEN @duckgres_public(u.schema_name) ELSE 'pg_catalog' END AS udt_schema,
    CASE WHEN ${isArray} THEN '_' ELSE '' END || CASE WHEN u.domain IS NULL AND u.name IS NOT NULL THEN u.name
      ELSE t.typname END AS udt_name,
    ${
    fixed(
      "scope_catalog",
      "scope_schema",
      "scope_name",
      `maximum_cardinality=${noNumber}`,
      "dtd_identifier=CAST(c.number AS VARCHAR)",
      "is_self_referencing='NO'",
      "is_identity=CASE WHEN c.identity IS NULL THEN 'NO' ELSE 'YES' END",
      "identity_generation=CASE c.identity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END",
      "identity_start=CAST(coalesce(@duckgres_note(s.comment, '$.start'), CAST(s.start_value AS VARCHAR)) AS VARCHAR)",
      "identity_increment=CAST(s.increment_by AS VARCHAR)",
      "identity_maximum=CAST(s.max_value AS VARCHAR)",
      "identity_minimum=CAST(s.min_value AS VARCHAR)",
      "identity_cycle=CASE WHEN s.cycle THEN 'YES' ELSE 'NO' END",
      "is_generated=CASE WHEN c.generated IS NULL THEN 'NEVER' ELSE 'ALWAYS' END",
      "generation_expression=c.generated",
      "is_updatable=CASE WHEN r.relkind = 'r' THEN 'YES' ELSE 'NO' END",
    )
  }
  FROM (SELECT c.*, CASE WHEN contains(d.sql, c.name || ' ' || c.data_type || ' GENERATED ALWAYS AS(')
        OR contains(d.sql, '"' || c.name || '" ' || c.data_type || ' GENERATED ALWAYS AS(') THEN c.initial END AS generated
      FROM @duckgres_column c
        LEFT JOIN duckdb_tables() d ON d.table_oid = c.relation AND c.initial IS NOT NULL) c
    JOIN @duckgres_relation r ON r.oid = c.relation AND r.relkind IN ('r', 'v', 'm')
    JOIN ${namespaces} n ON n.oid = r.relnamespace
    JOIN @duckgres_builtin_type t ON t.oid = coalesce(@duckgres_declared_oid(c.declared), @duckgres_element_oid(c.data_type))
    LEFT JOIN (SELECT path, name, schema_name, CASE WHEN is_domain THEN name END AS domain FROM @duckgres_user_type) u
      ON u.path = c.declared
    LEFT JOIN duckdb_sequences() s ON s.sequence_oid = c.sequence AND c.identity IS NOT NULL`,
);

const relationViews: readonly Source[] = [
  info(
    "schemata",
    `SELECT ${catalog} AS catalog_name, nspname AS schema_name, CAST(@duckgres_user() AS VARCHAR) AS schema_owner,
      ${
      fixed(
        "default_character_set_catalog",
        "default_character_set_schema",
        "default_character_set_name",
        "sql_path",
      )
    }
    FROM ${namespaces}`,
  ),
  info(
    "tables",
    `SELECT ${catalog} AS table_catalog, n.nspname AS table_schema, r.relname AS table_name,
      CASE WHEN r.relkind = 'v' THEN 'VIEW' WHEN r.temporary THEN 'LOCAL TEMPORARY' ELSE 'BASE TABLE' END AS table_type,
      ${
      fixed(
        "self_referencing_column_name",
        "reference_generation",
        "user_defined_type_catalog",
        "user_defined_type_schema",
        "user_defined_type_name",
      )
    },
      CASE WHEN r.relkind = 'r' THEN 'YES' ELSE 'NO' END AS is_insertable_into, 'NO' AS is_typed, ${none} AS commit_action
    FROM @duckgres_relation r JOIN ${namespaces} n ON n.oid = r.relnamespace WHERE r.relkind IN ('r', 'v')`,
  ),
  info(
    "views",
    `SELECT ${catalog} AS table_catalog, n.nspname AS table_schema, r.relname AS table_name,
      @duckgres_view_query(r.sql) AS view_definition,
      ${
      fixed(
        "check_option='NONE'",
        "is_updatable='NO'",
        "is_insertable_into='NO'",
        "is_trigger_updatable='NO'",
        "is_trigger_deletable='NO'",
        "is_trigger_insertable_into='NO'",
      )
    }
    FROM @duckgres_relation r JOIN ${namespaces} n ON n.oid = r.relnamespace WHERE r.relkind = 'v'`,
  ),
  info(
    "sequences",
    `SELECT ${catalog} AS sequence_catalog, n.nspname AS sequence_schema, s.sequence_name,
      coalesce(@duckgres_note(s.comment, '$.type'), 'bigint') AS data_type,
      CAST(CASE @duckgres_note(s.comment, '$.type') WHEN 'smallint' THEN 16 WHEN 'integer' THEN 32 ELSE 64 END AS INTEGER)
        AS numeric_precision,
      CAST(2 AS INTEGER) AS numeric_precision_radix, CAST(0 AS INTEGER) AS numeric_scale,
      CAST(coalesce(@duckgres_note(s.comment, '$.start'), CAST(s.start_value AS VARCHAR)) AS VARCHAR) AS start_value,
      CAST(s.min_value AS VARCHAR) AS minimum_value, CAST(s.max_value AS VARCHAR) AS maximum_value,
      CAST(s.increment_by AS VARCHAR) AS "increment", CASE WHEN s.cycle THEN 'YES' ELSE 'NO' END AS cycle_option
    FROM duckdb_sequences() s JOIN @duckgres_relation r ON r.oid = s.sequence_oid AND r.relkind = 'S'
      JOIN ${namespaces} n ON n.oid = r.relnamespace
    WHERE @duckgres_note(s.comment, '$.identity') IS NULL`,
  ),
];

/** An action of a foreign key, from its note. */
const ruleOf = (event: "onUpdate" | "onDelete") =>
  `CASE json_extract_string(c.foreign_key, '$.${event}') WHEN 'c' THEN 'CASCADE' WHEN 'r' THEN 'RESTRICT' ` +
  "WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' ELSE 'NO ACTION' END";

/** The schema and name of a constraint and of its table. */
const ofConstraint =
  `${catalog} AS constraint_catalog, n.nspname AS constraint_schema, c.name AS constraint_name,
  ${catalog} AS table_catalog, n.nspname AS table_schema, c.table_name`;

const constraintViews: readonly Source[] = [
  info(
    "table_constraints",
    `SELECT ${ofConstraint},
      CASE c.kind WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' WHEN 'f' THEN 'FOREIGN KEY' ELSE 'CHECK' END
        AS constraint_type,
      CASE json_extract_string(c.foreign_key, '$.deferrable') WHEN 'true' THEN 'YES' ELSE 'NO' END AS is_deferrable,
      CASE json_extract_string(c.foreign_key, '$.deferred') WHEN 'true' THEN 'YES' ELSE 'NO' END AS initially_deferred, 'YES' AS enforced,
      CASE c.kind WHEN 'u' THEN 'YES' END AS nulls_distinct
    FROM @duckgres_constraint c JOIN ${namespaces} n ON n.oid = c.namespace
    UNION ALL
    SELECT ${catalog}, n.nspname, r.relname || '_' || c.name || '_not_null', ${catalog}, n.nspname, r.relname, 'CHECK', 'NO',
      'NO', 'YES', NULL
    FROM @duckgres_column c JOIN @duckgres_relation r ON r.oid = c.relation AND r.relkind = 'r'
      JOIN ${namespaces} n ON n.oid = r.relnamespace WHERE c.not_null AND n.oid <> 11`,
  ),
  info(
    "key_column_usage",
    `SELECT ${ofConstraint}, c.column_name, CAST(c.position AS INTEGER) AS ordinal_position,
      CAST(CASE WHEN c.kind = 'f' THEN c.position END AS INTEGER) AS position_in_unique_constraint
    FROM (SELECT *, unnest(columns) AS column_name, unnest(range(1, len(columns) + 1)) AS position
      FROM @duckgres_constraint WHERE kind IN ('p', 'u', 'f')) c JOIN ${namespaces} n ON n.oid = c.namespace`,
  ),
  info(
    "constraint_column_usage",
    `SELECT ${catalog} AS table_catalog, n.nspname AS table_schema, c.used_table AS table_name, c.column_name,
      ${catalog} AS constraint_catalog, n.nspname AS constraint_schema, c.name AS constraint_name
    FROM (SELECT *, CASE WHEN kind = 'f' THEN referenced_table ELSE table_name END AS used_table,
        unnest(CASE WHEN kind = 'f' THEN referenced_columns ELSE columns END) AS column_name
      FROM @duckgres_constraint) c JOIN ${namespaces} n ON n.oid = c.namespace`,
  ),
  info(
    "constraint_table_usage",
    `SELECT ${catalog} AS table_catalog, n.nspname AS table_schema,
      CASE WHEN c.kind = 'f' THEN c.referenced_table ELSE c.table_name END AS table_name,
      ${catalog} AS constraint_catalog, n.nspname AS constraint_schema, c.name AS constraint_name
    FROM @duckgres_constraint c JOIN ${namespaces} n ON n.oid = c.namespace WHERE c.kind IN ('p', 'u', 'f')`,
  ),
  info(
    "referential_constraints",
    `SELECT ${catalog} AS constraint_catalog, n.nspname AS constraint_schema, c.name AS constraint_name,
      ${catalog} AS unique_constraint_catalog, n.nspname AS unique_constraint_schema, k.name AS unique_constraint_name,
      CASE json_extract_string(c.foreign_key, '$.matchFull') WHEN 'true' THEN 'FULL' ELSE 'NONE' END AS match_option,
      ${ruleOf("onUpdate")} AS update_rule, ${ruleOf("onDelete")} AS delete_rule
    FROM @duckgres_constraint c JOIN ${namespaces} n ON n.oid = c.namespace
      LEFT JOIN @duckgres_constraint k
        ON k.kind IN ('p', 'u') AND k.table_oid = c.referenced_oid AND k.columns = c.referenced_columns
    WHERE c.kind = 'f'`,
  ),
  info(
    "check_constraints",
    `SELECT ${catalog} AS constraint_catalog, n.nspname AS constraint_schema, c.name AS constraint_name,
      c.expression AS check_clause
    FROM @duckgres_constraint c JOIN ${namespaces} n ON n.oid = c.namespace WHERE c.kind = 'c'
    UNION ALL
    SELECT ${catalog}, n.nspname, r.relname || '_' || c.name || '_not_null', @quote_ident(c.name) || ' IS NOT NULL'
    FROM @duckgres_column c JOIN @duckgres_relation r ON r.oid = c.relation AND r.relkind = 'r'
      JOIN ${namespaces} n ON n.oid = r.relnamespace WHERE c.not_null AND n.oid <> 11`,
  ),
];

const privileges = "['INSERT', 'SELECT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']";

/** There is one user, who may do everything. */
const grants = ["table_privileges", "role_table_grants"].map((name) =>
  info(
    name,
    `SELECT CAST(@duckgres_user() AS VARCHAR) AS grantor, CAST(@duckgres_user() AS VARCHAR) AS grantee,
      ${catalog} AS table_catalog, n.nspname AS table_schema, r.relname AS table_name, p.privilege AS privilege_type,
      'YES' AS is_grantable, CASE p.privilege WHEN 'SELECT' THEN 'YES' ELSE 'NO' END AS with_hierarchy
    FROM @duckgres_relation r JOIN ${namespaces} n ON n.oid = r.relnamespace,
      (SELECT unnest(${privileges}) AS privilege) p
    WHERE r.relkind IN ('r', 'v') AND n.oid <> 11`,
  )
);

const others: readonly Source[] = [
  info("information_schema_catalog_name", `SELECT ${catalog} AS catalog_name`),
  info("enabled_roles", "SELECT CAST(@duckgres_user() AS VARCHAR) AS role_name"),
  info(
    "domains",
    `SELECT ${catalog} AS domain_catalog, n.nspname AS domain_schema, u.name AS domain_name, t.sql_name AS data_type,
      ${catalog} AS udt_catalog, 'pg_catalog' AS udt_schema, t.typname AS udt_name
    FROM @duckgres_user_type u JOIN ${namespaces} n ON n.oid = u.namespace
      JOIN @duckgres_builtin_type t ON t.oid = @duckgres_type_oid(u.logical_type) WHERE u.is_domain`,
  ),
  info(
    "routines",
    `SELECT ${catalog} AS specific_catalog, n.nspname AS specific_schema, f.name || '_' || f.oid AS specific_name,
      ${catalog} AS routine_catalog, n.nspname AS routine_schema, f.name AS routine_name, 'FUNCTION' AS routine_type,
      ${none} AS data_type, 'SQL' AS routine_body, f.source AS routine_definition, ${none} AS external_name,
      'SQL' AS external_language, 'NO' AS is_deterministic, 'INVOKER' AS security_type
    FROM @duckgres_function f JOIN ${namespaces} n ON n.oid = f.namespace WHERE f.language = 14`,
  ),
  empty(
    "triggers",
    "trigger_catalog trigger_schema trigger_name event_manipulation event_object_catalog event_object_schema " +
      "event_object_table action_order action_condition action_statement action_orientation action_timing " +
      "action_reference_old_table action_reference_new_table action_reference_old_row action_reference_new_row created",
  ),
  empty(
    "applicable_roles",
    "grantee role_name is_grantable",
  ),
  empty(
    "parameters",
    "specific_catalog specific_schema specific_name ordinal_position parameter_mode is_result as_locator parameter_name " +
      "data_type udt_catalog udt_schema udt_name parameter_default",
  ),
];

/** What there is of `information_schema`. */
export const informationSources: readonly Source[] = [
  ...relationViews,
  columns,
  ...constraintViews,
  ...grants,
  ...others,
];
