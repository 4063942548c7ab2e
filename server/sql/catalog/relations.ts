import { constants, fill, helper, macro, snapshot, type Source, view } from "./source.ts";

/** The fixed oids of PostgreSQL's own catalogues: `'pg_catalog.pg_class'::regclass` is a number clients rely on. */
const systemOids: Readonly<Record<string, number>> = {
  pg_am: 2601,
  pg_attrdef: 2604,
  pg_attribute: 1249,
  pg_auth_members: 1261,
  pg_authid: 1260,
  pg_class: 1259,
  pg_collation: 3456,
  pg_constraint: 2606,
  pg_database: 1262,
  pg_depend: 2608,
  pg_description: 2609,
  pg_enum: 3501,
  pg_extension: 3079,
  pg_foreign_data_wrapper: 2328,
  pg_foreign_server: 1417,
  pg_foreign_table: 3118,
  pg_index: 2610,
  pg_inherits: 2611,
  pg_language: 2612,
  pg_namespace: 2615,
  pg_opclass: 2616,
  pg_operator: 2617,
  pg_opfamily: 2753,
  pg_policy: 3256,
  pg_proc: 1255,
  pg_publication: 6104,
  pg_range: 3541,
  pg_rewrite: 2618,
  pg_sequence: 2224,
  pg_shdescription: 2396,
  pg_statistic_ext: 3381,
  pg_tablespace: 1213,
  pg_trigger: 2620,
  pg_ts_config: 3602,
  pg_type: 1247,
};

const systemRelations = constants(
  Object.entries(systemOids).map(([name, oid]) => `${name}\t${oid}`).join("\n"),
  ["name VARCHAR", "oid BIGINT"],
);

const own = "(database_name = @duckgres_engine_database() OR temporary) AND NOT internal";
const namespace = "@duckgres_namespace_oid(database_name, schema_name, schema_oid) AS relnamespace";

const relations: readonly Source[] = [
  // The catalogue's own views; filled when all are there.
  snapshot("duckgres_fixed_oid", systemRelations),
  snapshot(
    "duckgres_system_relation",
    `SELECT CAST(0 AS BIGINT) AS oid, '' AS relname, CAST(11 AS BIGINT) AS relnamespace, '' AS relkind,
      CAST(0 AS BIGINT) AS natts, false AS temporary WHERE false`,
  ),
  helper(
    "duckgres_relation",
    "oid BIGINT, relname VARCHAR, relnamespace BIGINT, relkind VARCHAR, natts BIGINT, tuples BIGINT, " +
      "temporary BOOLEAN, indexed BOOLEAN, checks BIGINT, comment VARCHAR, sql VARCHAR, unlogged BOOLEAN, " +
      "unpopulated BOOLEAN",
    `SELECT table_oid AS oid, table_name AS relname, ${namespace},
      CASE WHEN @duckgres_note(comment, '$.query') IS NULL THEN 'r' ELSE 'm' END AS relkind, column_count AS natts,
      estimated_size AS tuples, temporary, has_primary_key OR index_count > 0 AS indexed,
      check_constraint_count AS checks, @duckgres_comment(comment) AS comment, sql,
      @duckgres_note(comment, '$.unlogged') = 'true' AS unlogged,
      @duckgres_note(comment, '$.unpopulated') = 'true' AS unpopulated
    FROM duckdb_tables() WHERE ${own}
    UNION ALL BY NAME
    SELECT view_oid AS oid, view_name AS relname, ${namespace}, 'v' AS relkind, column_count AS natts, temporary,
      @duckgres_comment(comment) AS comment, sql
    FROM duckdb_views() WHERE ${own}
    UNION ALL BY NAME
    SELECT sequence_oid AS oid, sequence_name AS relname, ${namespace}, 'S' AS relkind, 3 AS natts, 1 AS tuples, temporary,
      @duckgres_comment(comment) AS comment
    FROM duckdb_sequences() WHERE database_name = @duckgres_engine_database() OR temporary
    UNION ALL BY NAME
    SELECT oid, name AS relname, namespace AS relnamespace, 'i' AS relkind, len(columns) AS natts, temporary, comment
    FROM @duckgres_index
    UNION ALL BY NAME
    SELECT * FROM @duckgres_system_relation`,
  ),
];

