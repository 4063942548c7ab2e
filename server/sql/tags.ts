import type { EngineKind } from "../../worker/api/executor.ts";
import type { Command } from "./command.ts";

/**
 * PostgreSQL's command tag for a finished statement.
 *
 * @param engineKind what DuckDB calls the statement, for statements PostgreSQL's parser refused
 * @param count rows returned by a query (or by RETURNING), else rows changed
 * @see https://www.postgresql.org/docs/16/protocol-message-formats.html CommandComplete
 * @example commandTag(analyze({ text: "delete from t", start: 0 }), "delete", 3) // "DELETE 3"
 */
export function commandTag(statement: { command: Command }, engineKind: EngineKind, count: number): string {
  const { command } = statement;
  switch (command.kind) {
    case "query":
      return `SELECT ${count}`;
    case "insert":
      return `INSERT 0 ${count}`;
    case "update":
    case "delete":
    case "merge":
      return `${command.kind.toUpperCase()} ${count}`;
    case "copy":
      return `COPY ${count}`;
    case "fetch":
      return `${command.move ? "MOVE" : "FETCH"} ${count}`;
    case "utility":
      return withCount(command.tag, count);
    case "native":
      return withCount(command.tag ?? tagOfEngine(engineKind), count);
    case "executePrepared":
      return withCount(tagOfEngine(engineKind), count);
    default:
      return fixedTag(command);
  }
}

/** Tags that carry a count. */
const counted: Record<string, (count: number) => string> = {
  "SELECT": (count) => `SELECT ${count}`,
  "CREATE TABLE AS": (count) => `SELECT ${count}`,
  "SELECT INTO": (count) => `SELECT ${count}`,
  "INSERT": (count) => `INSERT 0 ${count}`,
  "UPDATE": (count) => `UPDATE ${count}`,
  "DELETE": (count) => `DELETE ${count}`,
  "MERGE": (count) => `MERGE ${count}`,
  "COPY": (count) => `COPY ${count}`,
};

function withCount(tag: string, count: number): string {
  return counted[tag]?.(count) ?? tag;
}

/** DuckDB's statement types whose name is not the tag. */
const engineTags: Record<EngineKind, string> = {
  insert: "INSERT",
  update: "UPDATE",
  delete: "DELETE",
  merge_into: "MERGE",
  copy: "COPY",
  explain: "EXPLAIN",
  create: "CREATE",
  drop: "DROP",
  alter: "ALTER",
};

/** What gives rows and has no tag of its own (FROM, SUMMARIZE, PIVOT, PRAGMA, EXECUTE) counts as a SELECT. */
function tagOfEngine(kind: EngineKind): string {
  return engineTags[kind] ?? "SELECT";
}

/** Tags that depend on nothing but the command; the session answers most of these itself. */
function fixedTag(command: Command): string {
  switch (command.kind) {
    case "begin":
      return command.tag;
    case "rollbackTo":
      return "ROLLBACK";
    case "discard":
      return `DISCARD ${command.what.toUpperCase()}`;
    case "deallocate":
      return command.name === null ? "DEALLOCATE ALL" : "DEALLOCATE";
    case "closeCursor":
      return command.name === null ? "CLOSE CURSOR ALL" : "CLOSE CURSOR";
    case "unsupported":
      return command.feature;
    default:
      return fixedTags[command.kind] ?? command.kind.toUpperCase();
  }
}

const fixedTags: Record<string, string> = {
  setTransaction: "SET",
  prepareTransaction: "PREPARE TRANSACTION",
  commitPrepared: "COMMIT PREPARED",
  rollbackPrepared: "ROLLBACK PREPARED",
  declareCursor: "DECLARE CURSOR",
};
