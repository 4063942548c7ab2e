import { constants, helper, macro, snapshot, type Source, view } from "./source.ts";
import { builtinFunctions } from "./functions_data.ts";
import { typeFunctions } from "./types_data.ts";

const inputOutput = constants(typeFunctions, [
  "oid BIGINT",
  "proname VARCHAR",
  "prorettype BIGINT",
  "pronargs SMALLINT",
  "args VARCHAR",
]);

const builtin = constants(builtinFunctions, [
  "oid BIGINT",
  "proname VARCHAR",
  "prokind VARCHAR",
  "provolatile VARCHAR",
  "proretset BOOLEAN",
  "prorettype BIGINT",
  "args VARCHAR",
]);

/** Oids that stand in a text with blanks between them. */
const types =
  "CASE args WHEN '' THEN [] ELSE list_transform(string_split(args, ' '), lambda t: CAST(t AS BIGINT)) END";

/**
 * Functions: a user's macros, whose parameters have no types (`anyelement`), those of PostgreSQL's that are here, and those
 * that `pg_type` names, which drivers join with it. DuckDB's own three thousand are left out: to list them takes longer than
 * all the rest.
 */
export const functionSources: readonly Source[] = [
  snapshot("duckgres_type_function", inputOutput),
  snapshot("duckgres_builtin_function", builtin),
  helper(
    "duckgres_function",
    "oid BIGINT, name VARCHAR, namespace BIGINT, language BIGINT, kind VARCHAR, returns_set BOOLEAN, " +
      "result BIGINT, names VARCHAR[], types BIGINT[], source VARCHAR, comment VARCHAR, volatile VARCHAR",
    `SELECT function_oid AS oid, function_name AS name,
      CAST(coalesce(n.oid, 2200) AS BIGINT) AS namespace,
      CAST(14 AS BIGINT) AS language, 'f' AS kind, function_type = 'table_macro' AS returns_set,
      CAST(CASE function_type WHEN 'table_macro' THEN 2249 ELSE 2283 END AS BIGINT) AS result,
      parameters AS names, list_transform(parameters, lambda p: CAST(2283 AS BIGINT)) AS types,
      macro_definition AS source, @duckgres_comment(f.comment) AS comment, 'v' AS volatile
    FROM duckdb_functions() f LEFT JOIN @duckgres_namespace n ON n.engine_name = f.schema_name AND n.nspname <> 'pg_temp'
    WHERE NOT internal AND database_name = @duckgres_engine_database() AND function_type IN ('macro', 'table_macro')
    UNION ALL BY NAME
    SELECT oid, proname AS name, CAST(11 AS BIGINT) AS namespace, CAST(12 AS BIGINT) AS language, 'f' AS kind,
      false AS returns_set, prorettype AS result, ${types} AS types, proname AS source, 'i' AS volatile
    FROM @duckgres_type_function
    UNION ALL BY NAME
    SELECT oid, proname AS name, CAST(11 AS BIGINT) AS namespace, CAST(12 AS BIGINT) AS language, prokind AS kind,
      proretset AS returns_set, prorettype AS result, ${types} AS types, proname AS source, provolatile AS volatile
    FROM @duckgres_builtin_function`,
  ),
  view(
    "pg_proc",
    `SELECT oid, name AS proname, namespace AS pronamespace, CAST(10 AS BIGINT) AS proowner, language AS prolang,
      CAST(1 AS FLOAT) AS procost, CAST(CASE WHEN returns_set THEN 1000 ELSE 0 END AS FLOAT) AS prorows,
      CAST(0 AS BIGINT) AS provariadic, CAST(0 AS BIGINT) AS prosupport, kind AS prokind, false AS prosecdef,
      false AS proleakproof, false AS proisstrict, returns_set AS proretset, volatile AS provolatile,
      's' AS proparallel, CAST(len(types) AS SMALLINT) AS pronargs, CAST(0 AS SMALLINT) AS pronargdefaults,
      result AS prorettype, types AS proargtypes, CAST(NULL AS BIGINT[]) AS proallargtypes,
      CAST(NULL AS VARCHAR[]) AS proargmodes, names AS proargnames, CAST(NULL AS VARCHAR) AS proargdefaults,
      CAST(NULL AS BIGINT[]) AS protrftypes, source AS prosrc, CAST(NULL AS VARCHAR) AS probin,
      CAST(NULL AS VARCHAR) AS prosqlbody, CAST(NULL AS VARCHAR[]) AS proconfig, CAST(NULL AS VARCHAR[]) AS proacl
    FROM @duckgres_function`,
  ),
  view(
    "pg_language",
    `SELECT CAST(oid AS BIGINT) AS oid, lanname, CAST(10 AS BIGINT) AS lanowner, false AS lanispl,
      lanname = 'sql' AS lanpltrusted, CAST(0 AS BIGINT) AS lanplcallfoid, CAST(0 AS BIGINT) AS laninline,
      CAST(0 AS BIGINT) AS lanvalidator, CAST(NULL AS VARCHAR[]) AS lanacl
    FROM (VALUES (12, 'internal'), (13, 'c'), (14, 'sql')) AS l(oid, lanname)`,
  ),
  helper(
    "duckgres_function_text",
    "dg_oid BIGINT, dg_arguments VARCHAR, dg_result VARCHAR, dg_definition VARCHAR",
    `SELECT f.oid AS dg_oid, coalesce(a.text, '') AS dg_arguments,
      CASE WHEN f.returns_set THEN 'SETOF ' ELSE '' END || r.sql_name AS dg_result,
      CASE WHEN f.namespace <> 11 THEN 'CREATE MACRO ' || @quote_ident(f.name) || '(' || array_to_string(f.names, ', ')
        || ') AS ' || CASE WHEN f.returns_set THEN 'TABLE ' ELSE '' END || f.source END AS dg_definition
    FROM @duckgres_function f LEFT JOIN @duckgres_type r ON r.oid = f.result LEFT JOIN (
      SELECT u.oid, string_agg(CASE WHEN u.namespace <> 11 THEN @quote_ident(u.name) || ' ' ELSE '' END || t.sql_name,
        ', ' ORDER BY u.position) AS text
      FROM (SELECT oid, namespace, unnest(types) AS type, unnest(names) AS name,
          unnest(range(1, len(types) + 1)) AS position FROM @duckgres_function) u
        JOIN @duckgres_type t ON t.oid = u.type
      GROUP BY u.oid) a ON a.oid = f.oid`,
  ),
  ...[
    ["pg_get_function_arguments", "dg_arguments"],
    ["pg_get_function_identity_arguments", "dg_arguments"],
    ["pg_get_function_result", "dg_result"],
    ["pg_get_functiondef", "dg_definition"],
  ].map(([name, column]) => {
    return macro(
      name,
      `(the_function) AS (SELECT max(${column}) FROM @duckgres_function_text WHERE dg_oid = CAST(the_function AS BIGINT))`,
    );
  }),
  macro("pg_get_function_sqlbody", "(function) AS CAST(NULL AS VARCHAR)"),
  helper(
    "duckgres_visible_function",
    "oid BIGINT, name VARCHAR",
    "SELECT f.oid, f.name FROM @duckgres_function f JOIN @duckgres_search_path p ON p.oid = f.namespace",
  ),
  macro(
    "pg_function_is_visible",
    "(the_function) AS CAST(the_function AS BIGINT) IN (SELECT oid FROM @duckgres_visible_function)",
  ),
];
