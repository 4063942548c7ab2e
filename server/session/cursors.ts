/**
 * SQL's cursors, which are the protocol's portals by another name: DECLARE makes one that Describe and Execute find, FETCH
 * moves in one that Bind made.
 *
 * @see https://www.postgresql.org/docs/16/sql-declare.html
 */
import { PgError } from "../../worker/api/error.ts";
import type { Format, RowBlock, RowStream } from "../../worker/api/executor.ts";
import { analyze, type Command, commandTag, type Statement } from "../sql/mod.ts";
import { countCharacters } from "../sql/split.ts";
import type { Plan, PreparedStatement, SessionAnswer, SessionContext } from "./context.ts";
import { CursorRows } from "./cursor_rows.ts";
import { requireRoomForPortal } from "./limits.ts";
import { closePortal, openPortal, type Portal, portalColumns, startRows } from "./portal.ts";
import { shownContext } from "./sql_context.ts";
import type { Planner } from "./sql_statements.ts";

/** What a portal has that is a cursor. */
export interface Cursor {
  /** The DECLARE. */
  readonly statement: string;
  /** WITH HOLD. */
  readonly hold: boolean;
  readonly binary: boolean;
  readonly moves: { backward: boolean; keep: number };
  readonly created: Date;
  /** The transaction that declared it is over. */
  held: boolean;
  /** `null` until its query runs: what first reads it says in which format. */
  open: { rows: CursorRows; format: Format } | null;
}

type Declare = Extract<Command, { kind: "declareCursor" }>;
type Fetch = Extract<Command, { kind: "fetch" }>;

/** The plan of DECLARE, whose query is compiled at once; `null` for any other statement. */
export async function declarePlan(
  session: SessionContext,
  statement: Statement,
  hints: readonly number[],
  planner: Planner,
): Promise<PreparedStatement | null> {
  const { command, source, start } = statement;
  if (command.kind !== "declareCursor") return null;
  const at = start + countCharacters(source, 0, source.length - command.query.length);
  const { plan: inner, parameterTypes } = await planner(
    session,
    analyze({ text: command.query, start: at }, shownContext(session.settings.render())),
    hints,
  );
  const plan: Plan = {
    kind: "session",
    statement,
    columns: [],
    inner,
    run: ({ parameters }) => {
      declare(session, statement, command, openPortal(inner, parameters, parameterTypes));
      return Promise.resolve({ tag: "DECLARE CURSOR" });
    },
  };
  return { plan, parameterTypes };
}

function declare(session: SessionContext, { source }: Statement, command: Declare, portal: Portal): void {
  const { name, hold, binary, scroll } = command;
  if (!hold && !session.transaction.open) {
    throw new PgError("25P01", "DECLARE CURSOR can only be used in transaction blocks");
  }
  if (name === "") throw new PgError("34000", "invalid cursor name: must not be empty");
  if (session.portals.has(name)) throw new PgError("42P03", `cursor "${name}" already exists`);
  requireRoomForPortal(session, []);
  const { cursorBytes, scrollBytes } = session.limits;
  portal.cursor = {
    statement: source,
    hold,
    binary,
    moves: { backward: scroll !== false, keep: scroll ? scrollBytes : cursorBytes },
    created: new Date(),
    held: false,
    open: null,
  };
  session.portals.set(name, portal);
  session.declared.add(portal);
}

/** The plan of FETCH, MOVE and CLOSE; `null` for any other statement. */
export function cursorPlan(session: SessionContext, statement: Statement): Plan | null {
  const { command } = statement;
  if (command.kind === "closeCursor") {
    const run = () => closeCursor(session, command.name);
    return { kind: "session", statement, columns: [], run };
  }
  if (command.kind !== "fetch") return null;
  const portal = session.portals.get(command.cursor);
  const columns = portal && !command.move ? portalColumns(portal.plan) : [];
  const run = ({ formats }: Pick<Portal, "formats">) => fetch(session, statement, command, formats);
  return { kind: "session", statement, columns, run };
}

async function closeCursor(session: SessionContext, name: string | null): Promise<SessionAnswer> {
  if (name === null) {
    for (const [key, portal] of [...session.portals]) {
      session.portals.delete(key);
      await endCursor(session, portal);
    }
    return { tag: "CLOSE CURSOR ALL" };
  }
  const portal = findCursor(session, name);
  session.portals.delete(name);
  await endCursor(session, portal);
  return { tag: "CLOSE CURSOR" };
}

async function endCursor(session: SessionContext, portal: Portal): Promise<void> {
  session.declared.delete(portal);
  await closePortal(portal);
}

function findCursor(session: SessionContext, name: string): Portal {
  const found = session.portals.get(name);
  if (found) return found;
  throw new PgError("34000", `cursor "${name}" does not exist`);
}