const views: readonly Source[] = [
  view(
    "pg_class",
    `SELECT oid, relname, relnamespace, 
      CASE WHEN relkind IN ('r', 'v', 'm') THEN @duckgres_derived_oid(oid, 254) ELSE 0 END AS reltype, CAST(0 AS BIGINT) AS reloftype,
      CAST(10 AS BIGINT) AS relowner, CAST(CASE relkind WHEN 'r' THEN 2 WHEN 'i' THEN 403 ELSE 0 END AS BIGINT) AS relam,
      CAST(CASE WHEN relkind = 'v' THEN 0 ELSE oid END AS BIGINT) AS relfilenode, CAST(0 AS BIGINT) AS reltablespace,
      CAST(0 AS INTEGER) AS relpages, CAST(coalesce(tuples, -1) AS FLOAT) AS reltuples,
      CAST(0 AS INTEGER) AS relallvisible, CAST(0 AS BIGINT) AS reltoastrelid, coalesce(indexed, false) AS relhasindex,
      false AS relisshared, CASE WHEN temporary THEN 't' WHEN unlogged THEN 'u' ELSE 'p' END AS relpersistence, relkind,
      CAST(natts AS SMALLINT) AS relnatts, CAST(coalesce(checks, 0) AS SMALLINT) AS relchecks, relkind = 'v' AS relhasrules,
      relkind = 'r' AND (oid IN (SELECT table_oid FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY')
        OR relname IN (SELECT referenced_table FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY')
        OR oid IN (SELECT table_oid FROM duckdb_tables() WHERE contains(comment, '"foreignKeys":'))
        OR relname IN (SELECT unnest(json_extract_string(split_part(comment, chr(31), 2), '$.foreignKeys[*].table'))
          FROM duckdb_tables() WHERE contains(comment, '"foreignKeys":')))
        AS relhastriggers,
      false AS relhassubclass, false AS relrowsecurity, false AS relforcerowsecurity, NOT coalesce(unpopulated, false) AS relispopulated,
      CASE WHEN relkind = 'r' THEN 'd' ELSE 'n' END AS relreplident, false AS relispartition,
      CAST(0 AS BIGINT) AS relrewrite, CAST(0 AS BIGINT) AS relfrozenxid, CAST(0 AS BIGINT) AS relminmxid,
      CAST(NULL AS VARCHAR[]) AS relacl, CAST(NULL AS VARCHAR[]) AS reloptions, CAST(NULL AS VARCHAR) AS relpartbound
    FROM @duckgres_relation`,
  ),
  view(
    "pg_sequence",
    `SELECT sequence_oid AS seqrelid,
      CAST(CASE @duckgres_note(comment, '$.type') WHEN 'smallint' THEN 21 WHEN 'integer' THEN 23 ELSE 20 END AS BIGINT)
        AS seqtypid,
      coalesce(CAST(@duckgres_note(comment, '$.start') AS BIGINT), start_value) AS seqstart,
      increment_by AS seqincrement, max_value AS seqmax, min_value AS seqmin, CAST(1 AS BIGINT) AS seqcache,
      cycle AS seqcycle
    FROM duckdb_sequences() WHERE database_name = @duckgres_engine_database() OR temporary`,
  ),
  view(
    "pg_sequences",
    `SELECT n.nspname AS schemaname, s.sequence_name AS sequencename, @duckgres_user() AS sequenceowner,
      coalesce(@duckgres_note(s.comment, '$.type'), 'bigint') AS data_type,
      coalesce(CAST(@duckgres_note(s.comment, '$.start') AS BIGINT), s.start_value) AS start_value, s.min_value, s.max_value, s.increment_by, s.cycle,
      CAST(1 AS BIGINT) AS cache_size, s.last_value
    FROM duckdb_sequences() s
      JOIN @duckgres_namespace n ON n.oid = @duckgres_namespace_oid(s.database_name, s.schema_name, s.schema_oid)
    WHERE s.database_name = @duckgres_engine_database() OR s.temporary`,
  ),
  view(
    "pg_tables",
    `SELECT n.nspname AS schemaname, c.relname AS tablename, @duckgres_user() AS tableowner,
      CAST(NULL AS VARCHAR) AS tablespace, c.relhasindex AS hasindexes, c.relhasrules AS hasrules,
      c.relhastriggers AS hastriggers, c.relrowsecurity AS rowsecurity
    FROM @pg_class c JOIN @pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')`,
  ),
  view(
    "pg_views",
    `SELECT n.nspname AS schemaname, c.relname AS viewname, @duckgres_user() AS viewowner,
      @duckgres_view_query(c.sql) AS definition
    FROM @duckgres_relation c JOIN @pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'v'`,
  ),
  view(
    "pg_indexes",
    `SELECT n.nspname AS schemaname, i.table_name AS tablename, i.name AS indexname, CAST(NULL AS VARCHAR) AS tablespace,
      @duckgres_index_definition(i.is_unique, i.name, n.nspname || '.', i.table_name, i.columns, i.nulls_equal, i.predicate)
        AS indexdef
    FROM @duckgres_index i JOIN @pg_namespace n ON n.oid = i.namespace`,
  ),
];

