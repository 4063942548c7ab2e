import { analyze, splitStatements, type Statement } from "../sql/mod.ts";
import { sqlContext } from "./sql_context.ts";
import { closeAllPortals } from "./commands.ts";
import { releasePlan, type SessionContext } from "./context.ts";
import { closePortal, openPortal, runPortal } from "./portal.ts";
import { inClientText, planStatement } from "./plan.ts";
import { observed } from "./running.ts";

/**
 * A Query message: one or more statements, run in order up to the first error. Several in one string share an
 * implicit transaction, as in PostgreSQL. The caller sends ReadyForQuery.
 *
 * @throws PgError the statement's error
 */
export async function simpleQuery(session: SessionContext, text: string): Promise<void> {
  const pieces = splitStatements(text);
  // The unnamed statement and portal do not outlive a simple query.
  await dropUnnamed(session);
  if (pieces.length === 0) {
    session.connection.writer.emptyQueryResponse();
    return;
  }
  for (const piece of pieces) {
    const statement = analyze(piece, sqlContext);
    if (pieces.length > 1 && !controlsTransaction(statement)) await session.transaction.openImplicit();
    await runStatement(session, statement);
  }
  await session.transaction.closeImplicit();
  if (!session.transaction.open) await closeAllPortals(session);
}

async function runStatement(session: SessionContext, statement: Statement): Promise<void> {
  const { writer } = session.connection;
  await observed(session, statement.source, "simple", async () => {
    const { plan } = await planStatement(session, statement);
    const portal = openPortal(plan);
    try {
      const outcome = await runPortal(session, portal, "", 0, (columns) => {
        if (columns.length > 0) writer.rowDescription(columns, []);
      });
      writer.commandComplete(outcome.tag ?? "");
      return outcome.rows;
    } catch (error) {
      throw inClientText(error, statement);
    } finally {
      await closePortal(portal);
    }
  });
}

async function dropUnnamed(session: SessionContext): Promise<void> {
  const portal = session.portals.get("");
  session.portals.delete("");
  if (portal) await closePortal(portal);
  const prepared = session.statements.get("");
  session.statements.delete("");
  if (prepared) releasePlan(prepared.plan);
}

function controlsTransaction(statement: Statement): boolean {
  const { kind } = statement.command;
  return kind === "begin" || kind === "commit" || kind === "rollback";
}
