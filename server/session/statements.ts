/** A session's prepared statements: the protocol's and those of SQL's PREPARE are the same. */
import { PgError } from "../../worker/api/error.ts";
import { holdPlan, type PreparedStatement, releasePlan, type SessionContext } from "./context.ts";
import { requireRoomForStatement } from "./limits.ts";

/**
 * Makes sure that a statement of this name can be added, before it is compiled.
 *
 * @throws PgError 42P05 when the name is taken, and what {@linkcode requireRoomForStatement} throws
 */
export function requireRoomFor(session: SessionContext, name: string, text: string): void {
  if (name !== "" && session.statements.has(name)) {
    throw new PgError("42P05", `prepared statement "${name}" already exists`);
  }
  requireRoomForStatement(session, text);
}

/** Adds a statement, which takes the place of an unnamed one. */
export function addStatement(
  session: SessionContext,
  name: string,
  prepared: PreparedStatement,
  made: { text: string; bySql: boolean },
): void {
  dropStatement(session, name);
  holdPlan(prepared.plan);
  session.statements.set(name, { ...prepared, made: { ...made, at: new Date() } });
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
