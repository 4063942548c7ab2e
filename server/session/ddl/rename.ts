/** ALTER … RENAME and ALTER … SET SCHEMA. */
import type { AlterObjectSchemaStmt, RenameStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { engineSchema, type ObjectName, objectName, writtenName } from "../../sql/ddl/relation.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import { noColumn } from "../../sql/no_column.ts";
import type { SessionContext } from "../context.ts";
import { type Alteration, alterationOf, applyAlteration, renamed, requireColumn } from "./alteration.ts";
import { noteIndexGone } from "./changed_tables.ts";
import { typeOf } from "./constraints.ts";
import { changeKeysTo } from "./foreign_keys.ts";
import { dependLines, shownName, watchViews } from "./dependents.ts";
import { schemaExists } from "./drop.ts";
import type { Notes } from "./notes.ts";
import {
  creationSchema,
  type DatabaseObject,
  findRelation,
  findType,
  type ObjectKind,
  pathOf,
  type Place,
  relationKinds,
  requireRelation,
} from "./objects.ts";
import { alreadyExists, exists, moveSequence, ownedSequences } from "./sequences.ts";
import { comment, engine, relationOrNotice, rowsOf } from "./steps.ts";
import {
  columnComment,
  createText,
  makeIndexes,
  readTable,
  rebuildTable,
  referrers,
  type StoredConstraint,
  type StoredTable,
  writeNames,
} from "./stored_table.ts";
import { renamedColumns, viewQuery } from "./views.ts";

/** Whether this is a RENAME of something there is. */
export function renames({ renameType, relationType }: RenameStmt): boolean {
  const types = ["OBJECT_SCHEMA", "OBJECT_TYPE", "OBJECT_DOMAIN", "OBJECT_TABCONSTRAINT", "OBJECT_ATTRIBUTE"];
  if (renameType === "OBJECT_COLUMN") return relationKinds[relationType!] !== undefined;
  return relationKinds[renameType!] !== undefined || types.includes(renameType!);
}

/** ALTER … RENAME. @throws PgError 42P01, 42P07, 42701, 42703, 42704, 42809 */
export async function rename(session: SessionContext, tree: RenameStmt): Promise<void> {
  const { renameType, newname = "", subname = "" } = tree;
  if (renameType === "OBJECT_SCHEMA") return await renameSchema(session, subname, newname);
  if (renameType === "OBJECT_TYPE" || renameType === "OBJECT_DOMAIN") {
    return await renameUserType(session, objectName(tree.object!), newname);
  }
  if (renameType === "OBJECT_ATTRIBUTE") {
    throw new PgError("0A000", "attributes of composite types cannot be renamed");
  }
  const object = await relationOrNotice(session, tree);
  if (!object) return;
  if (renameType === "OBJECT_COLUMN") return await renameColumn(session, object, subname, newname);
  if (renameType === "OBJECT_TABCONSTRAINT") return await renameConstraint(session, object, subname, newname);
  requireRenamable(object, relationKinds[renameType!]!);
  await renameRelation(session, object, newname);
}

/** ALTER TABLE renames views, sequences and indexes, too. */
function requireRenamable({ kind, name }: DatabaseObject, wanted: ObjectKind): void {
  if (wanted === "table" || kind === wanted) return;
  throw new PgError("42809", `"${name}" is not ${/^[aeiou]/.test(wanted) ? "an" : "a"} ${wanted}`);
}

async function renameRelation(session: SessionContext, object: DatabaseObject, to: string): Promise<void> {
  if (await exists(session, { ...object, name: to })) throw alreadyExists(to);
  const { kind } = object;
  if (kind === "sequence") return await moveSequence(session, object, { schema: object.schema, name: to });
  if (kind === "index") return await renameIndex(session, object, to);
  if (kind === "view") {
    return await engine(session, `ALTER VIEW ${pathOf(object)} RENAME TO ${quoteName(to)}`);
  }
  await renameTable(session, await readTable(session, object), to);
  await changeKeysTo(session, object, (key) => ({ ...key, table: to }));
}

async function renameTable(session: SessionContext, table: StoredTable, to: string): Promise<void> {
  const { object } = table;
  const stuck = table.indexes.some(({ unique }) => unique);
  if (stuck || (await referrers(session, object)).length > 0) return await remakeAs(session, table, to);
  // Constraints keep the names they have.
  await writeNames(session, table);
  for (const { name } of table.indexes) await engine(session, `DROP INDEX ${pathOf({ ...object, name })}`);
  await engine(session, `ALTER TABLE ${pathOf(object)} RENAME TO ${quoteName(to)}`);
  await makeIndexes(session, { ...object, name: to }, table.indexes);
  if (table.indexes.length > 0) noteIndexGone(session, to);
}

/**
 * A unique index that is gone keeps its name until the transaction ends, and DuckDB renames no table that others refer to:
 * then the table is made anew under its new name.
 */
async function remakeAs(session: SessionContext, before: StoredTable, to: string): Promise<void> {
  const from = before.object.name;
  const referring = (constraint: StoredConstraint): StoredConstraint => {
    const { references } = constraint;
    if (references?.table.name !== from) return constraint;
    return { ...constraint, references: { ...references, table: { ...references.table, name: to } } };
  };
  const moved = (table: StoredTable) => ({ ...table, constraints: table.constraints.map(referring) });
  const after = { ...moved(before), object: { ...before.object, name: to } };
  const values = new Map(before.columns.map(({ name }) => [name, quoteName(name)]));
  await rebuildTable(session, { before, after, values, adapt: moved });
}

async function renameIndex(session: SessionContext, index: DatabaseObject, to: string): Promise<void> {
  const [row] = await rowsOf(
    session,
    `SELECT t.table_name FROM duckdb_indexes() i JOIN duckdb_tables() t ON t.table_oid = i.table_oid
     WHERE i.index_oid = ${index.oid}`,
  );
  const schema = index.database === "temp" ? "pg_temp" : index.schema;
  const table = await readTable(session, await requireRelation(session, { schema, name: row![0]! }));
  const found = table.indexes.find(({ name }) => name === index.name)!;
  await engine(session, `DROP INDEX ${pathOf(index)}`);
  noteIndexGone(session, table.object.name);
  await makeIndexes(session, table.object, [{ ...found, name: to }]);
}

async function renameColumn(
  session: SessionContext,
  object: DatabaseObject,
  from: string,
  to: string,
): Promise<void> {
  if (object.kind === "view") return await renameViewColumn(session, object, from, to);
  if (object.kind !== "table" && object.kind !== "materialized view") {
    throw new PgError("42809", `cannot rename columns of relation "${object.name}"`, {
      detail: `This operation is not supported for ${object.kind}s.`,
    });
  }
  const alteration = await alterationOf(session, object);
  const column = alteration.columns.find(({ name }) => name === from);
  if (!column) throw new PgError("42703", `column "${from}" does not exist`);
  requireFree(alteration.columns, to, object);
  const broken = await watchViews(session, [object.name]);
  requireColumn(alteration, from).name = to;
  alteration.unindex = true;
  alteration.indexes = alteration.indexes.map((index) => ({
    ...index,
    items: renamed(index.items, from, to),
    notes: renamedNotes(index.notes, from, to),
  }));
  alteration.steps.push(`RENAME COLUMN ${quoteName(from)} TO ${quoteName(to)}`);
  renameInDefinition(alteration, from, to);
  // Constraints keep the names they have.
  await writeNames(session, alteration.before);
  await applyAlteration(alteration);
  const other = (name: string) => name === from ? to : name;
  await changeKeysTo(session, object, (key) => ({ ...key, references: key.references.map(other) }));
  const views = await broken();
  if (views.length === 0) return;
  throw new PgError("0A000", `cannot rename column ${from}: views use it`, {
    detail: dependLines(views, `column ${shownName(from)} of table ${shownName(object.name)}`),
    hint: "Views are kept as text here: drop them, and create them again with the new name.",
  });
}

/** For a table that is made anew: what else speaks of the column. */
function renameInDefinition(alteration: Alteration, from: string, to: string): void {
  const { columns, constraints, values, object } = alteration;
  const other = (name: string) => name === from ? to : name;
  values.delete(from);
  values.set(to, quoteName(from));
  for (const column of columns) {
    if (column.generated !== null) column.generated = renamed(column.generated, from, to);
  }
  const referred = (constraint: StoredConstraint): StoredConstraint => {
    const { references } = constraint;
    if (references?.table.name !== object.name) return constraint;
    return { ...constraint, references: { ...references, columns: references.columns.map(other) } };
  };
  alteration.constraints = constraints.map((constraint) =>
    referred({
      ...constraint,
      columns: constraint.columns.map(other),
      references: constraint.references && {
        ...constraint.references,
        setColumns: constraint.references.setColumns?.map(other),
      },
      expression: constraint.expression === null ? null : renamed(constraint.expression, from, to),
    })
  );
  alteration.adapt = (table) => ({ ...table, constraints: table.constraints.map(referred) });
}

function renamedNotes(notes: Notes, from: string, to: string): Notes {
  const { columns, where } = notes;
  if (!columns) return notes;
  return {
    ...notes,
    columns: columns.map((column) => column === from ? to : column),
    where: where === undefined ? undefined : renamed(where, from, to),
  };
}

function requireFree(columns: readonly { name: string }[], name: string, { name: table }: Place): void {
  if (columns.every((column) => column.name !== name)) return;
  throw new PgError("42701", `column "${name}" of relation "${table}" already exists`);
}

async function renameViewColumn(
  session: SessionContext,
  view: DatabaseObject,
  from: string,
  to: string,
): Promise<void> {
  const rows = await rowsOf(
    session,
    `SELECT column_name FROM duckdb_columns() WHERE table_oid = ${view.oid} ORDER BY column_index`,
  );
  const columns = rows.map(([name]) => name!);
  if (!columns.includes(from)) throw new PgError("42703", `column "${from}" does not exist`);
  requireFree(columns.map((name) => ({ name })), to, view);
  const [[sql]] = await rowsOf(session, `SELECT sql FROM duckdb_views() WHERE view_oid = ${view.oid}`);
  await engine(session, `DROP VIEW ${pathOf(view)}`);
  await engine(session, renamedColumns(view, sql!, columns.map((name) => name === from ? to : name)));
  if (view.comment !== null) await comment(session, "VIEW", view, view.comment, view.notes);
}

async function renameConstraint(
  session: SessionContext,
  object: DatabaseObject,
  from: string,
  to: string,
): Promise<void> {
  const table = await readTable(session, object);
  const index = table.indexes.find(({ name, notes }) => name === from && notes.constraint);
  if (index) {
    return await renameIndex(session, await requireRelation(session, { schema: null, name: from }), to);
  }
  const found = table.constraints.find(({ name }) => name === from);
  if (!found) {
    throw new PgError("42704", `constraint "${from}" for table "${object.name}" does not exist`);
  }
  if (table.constraints.some(({ name }) => name === to)) {
    throw new PgError("42710", `constraint "${to}" for relation "${object.name}" already exists`);
  }
  found.name = to;
  const { [from]: text, ...others } = object.notes.constraintComments ?? {};
  if (text !== undefined) object.notes.constraintComments = { ...others, [to]: text };
  await writeNames(session, table);
}

async function renameUserType(session: SessionContext, name: ObjectName, to: string): Promise<void> {
  const type = await findType(session, name);
  if (!type) throw new PgError("42704", `type "${writtenName(name)}" does not exist`);
  await moveType(session, type, { schema: type.schema, name: to });
}

/** DuckDB's types do not change: it is made anew, and the columns that were declared with it say so. */
async function moveType(
  session: SessionContext,
  type: DatabaseObject,
  to: Pick<Place, "schema" | "name">,
): Promise<void> {
  const place = { ...type, ...to };
  if (await findType(session, { schema: to.schema, name: to.name })) {
    throw new PgError("42710", `type "${to.name}" already exists`);
  }
  const users = await rowsOf(
    session,
    `SELECT database_name, schema_name, table_name, column_name, comment FROM duckdb_columns()
     WHERE contains(comment, ${quoteText(`"declared":${JSON.stringify(pathOf(type))}`)})`,
  );
  const definition = await typeOf(session, pathOf(type));
  await engine(session, `DROP TYPE ${pathOf(type)}`);
  await engine(session, `CREATE TYPE ${pathOf(place)} AS ${definition}`);
  if (type.comment !== null || Object.keys(type.notes).length > 0) {
    await comment(session, "TYPE", place, type.comment, type.notes);
  }
  for (const [database, schema, table, column, text] of users) {
    const path = pathOf({ database: database!, schema: schema!, name: table! });
    const written = text!.replace(JSON.stringify(pathOf(type)), () => JSON.stringify(pathOf(place)));
    await engine(session, `COMMENT ON COLUMN ${path}.${quoteName(column!)} IS ${quoteText(written)}`);
  }
}

/** ALTER … SET SCHEMA, for relations and types. @throws PgError 3F000, 42P07, 0A000 */
export async function setSchema(session: SessionContext, tree: AlterObjectSchemaStmt): Promise<void> {
  const { objectType, newschema = "" } = tree;
  if (objectType === "OBJECT_TYPE" || objectType === "OBJECT_DOMAIN") {
    const name = objectName(tree.object!);
    const type = await findType(session, name);
    if (!type) throw new PgError("42704", `type "${writtenName(name)}" does not exist`);
    const { schema } = await creationSchema(session, { schema: newschema, name: name.name });
    return await moveType(session, type, { schema, name: type.name });
  }
  const object = await relationOrNotice(session, tree);
  if (!object) return;
  requireRenamable(object, relationKinds[objectType!] ?? "table");
  const { schema } = await creationSchema(session, { schema: newschema, name: object.name });
  if (schema === object.schema) return;
  if (await exists(session, { ...object, schema })) {
    throw new PgError("42P07", `relation "${object.name}" already exists in schema "${newschema}"`);
  }
  await moveRelation(session, object, schema);
}

async function moveRelation(session: SessionContext, object: DatabaseObject, schema: string): Promise<void> {
  if (object.kind === "sequence") return await moveSequence(session, object, { schema, name: object.name });
  if (object.kind === "view") return await moveView(session, object, schema);
  if (object.kind === "index") {
    throw new PgError("42809", `cannot change schema of index "${object.name}"`, {
      hint: "Change the schema of the table instead.",
    });
  }
  await moveTable(session, object, schema);
}

async function moveView(session: SessionContext, view: DatabaseObject, schema: string): Promise<void> {
  const columns = await rowsOf(
    session,
    `SELECT column_name FROM duckdb_columns() WHERE table_oid = ${view.oid} ORDER BY column_index`,
  );
  const [[sql]] = await rowsOf(session, `SELECT sql FROM duckdb_views() WHERE view_oid = ${view.oid}`);
  const place = { ...view, schema };
  const names = columns.map(([name]) => quoteName(name!)).join(", ");
  await engine(session, `DROP VIEW ${pathOf(view)}`);
  await engine(session, `CREATE VIEW ${pathOf(place)} (${names}) AS ${viewQuery(sql!)}`);
  if (view.comment !== null) await comment(session, "VIEW", place, view.comment, view.notes);
}

/** A table goes with its rows, its indexes and its columns' own sequences. */
async function moveTable(session: SessionContext, object: DatabaseObject, schema: string): Promise<void> {
  const table = await readTable(session, object);
  await requireUntied(session, table);
  const place = { ...object, schema };
  await changeKeysTo(session, object, (key) => ({ ...key, schema }));
  const owned = await ownedSequences(session, object);
  const generated = table.columns.filter((column) => column.generated !== null);
  const aside = "temp.main.duckgres_moved";
  await engine(session, `CREATE OR REPLACE TEMP TABLE duckgres_moved AS FROM ${pathOf(object)}`);
  await engine(session, `DROP TABLE ${pathOf(object)}`);
  for (const sequence of owned) await moveSequence(session, sequence, { schema, name: sequence.name });
  const own = ({ references }: StoredConstraint) =>
    references?.table.name === object.name && references.table.schema === object.schema;
  const constraints = table.constraints.map((one) =>
    own(one) ? { ...one, references: { ...one.references!, table: { schema, name: object.name } } } : one
  );
  const moved: StoredTable = { ...table, constraints, object: place };
  const columns = table.columns.map((column) => ({
    ...column,
    default: movedDefault(column.default, owned, schema),
  }));
  await engine(session, createText(place, columns, table.constraints));
  await writeNames(session, moved);
  for (const column of table.columns) await columnComment(session, place, column);
  const stored = table.columns.filter((column) => !generated.includes(column)).map(({ name }) =>
    quoteName(name)
  );
  const list = table.columns.length === 0 ? noColumn.name : stored.join(", ");
  await engine(session, `INSERT INTO ${pathOf(place)} (${list}) SELECT ${list} FROM ${aside}`);
  await makeIndexes(session, place, table.indexes);
  await engine(session, `DROP TABLE ${aside}`);
}

function movedDefault(
  initial: string | null,
  owned: readonly DatabaseObject[],
  schema: string,
): string | null {
  if (initial === null || owned.length === 0) return initial;
  return initial.replace(/nextval\('((?:[^']|'')*)'\)/, (draw, text: string) => {
    const found = owned.find(({ name }) => text.replaceAll("''", "'").replaceAll('"', "").endsWith(name));
    return found ? `nextval(${quoteText(pathOf({ ...found, schema }))})` : draw;
  });
}

