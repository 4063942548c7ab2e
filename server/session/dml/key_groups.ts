import type { ColumnRef, Node, RangeVar, SelectStmt } from "libpg-query";
import type { PgError } from "../../../worker/api/error.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import { nameParts } from "../../sql/constant.ts";
import { relationName } from "../../sql/ddl/relation.ts";
import { endOfName } from "../../sql/extent.ts";
import { isSymbol } from "../../sql/lexer.ts";
import { type MoreEdits, type Statement, treeOf } from "../../sql/mod.ts";
import type { Source } from "../../sql/source.ts";
import { walk } from "../../sql/walk.ts";
import type { SessionContext } from "../context.ts";
import { findRelation } from "../ddl/objects.ts";
import { rowsOf } from "../ddl/steps.ts";

/**
 * `SELECT id, name, count(*) FROM t GROUP BY id`: the primary key tells all other columns of its table, which DuckDB does not
 * know. They are added to the groups once DuckDB has missed one.
 *
 * @see https://www.postgresql.org/docs/current/sql-select.html#SQL-GROUPBY
 */
export async function keyGroups(
  session: SessionContext,
  statement: Statement,
  error: PgError,
): Promise<MoreEdits | null> {
  if (error.sqlstate !== "42803") return null;
  const tree = treeOf(statement);
  const groups = tree ? groupsIn(tree) : [];
  const added: Addition[] = [];
  for (const group of groups) {
    for (const table of group.tables) {
      const columns = await toldColumns(session, table, group);
      if (columns.length > 0) added.push({ last: group.columns.at(-1)!, text: columns.join(", ") });
    }
  }
  if (added.length === 0) return null;
  return ({ source, edits }) => {
    for (const { last, text } of added) {
      const at = endOfItem(last, source);
      edits.wrap(at, at, "", `, ${text}`);
    }
  };
}

/** What to put behind the last item of a GROUP BY. */
interface Addition {
  last: ColumnRef;
  text: string;
}

/** A query that is grouped by columns. */
interface Group {
  /** The query without its GROUP BY and its FROM. */
  query: Node;
  columns: ColumnRef[];
  tables: RangeVar[];
}

function groupsIn(tree: Node): Group[] {
  const groups: Group[] = [];
  const named = new Set<string>();
  walk(tree, (type, fields) => {
    if (type === "CommonTableExpr") named.add(String(fields.ctename));
    if (type !== "SelectStmt") return;
    const { groupClause = [], fromClause = [], ...query } = fields as SelectStmt;
    const columns = groupClause.flatMap((item) => "ColumnRef" in item ? item.ColumnRef : []);
    if (columns.length === 0 || columns.length < groupClause.length) return;
    groups.push({ query: { SelectStmt: query } as Node, columns, tables: fromClause.flatMap(tablesOf) });
  });
  const isTable = ({ relname = "", schemaname }: RangeVar) => schemaname !== undefined || !named.has(relname);
  return groups.map((group) => ({ ...group, tables: group.tables.filter(isTable) }));
}

function tablesOf(item: Node): RangeVar[] {
  if ("RangeVar" in item) return [item.RangeVar];
  if (!("JoinExpr" in item)) return [];
  const { larg, rarg } = item.JoinExpr;
  return [...larg ? tablesOf(larg) : [], ...rarg ? tablesOf(rarg) : []];
}

/** The columns of a table that the query names and that the groups tell, being grouped by its key; as SQL. */
async function toldColumns(session: SessionContext, table: RangeVar, group: Group): Promise<string[]> {
  const found = await findRelation(session, relationName(table));
  if (found?.kind !== "table") return [];
  const [row] = await rowsOf(
    session,
    `SELECT to_json(constraint_column_names) FROM system.main.duckdb_constraints()
     WHERE constraint_type = 'PRIMARY KEY' AND table_oid = ${found.oid} AND database_name = ${
      quoteText(found.database)
    }`,
  );
  const key: string[] = JSON.parse(row?.[0] ?? "[]");
  const name = table.alias?.aliasname ?? table.relname ?? "";
  const grouped = columnsOf(group.columns, name);
  if (key.length === 0 || key.some((column) => !grouped.has(column))) return [];
  const rows = await rowsOf(
    session,
    `SELECT column_name FROM system.main.duckdb_columns() WHERE table_oid = ${found.oid} AND database_name = ${
      quoteText(found.database)
    } ORDER BY column_index`,
  );
  const named = columnsOf(refsIn(group.query), name);
  return rows.flatMap(([column]) => column ?? [])
    .filter((column) => !grouped.has(column) && (named.has(column) || named.has("*")))
    .map((column) => `${quoteName(name)}.${quoteName(column)}`);
}

/** Names of columns that a table of that name may have. */
function columnsOf(refs: readonly ColumnRef[], table: string): Set<string> {
  return new Set(refs.flatMap(({ fields }) => {
    const parts = nameParts(fields);
    return parts.length === 1 || parts.at(-2) === table ? [parts.at(-1)!] : [];
  }));
}

function refsIn(tree: Node): ColumnRef[] {
  const refs: ColumnRef[] = [];
  walk(tree, (type, fields) => {
    if (type === "ColumnRef") refs.push(fields as ColumnRef);
  });
  return refs;
}

/** The offset behind an item of GROUP BY, with the brackets it may stand in. */
function endOfItem({ location }: ColumnRef, source: Source): number {
  const { text, tokens } = source;
  const first = source.tokenAt(source.offsetOfByte(location ?? 0));
  let end = endOfName(source, first);
  for (let open = first - 1; isSymbol(text, tokens[open], "(") && isSymbol(text, tokens[end], ")"); open--) {
    end++;
  }
  return tokens[end - 1].end;
}
