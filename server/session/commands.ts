import { PgError } from "../../worker/api/error.ts";
import type { Column } from "../../worker/api/executor.ts";
import { oids } from "../../worker/api/types.ts";
import type { Command, Statement } from "../sql/mod.ts";
import type { Plan, SessionAnswer, SessionContext } from "./context.ts";
import { cursorPlan, endPortals } from "./cursors.ts";
import { definitionPlan } from "./ddl/plan.ts";
import { forgetEnginePath } from "./engine_path.ts";
import { engineRows } from "./engine_rows.ts";
import { dropNamedStatements } from "./statements.ts";
import { type Change, engineStatements, UnknownSetting } from "./settings.ts";
import { currentModes, modeSettings, setWithModes } from "./transaction_modes.ts";
import { quoteName } from "../../worker/api/quote.ts";

/**
 * The plan for a statement that the session answers itself: transactions, settings, DISCARD, and what PostgreSQL has
 * and this server refuses. `null` when the statement is the engine's.
 */
export function sessionPlan(session: SessionContext, statement: Statement): Plan | null {
  const { command } = statement;
  const plan = (run: () => Promise<SessionAnswer>, columns: readonly Column[] = []): Plan => ({
    kind: "session",
    statement,
    columns,
    run,
  });
  switch (command.kind) {
    case "begin":
      return plan(() => begin(session, command));
    case "commit":
      return plan(() => endBlock(session, command));
    case "rollback":
      return plan(() => endBlock(session, command));
    case "setTransaction":
      return plan(() => setTransaction(session, command));
    case "set":
      return plan(() => set(session, statement, command));
    case "reset":
      return plan(() => reset(session, statement, command.name));
    case "show":
      return showPlan(session, command.name, plan);
    case "discard":
      return plan(() => discard(session, command.what));
    case "savepoint":
    case "release":
    case "rollbackTo":
      return plan(() => savepoint(session, command));
    case "prepareTransaction":
      return plan(() => refusePrepare(session));
    case "commitPrepared":
    case "rollbackPrepared":
      throw new PgError("42704", `prepared transaction with identifier "${command.gid}" does not exist`);
    case "fetch":
    case "closeCursor":
      return cursorPlan(session, statement);
    case "copy":
      return refuseCopy(command);
    case "native":
      return command.word === "USE" ? plan(() => use(session, statement)) : null;
    case "utility":
      return definitionPlan(session, statement, command);
    case "unsupported":
      throw new PgError(command.sqlstate, `${command.feature} is not supported`);
    default:
      return null;
  }
}

/** Two-phase commit is switched off; asking for it ends the transaction. */
async function refusePrepare(session: SessionContext): Promise<SessionAnswer> {
  if (!session.transaction.inBlock) return { tag: await session.transaction.rollback() };
  await endPortals(session, "rollback");
  await session.transaction.rollback();
  throw new PgError("55000", "prepared transactions are disabled");
}

/** COPY of files is the engine's; COPY over the connection has no place in the row path yet. */
function refuseCopy(command: Extract<Command, { kind: "copy" }>): null {
  if (command.file !== null || command.program) return null;
  const ends = command.direction === "from" ? "FROM STDIN" : "TO STDOUT";
  throw new PgError("0A000", `COPY ${ends} is not supported yet`);
}

async function begin(
  session: SessionContext,
  command: Extract<Command, { kind: "begin" }>,
): Promise<SessionAnswer> {
  await session.transaction.begin();
  await setAll(session, modeSettings(command), true);
  return { tag: command.tag };
}

/** Portals end with their transaction, before it ends: an open one would keep DuckDB's result open. */
async function endBlock(
  session: SessionContext,
  { kind, chain }: Extract<Command, { kind: "commit" | "rollback" }>,
): Promise<SessionAnswer> {
  const modes = chain ? currentModes(session) : [];
  await endPortals(session, session.transaction.failed ? "rollback" : kind);
  const tag = await session.transaction[kind](chain);
  await setAll(session, modes, true);
  return { tag };
}

const savepointTags = { savepoint: "SAVEPOINT", release: "RELEASE", rollbackTo: "ROLLBACK" } as const;

async function savepoint(
  { transaction }: SessionContext,
  { kind, name }: Extract<Command, { kind: keyof typeof savepointTags }>,
): Promise<SessionAnswer> {
  await transaction[kind](name);
  return { tag: savepointTags[kind] };
}

async function setAll(
  session: SessionContext,
  settings: readonly (readonly [name: string, value: string])[],
  local: boolean,
): Promise<void> {
  for (const [name, value] of settings) {
    await apply(session, setWithModes(session, name, () => session.settings.set(name, [value], { local })));
  }
}

async function setTransaction(
  session: SessionContext,
  command: Extract<Command, { kind: "setTransaction" }>,
): Promise<SessionAnswer> {
  if (command.scope === "session") {
    await setAll(session, modeSettings(command, "default_"), false);
    return { tag: "SET" };
  }
  if (!session.transaction.open) {
    session.notice({
      severity: "WARNING",
      sqlstate: "25P01",
      message: "SET TRANSACTION can only be used in transaction blocks",
    });
  }
  await setAll(session, modeSettings(command), true);
  return { tag: "SET" };
}