async function fetch(
  session: SessionContext,
  statement: Statement,
  { cursor: name, move, direction, count }: Fetch,
  formats: readonly number[],
): Promise<SessionAnswer> {
  const portal = findCursor(session, name);
  const asked = formats.length > 0 && formats.every((format) => format === 1) ? 1 : 0;
  const { rows, format } = await openCursor(session, portal, move ? null : asked);
  const blocks = rows.fetch(direction, count);
  const tag = (sent: number) => commandTag(statement, "select", sent);
  if (move) {
    let passed = 0;
    for await (const block of blocks) passed += block.rows;
    return { tag: tag(passed) };
  }
  return { tag, stream: streamOf(blocks), formats: format === asked ? undefined : [format] };
}

/** A stream that is closed goes no further; the cursor stays where it is. */
function streamOf(blocks: AsyncGenerator<RowBlock>): RowStream {
  return {
    next: async () => (await blocks.next()).value ?? null,
    close: async () => void await blocks.return(undefined),
  };
}

/** Execute on a cursor's portal goes on from where it is. */
export async function nextRows(session: SessionContext, portal: Portal, count: number): Promise<RowStream> {
  const { rows } = await openCursor(session, portal, null);
  return streamOf(rows.fetch("forward", count));
}

/**
 * Runs the cursor's query, unless it runs.
 *
 * @param asked the format its rows are wanted in; `null` where any will do
 */
async function openCursor(
  session: SessionContext,
  portal: Portal,
  asked: Format | null,
): Promise<{ rows: CursorRows; format: Format }> {
  const cursor = portal.cursor ??= adopted(portal);
  session.declared.delete(portal);
  if (!cursor.open) {
    const format = cursor.binary ? 1 : asked ?? 0;
    const stream = await startRows(session, portal, cursor.binary || asked !== null ? [format] : []);
    cursor.open = { rows: new CursorRows(stream, cursor.moves), format };
  }
  const { open } = cursor;
  if (!cursor.binary && asked !== null && asked !== open.format) {
    throw new PgError("0A000", "rows of a cursor cannot be fetched as text first and in binary later", {
      hint: "Use one format for all that is fetched from a cursor.",
    });
  }
  return open;
}

/** A portal that Bind made becomes a cursor, from where it is; it only goes forward. */
function adopted(portal: Portal): Cursor {
  const { run, plan, formats } = portal;
  if (plan.kind !== "engine" || plan.columns.length === 0 || run.state === "inner") {
    throw new PgError("55000", "portal cannot be run");
  }
  const moves = { backward: false, keep: 0 };
  const format: Format = formats.length > 0 && formats.every((code) => code === 1) ? 1 : 0;
  const open = run.state === "open"
    ? { rows: new CursorRows(withRest(run.rows, run.rest), moves, run.sent), format }
    : null;
  portal.run = { state: "done", again: null };
  return {
    statement: plan.statement.source,
    hold: false,
    binary: false,
    moves,
    created: new Date(),
    held: false,
    open,
  };
}

function withRest(rows: RowStream, rest: RowBlock | null): RowStream {
  let first = rest;
  return {
    next() {
      if (!first) return rows.next();
      const block = first;
      first = null;
      return Promise.resolve(block);
    },
    close: () => rows.close(),
  };
}

/** A cursor sees what there was when it was declared: its query begins before something else runs. */
export async function settleCursors(session: SessionContext, { kind }: Command): Promise<void> {
  if (session.declared.size === 0 || session.transaction.failed || waiting.has(kind)) return;
  for (const portal of [...session.declared]) await openCursor(session, portal, null);
}

/** Statements that change nothing a cursor could see. */
const waiting: ReadonlySet<Command["kind"]> = new Set([
  "declareCursor",
  "fetch",
  "closeCursor",
  "commit",
  "rollback",
  "show",
]);

/**
 * Portals end with their transaction; a cursor WITH HOLD outlives the one that declared it when that commits.
 *
 * @param end `session`: nothing is left
 */
export async function endPortals(
  session: SessionContext,
  end: "commit" | "rollback" | "session",
): Promise<void> {
  if (session.portals.size === 0) return;
  for (const [name, portal] of [...session.portals]) {
    const { cursor } = portal;
    if (cursor?.held && end !== "session") continue;
    if (cursor?.hold && end === "commit") {
      await openCursor(session, portal, null);
      cursor.held = true;
      continue;
    }
    session.portals.delete(name);
    await endCursor(session, portal);
  }
}

/** A savepoint is set: `end` closes the portals that were opened since, but for the one that runs. */
export function markPortals({ portals, declared }: SessionContext): { end(): Promise<void> } {
  const before = new Set(portals.values());
  const end = async () => {
    for (const [name, portal] of [...portals]) {
      if (before.has(portal) || (portal.cursor === null && portal.plan.kind !== "engine")) continue;
      portals.delete(name);
      declared.delete(portal);
      await closePortal(portal);
    }
  };
  return { end };
}
