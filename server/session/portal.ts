import { PgError } from "../../worker/api/error.ts";
import { oids, shownColumns, typeByName } from "../../worker/api/types.ts";
import {
  type Column,
  type ExecuteRequest,
  type Format,
  formats as engineFormats,
  type Parameter,
  type Result,
  type RowBlock,
  type RowStream,
} from "../../worker/api/executor.ts";
import { commandTag, describeColumns } from "../sql/mod.ts";
import { BackendWriter } from "../wire/backend.ts";
import { type EnginePlan, holdPlan, type Plan, releasePlan, type SessionContext } from "./context.ts";
import type { Statement } from "../sql/mod.ts";
import { type Cursor, nextRows } from "./cursors.ts";
import { changeInTransaction, freeRows, noteFreed } from "./dml/freed_rows.ts";
import { noteChanges } from "./ddl/changed_tables.ts";
import { tellingDuplicates } from "./dml/duplicate_key.ts";
import { noteDefinition } from "./definitions.ts";
import { enforceWrite } from "./keys/enforce.ts";
import { returnedRows } from "./keys/returned.ts";
import { keyedWrite } from "./keys/writes.ts";
import { refuseWriteWhenReadOnly } from "./read_only.ts";
import { betweenWrites, isCheckpoint } from "./checkpoint.ts";
import { refuseWhenInterrupted } from "./running.ts";
import { publish } from "./state/relations.ts";
import { splitBlock } from "./row_blocks.ts";

/** A bound statement: opened by Bind (or by a simple query), run by Execute, perhaps in several steps. */
export interface Portal {
  readonly plan: Plan;
  readonly parameters: readonly Parameter[];
  readonly parameterTypes: readonly number[];
  /** As Bind gave them; checked when there are columns to apply them to. */
  readonly formats: readonly number[];
  run: PortalRun;
  /** Set once SQL moves in it. */
  cursor: Cursor | null;
}

/** Where a portal stands. */
export type PortalRun =
  | { state: "new" }
  /** Rows are waiting; `rest` is what the last Execute left of a block, `sent` the rows of all. */
  | { state: "open"; rows: RowStream; rest: RowBlock | null; sent: number; tag: TagOf }
  /** EXECUTE: another statement's portal does it. */
  | { state: "inner"; portal: Portal }
  /** `again` is what another Execute answers; `null`: it may not run twice. */
  | { state: "done"; again: string | null };

/** The command tag for a number of rows. */
type TagOf = (rows: number) => string;

/** Tells the client of the columns; `formats` where they are not what it asked for. */
type OnColumns = (columns: readonly Column[], formats?: readonly Format[]) => void;

/** How an Execute ended. */
export interface PortalOutcome {
  /** `null` when the row limit ended it. */
  tag: string | null;
  rows: number;
}

/** A portal that has not run yet. */
export function openPortal(
  plan: Plan,
  parameters: readonly Parameter[] = [],
  parameterTypes: readonly number[] = [],
  formats: readonly number[] = [],
): Portal {
  holdPlan(plan);
  return { plan, parameters, parameterTypes, formats, run: { state: "new" }, cursor: null };
}

/** The columns a portal returns; none for a command. */
export function portalColumns(plan: Plan): readonly Column[] {
  return plan.kind === "empty" ? [] : plan.columns;
}

/**
 * Execute: sends up to `maxRows` rows (0: all) and answers the command tag.
 *
 * What returns rows answers none when it is executed again after its end; a finished command may not run twice.
 *
 * @param onColumns called before the first row, once the columns are certain; a simple query describes here
 */
export async function runPortal(
  session: SessionContext,
  portal: Portal,
  name: string,
  maxRows: number,
  onColumns?: OnColumns,
): Promise<PortalOutcome> {
  const { plan } = portal;
  if (plan.kind === "empty") return { tag: null, rows: 0 };
  if (portal.cursor) return await runCursor(session, portal, maxRows);
  if (portal.run.state === "inner") {
    return await runPortal(session, portal.run.portal, name, maxRows, onColumns);
  }
  if (portal.run.state === "done") return rerun(portal.run.again, name);
  if (portal.run.state === "new") {
    portal.run = { state: "done", again: null };
    const settled = plan.kind === "session"
      ? await startSession(session, portal, plan, maxRows, onColumns)
      : await startEngine(session, portal, plan, onColumns);
    if (settled) return settled;
  }
  return await sendRows(session, portal, maxRows);
}

/** Frees what a portal holds; it is not used again. */
export async function closePortal(portal: Portal): Promise<void> {
  const { run } = portal;
  portal.run = { state: "done", again: null };
  releasePlan(portal.plan);
  if (run.state === "open") await run.rows.close();
  await portal.cursor?.open?.rows.close();
  if (run.state === "inner") await closePortal(run.portal);
}

function rerun(again: string | null, name: string): PortalOutcome {
  if (again === null) throw new PgError("55000", `portal "${name}" cannot be run`);
  return { tag: again, rows: 0 };
}

