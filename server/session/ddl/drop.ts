/** DROP, for everything that is dropped by name. */
import type { DropStmt, Node, ObjectType } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { constantText } from "../../sql/constant.ts";
import { engineSchema, type ObjectName, objectName, writtenName } from "../../sql/ddl/relation.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import type { SessionContext } from "../context.ts";
import {
  type DatabaseObject,
  findRelation,
  findType,
  kindWords,
  type ObjectKind,
  pathOf,
} from "./objects.ts";
import { ownedSequences, sequenceUsers } from "./sequences.ts";
import { noteUnindexed } from "./changed_tables.ts";
import { dropColumn } from "./alter_table.ts";
import { dependLines, dropViews, neededByOthers, shownName, tellCascade, watchViews } from "./dependents.ts";
import { engine, rowsOf, skipNotice } from "./steps.ts";
import { typeUsers } from "./types.ts";
import { dropKeys, referencesTo, referringTables } from "./stored_table.ts";

/** What a kind of object is called, and which SQLSTATE says that there is none. */
interface Droppable {
  kind: ObjectKind;
  what: string;
  missing: string;
}

const droppable: Partial<Record<ObjectType, Droppable>> = {
  OBJECT_TABLE: { kind: "table", what: "table", missing: "42P01" },
  OBJECT_VIEW: { kind: "view", what: "view", missing: "42P01" },
  OBJECT_MATVIEW: { kind: "materialized view", what: "materialized view", missing: "42P01" },
  OBJECT_SEQUENCE: { kind: "sequence", what: "sequence", missing: "42P01" },
  OBJECT_INDEX: { kind: "index", what: "index", missing: "42704" },
  OBJECT_TYPE: { kind: "type", what: "type", missing: "42704" },
  OBJECT_DOMAIN: { kind: "type", what: "type", missing: "42704" },
};

/** Whether this is a DROP of something that stands in the database. */
export function drops(tree: DropStmt): boolean {
  return tree.removeType === "OBJECT_SCHEMA" || droppable[tree.removeType!] !== undefined;
}

/**
 * DROP TABLE, VIEW, SEQUENCE, INDEX, TYPE, DOMAIN, MATERIALIZED VIEW and SCHEMA: several at a time, all or none.
 *
 * @throws PgError 42P01, 42704, 3F000 for what is not there, 42809 for what is something else, 2BP01 for what is needed
 */
export async function drop(session: SessionContext, tree: DropStmt): Promise<void> {
  const cascade = tree.behavior === "DROP_CASCADE";
  if (tree.removeType === "OBJECT_SCHEMA") return await dropSchemas(session, tree, cascade);
  const sort = droppable[tree.removeType!]!;
  const found: DatabaseObject[] = [];
  for (const node of tree.objects ?? []) {
    const object = await lookUp(session, objectName(node), sort, tree.missing_ok ?? false);
    if (object) found.push(object);
  }
  // No view speaks of an index.
  const spoken = sort.kind === "index" ? [] : found;
  const broken = await watchViews(session, spoken.map(({ name }) => name));
  const cascaded: string[] = [];
  for (const object of found) cascaded.push(...await dropObject(session, object, cascade, found));
  const views = (await broken()).filter(({ oid }) => found.every((object) => object.oid !== oid));
  if (views.length > 0 && !cascade) {
    const [first] = found;
    const what = `${sort.what} ${shownName(first.name)}`;
    throw neededByOthers(what, dependLines(views, what));
  }
  await dropViews(session, views);
  tellCascade(session, [...cascaded, ...views.map(({ kind, name }) => `${kind} ${shownName(name)}`)]);
}

async function lookUp(
  session: SessionContext,
  name: ObjectName,
  sort: Droppable,
  missingOk: boolean,
): Promise<DatabaseObject | null> {
  const object = sort.kind === "type" ? await findType(session, name) : await findRelation(session, name);
  if (object) {
    requireKind(object, sort);
    return object;
  }
  const lostSchema = name.schema !== null && !await schemaExists(session, name.schema);
  const what = lostSchema
    ? `schema "${name.schema}" does not exist`
    : `${sort.what} "${writtenName(name)}" does not exist`;
  if (!missingOk) throw new PgError(lostSchema ? "3F000" : sort.missing, what);
  skipNotice(session, "00000", what);
  return null;
}