/** DuckDB's foreign keys do not leave their schema. */
async function requireUntied(session: SessionContext, { object, constraints }: StoredTable): Promise<void> {
  const rows = await rowsOf(
    session,
    `FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY' AND referenced_table = ${
      quoteText(object.name)
    } AND schema_name = ${quoteText(object.schema)} AND table_oid <> ${object.oid} LIMIT 1`,
  );
  if (rows.length === 0 && constraints.every(({ references }) => !references?.byEngine)) return;
  throw new PgError("0A000", `table "${object.name}" has foreign keys and cannot change its schema`, {
    hint: "DuckDB's foreign keys are within a schema.",
  });
}

/** DuckDB cannot rename a schema: all that is in it moves to a new one. */
async function renameSchema(session: SessionContext, from: string, to: string): Promise<void> {
  if (!await schemaExists(session, from)) throw new PgError("3F000", `schema "${from}" does not exist`);
  if (await schemaExists(session, to)) throw new PgError("42P06", `schema "${to}" already exists`);
  if (to.startsWith("pg_")) throw reservedName(to);
  const own = `database_name = __duckgres.main.duckgres_engine_database() AND schema_name = ${
    quoteText(engineSchema(from))
  }`;
  const views = await rowsOf(session, `SELECT sql FROM duckdb_views() WHERE NOT internal AND ${own}`);
  const macros = await rowsOf(session, `FROM duckdb_functions() WHERE NOT internal AND ${own} LIMIT 1`);
  if (from === "public" || macros.length > 0 || views.some(([sql]) => viewQuery(sql!).includes(`${from}.`))) {
    throw new PgError("0A000", `schema "${from}" cannot be renamed`, {
      detail: "Functions and views in it are kept as text, and would not be found.",
    });
  }
  const outside = await watchViews(session, [`${from}.`]);
  await engine(session, `CREATE SCHEMA ${quoteName(to)}`);
  const types = await rowsOf(session, `SELECT type_name FROM duckdb_types() WHERE NOT internal AND ${own}`);
  for (const [name] of types) {
    const type = await findType(session, { schema: from, name: name! });
    if (type) await moveType(session, type, { schema: to, name: type.name });
  }
  const names = await rowsOf(
    session,
    `SELECT table_name FROM (
       SELECT table_name, 1 AS place, table_oid AS oid FROM duckdb_tables() WHERE NOT internal AND ${own}
       UNION ALL SELECT sequence_name, 2, sequence_oid FROM duckdb_sequences() WHERE ${own}
       UNION ALL SELECT view_name, 3, view_oid FROM duckdb_views() WHERE NOT internal AND ${own}) ORDER BY place, oid`,
  );
  for (const [name] of names) {
    // A column's own sequence went with its table.
    const object = await findRelation(session, { schema: from, name: name! });
    if (object) await moveRelation(session, object, to);
  }
  await engine(session, `DROP SCHEMA ${quoteName(from)}`);
  const broken = (await outside()).filter(({ schema }) => schema !== from);
  if (broken.length === 0) return;
  throw new PgError("0A000", `schema "${from}" cannot be renamed`, {
    detail: dependLines(broken, `schema ${shownName(from)}`),
  });
}

export function reservedName(schema: string): PgError {
  return new PgError("42939", `unacceptable schema name "${schema}"`, {
    detail: 'The prefix "pg_" is reserved for system schemas.',
  });
}
