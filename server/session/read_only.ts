import { PgError } from "../../worker/api/error.ts";
import type { Command, Statement } from "../sql/mod.ts";
import type { SessionContext } from "./context.ts";

const writeTags: Record<string, string> = {
  insert: "INSERT",
  update: "UPDATE",
  delete: "DELETE",
  merge: "MERGE",
};
/** Utility commands a read-only transaction still accepts. */
const readOnlyUtilities = new Set(["EXPLAIN", "CHECKPOINT", "ANALYZE", "VACUUM"]);
/** DuckDB's own statements that write, by their tag. */
const writesByTag = /^(CREATE|DROP|ALTER|INSERT|UPDATE|DELETE|MERGE|TRUNCATE|COPY|ATTACH|IMPORT)\b/;

/**
 * A read-only transaction refuses what writes, when it is executed: it may have been prepared before.
 *
 * @throws PgError 25006
 * @see https://www.postgresql.org/docs/16/sql-set-transaction.html
 */
export function refuseWriteWhenReadOnly(session: SessionContext, statement: Statement): void {
  const tag = writeTag(statement.command);
  if (!tag || readOnlyUtilities.has(tag)) return;
  if (session.settings.show("transaction_read_only").value !== "on") return;
  throw new PgError("25006", `cannot execute ${tag} in a read-only transaction`);
}

/** The tag of a statement that may write; `null` for one that surely does not. */
function writeTag(command: Command): string | null {
  if (command.kind === "utility") return command.tag;
  if (command.kind === "copy") return command.direction === "from" ? "COPY FROM" : null;
  if (command.kind === "native") return command.tag && writesByTag.test(command.tag) ? command.tag : null;
  return writeTags[command.kind] ?? null;
}