async function set(
  session: SessionContext,
  statement: Statement,
  command: Extract<Command, { kind: "set" }>,
): Promise<SessionAnswer> {
  if (command.local && !session.transaction.open) {
    session.notice({
      severity: "WARNING",
      sqlstate: "25P01",
      message: "SET LOCAL can only be used in transaction blocks",
    });
  }
  await orEngine(session, statement, command.name, async () => {
    const { name, values, local } = command;
    await apply(
      session,
      setWithModes(session, name, () => session.settings.set(name, values, { local })),
    );
  });
  return { tag: "SET" };
}

/** DuckDB's USE replaces the whole search path; the catalogue must stay at its end. */
async function use(session: SessionContext, statement: Statement): Promise<SessionAnswer> {
  await session.executor.run(statement.sql);
  await session.executor.run(
    `SET VARIABLE duckgres_search_path = current_setting('search_path') || ',__duckgres.main'`,
  );
  await session.executor.run("SET search_path = getvariable('duckgres_search_path')");
  forgetEnginePath(session.executor);
  return { tag: "USE" };
}

async function reset(session: SessionContext, statement: Statement, name: string): Promise<SessionAnswer> {
  if (name === "all") {
    await apply(session, session.settings.resetAll());
    return { tag: "RESET" };
  }
  await orEngine(session, statement, name, async () => {
    await apply(session, session.settings.reset(name));
  });
  return { tag: "RESET" };
}

/** A name PostgreSQL does not know may be one of DuckDB's own settings. */
async function orEngine(
  session: SessionContext,
  statement: Statement,
  name: string,
  own: () => Promise<void>,
): Promise<void> {
  try {
    await own();
  } catch (error) {
    if (!(error instanceof UnknownSetting)) throw error;
    forgetEnginePath(session.executor); // DuckDB has a setting for it too: schema
    await session.executor.run(statement.sql).catch((engineError) => {
      if (engineError instanceof PgError && engineError.sqlstate !== "42704") throw engineError;
      throw new PgError("42704", `unrecognized configuration parameter "${name}"`);
    });
  }
}

/** Makes changed settings act on the engine. */
export async function apply(
  session: Pick<SessionContext, "executor">,
  changes: readonly Change[],
): Promise<void> {
  for (const change of changes) {
    for (const sql of engineStatements(change)) await session.executor.run(sql);
    if (change.name === "search_path") forgetEnginePath(session.executor);
  }
}

const text = (name: string): Column => ({ name, type: { oid: oids.text, length: -1, modifier: -1 } });

function showPlan(
  session: SessionContext,
  name: string,
  plan: (run: () => Promise<SessionAnswer>, columns: readonly Column[]) => Plan,
): Plan | null {
  if (name === "all") {
    return plan(() => {
      const rows = session.settings.showAll().map((row) => [row.name, row.setting, row.description]);
      return Promise.resolve({ tag: "SHOW", rows });
    }, ["name", "setting", "description"].map(text));
  }
  const shown = showOwn(session, name);
  // The value is read again when it runs: a prepared SHOW may run after a SET.
  return shown && plan(() => {
    return Promise.resolve({ tag: "SHOW", rows: [[showOwn(session, name)?.value ?? ""]] });
  }, [text(shown.name)]);
}

/** `null` when the setting is not PostgreSQL's: then DuckDB is asked. */
function showOwn(session: SessionContext, name: string): { name: string; value: string } | null {
  try {
    return session.settings.show(name);
  } catch (error) {
    if (error instanceof UnknownSetting) return null;
    throw error;
  }
}

async function discard(session: SessionContext, what: string): Promise<SessionAnswer> {
  if (what === "all") {
    await endPortals(session, "session");
    dropNamedStatements(session);
    await apply(session, session.settings.resetAll());
  }
  if (what === "sequences" || what === "all") session.lastDraw = undefined;
  if (what === "temp" || what === "all") {
    session.transaction.noteWrite();
    await dropTemporary(session);
  }
  return { tag: `DISCARD ${what.toUpperCase()}` };
}

const temporaryObjects = `
  SELECT 'VIEW', schema_name, view_name FROM duckdb_views() WHERE temporary AND NOT internal
  UNION ALL SELECT 'TABLE', schema_name, table_name FROM duckdb_tables() WHERE temporary AND NOT internal
  UNION ALL SELECT 'SEQUENCE', schema_name, sequence_name FROM duckdb_sequences() WHERE temporary`;

async function dropTemporary(session: SessionContext): Promise<void> {
  for (const [kind, schema, name] of await engineRows(session.executor, temporaryObjects)) {
    await session.executor.run(
      `DROP ${kind} IF EXISTS temp.${quoteName(schema!)}.${quoteName(name!)}`,
    );
  }
}
