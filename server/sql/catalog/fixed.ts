import { casts, operators } from "./operators_data.ts";
import { constants, type Source, view } from "./source.ts";

const castRows = constants(casts, [
  "oid BIGINT",
  "castsource BIGINT",
  "casttarget BIGINT",
  "castfunc BIGINT",
  "castcontext VARCHAR",
  "castmethod VARCHAR",
]);

const operatorRows = constants(operators, [
  "oid BIGINT",
  "oprname VARCHAR",
  "oprkind VARCHAR",
  "oprcanmerge BOOLEAN",
  "oprcanhash BOOLEAN",
  "oprleft BIGINT",
  "oprright BIGINT",
  "oprresult BIGINT",
  "oprcom BIGINT",
  "oprnegate BIGINT",
  "oprcode BIGINT",
]);

/** Small catalogues: casts, operators, access methods, collations, time zones, statistics. */
export const fixedSources: readonly Source[] = [
  view("pg_cast", castRows),
  view(
    "pg_operator",
    `SELECT oid, oprname, CAST(11 AS BIGINT) AS oprnamespace, CAST(10 AS BIGINT) AS oprowner, oprkind, oprcanmerge, oprcanhash,
      oprleft, oprright, oprresult, oprcom, oprnegate, oprcode, CAST(0 AS BIGINT) AS oprrest, CAST(0 AS BIGINT) AS oprjoin
    FROM (${operatorRows})`,
  ),
  // What tables and indexes say they are made with; DuckDB's own storage has no name in PostgreSQL.
  view(
    "pg_am",
    `SELECT CAST(oid AS BIGINT) AS oid, amname, CAST(0 AS BIGINT) AS amhandler, amtype
    FROM (VALUES (2, 'heap', 't'), (403, 'btree', 'i')) AS a(oid, amname, amtype)`,
  ),
  view(
    "pg_collation",
    `SELECT CAST(oid AS BIGINT) AS oid, collname, CAST(11 AS BIGINT) AS collnamespace, CAST(10 AS BIGINT) AS collowner,
      collprovider, true AS collisdeterministic, CAST(-1 AS INTEGER) AS collencoding,
      CASE WHEN oid > 100 THEN collname END AS collcollate, CASE WHEN oid > 100 THEN collname END AS collctype,
      CAST(NULL AS VARCHAR) AS colliculocale, CAST(NULL AS VARCHAR) AS collicurules, CAST(NULL AS VARCHAR) AS collversion
    FROM (VALUES (100, 'default', 'd'), (950, 'C', 'c'), (951, 'POSIX', 'c')) AS c(oid, collname, collprovider)`,
  ),
  view("pg_timezone_names", "SELECT * FROM pg_timezone_names()"),
  view(
    "pg_group",
    `SELECT CAST(NULL AS VARCHAR) AS groname, CAST(NULL AS BIGINT) AS grosysid, CAST(NULL AS BIGINT[]) AS grolist
    WHERE false`,
  ),
  // DuckDB counts a table's rows and nothing else.
  ...["pg_stat_all_tables", "pg_stat_user_tables"].map((name) => {
    return view(
      name,
      `SELECT c.oid AS relid, n.nspname AS schemaname, c.relname, CAST(NULL AS BIGINT) AS seq_scan,
        CAST(NULL AS TIMESTAMPTZ) AS last_seq_scan, CAST(NULL AS BIGINT) AS seq_tup_read,
        CAST(NULL AS BIGINT) AS idx_scan, CAST(NULL AS TIMESTAMPTZ) AS last_idx_scan,
        CAST(NULL AS BIGINT) AS idx_tup_fetch, CAST(NULL AS BIGINT) AS n_tup_ins, CAST(NULL AS BIGINT) AS n_tup_upd,
        CAST(NULL AS BIGINT) AS n_tup_del, CAST(NULL AS BIGINT) AS n_tup_hot_upd,
        CAST(NULL AS BIGINT) AS n_tup_newpage_upd, CAST(c.tuples AS BIGINT) AS n_live_tup,
        CAST(NULL AS BIGINT) AS n_dead_tup, CAST(NULL AS BIGINT) AS n_mod_since_analyze,
        CAST(NULL AS BIGINT) AS n_ins_since_vacuum, CAST(NULL AS TIMESTAMPTZ) AS last_vacuum,
        CAST(NULL AS TIMESTAMPTZ) AS last_autovacuum, CAST(NULL AS TIMESTAMPTZ) AS last_analyze,
        CAST(NULL AS TIMESTAMPTZ) AS last_autoanalyze, CAST(NULL AS BIGINT) AS vacuum_count,
        CAST(NULL AS BIGINT) AS autovacuum_count, CAST(NULL AS BIGINT) AS analyze_count,
        CAST(NULL AS BIGINT) AS autoanalyze_count
      FROM @duckgres_relation c JOIN @duckgres_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND c.relnamespace <> 11`,
    );
  }),
];
