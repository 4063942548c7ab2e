import type { InsertStmt, Node, UpdateStmt } from "libpg-query";
import { type Statement, treeOf } from "../../sql/mod.ts";
import type { SessionContext } from "../context.ts";
import { remembered } from "../definitions.ts";
import { mentions } from "../ddl/alteration.ts";
import { rowsOf } from "../ddl/steps.ts";

/** Whether DuckDB changes a column by deleting its row and inserting it again. */
type Heavy = (column: string) => boolean;

/** What is known of a table that others refer to. */
export interface Referenced {
  heavy: Heavy;
  /** The columns of foreign keys to it, by the name of the table that has them. */
  children: ReadonlyMap<string, readonly string[]>;
}

/**
 * Whether a statement updates rows that others may refer to, in a way that DuckDB would do by deleting and inserting them:
 * which it refuses where somebody does refer to them. It does so when an index, a key or a list is assigned to, be it the
 * old value, and whenever there is RETURNING. In steps (`program.ts`) only columns that change are changed.
 *
 * The tables are asked for once, and again after a definition.
 */
export async function updatesReferenced(session: SessionContext, statement: Statement): Promise<boolean> {
  const { kind } = statement.command;
  if (kind !== "update" && !(kind === "insert" && /\bdo\s+update\b/i.test(statement.source))) return false;
  const tables = await referencedTables(session);
  if (!speaksOf(statement, tables)) return false;
  const change = changeOf(treeOf(statement));
  const table = change && tables.get(change.table);
  if (!table) return false;
  return change.returns || change.assigned.some(table.heavy);
}

/** What a statement does to rows that are there. */
export interface Change {
  kind: "insert" | "update" | "delete";
  table: string;
  assigned: readonly string[];
  returns: boolean;
}

/** `null` for other statements. */
export function changeOf(tree: Node | null): Change | null {
  if (!tree) return null;
  const change = (
    kind: Change["kind"],
    { relation, returningClause }: Pick<UpdateStmt & InsertStmt, "relation" | "returningClause">,
    targets: readonly Node[] = [],
  ): Change => ({
    kind,
    table: relation?.relname ?? "",
    assigned: targets.map((target) => "ResTarget" in target ? target.ResTarget.name ?? "" : ""),
    returns: returningClause !== undefined,
  });
  if ("UpdateStmt" in tree) return change("update", tree.UpdateStmt, tree.UpdateStmt.targetList);
  if ("DeleteStmt" in tree) return change("delete", tree.DeleteStmt);
  if (!("InsertStmt" in tree)) return null;
  return change("insert", tree.InsertStmt, tree.InsertStmt.onConflictClause?.targetList);
}

/** Whether a statement may be about one of them: told by its text, as most are not. */
export function speaksOf({ source }: Statement, tables: ReadonlyMap<string, Referenced>): boolean {
  const text = source.toLowerCase();
  return [...tables.keys()].some((name) => text.includes(name.toLowerCase()));
}

/** The tables that others refer to, by name. */
export const referencedTables = remembered(readReferenced);

async function readReferenced(session: SessionContext): Promise<ReadonlyMap<string, Referenced>> {
  const found = new Map<string, Referenced>();
  const keys = await rowsOf(
    session,
    `SELECT referenced_table, table_name, unnest(constraint_column_names) FROM duckdb_constraints()
     WHERE constraint_type = 'FOREIGN KEY'`,
  );
  if (keys.length === 0) return found;
  const rows = await rowsOf(
    session,
    `WITH referenced AS MATERIALIZED (
       SELECT DISTINCT referenced_table AS name FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY')
     SELECT table_name, unnest(constraint_column_names), NULL FROM duckdb_constraints() SEMI JOIN referenced ON name = table_name
       WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')
     UNION ALL SELECT table_name, column_name, NULL FROM duckdb_columns() SEMI JOIN referenced ON name = table_name
       WHERE regexp_matches(data_type, '\\]$|^(STRUCT|MAP|UNION|VARIANT)')
     UNION ALL SELECT table_name, NULL, sql FROM duckdb_indexes() SEMI JOIN referenced ON name = table_name`,
  );
  for (const name of new Set(rows.map(([table]) => table!))) {
    const own = rows.filter(([table]) => table === name);
    const columns = new Set(own.map(([, column]) => column));
    const indexes = own.flatMap(([, , sql]) => sql ?? []);
    const children = new Map<string, string[]>();
    for (const [parent, child, column] of keys) {
      if (parent === name) children.set(child!, [...children.get(child!) ?? [], column!]);
    }
    const heavy = (column: string) => columns.has(column) || indexes.some((sql) => mentions(sql, column));
    found.set(name, { heavy, children });
  }
  return found;
}