/** Lets the session run its own statement; answers the outcome at once when it returns no rows. */
async function startSession(
  session: SessionContext,
  portal: Portal,
  plan: Extract<Plan, { kind: "session" }>,
  maxRows: number,
  onColumns?: OnColumns,
): Promise<PortalOutcome | null> {
  const answer = await plan.run(portal);
  if ("execute" in answer) {
    const { execute, parameters } = answer;
    const inner = openPortal(execute.plan, parameters, execute.parameterTypes, portal.formats);
    portal.run = { state: "inner", portal: inner };
    return await runPortal(session, inner, "", maxRows, onColumns);
  }
  if ("stream" in answer) {
    onColumns?.(plan.columns, answer.formats);
    portal.run = { state: "open", rows: answer.stream, rest: null, sent: 0, tag: answer.tag };
    return null;
  }
  const { tag, rows } = answer;
  if (rows === undefined) return { tag, rows: 0 };
  onColumns?.(plan.columns);
  portal.run = { state: "open", rows: rowsOf(rows), rest: null, sent: 0, tag: () => tag };
  return null;
}

/** Execute of a cursor's portal: rows from where the cursor is. */
async function runCursor(session: SessionContext, portal: Portal, maxRows: number): Promise<PortalOutcome> {
  const stream = await nextRows(session, portal, maxRows === 0 ? Infinity : maxRows);
  let rows = 0;
  for (let block = await stream.next(); block; block = await stream.next()) {
    await send(session, session.connection.writer, block);
    rows += block.rows;
  }
  return { tag: maxRows > 0 && rows === maxRows ? null : `SELECT ${rows}`, rows };
}

/** Runs the query of a cursor. */
export async function startRows(
  session: SessionContext,
  portal: Portal,
  formats: readonly number[],
): Promise<RowStream> {
  const { plan } = portal;
  if (plan.kind !== "engine") throw new PgError("55000", "portal cannot be run");
  const { rows, columns } = await executePlan(
    session,
    portal,
    plan,
    formats.length > 0 ? formats : portal.formats,
  );
  if (!rows) throw new PgError("55000", "portal cannot be run");
  requireSameColumns(plan.columns, describeColumns(plan.statement, columns));
  return rows;
}

/** DuckDB's statements that change nothing. A sequence that was drawn from is not set back by PostgreSQL either. */
const reading: ReadonlySet<string> = new Set(["select", "explain"]);

/** Gives a plan to the engine. */
async function executePlan(
  session: SessionContext,
  portal: Portal,
  { statement, prepared, columns }: EnginePlan,
  asked: readonly number[],
): Promise<Result> {
  refuseWriteWhenReadOnly(session, statement);
  const formats = checkFormats(asked, columns);
  if (reading.has(prepared.kind)) session.transaction.noteQuery();
  else session.transaction.noteWrite();
  if (/^(create|alter|drop|attach|detach)/.test(prepared.kind)) noteDefinition(session.executor);
  if (statement.sessionRelations.length > 0) await publish(session, statement.sessionRelations);
  refuseWhenInterrupted(session);
  if (upsertsOf(statement) > 0) await session.transaction.openImplicit();
  const keyed = reading.has(prepared.kind) ? null : await keyedWrite(session, statement);
  if (keyed) await session.transaction.openImplicit();
  noteChanges(session, statement);
  const change = await changeInTransaction(session, statement);
  if (change) await freeRows(session, change);
  const request: ExecuteRequest = {
    parameters: portal.parameters,
    parameterTypes: portal.parameterTypes,
    formats,
    render: session.settings.render(),
    small: statement.small,
    query: session.query,
  };
  const told = <T>(run: () => Promise<T>) =>
    statement.target && statement.command.kind !== "delete"
      ? tellingDuplicates(session, statement.target.table, statement, run)
      : run();
  if (statement.returned) {
    const rows = await told(() => returnedRows(prepared, request));
    if (keyed) await enforceWrite(session, keyed, { columns: statement.returned, rows });
    return { columns: [], rows: null, changed: rows.length };
  }
  const execute = () => prepared.execute(request);
  const result = await told(() => isCheckpoint(statement) ? betweenWrites(session, execute) : execute());
  if (change) await noteFreed(session, change);
  if (keyed) await enforceWrite(session, keyed, null);
  return result;
}

function upsertsOf({ command }: Statement): number {
  return command.kind === "insert" ? command.upserts ?? 0 : 0;
}

/**
 * Of several rows with the same key DuckDB takes one and says nothing. That it happened can be told from how many were
 * inserted or changed; the transaction, opened for it, undoes it.
 *
 * @throws PgError 21000
 */
function requireAllUpserted(statement: Statement, changed: number): void {
  if (changed >= upsertsOf(statement)) return;
  throw new PgError("21000", "ON CONFLICT DO UPDATE command cannot affect row a second time", {
    hint:
      "Ensure that no rows proposed for insertion within the same command have duplicate constrained values.",
  });
}

