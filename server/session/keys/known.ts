/**
 * Foreign keys. DuckDB's own only refuse, look at rows too early, and hold the tables that they tie together; so those that
 * are defined here are kept in the notes of their tables, and seen to after each statement that may matter to them, in its
 * transaction, as PostgreSQL's triggers do.
 *
 * As with DuckDB's, of two transactions at the same time neither sees what the other does: one may delete a row that the other
 * begins to refer to.
 */
import { quoteText } from "../../../worker/api/quote.ts";
import type { ObjectName } from "../../sql/ddl/relation.ts";
import type { KeyRules } from "../../sql/ddl/foreign_key.ts";
import type { SessionContext } from "../context.ts";
import { remembered } from "../definitions.ts";
import { readComment } from "../ddl/notes.ts";
import { findRelation, type Place } from "../ddl/objects.ts";
import { rowsOf } from "../ddl/steps.ts";

/** A foreign key, as those who write need it. */
export interface Key extends KeyRules {
  name: string;
  child: Place;
  columns: readonly string[];
  parent: Place;
  references: readonly string[];
  /** DuckDB's types of the referenced columns; `null` where their values and the referencing ones' are not written alike. */
  parentTypes: readonly string[] | null;
}

/** The foreign keys of the database. */
export interface Keys {
  all: readonly Key[];
  /** Relations that have the name of a table some key is about, by that name in lower case. */
  places: ReadonlyMap<string, readonly Place[]>;
}

/** Asked for once, and again after a definition. */
export const knownKeys: (session: SessionContext) => Promise<Keys> = remembered(readKeys);

async function readKeys(session: SessionContext): Promise<Keys> {
  const rows = await rowsOf(
    session,
    `SELECT database_name, schema_name, table_name, comment FROM duckdb_tables()
     WHERE contains(comment, '"foreignKeys":')`,
  );
  if (rows.length === 0) return { all: [], places: new Map() };
  const noted = rows.flatMap(([database, schema, name, comment]) => {
    const child = { database: database!, schema: schema!, name: name! };
    return (readComment(comment).notes.foreignKeys ?? []).map((key) => ({
      ...key,
      child,
      parent: { database: database!, schema: key.schema, name: key.table },
    }));
  });
  const types = await typesOf(session, noted);
  const all = noted.map((key): Key => {
    const own = key.columns.map((column) => types.get(columnKey(key.child, column)));
    const parentTypes = key.references.map((column) => types.get(columnKey(key.parent, column)) ?? "");
    return {
      ...key,
      parentTypes: own.every((type, i) => isAlike(type, parentTypes[i])) ? parentTypes : null,
    };
  });
  return { all, places: all.length === 0 ? new Map() : await placesOf(session, all) };
}

/** The two tables of a key. */
type Ends = Pick<Key, "child" | "parent">;

function namesIn(keys: readonly Ends[]): string {
  const names = new Set(keys.flatMap(({ child, parent }) => [child.name, parent.name]));
  return [...names].map((name) => quoteText(name.toLowerCase())).join(", ");
}

function columnKey({ database, schema, name }: Place, column: string): string {
  return JSON.stringify([database, schema, name, column]);
}

const integers = /^(TINYINT|SMALLINT|INTEGER|BIGINT)$/;

/** Whether equal values of two types have the same text. */
function isAlike(one: string | undefined, other: string): boolean {
  return one === other ? !/^(FLOAT|DOUBLE)$/.test(other) : integers.test(one ?? "") && integers.test(other);
}

async function typesOf(session: SessionContext, keys: readonly Ends[]): Promise<Map<string, string>> {
  const rows = await rowsOf(
    session,
    `SELECT database_name, schema_name, table_name, column_name, data_type FROM duckdb_columns()
     WHERE lower(table_name) IN (${namesIn(keys)})`,
  );
  return new Map(rows.map(([database, schema, name, column, type]) => [
    columnKey({ database: database!, schema: schema!, name: name! }, column!),
    type!,
  ]));
}

async function placesOf(session: SessionContext, keys: readonly Ends[]): Promise<Keys["places"]> {
  const list = namesIn(keys);
  const rows = await rowsOf(
    session,
    `SELECT database_name, schema_name, table_name FROM duckdb_tables() WHERE NOT internal AND lower(table_name) IN (${list})
     UNION ALL SELECT database_name, schema_name, view_name FROM duckdb_views()
     WHERE NOT internal AND lower(view_name) IN (${list})`,
  );
  const places = new Map<string, Place[]>();
  for (const [database, schema, name] of rows) {
    const key = name!.toLowerCase();
    places.set(key, [...places.get(key) ?? [], { database: database!, schema: schema!, name: name! }]);
  }
  return places;
}

/** The table of a name that some key may be about; `null` for any other. */
export async function keyedTable(
  session: SessionContext,
  { places }: Keys,
  { schema, name }: ObjectName,
): Promise<Place | null> {
  const found = places.get(name.toLowerCase()) ?? [];
  if (found.length === 0) return null;
  if (found.length === 1) return found[0];
  return await findRelation(session, { schema, name });
}

export function samePlace(one: Place, other: Place): boolean {
  return one.name === other.name && one.schema === other.schema && one.database === other.database;
}
