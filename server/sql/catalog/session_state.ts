import { sessionFunctions, type SessionFunctionType } from "../transforms/session_state.ts";
import { macro, type Source, view } from "./source.ts";

/**
 * What only the session knows: before a statement that asks for it runs, the session sets variables that hold it
 * (`server/session/state`).
 */
function stateView(name: string, columns: string): Source {
  const fields = columns.split(",").map((column) => column.trim().split(" ")[0]);
  return view(
    name,
    `SELECT ${fields.map((field) => `dg_row.${field} AS ${field}`).join(", ")} FROM (SELECT unnest(
      CAST(getvariable('duckgres_${name}') AS STRUCT(${columns})[])) AS dg_row)`,
  );
}

const returned: Record<SessionFunctionType, string> = {
  text: "VARCHAR",
  bool: "BOOLEAN",
  void: "VARCHAR",
  int4: "INTEGER",
  timestamptz: "TIMESTAMPTZ",
};

/** The results of calls are found by the function's name and arguments. */
function sessionFunction(name: string, type: SessionFunctionType): Source {
  const overload = (args: readonly string[]) =>
    `(${
      args.join(", ")
    }) AS CAST(CAST(getvariable('duckgres_results') AS MAP(VARCHAR, VARCHAR))[concat_ws(chr(31), ${
      [`'${name}'`, ...args].join(", ")
    })] AS ${returned[type]})`;
  const several = name === "set_config"
    ? [["dg_name", "dg_value", "dg_local"]]
    : name.includes("advisory")
    ? name.endsWith("_all") ? [[]] : [["dg_key"], ["dg_key", "dg_second"]]
    : name === "pg_terminate_backend"
    ? [["dg_pid"], ["dg_pid", "dg_timeout"]]
    : name === "pg_cancel_backend"
    ? [["dg_pid"]]
    : [[]];
  return macro(name, ...several.map(overload));
}

export const sessionStateSources: readonly Source[] = [
  stateView(
    "pg_cursors",
    "name VARCHAR, statement VARCHAR, is_holdable BOOLEAN, is_binary BOOLEAN, is_scrollable BOOLEAN, creation_time TIMESTAMPTZ",
  ),
  stateView(
    "pg_prepared_statements",
    "name VARCHAR, statement VARCHAR, prepare_time TIMESTAMPTZ, parameter_types VARCHAR[], result_types VARCHAR[], " +
      "from_sql BOOLEAN, generic_plans BIGINT, custom_plans BIGINT",
  ),
  stateView(
    "pg_stat_activity",
    "datid BIGINT, datname VARCHAR, pid INTEGER, leader_pid INTEGER, usesysid BIGINT, usename VARCHAR, " +
      "application_name VARCHAR, client_addr VARCHAR, client_hostname VARCHAR, client_port INTEGER, " +
      "backend_start TIMESTAMPTZ, xact_start TIMESTAMPTZ, query_start TIMESTAMPTZ, state_change TIMESTAMPTZ, " +
      "wait_event_type VARCHAR, wait_event VARCHAR, state VARCHAR, backend_xid BIGINT, backend_xmin BIGINT, " +
      "query_id BIGINT, query VARCHAR, backend_type VARCHAR",
  ),
  // Sessions are counted, what they do is not.
  stateView(
    "pg_stat_database",
    `datid BIGINT, datname VARCHAR, numbackends INTEGER, ${
      ("xact_commit xact_rollback blks_read blks_hit tup_returned tup_fetched tup_inserted tup_updated tup_deleted " +
        "conflicts temp_files temp_bytes deadlocks checksum_failures").split(" ").map((name) =>
          `${name} BIGINT`
        ).join(", ")
    }, checksum_last_failure TIMESTAMPTZ, ${
      "blk_read_time blk_write_time session_time active_time idle_in_transaction_time".split(" ")
        .map((name) => `${name} DOUBLE`).join(", ")
    }, sessions BIGINT, sessions_abandoned BIGINT, sessions_fatal BIGINT, sessions_killed BIGINT, stats_reset TIMESTAMPTZ`,
  ),
  stateView(
    "pg_locks",
    "locktype VARCHAR, database BIGINT, relation BIGINT, page INTEGER, tuple SMALLINT, virtualxid VARCHAR, " +
      "transactionid BIGINT, classid BIGINT, objid BIGINT, objsubid SMALLINT, virtualtransaction VARCHAR, pid INTEGER, " +
      "mode VARCHAR, granted BOOLEAN, fastpath BOOLEAN, waitstart TIMESTAMPTZ",
  ),
  ...[...sessionFunctions].map(([name, type]) => sessionFunction(name, type)),
];