/** A handful of rows as one block; all of them are text, which looks the same in binary. */
function rowsOf(rows: readonly (readonly (string | null)[])[]): RowStream {
  const writer = new BackendWriter();
  for (const row of rows) writer.dataRow(row);
  let block: RowBlock | null = { bytes: writer.take(), rows: rows.length };
  return {
    next() {
      const whole = block;
      block = null;
      return Promise.resolve(whole);
    },
    close: () => Promise.resolve(),
  };
}

/** Runs the statement; answers the outcome at once when it returns no rows. */
async function startEngine(
  session: SessionContext,
  portal: Portal,
  plan: EnginePlan,
  onColumns?: OnColumns,
): Promise<PortalOutcome | null> {
  const { statement, prepared } = plan;
  const result = await executePlan(session, portal, plan, portal.formats);
  if (statement.draws) session.lastDraw = statement;
  const tag = (rows: number) => commandTag(statement, prepared.kind, rows);
  if (!result.rows || plan.columns.length === 0) {
    // DuckDB has rows for some statements that return none (`Success`); nobody was told of them.
    await result.rows?.close();
    const changed = result.changed ?? 0;
    requireAllUpserted(statement, changed);
    return { tag: tag(changed), rows: changed };
  }
  portal.run = { state: "open", rows: result.rows, rest: null, sent: 0, tag };
  if (onColumns) onColumns(describeColumns(statement, result.columns));
  else requireSameColumns(plan.columns, describeColumns(statement, result.columns));
  return null;
}

/** @throws PgError 22023 where columns are asked for in a format that is neither text nor binary */
function checkFormats(formats: readonly number[], columns: readonly Column[]): Format[] {
  if (columns.length === 0) return [];
  const asked = formats.map((code): Format => {
    if (code === 0 || code === 1) return code;
    throw new PgError("22023", `unsupported format code: ${code}`);
  });
  const shown = shownColumns(columns);
  if (shown === columns && !columns.some(({ type }) => toldFormats.has(type.oid))) return asked;
  if (asked.length > 1 && asked.length !== shown.length) return asked;
  return columns.map((column) => {
    const format = asked[asked.length === 1 ? 0 : shown.indexOf(column)] ?? 0;
    const told = toldFormats.get(column.type.oid);
    return (format === 0 ? told?.text : told?.binary) ?? format;
  });
}

/** How values are sent of types that the engine keeps as another. */
const toldFormats: ReadonlyMap<number, { text?: Format; binary?: Format }> = new Map<
  number,
  { text?: Format; binary?: Format }
>([
  [oids.json, { text: engineFormats.json, binary: engineFormats.json }],
  ...["oid", "xid", "cid"].map((name) =>
    [typeByName(name)!.oid, { binary: engineFormats.oidBinary }] as const
  ),
  [oids.inet, { binary: engineFormats.inetBinary }],
  [oids.cidr, { binary: engineFormats.cidrBinary }],
  [oids.macaddr, { binary: engineFormats.macaddrBinary }],
  [oids.money, { text: engineFormats.moneyText, binary: engineFormats.moneyBinary }],
]);

/** The client has been told columns that DDL has changed since. */
function requireSameColumns(told: readonly Column[], now: readonly Column[]): void {
  const same = told.length === now.length && told.every(({ type }, i) => type.oid === now[i].type.oid);
  if (!same) throw new PgError("0A000", "cached plan must not change result type");
}

async function sendRows(
  session: SessionContext,
  portal: Portal,
  maxRows: number,
): Promise<PortalOutcome> {
  const run = portal.run;
  if (run.state !== "open") throw new PgError("XX000", "portal is not open");
  const writer = session.connection.writer;
  let sent = 0;
  for (;;) {
    const block = run.rest ?? await next(portal, run.rows);
    run.rest = null;
    if (!block) {
      if (portal.plan.kind === "engine") requireAllUpserted(portal.plan.statement, run.sent);
      portal.run = { state: "done", again: run.tag(0) };
      return { tag: run.tag(sent), rows: sent };
    }
    const [now, later] = maxRows > 0 ? splitBlock(block, maxRows - sent) : [block, null];
    if (now.rows > 0) await send(session, writer, now, now.release);
    sent += now.rows;
    run.sent += now.rows;
    run.rest = later;
    if (maxRows > 0 && sent >= maxRows) return { tag: null, rows: sent };
  }
}

async function next(portal: Portal, rows: RowStream): Promise<RowBlock | null> {
  try {
    return await rows.next();
  } catch (error) {
    portal.run = { state: "done", again: null };
    throw error;
  }
}

/** Below this a block is copied behind what is pending, so that a small answer is one write. */
const copyBelow = 16 * 1024;

/** @param taken called when the block's bytes are needed no more */
async function send(
  session: SessionContext,
  writer: BackendWriter,
  block: RowBlock,
  taken?: () => void,
): Promise<void> {
  if (block.bytes.length > copyBelow) return await session.connection.write(block.bytes, taken);
  writer.raw(block.bytes);
  taken?.();
  await relieve(session, writer);
}

/** Lets pending bytes go once there are many, waiting for a slow reader. */
async function relieve(session: SessionContext, writer: BackendWriter): Promise<void> {
  if (writer.size > 64 * 1024) await session.connection.flush();
}
