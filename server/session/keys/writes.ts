import type { Statement } from "../../sql/mod.ts";
import type { SessionContext } from "../context.ts";
import { type Key, keyedTable, knownKeys, samePlace } from "./known.ts";
import type { Place } from "../ddl/objects.ts";

/** What a statement may do to foreign keys. */
export interface KeyedWrite {
  /** Keys whose referencing columns it may write. */
  own: readonly Key[];
  /** Keys that refer to what it may change or delete. */
  towards: readonly Key[];
  /**
   * How its rows are known: it only adds rows to `table`; it is to be run in steps (`dml/program.ts`), which keep them; or not
   * at all. Where they are not known all rows of the tables are looked at; `deletes`: the keys that are gone were deleted.
   */
  rows: { by: "insert"; table: Place } | { by: "steps" | "none"; deletes: boolean };
}

/** `null` for a statement that no key is about, as nearly all are. */
export async function keyedWrite(
  session: SessionContext,
  statement: Statement,
): Promise<KeyedWrite | null> {
  const { kind } = statement.command;
  if (!writing.has(kind)) return null;
  const keys = await knownKeys(session);
  if (keys.all.length === 0) return null;
  const { target } = statement;
  if (!target) return spokenOf(statement, keys.all);
  const table = await keyedTable(session, keys, target.table);
  if (!table) return null;
  const own = keys.all.filter(({ child }) => samePlace(child, table));
  const towards = keys.all.filter(({ parent }) => samePlace(parent, table));
  const assigns = (columns: readonly string[]) => columns.some((column) => target.assigned.includes(column));
  const changed = towards.filter(({ references }) => assigns(references));
  switch (kind) {
    case "insert":
    case "copy": {
      const inSteps = changed.length > 0 || own.some(({ columns }) => assigns(columns));
      return told({
        own,
        towards: changed,
        rows: inSteps ? { by: "steps", deletes: false } : { by: "insert", table },
      });
    }
    case "update":
      return told({
        own: own.filter(({ columns }) => assigns(columns)),
        towards: changed,
        rows: { by: "steps", deletes: false },
      });
    case "delete":
      return told({ own: [], towards, rows: { by: "steps", deletes: true } });
    default:
      return told({ own, towards, rows: { by: "none", deletes: changed.length === 0 } });
  }
}

const writing: ReadonlySet<Statement["command"]["kind"]> = new Set([
  "insert",
  "update",
  "delete",
  "merge",
  "copy",
  "native",
]);

function told(write: KeyedWrite): KeyedWrite | null {
  return write.own.length + write.towards.length > 0 ? write : null;
}

/** DuckDB's own statements (`INSERT OR REPLACE`) tell only by their words which tables they may be about. */
function spokenOf({ source, command }: Statement, keys: readonly Key[]): KeyedWrite | null {
  if (command.kind !== "native" || !nativeWrites.has(command.word)) return null;
  const text = source.toLowerCase();
  const speaks = ({ name }: Place) => text.includes(name.toLowerCase());
  return told({
    own: keys.filter(({ child }) => speaks(child)),
    towards: keys.filter(({ parent }) => speaks(parent)),
    rows: { by: "none", deletes: command.word === "DELETE" },
  });
}

const nativeWrites = new Set(["INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "WITH", "FROM", "TRUNCATE"]);
