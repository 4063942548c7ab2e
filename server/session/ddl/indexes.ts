import type { IndexElem, IndexStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { targetName } from "../../sql/column_names.ts";
import { inBrackets, offsetsOf, splitAtCommas, tokenAtLocation } from "../../sql/ddl/extents.ts";
import { relationName } from "../../sql/ddl/relation.ts";
import { closingIndex, isKeyword, isSymbol } from "../../sql/lexer.ts";
import type { Statement } from "../../sql/mod.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { type Source, sourceOf } from "../../sql/source.ts";
import type { SessionContext } from "../context.ts";
import { isChanged } from "./changed_tables.ts";
import { type DatabaseObject, pathOf, requireRelation } from "./objects.ts";
import { alreadyExists, exists, freeName, objectName } from "./sequences.ts";
import type { Notes } from "./notes.ts";
import { readTable, rebuildTable } from "./stored_table.ts";
import { comment, engine, rowsOf, skipNotice } from "./steps.ts";

/**
 * CREATE INDEX. DuckDB's one kind of index (ART) stands for all of PostgreSQL's that only make things faster; order,
 * operator classes, storage and covered columns are left out, as nobody can tell from the answers. DuckDB's indexes cover all
 * rows: a partial UNIQUE index is one of expressions that are NULL, and so differ, where a row is not meant, and one of NULLS
 * NOT DISTINCT of expressions that are never NULL.
 *
 * @throws PgError 42P01, 42P07, 0A000
 */
export async function createIndex(
  session: SessionContext,
  statement: Statement,
  tree: IndexStmt,
): Promise<void> {
  const table = await requireRelation(session, relationName(tree.relation!));
  if (table.kind !== "table" && table.kind !== "materialized view") {
    throw new PgError("42809", `cannot create index on relation "${table.name}"`, {
      detail: `This operation is not supported for ${table.kind}s.`,
    });
  }
  refuse(tree);
  const params = (tree.indexParams ?? []).flatMap((node) => "IndexElem" in node ? [node.IndexElem] : []);
  const given = tree.idxname;
  if (given !== undefined && await exists(session, { ...table, name: given })) {
    if (!tree.if_not_exists) throw alreadyExists(given);
    return skipNotice(session, "42P07", `relation "${given}" already exists`);
  }
  const name = given ?? await freeName(session, table, defaultName(table.name, params, tree));
  const source = sourceOf(statement.source);
  const list = inBrackets(source, tokenAtLocation(source, tree.relation!.location) + 1)!;
  const comparable = await comparableColumns(session, table, tree);
  const items = splitAtCommas(source, list).map((extent, i) => {
    const { name: column } = params[i];
    if (column !== undefined) return comparable(column);
    // A bracketed expression, or a call.
    let end = extent.first;
    while (end < extent.end && !isSymbol(source.text, source.tokens[end], "(")) end++;
    end = closingIndex(source.text, source.tokens, end) + 1;
    return `(${statement.engineText(...offsetsOf(source, { first: extent.first, end }))})`;
  });
  const where = predicate(statement, source, tree, source.tokenAt(source.tokens[list.end].start));
  const meant = tree.unique ? uniqueItems(items, where, tree.nulls_not_distinct ?? false) : items;
  const kind = tree.unique ? "UNIQUE INDEX" : "INDEX";
  if (isChanged(session, table)) await renew(session, table);
  await engine(session, `CREATE ${kind} ${quoteName(name)} ON ${pathOf(table)} (${meant.join(", ")})`);
  const plain = params.every(({ name }, i) => name === undefined || items[i] === quoteName(name));
  if (where === null && !tree.nulls_not_distinct && plain) return;
  const notes: Notes = { columns: params.map(({ name }, i) => name ?? items[i]) };
  if (where !== null) notes.where = where;
  if (tree.nulls_not_distinct) notes.nullsNotDistinct = true;
  await comment(session, "INDEX", { ...table, name }, null, notes);
}

/** Makes a table anew as it is, where DuckDB would give it no index. */
async function renew(session: SessionContext, table: DatabaseObject): Promise<void> {
  const before = await readTable(session, table);
  const values = new Map(before.columns.map(({ name }) => [name, quoteName(name)]));
  await rebuildTable(session, { before, after: before, values });
}

/** What DuckDB's index is about where PostgreSQL's is about the items in a value: lists, which only have an order as texts. */
async function comparableColumns(
  session: SessionContext,
  table: DatabaseObject,
  { accessMethod = "btree" }: IndexStmt,
): Promise<(column: string) => string> {
  if (!["gin", "gist", "spgist"].includes(accessMethod)) return quoteName;
  const rows = await rowsOf(
    session,
    `SELECT column_name FROM duckdb_columns() WHERE table_oid = ${table.oid} AND ends_with(data_type, ']')`,
  );
  const lists = new Set(rows.map(([column]) => column));
  return (column) => lists.has(column) ? `(CAST(${quoteName(column)} AS VARCHAR))` : quoteName(column);
}

/** What stands behind WHERE, in DuckDB's SQL; `null` for an index of all rows. */
function predicate(statement: Statement, source: Source, tree: IndexStmt, from: number): string | null {
  if (!tree.whereClause) return null;
  const { text, tokens } = source;
  const where = tokens.findIndex((token, i) => i > from && isKeyword(text, token, "where"));
  return statement.engineText(...offsetsOf(source, { first: where + 1, end: tokens.length }));
}

/** Items whose values are the same exactly where PostgreSQL's index would refuse a row. */
export function uniqueItems(
  items: readonly string[],
  where: string | null,
  nullsNotDistinct: boolean,
): string[] {
  const full = nullsNotDistinct
    ? items.flatMap((item) => [`(${item} IS NULL)`, `(coalesce(CAST(${item} AS VARCHAR), ''))`])
    : items;
  return where === null ? [...full] : full.map((item) => `(CASE WHEN ${where} THEN ${item} END)`);
}

function refuse(tree: IndexStmt): void {
  const method = tree.accessMethod ?? "btree";
  if (!["btree", "hash", "gin", "gist", "brin", "spgist"].includes(method)) {
    throw new PgError("42704", `access method "${method}" does not exist`);
  }
  if (tree.unique && method !== "btree") {
    throw new PgError("0A000", `access method "${method}" does not support unique indexes`);
  }
}

/** `t_a_b_idx`; a unique index has the same ending. */
function defaultName(
  table: string,
  params: readonly IndexElem[],
  { indexIncludingParams }: IndexStmt,
): string {
  const included = (indexIncludingParams ?? []).flatMap((node) =>
    "IndexElem" in node ? [node.IndexElem] : []
  );
  const columns = [...params, ...included].map(({ name, expr }) => {
    if (name !== undefined) return name;
    const figured = expr ? targetName({ ResTarget: { val: expr } }) : null;
    return figured === null || figured === "?column?" ? "expr" : figured;
  });
  return objectName(table, columns.join("_"), "idx");
}
