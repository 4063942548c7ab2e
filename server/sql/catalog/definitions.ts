import { helper, macro, type Source, tableMacro } from "./source.ts";

/** What stands behind the columns of a foreign key, from its note. */
const keyAttributes: readonly Source[] = [
  macro(
    "duckgres_key_action",
    "(dg_event, dg_letter, dg_columns) AS CASE dg_letter WHEN 'a' THEN '' ELSE ' ON ' || dg_event || ' ' || " +
      "CASE dg_letter WHEN 'c' THEN 'CASCADE' WHEN 'r' THEN 'RESTRICT' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END || " +
      "coalesce(' (' || @duckgres_column_list(CAST(dg_columns AS VARCHAR[])) || ')', '') END",
  ),
  macro(
    "duckgres_key_attributes",
    "(dg_key) AS CASE WHEN dg_key IS NULL THEN '' ELSE CASE WHEN json_extract_string(dg_key, '$.matchFull') = 'true' THEN ' MATCH FULL' ELSE '' END || " +
      "@duckgres_key_action('UPDATE', json_extract_string(dg_key, '$.onUpdate'), NULL) || " +
      "@duckgres_key_action('DELETE', json_extract_string(dg_key, '$.onDelete'), json_extract(dg_key, '$.setColumns')) || " +
      "CASE WHEN json_extract_string(dg_key, '$.deferrable') = 'true' THEN ' DEFERRABLE' ELSE '' END || " +
      "CASE WHEN json_extract_string(dg_key, '$.deferred') = 'true' THEN ' INITIALLY DEFERRED' ELSE '' END || " +
      "CASE WHEN json_extract_string(dg_key, '$.unchecked') = 'true' THEN ' NOT VALID' ELSE '' END END",
  ),
];

/** Pretty texts leave out parentheses and schemas that a reader can do without. */
const texts: readonly Source[] = [
  helper(
    "duckgres_constraint_text",
    "dg_oid BIGINT, dg_text VARCHAR, dg_pretty VARCHAR",
    `SELECT dg_oid, CASE WHEN expression IS NULL THEN dg_keys ELSE 'CHECK (' || expression || ')' END AS dg_text,
      CASE WHEN expression IS NULL THEN dg_keys
        ELSE 'CHECK (' || regexp_replace(expression, '^\\((.*)\\)$', '\\1') || ')' END AS dg_pretty
    FROM (SELECT c.oid AS dg_oid, c.expression, CASE c.kind WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' ELSE 'FOREIGN KEY' END
        || ' (' || @duckgres_column_list(c.columns) || ')'
        || coalesce(' REFERENCES ' || r.dg_text || '(' || @duckgres_column_list(c.referenced_columns) || ')', '')
        || coalesce(@duckgres_key_attributes(c.foreign_key), '') AS dg_keys
      FROM @duckgres_constraint c LEFT JOIN @duckgres_relation_name r ON r.dg_oid = c.referenced_oid)`,
  ),
  helper(
    "duckgres_index_text",
    "dg_oid BIGINT, dg_columns VARCHAR[], dg_text VARCHAR, dg_pretty VARCHAR",
    `SELECT i.oid AS dg_oid, i.columns AS dg_columns,
      @duckgres_index_definition(i.is_unique, i.name, @quote_ident(n.nspname) || '.', i.table_name, i.columns, i.nulls_equal, i.predicate) AS dg_text,
      CASE WHEN v.oid IS NULL THEN dg_text
        ELSE @duckgres_index_definition(i.is_unique, i.name, '', i.table_name, i.columns, i.nulls_equal, i.predicate) END AS dg_pretty
    FROM @duckgres_index i JOIN @duckgres_namespace n ON n.oid = i.namespace
      LEFT JOIN @duckgres_visible_relation v ON v.oid = i.table_oid`,
  ),
  helper(
    "duckgres_view_text",
    "dg_oid BIGINT, dg_text VARCHAR",
    "SELECT oid AS dg_oid, @duckgres_view_query(sql) AS dg_text FROM @duckgres_relation WHERE relkind = 'v'",
  ),
  helper(
    "duckgres_serial_text",
    "dg_relation BIGINT, dg_name VARCHAR, dg_text VARCHAR",
    `SELECT c.relation AS dg_relation, c.name AS dg_name, @quote_ident(n.nspname) || '.' || @quote_ident(r.relname) AS dg_text
    FROM @duckgres_column c JOIN @duckgres_relation r ON r.oid = c.sequence
      JOIN @duckgres_namespace n ON n.oid = r.relnamespace`,
  ),
];

