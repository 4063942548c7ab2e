/** Functions that act on sessions: they act before the statement runs, whose calls then find their results. */
import { lookup } from "../../../worker/api/lookup.ts";
import { PgError } from "../../../worker/api/error.ts";
import { duckdbTypeName, oids } from "../../../worker/api/types.ts";
import { depthStep, isKeyword, isSymbol } from "../../sql/lexer.ts";
import type { Statement } from "../../sql/mod.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import { sourceOf } from "../../sql/source.ts";
import type { SessionCall } from "../../sql/transforms/session_state.ts";
import { apply } from "../commands.ts";
import type { Plan, PreparedStatement, SessionContext } from "../context.ts";
import { decodeRows } from "../engine_rows.ts";
import type { Portal } from "../portal.ts";
import { refuseWhenInterrupted } from "../running.ts";
import { publish } from "./relations.ts";
import { Deadlock } from "./advisory_locks.ts";

/** The statement's plan, with its calls made first. */
export function callingPlan(
  session: SessionContext,
  statement: Statement,
  prepared: PreparedStatement,
): PreparedStatement {
  const { plan: inner, parameterTypes } = prepared;
  if (inner.kind !== "engine") return prepared;
  const questions = questionsOf(statement);
  const plan: Plan = {
    kind: "session",
    statement,
    inner,
    columns: inner.columns,
    run: async ({ parameters }) => {
      // What is locked or set for a transaction has one.
      await session.transaction.openImplicit();
      if (statement.sessionRelations.length > 0) await publish(session, statement.sessionRelations);
      await callAll(session, statement, questions, { parameters, parameterTypes });
      return { execute: prepared, parameters };
    },
  };
  return { plan, parameterTypes };
}

/** Parameters' types with those that a call of such a function tells: what it takes is not seen by the engine. */
export function callHints({ sessionCalls, source }: Statement, given: readonly number[]): readonly number[] {
  if (sessionCalls.length === 0) return given;
  const hints = [...given];
  for (const { name, args } of sessionCalls) {
    if (args.length === 0 || !name.endsWith("_backend")) continue;
    const [, number] = /^\$(\d+)$/.exec(source.slice(...args[0])) ?? [];
    if (number !== undefined) hints[Number(number) - 1] ||= oids.int4;
  }
  return hints;
}

/** A query for the arguments of some calls; it has a row for each time they are called. */
interface Question {
  calls: readonly SessionCall[];
  sql: string;
}

function questionsOf(statement: Statement): Question[] {
  const { sessionCalls, engineText } = statement;
  const texts = (call: SessionCall) => call.args.map(([start, end]) => `(${engineText(start, end)})`);
  const list = (calls: readonly SessionCall[]) =>
    calls.flatMap((call) => {
      const args = texts(call);
      return [`concat_ws(chr(31), ${[quoteText(call.name), ...args].join(", ")})`, ...args];
    }).map((text) => `CAST(${text} AS VARCHAR)`).join(", ");
  const fixed = sessionCalls.filter(({ ofRow }) => !ofRow);
  const ofRows = sessionCalls.filter(({ ofRow }) => ofRow);
  const questions = fixed.map((call) => ({ calls: [call], sql: `SELECT ${list([call])}` }));
  if (ofRows.length === 0) return questions;
  const tail = behindSelectList(statement, ofRows);
  return [...questions, { calls: ofRows, sql: `SELECT ${list(ofRows)} ${tail}` }];
}

/** What is behind the select list of a plain SELECT in which the calls stand. */
function behindSelectList({ source: text, engineText }: Statement, calls: readonly SessionCall[]): string {
  const source = sourceOf(text);
  const { tokens } = source;
  let depth = 0;
  const from = tokens.findIndex((token) => {
    depth += depthStep(text, token);
    return depth === 0 && isKeyword(text, token, "from");
  });
  const plain = isKeyword(text, tokens[0], "select") && from > 0 &&
    calls.every(({ args }) => args.every(([, end]) => end <= tokens[from].start));
  if (!plain) {
    throw new PgError(
      "0A000",
      `${calls[0].name}() of a row's values is supported only in the select list of a SELECT`,
    );
  }
  const last = isSymbol(text, tokens.at(-1), ";") ? tokens.at(-2)! : tokens.at(-1)!;
  return engineText(tokens[from].start, last.end);
}

async function callAll(
  session: SessionContext,
  { parameterCount }: Statement,
  questions: readonly Question[],
  bound: Pick<Portal, "parameters" | "parameterTypes">,
): Promise<void> {
  const results = new Map<string, string | null>();
  for (const { calls, sql } of questions) {
    for (const row of await ask(session, sql, parameterCount, bound)) {
      const fields = [...row];
      for (const call of calls) {
        const key = fields.shift() ?? "";
        const args = fields.splice(0, call.args.length);
        results.set(key, await callOne(session, call.name, args));
      }
    }
  }
  const keys = [...results.keys()].map(quoteText);
  const values = [...results.values()].map((value) => value === null ? "NULL" : quoteText(value));
  await session.executor.run(
    `SET VARIABLE duckgres_results = CAST(MAP {${
      keys.map((key, i) => `${key}: ${values[i]}`).join(", ")
    }} AS MAP(VARCHAR, VARCHAR))`,
  );
}