function requireKind({ kind, name }: DatabaseObject, sort: Droppable): void {
  if (kind === sort.kind) return;
  const article = /^[aeiou]/.test(sort.what) ? "an" : "a";
  throw new PgError("42809", `"${name}" is not ${article} ${sort.what}`, {
    hint: `Use DROP ${kind.toUpperCase()} to remove ${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}.`,
  });
}

/** Whether there is a schema of this name, PostgreSQL's. */
export async function schemaExists(session: SessionContext, schema: string): Promise<boolean> {
  const rows = await rowsOf(
    session,
    `FROM __duckgres.main.duckgres_namespace WHERE nspname = ${quoteText(schema)} LIMIT 1`,
  );
  return rows.length > 0;
}

/**
 * @param others what else is dropped by the same statement
 * @returns what went with it, as PostgreSQL's notice calls it
 */
export async function dropObject(
  session: SessionContext,
  object: DatabaseObject,
  cascade: boolean,
  others: readonly DatabaseObject[] = [],
): Promise<string[]> {
  const { kind } = object;
  if (kind === "index") {
    requireFree(object);
    await noteUnindexed(session, object);
  }
  const cascaded = kind === "table"
    ? await dropReferences(session, object, cascade, others)
    : kind === "sequence"
    ? await dropDefaults(session, object, cascade)
    : kind === "type"
    ? await dropTypeUsers(session, object, cascade)
    : [];
  const owned = kind === "table" ? await ownedSequences(session, object) : [];
  await engine(session, `DROP ${kindWords[kind]} ${pathOf(object)}`);
  for (const sequence of owned) await engine(session, `DROP SEQUENCE IF EXISTS ${pathOf(sequence)}`);
  return cascaded;
}

/** The index of a constraint goes with it. */
function requireFree({ name, notes }: DatabaseObject): void {
  if (!notes.constraint) return;
  throw new PgError("2BP01", `cannot drop index ${name} because a constraint requires it`, {
    hint: "Use ALTER TABLE ... DROP CONSTRAINT instead.",
  });
}

/** The tables that refer to a table lose their foreign keys first. */
async function dropReferences(
  session: SessionContext,
  table: DatabaseObject,
  cascade: boolean,
  others: readonly DatabaseObject[],
): Promise<string[]> {
  const lost: string[] = [];
  const dropped = new Set(others.map(({ oid }) => oid));
  for (const child of await referringTables(session, table)) {
    const { object } = child;
    if (object.oid === table.oid) continue;
    const keys = referencesTo(child, table);
    const names = keys.map(({ name }) => name);
    if (!cascade && !dropped.has(object.oid)) throw stillReferenced(table, object.name, names);
    await dropKeys(session, child, keys);
    if (dropped.has(object.oid)) continue;
    lost.push(...names.map((name) => `constraint ${name} on table ${object.name}`));
  }
  return lost;
}

function stillReferenced({ name }: DatabaseObject, child: string, constraints: readonly string[]): PgError {
  return neededByOthers(
    `table ${shownName(name)}`,
    constraints.map((constraint) => `constraint ${constraint} on table ${child} depends on table ${name}`)
      .join("\n"),
  );
}

async function dropDefaults(
  session: SessionContext,
  sequence: DatabaseObject,
  cascade: boolean,
): Promise<string[]> {
  const users = await sequenceUsers(session, sequence);
  const about = ({ table, column }: typeof users[number]) =>
    `default value for column ${plain(column)} of table ${plain(table.split(".").at(-1)!)}`;
  if (users.length > 0 && !cascade) {
    if (sequence.notes.identity) {
      const column = about(users[0]).replace("default value for ", "");
      throw new PgError("2BP01", `cannot drop sequence ${sequence.name} because ${column} requires it`, {
        hint: `You can drop ${column} instead.`,
      });
    }
    throw neededByOthers(
      `sequence ${sequence.name}`,
      users.map((user) => `${about(user)} depends on sequence ${sequence.name}`).join("\n"),
    );
  }
  for (const { table, column } of users) {
    await engine(session, `ALTER TABLE ${table} ALTER COLUMN ${column} DROP DEFAULT`);
  }
  return users.map(about);
}

