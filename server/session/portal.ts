import { PgError } from "../../worker/api/error.ts";
import type { Column, Format, Parameter, RowBlock, RowStream } from "../../worker/api/executor.ts";
import { commandTag } from "../sql/mod.ts";
import { type BackendWriter } from "../wire/backend.ts";
import { type EnginePlan, holdPlan, type Plan, releasePlan, type SessionContext } from "./context.ts";
import { splitBlock } from "./row_blocks.ts";

/** A bound statement: opened by Bind (or by a simple query), run by Execute, perhaps in several steps. */
export interface Portal {
  readonly plan: Plan;
  readonly parameters: readonly Parameter[];
  readonly parameterTypes: readonly number[];
  readonly formats: readonly Format[];
  run: PortalRun;
}

/** Where a portal stands. */
export type PortalRun =
  | { state: "new" }
  /** Rows are waiting; `rest` is what the last Execute left of a block. */
  | { state: "open"; rows: RowStream; rest: RowBlock | null; total: number }
  | { state: "done" };

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
  formats: readonly Format[] = [],
): Portal {
  holdPlan(plan);
  return { plan, parameters, parameterTypes, formats, run: { state: "new" } };
}

/** The columns a portal returns; none for a command. */
export function portalColumns(plan: Plan): readonly Column[] {
  return plan.kind === "empty" ? [] : plan.columns;
}

/**
 * Execute: sends up to `maxRows` rows (0: all) and answers the command tag.
 *
 * A finished query answers no rows when executed again, a finished command may not run twice, as in PostgreSQL.
 *
 * @param onColumns called before the first row, once the columns are certain; a simple query describes here
 */
export async function runPortal(
  session: SessionContext,
  portal: Portal,
  name: string,
  maxRows: number,
  onColumns?: (columns: readonly Column[]) => void,
): Promise<PortalOutcome> {
  const { plan } = portal;
  if (plan.kind === "empty") return { tag: null, rows: 0 };
  if (portal.run.state === "done") return rerun(portal, name);
  if (plan.kind === "session") return await runSessionPlan(session, portal, plan, onColumns);
  if (portal.run.state === "new") {
    const settled = await startEngine(session, portal, plan, onColumns);
    if (settled) return settled;
  }
  return await sendRows(session, portal, plan, maxRows);
}

/** Frees what a portal holds; it is not used again. */
export async function closePortal(portal: Portal): Promise<void> {
  const { run } = portal;
  portal.run = { state: "done" };
  releasePlan(portal.plan);
  if (run.state === "open") await run.rows.close();
}

function rerun(portal: Portal, name: string): PortalOutcome {
  const { plan } = portal;
  if (plan.kind === "engine" && plan.statement.command.kind === "query") return { tag: "SELECT 0", rows: 0 };
  throw new PgError("55000", `portal "${name}" cannot be run`);
}

async function runSessionPlan(
  session: SessionContext,
  portal: Portal,
  plan: Extract<Plan, { kind: "session" }>,
  onColumns?: (columns: readonly Column[]) => void,
): Promise<PortalOutcome> {
  portal.run = { state: "done" };
  const answer = await plan.run();
  if (plan.columns.length > 0) onColumns?.(plan.columns);
  const rows = answer.rows ?? [];
  for (const row of rows) {
    session.connection.writer.dataRow(row);
    await relieve(session, session.connection.writer);
  }
  return { tag: answer.tag, rows: rows.length };
}

/** Runs the statement; answers the outcome at once when it returns no rows. */
async function startEngine(
  session: SessionContext,
  portal: Portal,
  plan: EnginePlan,
  onColumns?: (columns: readonly Column[]) => void,
): Promise<PortalOutcome | null> {
  portal.run = { state: "done" };
  const result = await plan.prepared.execute({
    parameters: portal.parameters,
    parameterTypes: portal.parameterTypes,
    formats: portal.formats,
    render: session.settings.render(),
    small: plan.statement.small,
  });
  if (!result.rows) {
    const changed = result.changed ?? 0;
    return { tag: commandTag(plan.statement, plan.prepared.kind, changed), rows: changed };
  }
  if (result.columns.length !== plan.columns.length) {
    await result.rows.close();
    throw new PgError("0A000", "cached plan must not change result type");
  }
  onColumns?.(plan.columns);
  portal.run = { state: "open", rows: result.rows, rest: null, total: 0 };
  return null;
}

async function sendRows(
  session: SessionContext,
  portal: Portal,
  plan: EnginePlan,
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
      portal.run = { state: "done" };
      return {
        tag: commandTag(plan.statement, plan.prepared.kind, tagRows(plan, run.total, sent)),
        rows: sent,
      };
    }
    const [now, later] = maxRows > 0 ? splitBlock(block, maxRows - sent) : [block, null];
    if (now.rows > 0) await send(session, writer, now);
    sent += now.rows;
    run.total += now.rows;
    run.rest = later;
    if (maxRows > 0 && sent >= maxRows) return { tag: null, rows: sent };
  }
}

/** The row count in a tag: of this Execute for a query, of the whole statement for DML … RETURNING. */
function tagRows(plan: EnginePlan, total: number, sent: number): number {
  return plan.statement.command.kind === "query" ? sent : total;
}

async function next(portal: Portal, rows: RowStream): Promise<RowBlock | null> {
  try {
    return await rows.next();
  } catch (error) {
    portal.run = { state: "done" };
    throw error;
  }
}

/** Below this a block is copied behind what is pending, so that a small answer is one write. */
const copyBelow = 16 * 1024;

async function send(session: SessionContext, writer: BackendWriter, block: RowBlock): Promise<void> {
  if (block.bytes.length > copyBelow) return await session.connection.write(block.bytes);
  writer.raw(block.bytes);
  await relieve(session, writer);
}

/** Lets pending bytes go once there are many, waiting for a slow reader. */
async function relieve(session: SessionContext, writer: BackendWriter): Promise<void> {
  if (writer.size > 64 * 1024) await session.connection.flush();
}
