import { PgError } from "../../worker/api/error.ts";
import { shownColumns } from "../../worker/api/types.ts";
import { textOf, tokenize } from "../sql/lexer.ts";
import { checkDeferred } from "./keys/deferred.ts";
import { analyze, type Piece, splitStatements, type Statement } from "../sql/mod.ts";
import { characterOf } from "../sql/source.ts";
import { shownContext } from "./sql_context.ts";
import { requireAlone } from "./alone.ts";
import type { SessionContext } from "./context.ts";
import { endPortals, settleCursors } from "./cursors.ts";
import { closePortal, openPortal, runPortal } from "./portal.ts";
import { inClientText, planStatement, requireSyntax } from "./plan.ts";
import { observed } from "./running.ts";
import { dropStatement } from "./statements.ts";

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
  const understood = (piece: Piece) => analyze(piece, shownContext(session.settings.render()));
  const statements = pieces.map(understood);
  // A mistake of syntax in one of several stops all of them before the first runs.
  if (statements.length > 1) { for (const statement of statements) await requireSyntax(session, statement); }
  for (const [i, statement] of statements.entries()) {
    const shared = statements.length > 1 || session.temporary.any;
    if (shared && !controlsTransaction(statement)) await session.transaction.openImplicit();
    // A SET before it may have changed how its literals are read.
    await runStatement(session, i === 0 ? statement : understood(pieces[i]), i === statements.length - 1);
  }
  await session.transaction.closeImplicit();
  if (!session.transaction.open) await endPortals(session, "commit");
}

async function runStatement(session: SessionContext, statement: Statement, isLast: boolean): Promise<void> {
  const { writer } = session.connection;
  await observed(session, statement.source, "simple", async () => {
    requireNoParameters(statement);
    await settleCursors(session, statement.command);
    const { plan } = await planStatement(session, statement);
    requireAlone(session.transaction, statement.command);
    const portal = openPortal(plan);
    try {
      const outcome = await runPortal(session, portal, "", 0, (columns, formats = []) => {
        if (columns.length > 0) writer.rowDescription(shownColumns(columns), formats);
      });
      // Behind it comes the commit, too late for an error to take the place of the tag.
      if (isLast && !session.transaction.inBlock) await checkDeferred(session, true);
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
  dropStatement(session, "");
}

function controlsTransaction(statement: Statement): boolean {
  const { kind } = statement.command;
  return kind === "begin" || kind === "commit" || kind === "rollback";
}

/** Only the extended protocol brings parameters; PREPARE declares its own. */
function requireNoParameters({ parameterCount, command, source, start }: Statement): void {
  if (parameterCount === 0 || command.kind === "prepare") return;
  if (command.kind === "native" && command.word === "PREPARE") return;
  const first = tokenize(source).find((token) => token.kind === "parameter")!;
  throw new PgError("42P02", `there is no parameter ${textOf(source, first)}`, {
    position: start + characterOf(source, first.start),
  });
}
