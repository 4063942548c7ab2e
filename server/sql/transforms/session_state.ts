import type { FuncCall, RangeVar } from "libpg-query";
import { nameParts } from "../constant.ts";
import { inBrackets, splitAtCommas, tokenAtLocation } from "../ddl/extents.ts";
import { type Fields, walk } from "../walk.ts";
import type { Transform } from "./transform.ts";

/** Relations of PostgreSQL's that only the session can fill. */
export type SessionRelation =
  | "pg_cursors"
  | "pg_prepared_statements"
  | "pg_stat_activity"
  | "pg_stat_database"
  | "pg_locks";

/** A call of a function that does something to this session or another; offsets are the client's. */
export interface SessionCall {
  name: string;
  /** Its arguments' texts; each begins and ends at a token. */
  args: readonly (readonly [start: number, end: number])[];
  /** Whether an argument depends on a row. */
  ofRow: boolean;
}

/** What only the session knows or does: it is asked before the statement runs (`server/session/state`). */
export const sessionState: Transform = {
  visit: {
    RangeVar(fields: Fields, { askSession }) {
      const { relname, schemaname } = fields as RangeVar;
      if (relname === undefined || !relations.has(relname)) return;
      if (schemaname === undefined || schemaname === "pg_catalog") askSession(relname as SessionRelation);
    },
    FuncCall(fields: Fields, { source, askSession }) {
      const { funcname, args = [], location } = fields as FuncCall;
      const parts = nameParts(funcname);
      const name = parts.at(-1)!;
      if (!functions.has(name) || (parts.length > 1 && parts[0] !== "pg_catalog")) return;
      const inner = inBrackets(source, tokenAtLocation(source, location));
      let ofRow = false;
      for (const arg of args) walk(arg, (type) => void (ofRow ||= type === "ColumnRef"));
      askSession({
        name,
        ofRow,
        args: args.length === 0 || !inner
          ? []
          : splitAtCommas(source, inner).map(({ first, end }) =>
            [source.tokens[first].start, source.tokens[end - 1].end] as const
          ),
      });
    },
  },
};

const relations: ReadonlySet<string> = new Set<SessionRelation>([
  "pg_cursors",
  "pg_prepared_statements",
  "pg_stat_activity",
  "pg_stat_database",
  "pg_locks",
]);

const lockNames = ["lock", "lock_shared", "xact_lock", "xact_lock_shared", "unlock", "unlock_shared"];

/** Types of what the functions return. */
export type SessionFunctionType = "text" | "bool" | "void" | "int4" | "timestamptz";

/** Functions that act on sessions or tell of them, with the type of what they return. */
export const sessionFunctions: ReadonlyMap<string, SessionFunctionType> = new Map<
  string,
  SessionFunctionType
>([
  ["inet_client_addr", "text"],
  ["inet_client_port", "int4"],
  ["inet_server_addr", "text"],
  ["inet_server_port", "int4"],
  ["pg_conf_load_time", "timestamptz"],
  ["pg_postmaster_start_time", "timestamptz"],
  ["system_user", "text"],
  ["set_config", "text"],
  ["pg_cancel_backend", "bool"],
  ["pg_terminate_backend", "bool"],
  ["pg_advisory_unlock_all", "void"],
  ...lockNames.map((name) => [`pg_advisory_${name}`, name.startsWith("unlock") ? "bool" : "void"] as const),
  ...lockNames.slice(0, 4).map((name) => [`pg_try_advisory_${name}`, "bool"] as const),
]);

const functions = new Set(sessionFunctions.keys());
