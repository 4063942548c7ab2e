/** Tells the engine what only the session knows, before a statement asks for it. */
import { typeByOid } from "../../../worker/api/types.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import type { SessionRelation } from "../../sql/transforms/session_state.ts";
import type { SessionContext } from "../context.ts";
import { portalColumns } from "../portal.ts";
import type { Peer } from "./peers.ts";

/** Sets the variables from which the relations are read (`server/sql/catalog/session_state.ts`). */
export async function publish(session: SessionContext, relations: readonly SessionRelation[]): Promise<void> {
  for (const name of relations) {
    const rows = [...rowsOf[name](session)].map(structText);
    await session.executor.run(`SET VARIABLE duckgres_${name} = [${rows.join(", ")}]`);
  }
}

/** A value's text in SQL; a list is one of texts. */
type Row = Record<string, string | number | bigint | boolean | Date | readonly string[] | null>;

const rowsOf: Record<SessionRelation, (session: SessionContext) => Iterable<Row>> = {
  pg_cursors: cursors,
  pg_prepared_statements: preparedStatements,
  pg_stat_activity: activity,
  pg_stat_database: databases,
  pg_locks: locks,
};

function structText(row: Row): string {
  return `{${
    Object.entries(row).map(([name, value]) => `${quoteText(name)}: ${valueText(value)}`).join(", ")
  }}`;
}

function valueText(value: Row[string]): string {
  if (value === null) return "NULL";
  if (value instanceof Date) return `TIMESTAMPTZ ${quoteText(value.toISOString())}`;
  if (typeof value === "string") return quoteText(value);
  if (typeof value === "object") return `CAST([${value.map(quoteText).join(", ")}] AS VARCHAR[])`;
  return String(value);
}

function* cursors({ portals }: SessionContext): Generator<Row> {
  for (const [name, { cursor, plan }] of portals) {
    if (name === "" || plan.kind === "empty") continue;
    yield {
      name,
      statement: cursor?.statement ?? plan.statement.source,
      is_holdable: cursor?.hold ?? false,
      is_binary: cursor?.binary ?? false,
      is_scrollable: cursor?.moves.backward ?? false,
      creation_time: cursor?.created ?? new Date(),
    };
  }
}

function* preparedStatements({ statements }: SessionContext): Generator<Row> {
  for (const [name, { plan, parameterTypes, made }] of statements) {
    if (name === "" || plan.kind === "empty" || !made) continue;
    const columns = portalColumns(plan);
    yield {
      name,
      statement: made.text,
      prepare_time: made.at,
      parameter_types: parameterTypes.map(typeText),
      result_types: columns.length === 0 ? null : columns.map(({ type }) => typeText(type.oid)),
      from_sql: made.bySql,
      generic_plans: 0,
      custom_plans: 0,
    };
  }
}

/** As `regtype` prints it. */
function typeText(oid: number): string {
  return typeByOid(oid)?.sqlName ?? "text";
}

function* activity(session: SessionContext): Generator<Row> {
  for (const peer of session.peers?.all() ?? []) {
    const visible = session.superuser || peer.user === session.user;
    const { state, query, queryStarted, transactionStarted, stateChanged } = peer.activity;
    const colon = peer.remote.lastIndexOf(":");
    yield {
      datid: null,
      datname: peer.database,
      pid: peer.pid,
      leader_pid: null,
      usesysid: null,
      usename: peer.user,
      application_name: visible ? peer.application : null,
      client_addr: visible ? peer.remote.slice(0, colon) : null,
      client_hostname: null,
      client_port: visible ? Number(peer.remote.slice(colon + 1)) || 0 : null,
      backend_start: visible ? peer.started : null,
      xact_start: visible ? transactionStarted : null,
      query_start: visible ? queryStarted : null,
      state_change: visible ? stateChanged : null,
      wait_event_type: null,
      wait_event: null,
      state: visible ? state : null,
      backend_xid: null,
      backend_xmin: null,
      query_id: null,
      query: visible ? query : "<insufficient privilege>",
      backend_type: "client backend",
    };
  }
}

/** A session sees its own database. */
function* databases({ peers, database }: SessionContext): Generator<Row> {
  const here = [...peers?.all() ?? []].filter((peer) => peer.database === database);
  yield { datid: 5, datname: database, numbackends: here.length };
}

/** Advisory locks are all there are. A key is `database 1` or `database 1,2`. */
function* locks(session: SessionContext): Generator<Row> {
  for (const { key, holder, shared, granted } of session.peers?.locks.all() ?? []) {
    const numbers = key.slice(key.lastIndexOf(" ") + 1).split(",");
    const whole = BigInt.asUintN(64, BigInt(numbers[0]));
    const pair = numbers.length === 2;
    yield {
      locktype: "advisory",
      database: null,
      relation: null,
      page: null,
      tuple: null,
      virtualxid: null,
      transactionid: null,
      classid: pair ? BigInt.asUintN(32, BigInt(numbers[0])) : whole >> 32n,
      objid: pair ? BigInt.asUintN(32, BigInt(numbers[1])) : whole & 0xffff_ffffn,
      objsubid: pair ? 2 : 1,
      virtualtransaction: null,
      pid: (holder as Peer).pid,
      mode: shared ? "ShareLock" : "ExclusiveLock",
      granted,
      fastpath: false,
      waitstart: null,
    };
  }
}
