import type { TruncateStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { relationName } from "../../sql/ddl/relation.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import type { SessionContext } from "../context.ts";
import { type DatabaseObject, pathOf, requireRelation } from "./objects.ts";
import { changeSequence, ownedSequences } from "./sequences.ts";
import { engine, rowsOf } from "./steps.ts";
import { readTable, rebuildTable } from "./stored_table.ts";

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
  for (let i = 0; i < tables.length; i++) {
    for (const { child, constraint } of await referencing(session, tables[i])) {
      if (tables.some(({ oid }) => oid === child.oid)) continue;
      if (tree.behavior !== "DROP_CASCADE") throw referenced(tables[i], child, constraint);
      session.notice({
        severity: "NOTICE",
        sqlstate: "00000",
        message: `truncate cascades to table "${child.name}"`,
      });
      add(child);
    }
  }
  for (const table of tables) await empty(session, table, tables);
  if (!tree.restart_seqs) return;
  for (const table of tables) {
    for (const { database, schema, name } of await ownedSequences(session, table)) {
      await changeSequence(session, { schema: database === "temp" ? "pg_temp" : schema, name }, {
        restart: null,
      });
    }
  }
}

/** DuckDB cannot empty a table that others refer to: it is made anew, and they with it. */
async function empty(
  session: SessionContext,
  table: DatabaseObject,
  all: readonly DatabaseObject[],
): Promise<void> {
  if ((await referencing(session, table)).length === 0) {
    return await engine(session, `TRUNCATE ${pathOf(table)}`);
  }
  const schema = table.database === "temp" ? "pg_temp" : table.schema;
  const before = await readTable(session, await requireRelation(session, { schema, name: table.name }));
  const emptied = all.map(({ name }) => name);
  await rebuildTable(session, { before, after: before, values: new Map(), emptied });
}

async function referencing(session: SessionContext, table: DatabaseObject) {
  const rows = await rowsOf(
    session,
    `SELECT table_name, name FROM __duckgres.main.duckgres_named_constraint
     WHERE kind = 'f' AND referenced_table = ${quoteText(table.name)}
       AND schema_name = ${quoteText(table.schema)} AND database_name = ${
      quoteText(table.database)
    } ORDER BY oid`,
  );
  const found: { child: DatabaseObject; constraint: string }[] = [];
  for (const [name, constraint] of rows) {
    const schema = table.database === "temp" ? "pg_temp" : table.schema;
    found.push({ child: await requireRelation(session, { schema, name: name! }), constraint: constraint! });
  }
  return found;
}

function referenced(table: DatabaseObject, child: DatabaseObject, constraint: string): PgError {
  return new PgError("0A000", "cannot truncate a table referenced in a foreign key constraint", {
    detail: `Table "${child.name}" references "${table.name}".`,
    hint: `Truncate table "${child.name}" at the same time, or use TRUNCATE ... CASCADE.`,
    fields: { n: constraint },
  });
}