const constraintText = "FROM @duckgres_constraint_text WHERE dg_oid = CAST(the_constraint AS BIGINT)";
const indexText = "FROM @duckgres_index_text WHERE dg_oid = CAST(the_index AS BIGINT)";
const viewText = "(SELECT max(dg_text) FROM @duckgres_view_text WHERE dg_oid = @duckgres_regclass(the_view))";

const none = "CAST(NULL AS VARCHAR)";

/** The `pg_get_…def` family: objects as the text that would create them. */
export const definitionSources: readonly Source[] = [
  ...keyAttributes,
  ...texts,
  macro(
    "pg_get_constraintdef",
    `(the_constraint) AS (SELECT max(dg_text) ${constraintText})`,
    `(the_constraint, the_pretty) AS (SELECT max(CASE WHEN the_pretty THEN dg_pretty ELSE dg_text END) ${constraintText})`,
  ),
  macro(
    "pg_get_indexdef",
    `(the_index) AS (SELECT max(dg_text) ${indexText})`,
    `(the_index, the_number, the_pretty) AS (SELECT max(CASE WHEN the_number > 0
        THEN @duckgres_column_list(dg_columns[CAST(the_number AS INTEGER):CAST(the_number AS INTEGER)])
        WHEN the_pretty THEN dg_pretty ELSE dg_text END) ${indexText})`,
  ),
  macro("pg_get_viewdef", `(the_view) AS ${viewText}`, `(the_view, pretty) AS ${viewText}`),
  // What PostgreSQL keeps as a tree is text here already.
  macro(
    "pg_get_expr",
    "(expression, relation) AS CAST(expression AS VARCHAR)",
    "(expression, relation, pretty) AS CAST(expression AS VARCHAR)",
  ),
  macro(
    "pg_get_serial_sequence",
    `(the_table, the_column) AS (
      SELECT max(dg_text)
      FROM @duckgres_serial_text WHERE dg_relation = @duckgres_regclass(the_table) AND dg_name = the_column)`,
  ),
  // There are no rules, triggers, partitions or extended statistics.
  macro("pg_get_ruledef", `(rule) AS ${none}`, `(rule, pretty) AS ${none}`),
  macro("pg_get_triggerdef", `(trigger) AS ${none}`, `(trigger, pretty) AS ${none}`),
  macro("pg_get_partkeydef", `(relation) AS ${none}`),
  macro("pg_get_partition_constraintdef", `(relation) AS ${none}`),
  macro("pg_get_statisticsobjdef", `(statistics) AS ${none}`),
  macro("pg_get_statisticsobjdef_columns", `(statistics) AS ${none}`),
  macro("pg_relation_is_publishable", "(relation) AS false"),
  macro("row_security_active", "(relation) AS false"),
  // Both forms: psql also calls it WITH ORDINALITY, whose column DuckDB does not add to a macro's.
  macro("pg_partition_ancestors", "(relation) AS CAST(NULL AS BIGINT)"),
  tableMacro(
    "pg_partition_ancestors",
    "(relation) AS TABLE SELECT CAST(NULL AS BIGINT) AS relid, CAST(NULL AS BIGINT) AS ordinality WHERE false",
  ),
];
