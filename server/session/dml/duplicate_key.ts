/** What DuckDB does not tell of a key that is there already: the constraint's name. Clients tell constraints apart by it. */
import type { InsertStmt, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { isStar } from "../../sql/column_names.ts";
import type { ObjectName } from "../../sql/ddl/relation.ts";
import { type Statement, treeOf } from "../../sql/mod.ts";
import type { SessionContext } from "../context.ts";
import { findRelation } from "../ddl/objects.ts";
import { readTable } from "../ddl/stored_table.ts";
import { remembered } from "../definitions.ts";
import { enginePath } from "../engine_path.ts";

/** What is known of a table that is written to. */
interface WrittenTable {
  schema: string;
  name: string;
  /** Keys and unique indexes, by what they are about. */
  unique: readonly { name: string; about: string }[];
  columns: readonly string[];
  /** Columns that an INSERT has to give. */
  required: readonly string[];
}

const known = remembered((_: SessionContext) => Promise.resolve(new Map<string, WrittenTable | null>()));

async function writtenTable(session: SessionContext, name: ObjectName): Promise<WrittenTable | null> {
  const tables = await known(session);
  const key = JSON.stringify([name, await enginePath(session.executor)]);
  const found = tables.get(key);
  if (found !== undefined) return found;
  const table = await readWritten(session, name);
  tables.set(key, table);
  return table;
}

async function readWritten(session: SessionContext, name: ObjectName): Promise<WrittenTable | null> {
  const object = await findRelation(session, name);
  if (object?.kind !== "table") return null;
  const { columns, constraints, indexes } = await readTable(session, object);
  const plain = (text: string) => text.replaceAll('"', "");
  return {
    schema: object.schema === "main" ? "public" : object.schema,
    name: object.name,
    unique: [
      ...constraints.filter(({ kind }) => kind === "primary" || kind === "unique")
        .map(({ name, columns }) => ({ name, about: columns.join(", ") })),
      ...indexes.filter(({ unique }) => unique).map(({ name, items }) => ({ name, about: plain(items) })),
    ],
    columns: columns.map(({ name }) => name),
    required: columns.filter((column) =>
      column.notNull && column.default === null && column.generated === null
    )
      .map(({ name }) => name),
  };
}

/**
 * Runs what writes to a table, and tells of a key that is there already as PostgreSQL does.
 *
 * An error ends DuckDB's transaction, in which nothing can be asked any more: so what there is to know is read before, where
 * one is open.
 */
export async function tellingDuplicates<T>(
  session: SessionContext,
  table: ObjectName,
  statement: Statement | null,
  run: () => Promise<T>,
): Promise<T> {
  const before = session.transaction.open ? await writtenTable(session, table) : null;
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof PgError) || error.sqlstate !== "23505") throw error;
    const written = before ??
      (session.transaction.open ? null : await writtenTable(session, table).catch(() => null));
    throw written ? inFull(error, written, statement) : error;
  }
}

function inFull(error: PgError, table: WrittenTable, statement: Statement | null): PgError {
  const missing = statement && missingValue(table, statement);
  if (missing) {
    return new PgError(
      "23502",
      `null value in column "${missing}" of relation "${table.name}" violates not-null constraint`,
      { fields: { s: table.schema, t: table.name, c: missing } },
    );
  }
  const [, about] = /^Key \((.*?)\)=/s.exec(error.detail ?? "") ?? [];
  const found = table.unique.find((key) => key.about === about) ??
    (table.unique.length === 1 ? table.unique[0] : null);
  if (!found) return error;
  return new PgError(error.sqlstate, `${error.message} "${found.name}"`, {
    ...error,
    fields: { s: table.schema, t: table.name, n: found.name },
  });
}

/** PostgreSQL looks for NULLs first: a column that is given no value, and has no other. */
function missingValue({ columns, required }: WrittenTable, statement: Statement): string | null {
  if (required.length === 0 || statement.command.kind !== "insert") return null;
  const tree = treeOf(statement);
  const given = tree && "InsertStmt" in tree ? givenColumns(tree.InsertStmt, columns) : null;
  return given && (required.find((column) => !given.includes(column)) ?? null);
}

function givenColumns(
  { cols, selectStmt }: InsertStmt,
  columns: readonly string[],
): readonly string[] | null {
  if (cols) return cols.map((node) => "ResTarget" in node ? node.ResTarget.name ?? "" : "");
  const width = selectStmt ? widthOf(selectStmt) : 0;
  return width === null ? null : columns.slice(0, width);
}

/** How many columns a query has, where its text tells. */
function widthOf(query: Node): number | null {
  const { valuesLists, targetList } = "SelectStmt" in query ? query.SelectStmt : {};
  const [row] = valuesLists ?? [];
  if (row && "List" in row) return row.List.items?.length ?? 0;
  return targetList && !targetList.some(isStar) ? targetList.length : null;
}
