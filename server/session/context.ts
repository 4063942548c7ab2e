import type { Notice } from "../../worker/api/error.ts";
import type {
  Column,
  Executor,
  Format,
  Parameter,
  Prepared,
  QueryContext,
  RowStream,
} from "../../worker/api/executor.ts";
import type { Statement } from "../sql/mod.ts";
import type { Connection } from "../wire/connection.ts";
import type { KeyState } from "./keys/deferred.ts";
import type { SessionLimits } from "./limits.ts";
import type { Portal } from "./portal.ts";
import type { Activity, Peers } from "./state/peers.ts";
import type { SessionSettings } from "./settings.ts";
import type { TemporaryTables } from "./temporary.ts";
import type { Transaction } from "./transaction.ts";

/** What every part of one client's session shares. */
export interface SessionContext {
  readonly connection: Connection;
  readonly executor: Executor;
  readonly settings: SessionSettings;
  readonly transaction: Transaction;
  readonly superuser: boolean;
  /** As `pg_backend_pid()` says it. */
  readonly pid: number;
  /** What the client calls its database. */
  readonly database: string;
  /** The server's sessions; a session of a test has none. */
  readonly peers?: Peers;
  /** Set while it waits for a lock: ends that with an error. */
  stopWaiting?: () => void;
  readonly activity: Activity;
  /** Whether the operator opened files to users who are not superusers; DuckDB's sandbox then knows which. */
  readonly locationsAllowed: boolean;
  readonly user: string;
  /** Prepared statements by name; the unnamed one is "". */
  readonly statements: Map<string, PreparedStatement>;
  /** Portals by name; the unnamed one is "". */
  readonly portals: Map<string, Portal>;
  /** Cursors that are declared and have not begun: what they see is settled before anything else runs. */
  readonly declared: Set<Portal>;
  /** Tables that let go of rows of others in the open transaction (`dml/freed_rows.ts`). */
  readonly freed: Set<string>;
  /** Tables with rows that were changed in the open transaction, in lower case (`ddl/changed_tables.ts`). */
  readonly changed: Set<string>;
  /** What is known of foreign keys in the open transaction. */
  readonly keys: KeyState;
  /** Temporary tables that something happens to when a transaction commits. */
  readonly temporary: TemporaryTables;
  readonly limits: SessionLimits;
  readonly observer: SessionObserver;
  /** The statement being handled is to end: also when the engine has not begun with it yet. */
  interruptDue: boolean;
  /** The last statement that may have drawn from a sequence. */
  lastDraw?: Statement;
  /** `DROP SCHEMA public` emptied DuckDB's `main`, which cannot go: CREATE SCHEMA may say that it is new. */
  publicDropped?: boolean;
  /** What logs and traces call the running query, where they want to know of it. */
  query?: QueryContext;
  /** Sends a notice, if `client_min_messages` lets it through. */
  notice(notice: Notice): void;
}

/** What the server wants to know of a session: for logs, metrics and the list of running queries. */
export interface SessionObserver {
  /** @returns what follows the query to where it runs, if anything is to */
  statementStarted(sql: string): QueryContext | undefined;
  statementFinished(fact: StatementFact): void;
  stateChanged(state: "idle" | "active" | "idle in transaction" | "idle in transaction (aborted)"): void;
}

/** One finished statement. */
export interface StatementFact {
  sql: string;
  protocol: "simple" | "extended";
  seconds: number;
  rows: number;
  /** `null` for success. */
  error: Error | null;
  /** As {@linkcode SessionObserver.statementStarted} answered. */
  query?: QueryContext;
}

/** What Parse leaves behind. */
export interface PreparedStatement {
  /** Who made it, for `pg_prepared_statements`. */
  made?: { text: string; at: Date; bySql: boolean };
  readonly plan: Plan;
  /** The OIDs ParameterDescription answers with. */
  readonly parameterTypes: readonly number[];
}

/** A statement ready to be opened as a portal: by the engine, by the session itself, or nothing at all. */
export type Plan =
  | { kind: "empty" }
  | EnginePlan
  | SessionPlan;

/** A statement that the session answers itself. */
export interface SessionPlan {
  kind: "session";
  statement: Statement;
  columns: readonly Column[];
  /** What it runs in turn, and so holds. */
  inner?: Plan;
  /** @param portal what Bind gave: parameters, and the formats of the result's columns */
  run(portal: Pick<Portal, "parameters" | "parameterTypes" | "formats">): Promise<SessionAnswer>;
}

/** A statement the engine compiled. Its statement name and each portal of it hold it; the last one to go frees it. */
export interface EnginePlan {
  kind: "engine";
  statement: Statement;
  prepared: Prepared;
  columns: readonly Column[];
  holders: number;
}

/** One more statement name or portal uses a plan. */
export function holdPlan(plan: Plan): void {
  if (plan.kind === "engine") plan.holders++;
  if (plan.kind === "session" && plan.inner) holdPlan(plan.inner);
}

/** One fewer does; the last frees what the engine compiled. */
export function releasePlan(plan: Plan): void {
  if (plan.kind === "engine" && --plan.holders === 0) plan.prepared.close();
  if (plan.kind === "session" && plan.inner) releasePlan(plan.inner);
}

/** What a statement that the session answers itself gives back. */
export type SessionAnswer =
  | { tag: string; rows?: readonly (readonly (string | null)[])[] }
  /** Rows as the engine encodes them; `formats` where they are not those that Bind asked for. */
  | { tag: (rows: number) => string; stream: RowStream; formats?: readonly Format[] }
  /** EXECUTE: what another statement answers. */
  | { execute: PreparedStatement; parameters: readonly Parameter[] };