/** All parameters are named in the query, so that those it needs keep their numbers. */
async function ask(
  session: SessionContext,
  sql: string,
  parameterCount: number,
  { parameters, parameterTypes }: Pick<Portal, "parameters" | "parameterTypes">,
): Promise<(string | null)[][]> {
  const all = Array.from({ length: parameterCount }, (_, i) => {
    return `CAST($${i + 1} AS ${duckdbTypeName(parameterTypes[i] || oids.text) ?? "VARCHAR"})`;
  });
  const text = all.length === 0 ? sql : sql.replace(/^SELECT /, `SELECT row(${all.join(", ")}), `);
  const prepared = await session.executor.prepare(text, parameterTypes);
  try {
    const { rows } = await prepared.execute({
      parameters,
      parameterTypes,
      formats: [],
      render: session.settings.render(),
      small: true,
    });
    const found: (string | null)[][] = [];
    for (let block = await rows?.next(); block; block = await rows?.next()) {
      found.push(...decodeRows(block.bytes));
    }
    return all.length === 0 ? found : found.map((row) => row.slice(1));
  } finally {
    prepared.close();
  }
}

async function callOne(
  session: SessionContext,
  name: string,
  args: readonly (string | null)[],
): Promise<string | null> {
  if (name === "set_config") return await setConfig(session, args);
  if (name === "pg_advisory_unlock_all") {
    session.peers?.locks.release(holderOf(session), "session");
    return "";
  }
  const told = tell[name];
  if (told) return told(session);
  if (args.includes(null)) return null;
  if (name.includes("advisory")) return await advisory(session, name, args as string[]);
  const pid = Number(args[0]);
  const peer = session.peers?.find(pid);
  if (!peer) {
    session.notice({
      severity: "WARNING",
      sqlstate: "01000",
      message: `PID ${pid} is not a PostgreSQL backend process`,
    });
    return "false";
  }
  const cancels = name === "pg_cancel_backend";
  if (peer.user !== session.user && !session.superuser) {
    throw new PgError("42501", `permission denied to ${cancels ? "cancel query" : "terminate process"}`);
  }
  if (cancels) peer.cancel();
  else peer.end(terminated, true);
  return "true";
}

/** What a session knows of its connection and of the server. */
const tell: Record<string, (session: SessionContext) => string | null> = lookup({
  inet_client_addr: ({ connection }) => connection.remoteAddress || null,
  inet_client_port: ({ connection }) => String(connection.remotePort),
  inet_server_addr: ({ connection }) => connection.localAddress || null,
  inet_server_port: ({ connection }) => String(connection.localPort),
  // The settings are read when the program starts.
  pg_conf_load_time: () => started,
  pg_postmaster_start_time: () => started,
  system_user: ({ connection, user }) =>
    connection.authenticatedBy === null ? null : `${connection.authenticatedBy}:${user}`,
});

const started = new Date(performance.timeOrigin).toISOString();

const terminated = new PgError("57P01", "terminating connection due to administrator command", {
  severity: "FATAL",
});

/** @returns the value as SHOW prints it */
async function setConfig(
  session: SessionContext,
  [name, value, local]: readonly (string | null)[],
): Promise<string | null> {
  if (name === null) throw new PgError("22004", "SET requires parameter name");
  const values = value === null ? "default" : [value];
  await apply(session, session.settings.set(name, values, { local: local === "true", whole: true }));
  return session.settings.show(name).value;
}

function holderOf(session: SessionContext): object {
  return session.peers?.find(session.pid) ?? session;
}

async function advisory(session: SessionContext, name: string, args: readonly string[]): Promise<string> {
  const locks = session.peers?.locks;
  if (!locks) throw new PgError("0A000", "advisory locks are not supported here");
  const holder = holderOf(session);
  const key = `${session.database} ${args.join(",")}`;
  const shared = name.endsWith("_shared");
  const scope = name.includes("_xact_") ? "transaction" : "session";
  if (name.startsWith("pg_try_")) return String(locks.tryLock(holder, key, shared, scope));
  if (name.startsWith("pg_advisory_unlock")) {
    const held = locks.unlock(holder, key, shared);
    if (!held) {
      const mode = shared ? "ShareLock" : "ExclusiveLock";
      session.notice({
        severity: "WARNING",
        sqlstate: "01000",
        message: `you don't own a lock of type ${mode}`,
      });
    }
    return String(held);
  }
  const waiting = new AbortController();
  session.stopWaiting = () => waiting.abort(new PgError("57014", "canceling statement due to user request"));
  try {
    refuseWhenInterrupted(session);
    await locks.lock(holder, key, shared, scope, waiting.signal);
  } catch (error) {
    throw error instanceof Deadlock ? new PgError("40P01", "deadlock detected") : error;
  } finally {
    session.stopWaiting = undefined;
  }
  return "";
}
