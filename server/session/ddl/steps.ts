/** Statements that take several of the engine's: what runs them. */
import type { RangeVar } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import { relationName } from "../../sql/ddl/relation.ts";
import type { SessionContext } from "../context.ts";
import { engineRows } from "../engine_rows.ts";
import {
  type DatabaseObject,
  findRelation,
  missingRelation,
  pathOf,
  type Place,
  requireRelation,
} from "./objects.ts";
import { type Notes, writeComment } from "./notes.ts";

/** Runs a statement of the session's own; an error's position would mean nothing to the client. */
export async function engine(session: SessionContext, sql: string): Promise<void> {
  try {
    await session.executor.run(sql);
  } catch (error) {
    throw withoutPosition(error);
  }
}

/** The rows of a query of the session's own. */
export async function rowsOf(session: SessionContext, sql: string): Promise<(string | null)[][]> {
  try {
    return await engineRows(session.executor, sql);
  } catch (error) {
    throw withoutPosition(error);
  }
}

function withoutPosition(error: unknown): unknown {
  if (!(error instanceof PgError) || error.position === undefined) return error;
  return error.with({ position: undefined });
}

/** `NOTICE: …, skipping`. */
export function skipNotice(session: SessionContext, sqlstate: string, what: string): void {
  session.notice({ severity: "NOTICE", sqlstate, message: `${what}, skipping` });
}

/**
 * The relation that a statement with IF EXISTS is about.
 *
 * @returns `null`, with a notice, for one that is not there and need not be
 * @throws PgError 42P01
 */
export async function relationOrNotice(
  session: SessionContext,
  { relation, missing_ok = false }: { relation?: RangeVar; missing_ok?: boolean },
): Promise<DatabaseObject | null> {
  const name = relationName(relation!);
  if (!missing_ok) return await requireRelation(session, name);
  const object = await findRelation(session, name);
  if (!object) skipNotice(session, "00000", missingRelation(name));
  return object;
}

/** Writes an object's comment: the user's and what is kept with it. */
export async function comment(
  session: SessionContext,
  kind: "TABLE" | "VIEW" | "SEQUENCE" | "INDEX" | "TYPE",
  object: Place,
  text: string | null,
  notes: Notes,
): Promise<void> {
  const written = writeComment(text, notes);
  await engine(
    session,
    `COMMENT ON ${kind} ${pathOf(object)} IS ${written === null ? "NULL" : quoteText(written)}`,
  );
}
