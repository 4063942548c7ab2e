import type { ColumnRef, Node, RangeVar, SelectStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { lastPart, nameParts } from "../../sql/constant.ts";
import { relationName } from "../../sql/ddl/relation.ts";
import { endOfName } from "../../sql/extent.ts";
import { type MoreEdits, type Statement, treeOf } from "../../sql/mod.ts";
import { walk } from "../../sql/walk.ts";
import type { SessionContext } from "../context.ts";
import { findRelation } from "../ddl/objects.ts";

/**
 * `tableoid` and `ctid`, of what PostgreSQL keeps with each row: the table is known by its name, and DuckDB's rows have
 * numbers. DuckDB is asked first: it has no column of that name.
 *
 * @returns `null` where it is something else that is missing, or nobody knows which table is meant
 * @see https://www.postgresql.org/docs/18/ddl-system-columns.html
 */
export async function systemColumns(
  session: SessionContext,
  statement: Statement,
  error: unknown,
): Promise<MoreEdits | null> {
  if (!(error instanceof PgError) || error.sqlstate !== "42703") return null;
  const tree = /\b(tableoid|ctid)\b/.test(error.message) ? treeOf(statement) : null;
  if (!tree) return null;
  const written = new Map<ColumnRef, string>();
  for (const { column, relation } of references(tree, [])) {
    const text = await expressionOf(session, lastPart(column.fields)!, relation);
    if (text === null) return null;
    written.set(column, text);
  }
  return ({ source, edits }) => {
    for (const [{ location = 0 }, text] of written) {
      const first = source.tokenAt(source.offsetOfByte(location));
      edits.replace(source.tokens[first].start, source.tokens[endOfName(source, first) - 1].end, text);
    }
  };
}

/** A system column in a statement; `null` where nobody knows which relation it is of. */
interface Reference {
  column: ColumnRef;
  relation: RangeVar | null;
}

/** All of a query and the queries in it, which also see the relations of those around them. */
function references(query: Node, outer: readonly (readonly RangeVar[])[]): Reference[] {
  const own: RangeVar[] = [];
  const columns: ColumnRef[] = [];
  const inner: Node[] = [];
  walk(query, (type, node) => {
    if (type === "RangeVar") own.push(node as RangeVar);
    if (type === "ColumnRef" && isSystem(nameParts((node as ColumnRef).fields))) {
      columns.push(node as ColumnRef);
    }
    if (type !== "SelectStmt" || ("SelectStmt" in query && node === (query.SelectStmt as unknown))) return;
    inner.push({ SelectStmt: node as SelectStmt });
    return "skip";
  });
  const scopes = [own, ...outer];
  return [
    ...columns.map((column) => ({ column, relation: relationOf(nameParts(column.fields), scopes) })),
    ...inner.flatMap((one) => references(one, scopes)),
  ];
}

function isSystem(parts: readonly string[]): boolean {
  return parts.at(-1) === "tableoid" || parts.at(-1) === "ctid";
}

/** The relation a column is of: the one it names, or the only one of the innermost query that has any. */
function relationOf(parts: readonly string[], scopes: readonly (readonly RangeVar[])[]): RangeVar | null {
  const isMeant = ({ alias, relname }: RangeVar) =>
    parts.length === 1 || (alias?.aliasname ?? relname) === parts.at(-2);
  const named = scopes.map((relations) => relations.filter(isMeant)).find((found) => found.length > 0) ?? [];
  return named.length === 1 ? named[0] : null;
}

/** Rows to a block, of which DuckDB knows nothing. */
const blockRows = 32768;

async function expressionOf(
  session: SessionContext,
  column: string,
  relation: RangeVar | null,
): Promise<string | null> {
  const table = relation && await findRelation(session, relationName(relation));
  if (!table || (table.kind !== "table" && table.kind !== "materialized view")) return null;
  if (column === "tableoid") return `CAST(${table.oid} AS BIGINT)`;
  const row = `${quoteName(relation.alias?.aliasname ?? relation.relname ?? "")}.rowid`;
  return `('(' || (${row} // ${blockRows}) || ',' || (${row} % ${blockRows} + 1) || ')')`;
}
