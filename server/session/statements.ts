/** A session's prepared statements: the protocol's and those of SQL's PREPARE are the same. */
import { PgError } from "../../worker/api/error.ts";
import { holdPlan, type PreparedStatement, releasePlan, type SessionContext } from "./context.ts";

/**
 * Makes sure that a statement of this name can be added, before it is compiled.
 *
 * @throws PgError 42P05 when the name is taken, 53400 and 53200 when the client holds too many or too much
 */
export function requireRoomFor(session: SessionContext, name: string, text: string): void {
  const { statements, limits } = session;
  if (name !== "" && statements.has(name)) {
    throw new PgError("42P05", `prepared statement "${name}" already exists`);
  }
  if (statements.size >= limits.preparedStatements) {
    throw new PgError("53400", `too many prepared statements (limit ${limits.preparedStatements})`, {
      hint: "Close or DEALLOCATE statements that are no longer needed.",
    });
  }
  if (heldText(session) + text.length > limits.statementText) {
    throw new PgError("53200", "out of memory", {
      detail: `The session's prepared statements hold more than ${limits.statementText} characters.`,
    });
  }
}

function heldText({ statements }: SessionContext): number {
  let sum = 0;
  for (const { plan } of statements.values()) if (plan.kind !== "empty") sum += plan.statement.source.length;
  return sum;
}

/** Adds a statement, which takes the place of an unnamed one. */
export function addStatement(session: SessionContext, name: string, prepared: PreparedStatement): void {
  dropStatement(session, name);
  holdPlan(prepared.plan);
  session.statements.set(name, prepared);
}

/** @throws PgError 26000 */
export function findStatement(session: SessionContext, name: string): PreparedStatement {
  const found = session.statements.get(name);
  if (found) return found;
  throw new PgError(
    "26000",
    name === "" ? "unnamed prepared statement does not exist" : `prepared statement "${name}" does not exist`,
  );
}

/** Forgets a statement; its portals go on. Answers whether there was one. */
export function dropStatement(session: SessionContext, name: string): boolean {
  const prepared = session.statements.get(name);
  if (!prepared) return false;
  session.statements.delete(name);
  releasePlan(prepared.plan);
  return true;
}

/** Forgets all named statements. */
export function dropNamedStatements(session: SessionContext): void {
  for (const name of [...session.statements.keys()]) if (name !== "") dropStatement(session, name);
}
