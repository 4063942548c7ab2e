import type { TruncateStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { relationName } from "../../sql/ddl/relation.ts";
import type { SessionContext } from "../context.ts";
import { type DatabaseObject, pathOf, type Place, requireRelation } from "./objects.ts";
import { changeSequence, ownedSequences } from "./sequences.ts";
import { engine } from "./steps.ts";
import { readTable, rebuildTable, referencesTo, referringTables } from "./stored_table.ts";

/**
 * TRUNCATE of several tables, with those that refer to them.
 *
 * @throws PgError 42P01, 42809, 0A000 for a table that others refer to, which are not truncated, too
 */
export async function truncate(session: SessionContext, tree: TruncateStmt): Promise<void> {
  const tables: DatabaseObject[] = [];
  const add = (object: DatabaseObject) => {
    if (!tables.some(({ oid }) => oid === object.oid)) tables.push(object);
  };
  for (const node of tree.relations ?? []) {
    if (!("RangeVar" in node)) continue;
    const object = await requireRelation(session, relationName(node.RangeVar));
    if (object.kind !== "table") throw new PgError("42809", `"${object.name}" is not a table`);
    add(object);
  }
  /** Those that others refer to by DuckDB's own keys, by oid. */
  const referred = new Set<string>();
  for (let i = 0; i < tables.length; i++) {
    const children = await referringTables(session, tables[i]);
    const held = children.some((child) =>
      referencesTo(child, tables[i]).some(({ references }) => references!.byEngine)
    );
    if (held) referred.add(tables[i].oid);
    for (const stored of children) {
      const child = stored.object;
      if (tables.some(({ oid }) => oid === child.oid)) continue;
      const [{ name }] = referencesTo(stored, tables[i]);
      if (tree.behavior !== "DROP_CASCADE") throw referenced(tables[i], child, name);
      session.notice({
        severity: "NOTICE",
        sqlstate: "00000",
        message: `truncate cascades to table "${child.name}"`,
      });
      add(child);
    }
  }
  const sequences: Place[] = [];
  for (const table of tree.restart_seqs ? tables : []) {
    sequences.push(...await ownedSequences(session, table));
  }
  for (const table of tables) {
    if (referred.has(table.oid)) await rebuildEmpty(session, table, tables);
    else await engine(session, `TRUNCATE ${pathOf(table)}`);
  }
  for (const { database, schema, name } of sequences) {
    const place = database === "temp" ? "pg_temp" : schema;
    await changeSequence(session, { schema: place, name }, { restart: null });
  }
}

/** DuckDB cannot empty a table that others refer to: it is made anew, and they with it. */
async function rebuildEmpty(
  session: SessionContext,
  table: DatabaseObject,
  all: readonly DatabaseObject[],
): Promise<void> {
  const schema = table.database === "temp" ? "pg_temp" : table.schema;
  const before = await readTable(session, await requireRelation(session, { schema, name: table.name }));
  const emptied = all.map(({ name }) => name);
  await rebuildTable(session, { before, after: before, values: new Map(), emptied });
}

function referenced(table: DatabaseObject, child: DatabaseObject, constraint: string): PgError {
  return new PgError("0A000", "cannot truncate a table referenced in a foreign key constraint", {
    detail: `Table "${child.name}" references "${table.name}".`,
    hint: `Truncate table "${child.name}" at the same time, or use TRUNCATE ... CASCADE.`,
    fields: { n: constraint },
  });
}
