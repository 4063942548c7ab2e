import { macro, type Source, view } from "./source.ts";

/**
 * What PostgreSQL keeps once for all databases: roles, databases, tablespaces. A session sees itself and its own database:
 * there is no other role that could own anything in it.
 */
export const clusterSources: readonly Source[] = [
  macro(
    "duckgres_is_superuser",
    "() AS coalesce(split_part(CAST(getvariable('duckgres_setting_is_superuser') AS VARCHAR), chr(31), 1) = 'on', false)",
  ),
  macro(
    "pg_get_userbyid",
    `(role) AS CASE WHEN role = 10 THEN @duckgres_user() WHEN role IS NOT NULL THEN 'unknown (OID=' || role || ')' END`,
  ),
  view(
    "pg_roles",
    `SELECT @duckgres_user() AS rolname, @duckgres_is_superuser() AS rolsuper, true AS rolinherit,
      @duckgres_is_superuser() AS rolcreaterole, @duckgres_is_superuser() AS rolcreatedb, true AS rolcanlogin,
      false AS rolreplication, CAST(-1 AS INTEGER) AS rolconnlimit, '********' AS rolpassword,
      CAST(NULL AS TIMESTAMPTZ) AS rolvaliduntil, @duckgres_is_superuser() AS rolbypassrls,
      CAST(NULL AS VARCHAR[]) AS rolconfig, CAST(10 AS BIGINT) AS oid`,
  ),
  view(
    "pg_authid",
    `SELECT oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,
      rolconnlimit, CAST(NULL AS VARCHAR) AS rolpassword, rolvaliduntil FROM @pg_roles`,
  ),
  view(
    "pg_user",
    `SELECT rolname AS usename, oid AS usesysid, rolcreatedb AS usecreatedb, rolsuper AS usesuper,
      rolreplication AS userepl, rolbypassrls AS usebypassrls, rolpassword AS passwd, rolvaliduntil AS valuntil,
      rolconfig AS useconfig FROM @pg_roles`,
  ),
  view(
    "pg_shadow",
    `SELECT usename, usesysid, usecreatedb, usesuper, userepl, usebypassrls, CAST(NULL AS VARCHAR) AS passwd, valuntil,
      useconfig FROM @pg_user`,
  ),
  // Text is compared byte by byte, as PostgreSQL does in the C locale.
  view(
    "pg_database",
    `SELECT CAST(5 AS BIGINT) AS oid, @current_database() AS datname, CAST(10 AS BIGINT) AS datdba,
      CAST(6 AS INTEGER) AS encoding, 'c' AS datlocprovider, false AS datistemplate, true AS datallowconn,
      CAST(-1 AS INTEGER) AS datconnlimit, CAST(0 AS BIGINT) AS datfrozenxid, CAST(0 AS BIGINT) AS datminmxid,
      CAST(1663 AS BIGINT) AS dattablespace, 'C.UTF-8' AS datcollate, 'C.UTF-8' AS datctype,
      CAST(NULL AS VARCHAR) AS daticulocale, CAST(NULL AS VARCHAR) AS daticurules,
      CAST(NULL AS VARCHAR) AS datcollversion, CAST(NULL AS VARCHAR[]) AS datacl`,
  ),
  view(
    "pg_tablespace",
    `SELECT CAST(oid AS BIGINT) AS oid, spcname, CAST(10 AS BIGINT) AS spcowner, CAST(NULL AS VARCHAR[]) AS spcacl,
      CAST(NULL AS VARCHAR[]) AS spcoptions FROM (VALUES (1663, 'pg_default'), (1664, 'pg_global')) AS t(oid, spcname)`,
  ),
  macro("pg_tablespace_location", "(tablespace) AS ''"),
  // Bytes in use, the head of DuckDB's file among them; a database in memory has no blocks.
  macro(
    "pg_database_size",
    `(the_database) AS (SELECT max(dg_bytes) FROM (
        SELECT CAST(12288 + block_size * used_blocks AS BIGINT) AS dg_bytes FROM pragma_database_size()
        WHERE database_name = @duckgres_engine_database())
      WHERE CAST(the_database AS VARCHAR) IN ('5', @current_database()))`,
  ),
  macro("pg_tablespace_size", "(tablespace) AS CAST(NULL AS BIGINT)"),
  macro("pg_relation_filenode", "(relation) AS CAST(NULL AS BIGINT)"),
  macro("pg_relation_filepath", "(relation) AS CAST(NULL AS VARCHAR)"),
];
