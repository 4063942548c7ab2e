import { PgError } from "../../worker/api/error.ts";
import type { Column, Parameter } from "../../worker/api/executor.ts";
import { arrayOidOf, elementOidOf, oids, shownColumns } from "../../worker/api/types.ts";
import { analyze, isTextInBinary, splitStatements, type Statement } from "../sql/mod.ts";
import type { FrontendMessage } from "../wire/frontend.ts";
import { shownContext } from "./sql_context.ts";
import { aloneTag, requireAlone } from "./alone.ts";
import { endPortals, settleCursors } from "./cursors.ts";
import type { Plan, PreparedStatement, SessionContext } from "./context.ts";
import { requireRoomForPortal } from "./limits.ts";
import { closePortal, openPortal, type Portal, portalColumns, runPortal } from "./portal.ts";
import { emptyPlan, inClientText, planStatement, requireLiveTransaction } from "./plan.ts";
import { observed } from "./running.ts";
import { addStatement, dropStatement, findStatement, requireRoomFor } from "./statements.ts";

/*
 * The extended query protocol, a function a message. Each may throw a PgError: the session answers it and ignores
 * what follows up to Sync.
 * https://www.postgresql.org/docs/16/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */

type Message<T extends FrontendMessage["type"]> = Extract<FrontendMessage, { type: T }>;

/** Parse: compiles a statement under a name. */
export async function parse(session: SessionContext, message: Message<"parse">): Promise<void> {
  // The old unnamed statement goes even when the new one turns out to be wrong.
  if (message.name === "") dropStatement(session, "");
  requireRoomFor(session, message.name, message.text);
  const pieces = splitStatements(message.text);
  if (pieces.length > 1) {
    throw new PgError("42601", "cannot insert multiple commands into a prepared statement");
  }
  const prepared = pieces.length === 0
    ? { plan: emptyPlan, parameterTypes: message.parameterTypes }
    : await planStatement(
      session,
      analyze(pieces[0], shownContext(session.settings.render())),
      message.parameterTypes,
    );
  addStatement(session, message.name, prepared, { text: message.text, bySql: false });
  session.connection.writer.parseComplete();
}

/** Bind: opens a portal of a statement with parameters. */
export async function bind(session: SessionContext, message: Message<"bind">): Promise<void> {
  const prepared = findStatement(session, message.statement);
  requireLiveTransaction(session, statementOf(prepared.plan));
  if (message.portal !== "" && session.portals.has(message.portal)) {
    throw new PgError("42P03", `cursor "${message.portal}" already exists`);
  }
  requireRoomForPortal(session, message.parameters);
  const parameters = bindParameters(message, prepared);
  checkResultFormats(message.resultFormats, portalColumns(prepared.plan));
  const old = session.portals.get(message.portal);
  if (old) await closePortal(old);
  session.portals.set(
    message.portal,
    openPortal(prepared.plan, parameters, prepared.parameterTypes, message.resultFormats),
  );
  session.connection.writer.bindComplete();
}

/** Describe: the columns (and for a statement the parameters). Never runs anything. */
export function describe(session: SessionContext, message: Message<"describe">): Promise<void> {
  const { writer } = session.connection;
  if (message.target === "S") {
    const prepared = findStatement(session, message.name);
    requireDescribable(session, prepared.plan);
    writer.parameterDescription(prepared.parameterTypes);
    tellColumns(session, prepared.plan, []);
  } else {
    const portal = findPortal(session, message.name);
    requireDescribable(session, portal.plan);
    tellColumns(session, portal.plan, portal.formats);
  }
  return Promise.resolve();
}

/** Execute: runs a portal, up to a number of rows. */
export async function execute(session: SessionContext, message: Message<"execute">): Promise<void> {
  const { writer } = session.connection;
  const portal = findPortal(session, message.portal);
  const statement = statementOf(portal.plan);
  if (!statement) return writer.emptyQueryResponse();
  requireLiveTransaction(session, statement);
  requireAlone(session.transaction, statement.command);
  await settleCursors(session, statement.command);
  await joinTransaction(session, statement);
  await observed(session, statement.source, "extended", async () => {
    try {
      const outcome = await runPortal(session, portal, message.portal, Math.max(message.maxRows, 0));
      if (outcome.tag === null) writer.portalSuspended();
      else writer.commandComplete(outcome.tag);
      return outcome.rows;
    } catch (error) {
      throw inClientText(error, statement);
    }
  });
}