/** Names looked up in the search path, first found first. */
const visibility: readonly Source[] = [
  helper(
    "duckgres_visible_relation",
    "oid BIGINT, relname VARCHAR",
    `SELECT c.oid, c.relname FROM @duckgres_relation c JOIN @duckgres_search_path p ON p.oid = c.relnamespace
    QUALIFY row_number() OVER (PARTITION BY c.relname ORDER BY p.position) = 1`,
  ),
  helper(
    "duckgres_visible_type",
    "oid BIGINT, typname VARCHAR",
    `SELECT t.oid, t.typname FROM @duckgres_type t JOIN @duckgres_search_path p ON p.oid = t.typnamespace
    QUALIFY row_number() OVER (PARTITION BY t.typname ORDER BY p.position) = 1`,
  ),
  macro(
    "pg_table_is_visible",
    "(the_relation) AS CAST(the_relation AS BIGINT) IN (SELECT oid FROM @duckgres_visible_relation)",
  ),
  macro(
    "pg_type_is_visible",
    "(the_type) AS CAST(the_type AS BIGINT) IN (SELECT oid FROM @duckgres_visible_type)",
  ),
  macro("pg_statistics_obj_is_visible", "(statistics) AS true"),
];

/** Definitions as text, from DuckDB's own statement. */
const definitions: readonly Source[] = [
  macro(
    "duckgres_view_query",
    `(sql) AS ' ' || regexp_replace(sql,
      '^CREATE\\s+(TEMP\\s+|TEMPORARY\\s+)?VIEW\\s+("([^"]|"")*"|[^\\s."(]+)(\\.("([^"]|"")*"|[^\\s."(]+))*\\s*(\\([^)]*\\))?\\s*AS\\s+',
      '', 'i')`,
  ),
  macro(
    "duckgres_column_list",
    `(columns) AS array_to_string(list_transform(columns, lambda c:
      CASE WHEN regexp_full_match(c, '[a-z_]+\\(.*\\)') THEN c WHEN starts_with(c, '(') THEN c ELSE @quote_ident(c) END), ', ')`,
  ),
  macro(
    "duckgres_index_definition",
    `(is_unique, name, prefix, table_name, columns, nulls_equal, predicate) AS 'CREATE ' || CASE WHEN is_unique THEN 'UNIQUE ' ELSE '' END
      || 'INDEX ' || @quote_ident(name) || ' ON ' || prefix || @quote_ident(table_name)
      || ' USING btree (' || @duckgres_column_list(columns) || ')' || CASE WHEN nulls_equal THEN ' NULLS NOT DISTINCT' ELSE '' END
      || coalesce(' WHERE (' || predicate || ')', '')`,
  ),
];

/** `pg_class` and the views on it, sequences, and which names a session sees. */
export const relationSources: readonly Source[] = [...definitions, ...relations, ...views, ...visibility];

/** What the catalogue knows of itself; once all its views are there. */
export const systemRows: readonly Source[] = [
  fill(
    "duckgres_system_relation",
    `SELECT coalesce(f.oid, 12000 + row_number() OVER (ORDER BY v.view_name)), v.view_name, 11,
      CASE WHEN f.oid IS NULL THEN 'v' ELSE 'r' END, v.column_count, false
    FROM duckdb_views() v LEFT JOIN @duckgres_fixed_oid f ON f.name = v.view_name
    WHERE v.database_name = '__duckgres' AND NOT v.internal AND NOT starts_with(v.view_name, 'duckgres_')`,
  ),
  fill(
    "duckgres_system_column",
    `SELECT r.oid, c.column_name, c.column_index, c.data_type, false
    FROM duckdb_columns() c JOIN @duckgres_system_relation r ON r.relname = c.table_name
    WHERE c.database_name = '__duckgres'`,
  ),
];
