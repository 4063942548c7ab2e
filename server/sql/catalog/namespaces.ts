import { helper, macro, type Source, view } from "./source.ts";

/**
 * Schemas, and the oids that everything else is made of.
 *
 * DuckDB's own oids are unique across all kinds of objects and stay as long as the database is open, so they are used as
 * they are. What has no oid of its own (a constraint, the index behind a primary key) gets one derived from its table's,
 * above 2^30. DuckDB's schema `main` is PostgreSQL's `public`, 2200. Only the database a session works in is shown, and
 * its temporary objects, in `pg_temp`.
 */
export const namespaceSources: readonly Source[] = [
  macro("duckgres_derived_oid", "(oid, number) AS CAST(1073741824 + oid * 256 + number AS BIGINT)"),
  macro(
    "duckgres_namespace_oid",
    `(database_name, schema_name, schema_oid) AS CAST(CASE
      WHEN database_name = '__duckgres' THEN 11
      WHEN schema_name = 'main' AND database_name <> 'temp' THEN 2200
      ELSE schema_oid END AS BIGINT)`,
  ),
  helper(
    "duckgres_namespace",
    "oid BIGINT, nspname VARCHAR, engine_name VARCHAR, comment VARCHAR",
    `SELECT @duckgres_namespace_oid(database_name, schema_name, oid) AS oid,
      CASE WHEN database_name = 'temp' THEN 'pg_temp' ELSE @duckgres_public(schema_name) END AS nspname,
      schema_name AS engine_name, comment
    FROM duckdb_schemas()
    WHERE (database_name = @duckgres_engine_database() AND schema_name NOT IN ('pg_catalog', 'information_schema'))
      OR (database_name = 'temp' AND schema_name = 'main')
    UNION ALL VALUES (11, 'pg_catalog', NULL, 'system catalog schema'), (13000, 'information_schema', NULL, NULL)`,
  ),
  view(
    "pg_namespace",
    `SELECT oid, nspname, CAST(10 AS BIGINT) AS nspowner, CAST(NULL AS VARCHAR[]) AS nspacl FROM @duckgres_namespace`,
  ),
  // The session's schemas in the order names are looked up: temporary, built in, then the search path.
  helper(
    "duckgres_search_path",
    "oid BIGINT, nspname VARCHAR, position INTEGER",
    `SELECT oid, nspname, CASE nspname WHEN 'pg_temp' THEN -1 WHEN 'pg_catalog' THEN 0
        ELSE list_position(@duckgres_path(), engine_name) END AS position
    FROM @duckgres_namespace WHERE position IS NOT NULL`,
  ),
];