/** Close: a statement or a portal; one that does not exist is no error. */
export async function close(session: SessionContext, message: Message<"close">): Promise<void> {
  if (message.target === "S") {
    dropStatement(session, message.name);
  } else {
    const portal = session.portals.get(message.name);
    session.portals.delete(message.name);
    if (portal) session.declared.delete(portal);
    if (portal) await closePortal(portal);
  }
  session.connection.writer.closeComplete();
}

/** Sync: ends the implicit transaction; portals end with it. The caller sends ReadyForQuery. */
export async function sync(session: SessionContext): Promise<void> {
  if (session.transaction.inBlock) return;
  await endPortals(session, "commit");
  await session.transaction.closeImplicit();
}

/**
 * Everything between two Syncs is one transaction. When Sync is already here right behind this Execute, the statement
 * is alone in it, and DuckDB's own autocommit does the same for less.
 */
async function joinTransaction(session: SessionContext, statement: Statement): Promise<void> {
  const { kind } = statement.command;
  if (kind === "begin" || kind === "commit" || kind === "rollback") return;
  if (aloneTag(statement.command) !== null) return;
  if (!session.transaction.open && !session.temporary.any && session.connection.nextIsSync()) return;
  await session.transaction.openImplicit();
}

function bindParameters(message: Message<"bind">, prepared: PreparedStatement): Parameter[] {
  const { parameterFormats: formats, parameters } = message;
  if (formats.length > 1 && formats.length !== parameters.length) {
    throw new PgError(
      "08P01",
      `bind message has ${formats.length} parameter formats but ${parameters.length} parameters`,
    );
  }
  if (parameters.length !== prepared.parameterTypes.length) {
    const name = message.statement;
    throw new PgError(
      "08P01",
      `bind message supplies ${parameters.length} parameters, but prepared statement "${name}" requires ${prepared.parameterTypes.length}`,
    );
  }
  return parameters.map((bytes, i) => ({ format: formatOf(formats, i), bytes }));
}

function formatOf<T extends number>(formats: readonly T[], i: number): T | 0 {
  return formats.length === 1 ? formats[0] : formats[i] ?? 0;
}

/** Of a command, which has no columns, any number of formats will do. */
function checkResultFormats(formats: readonly number[], columns: readonly Column[]): void {
  const shown = shownColumns(columns).length;
  if (columns.length === 0 || formats.length <= 1 || formats.length === shown) return;
  throw new PgError(
    "08P01",
    `bind message has ${formats.length} result formats but query has ${shown} columns`,
  );
}

/** PostgreSQL describes in a failed block only what could run there. */
function requireDescribable(session: SessionContext, plan: Plan): void {
  if (portalColumns(plan).length > 0) requireLiveTransaction(session, statementOf(plan));
}

function tellColumns(session: SessionContext, plan: Plan, formats: readonly number[]): void {
  const { writer } = session.connection;
  const columns = portalColumns(plan);
  if (columns.length === 0) return writer.noData();
  const shown = shownColumns(columns);
  writer.rowDescription(shown.map((column, i) => inFormat(column, formatOf(formats, i))), formats);
}

/** `regclass` and the like are numbers in binary; the engine has their names, which are texts in either format. */
function inFormat(column: Column, format: number): Column {
  if (format === 0 || !isTextInBinary(column.type)) return column;
  const oid = elementOidOf(column.type.oid) === 0 ? oids.text : arrayOidOf(oids.text);
  return { ...column, type: { oid, length: -1, modifier: -1 } };
}

function statementOf(plan: Plan): Statement | null {
  return plan.kind === "empty" ? null : plan.statement;
}

function findPortal(session: SessionContext, name: string): Portal {
  const found = session.portals.get(name);
  if (found) return found;
  throw new PgError("34000", `portal "${name}" does not exist`);
}