/** Columns keep no tie to a type but the one that is noted. */
async function dropTypeUsers(
  session: SessionContext,
  type: DatabaseObject,
  cascade: boolean,
): Promise<string[]> {
  const what = `${type.notes.domain ? "domain" : "type"} ${shownName(type.name)}`;
  const users = await typeUsers(session, type);
  const shown = users.map(({ table, column }) =>
    `column ${shownName(column)} of table ${shownName(table.name)}`
  );
  if (users.length > 0 && !cascade) {
    throw neededByOthers(what, shown.map((column) => `${column} depends on ${what}`).join("\n"));
  }
  for (const { table, column } of users) {
    const { schema, name } = table;
    const found = await findRelation(session, {
      schema: table.database === "temp" ? "pg_temp" : schema,
      name,
    });
    if (found) await dropColumn(session, found, column);
  }
  return shown;
}

function plain(quoted: string): string {
  return quoted.replace(/^"(.*)"$/s, "$1").replaceAll('""', '"');
}

async function dropSchemas(session: SessionContext, tree: DropStmt, cascade: boolean): Promise<void> {
  const names: string[] = [];
  for (const node of tree.objects ?? []) {
    const name = schemaName(node);
    if (await schemaExists(session, name)) names.push(name);
    else if (!tree.missing_ok) throw new PgError("3F000", `schema "${name}" does not exist`);
    else skipNotice(session, "00000", `schema "${name}" does not exist`);
  }
  for (const name of names) await dropSchema(session, name, cascade);
}

function schemaName(node: Node): string {
  return constantText(node) ?? "";
}

async function dropSchema(session: SessionContext, name: string, cascade: boolean): Promise<void> {
  if (name.startsWith("pg_") || name === "information_schema") {
    throw new PgError("42501", `permission denied for schema ${name}`);
  }
  const objects = await objectsIn(session, name);
  const inner = objects.filter(({ notes, kind }) => !(kind === "sequence" && notes.owned));
  if (inner.length > 0 && !cascade) {
    throw neededByOthers(
      `schema ${name}`,
      inner.map((object) => `${shown(name, object)} depends on schema ${name}`).join("\n"),
    );
  }
  const broken = await watchViews(session, inner.map((object) => object.name));
  for (const object of objects.filter(({ kind }) => kind === "view")) await dropObject(session, object, true);
  const tables = objects.filter(({ kind }) => kind === "table" || kind === "materialized view");
  for (const object of tables) await dropObject(session, object, true, tables);
  for (const object of objects.filter(({ kind }) => kind === "sequence" || kind === "type")) {
    await engine(session, `DROP ${kindWords[object.kind]} IF EXISTS ${pathOf(object)}`);
  }
  if (name === "public") session.publicDropped = true;
  else await engine(session, `DROP SCHEMA ${quoteName(engineSchema(name))} CASCADE`);
  const views = (await broken()).filter(({ oid }) => objects.every((object) => object.oid !== oid));
  await dropViews(session, views);
  tellCascade(session, [
    ...inner.map((object) => shown(name, object)),
    ...views.map((view) => `${view.kind} ${shownName(view.name)}`),
  ]);
}

function shown(schema: string, { kind, name }: DatabaseObject): string {
  return `${kind} ${schema === "public" ? "" : `${schema}.`}${name}`;
}

async function objectsIn(session: SessionContext, schema: string): Promise<DatabaseObject[]> {
  const own = `database_name = __duckgres.main.duckgres_engine_database() AND schema_name = ${
    quoteText(engineSchema(schema))
  }`;
  const rows = await rowsOf(
    session,
    `SELECT table_name FROM (
       SELECT table_name, table_oid AS oid FROM duckdb_tables() WHERE NOT internal AND ${own}
       UNION ALL SELECT view_name, view_oid FROM duckdb_views() WHERE NOT internal AND ${own}
       UNION ALL SELECT sequence_name, sequence_oid FROM duckdb_sequences() WHERE ${own}) ORDER BY oid`,
  );
  const types = await rowsOf(
    session,
    `SELECT type_name FROM duckdb_types() WHERE NOT internal AND ${own} ORDER BY type_oid`,
  );
  const found: (DatabaseObject | null)[] = [];
  for (const [name] of rows) found.push(await findRelation(session, { schema, name: name! }));
  for (const [name] of types) found.push(await findType(session, { schema, name: name! }));
  return found.filter((object) => object !== null);
}
