import { macro, type Source } from "./source.ts";
import { quoteText } from "../../../worker/api/quote.ts";

/**
 * Who and where a session is. DuckDB has functions of these names, which know nothing of PostgreSQL's users and
 * databases. The variables are set when a session connects.
 */
export function sessionSources(versionText: string): Source[] {
  return [
    macro("duckgres_user", "() AS CAST(getvariable('duckgres_user') AS VARCHAR)"),
    ...["current_user", "session_user", "user", "current_role"].map((name) => {
      return macro(name, "() AS CAST(getvariable('duckgres_user') AS VARCHAR)");
    }),
    ...["current_database", "current_catalog"].map((name) => {
      return macro(
        name,
        "() AS coalesce(CAST(getvariable('duckgres_database') AS VARCHAR), system.pg_catalog.current_database())",
      );
    }),
    macro("version", `() AS ${quoteText(versionText)}`),
    macro("pg_backend_pid", "() AS CAST(getvariable('duckgres_pid') AS INTEGER)"),
    // The database DuckDB works in; what a client calls it may be another name.
    macro("duckgres_engine_database", "() AS system.pg_catalog.current_database()"),
    macro("duckgres_public", "(name) AS CASE name WHEN 'main' THEN 'public' ELSE name END"),
    // The schemas of the session's search path, in DuckDB's names; the catalogue's own, which comes last, left out.
    macro(
      "duckgres_path",
      `() AS CASE WHEN ends_with(system.main.current_setting('search_path'), '__duckgres.main')
        THEN system.pg_catalog.current_schemas(false)[:-2] ELSE system.pg_catalog.current_schemas(false) END`,
    ),
    macro(
      "current_schemas",
      `(implicit) AS (CASE WHEN implicit THEN ['pg_catalog'] ELSE [] END)
        || list_transform(@duckgres_path(), lambda dg_name: @duckgres_public(dg_name))`,
    ),
    macro("current_schema", "() AS @duckgres_public(system.pg_catalog.current_schema())"),
    macro("pg_is_in_recovery", "() AS false"),
    macro("pg_is_wal_replay_paused", "() AS false"),
    macro("pg_jit_available", "() AS false"),
    macro("pg_client_encoding", "() AS 'UTF8'"),
    macro("getdatabaseencoding", "() AS 'UTF8'"),
    macro(
      "pg_encoding_to_char",
      "(encoding) AS CASE encoding WHEN 6 THEN 'UTF8' WHEN 0 THEN 'SQL_ASCII' ELSE '' END",
    ),
    macro(
      "pg_char_to_encoding",
      "(name) AS CASE WHEN upper(name) IN ('UTF8', 'UTF-8') THEN 6 WHEN upper(name) = 'SQL_ASCII' THEN 0 ELSE -1 END",
    ),
  ];
}
