/** Types of the user's own: enums, composite types and domains. */
import type {
  AlterDomainStmt,
  AlterEnumStmt,
  CompositeTypeStmt,
  CreateDomainStmt,
  CreateEnumStmt,
  Node,
} from "libpg-query";
import { readDefault } from "./create_table.ts";
import { PgError } from "../../../worker/api/error.ts";
import { nameParts } from "../../sql/constant.ts";
import { inBrackets, offsetsOf, splitAtCommas, tokenAtLocation } from "../../sql/ddl/extents.ts";
import { type ObjectName, relationName, writtenName } from "../../sql/ddl/relation.ts";
import { bracketText, defaultText, type ElementReader } from "../../sql/ddl/table.ts";
import type { Statement } from "../../sql/mod.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import { sourceOf } from "../../sql/source.ts";
import type { SessionContext } from "../context.ts";
import { alterationOf, applyAlteration } from "./alteration.ts";
import { changeType } from "./alter_column.ts";
import { type DomainNotes, readComment } from "./notes.ts";
import {
  creationSchema,
  type DatabaseObject,
  findRelation,
  findType,
  pathOf,
  type Place,
} from "./objects.ts";
import { comment, engine, rowsOf, skipNotice } from "./steps.ts";

function typeNameOf(nodes: readonly Node[] | undefined): ObjectName {
  const [name, schema] = nameParts(nodes).toReversed();
  return { schema: schema ?? null, name: name ?? "" };
}

/** Where a new type of this name is made. @throws PgError 42710, 3F000 */
async function newType(session: SessionContext, name: ObjectName): Promise<Place> {
  const place = { ...await creationSchema(session, name), name: name.name };
  const schema = place.database === "temp" ? "pg_temp" : place.schema;
  if (await findType(session, { schema, name: name.name })) {
    throw new PgError("42710", `type "${name.name}" already exists`);
  }
  return place;
}

async function requireType(session: SessionContext, name: ObjectName): Promise<DatabaseObject> {
  const found = await findType(session, name);
  if (found) return found;
  throw new PgError("42704", `type "${writtenName(name)}" does not exist`);
}

/** A column of a type. */
export interface TypeUser {
  table: Place;
  column: string;
  /** As an array of so many dimensions, in DuckDB's SQL: `[][]`. */
  dimensions: string;
}

/** The columns that were declared with a type, and of an enum also those that hold its labels and no note. */
export async function typeUsers(session: SessionContext, type: DatabaseObject): Promise<TypeUser[]> {
  const labels = await labelsOf(session, type);
  const text = labels.length > 0 ? enumText(labels) : null;
  const rows = await rowsOf(
    session,
    `SELECT c.database_name, c.schema_name, c.table_name, c.column_name, c.data_type, c.comment
     FROM duckdb_columns() c JOIN duckdb_tables() t ON t.table_oid = c.table_oid
     WHERE c.database_name IN (${quoteText(type.database)}, 'temp') AND NOT c.internal
       AND (contains(c.comment, '"declared":')${
      text === null ? "" : ` OR starts_with(c.data_type, ${quoteText(text)})`
    })
     ORDER BY c.table_oid, c.column_index`,
  );
  return rows.flatMap(([database, schema, name, column, dataType, written]) => {
    const { declared } = readComment(written).notes;
    const dimensions = /(\[\d*\])*$/.exec(dataType!)![0];
    const holds = text !== null && declared === undefined && dataType === text + dimensions;
    if (declared !== pathOf(type) && !holds) return [];
    return [{ table: { database: database!, schema: schema!, name: name! }, column: column!, dimensions }];
  });
}

async function labelsOf(session: SessionContext, { oid }: DatabaseObject): Promise<string[]> {
  const [row] = await rowsOf(
    session,
    `SELECT to_json(labels) FROM duckdb_types() WHERE type_oid = ${oid} AND logical_type = 'ENUM'`,
  );
  return row?.[0] ? JSON.parse(row[0]) : [];
}

function enumText(labels: readonly string[]): string {
  return `ENUM(${labels.map(quoteText).join(", ")})`;
}

/** CREATE TYPE … AS ENUM. @throws PgError 42710, 23505 for a label given twice */
export async function createEnum(session: SessionContext, tree: CreateEnumStmt): Promise<void> {
  const place = await newType(session, typeNameOf(tree.typeName));
  const labels = nameParts(tree.vals);
  labels.forEach((label, i) => {
    requireLabel(label);
    if (labels.indexOf(label) === i) return;
    throw new PgError("23505", 'duplicate key value violates unique constraint "pg_enum_typid_label_index"');
  });
  await engine(session, `CREATE TYPE ${pathOf(place)} AS ${enumText(labels)}`);
}

function requireLabel(label: string): void {
  if (new TextEncoder().encode(label).length <= 63) return;
  throw new PgError("42602", `invalid enum label "${label}"`, { detail: "Labels must be 63 bytes or less." });
}

/**
 * ALTER TYPE … ADD VALUE and RENAME VALUE: DuckDB's enums do not change, so that the type is made anew, and so are the
 * columns that are of it.
 *
 * @throws PgError 42704, 42710, 22023
 */
export async function alterEnum(session: SessionContext, tree: AlterEnumStmt): Promise<void> {
  const name = typeNameOf(tree.typeName);
  const type = await requireType(session, name);
  const labels = await labelsOf(session, type);
  if (labels.length === 0 && !await isEnum(session, type)) {
    throw new PgError("42809", `${writtenName(name)} is not an enum`);
  }
  const { oldVal, newVal = "" } = tree;
  requireLabel(newVal);
  const changed = oldVal === undefined
    ? withLabel(session, labels, tree)
    : renamedLabel(labels, oldVal, newVal);
  if (!changed) return;
  const users = await typeUsers(session, type);
  await replaceType(session, type, enumText(changed));
  for (const { table, column, dimensions } of users) {
    const mapped = oldVal === undefined || dimensions !== ""
      ? textOf(quoteName(column), dimensions)
      : `CASE WHEN CAST(${quoteName(column)} AS VARCHAR) = ${quoteText(oldVal)} THEN ${
        quoteText(newVal)
      } ELSE CAST(${quoteName(column)} AS VARCHAR) END`;
    const items = oldVal === undefined || dimensions === "" ? mapped : renamedItems(mapped, oldVal, newVal);
    await changeColumn(session, table, column, `${pathOf(type)}${dimensions}`, items);
  }
}

async function isEnum(session: SessionContext, { oid }: DatabaseObject): Promise<boolean> {
  const rows = await rowsOf(
    session,
    `FROM duckdb_types() WHERE type_oid = ${oid} AND logical_type = 'ENUM'`,
  );
  return rows.length > 0;
}

function textOf(expression: string, dimensions: string): string {
  return `CAST(${expression} AS VARCHAR${dimensions})`;
}

function renamedItems(list: string, from: string, to: string): string {
  return `list_transform(${list}, lambda dg_label: CASE WHEN dg_label = ${quoteText(from)} THEN ${
    quoteText(to)
  } ELSE dg_label END)`;
}

function withLabel(
  session: SessionContext,
  labels: readonly string[],
  { newVal = "", newValNeighbor, newValIsAfter, skipIfNewValExists }: AlterEnumStmt,
): string[] | null {
  if (labels.includes(newVal)) {
    const exists = `enum label "${newVal}" already exists`;
    if (!skipIfNewValExists) throw new PgError("42710", exists);
    skipNotice(session, "42710", exists);
    return null;
  }
  if (newValNeighbor === undefined) return [...labels, newVal];
  const at = labels.indexOf(newValNeighbor);
  if (at < 0) throw new PgError("22023", `"${newValNeighbor}" is not an existing enum label`);
  return labels.toSpliced(newValIsAfter ? at + 1 : at, 0, newVal);
}

function renamedLabel(labels: readonly string[], from: string, to: string): string[] {
  if (!labels.includes(from)) throw new PgError("22023", `"${from}" is not an existing enum label`);
  if (labels.includes(to)) throw new PgError("42710", `enum label "${to}" already exists`);
  return labels.map((label) => label === from ? to : label);
}

async function replaceType(session: SessionContext, type: DatabaseObject, definition: string): Promise<void> {
  await engine(session, `DROP TYPE ${pathOf(type)}`);
  await engine(session, `CREATE TYPE ${pathOf(type)} AS ${definition}`);
  if (type.comment !== null || Object.keys(type.notes).length > 0) {
    await comment(session, "TYPE", type, type.comment, type.notes);
  }
}

async function changeColumn(
  session: SessionContext,
  { database, schema, name }: Place,
  column: string,
  type: string,
  expression: string,
): Promise<void> {
  const object = await findRelation(session, { schema: database === "temp" ? "pg_temp" : schema, name });
  if (!object) return;
  const alteration = await alterationOf(session, object);
  await changeType(alteration, column, type, expression);
  await applyAlteration(alteration);
}

/** CREATE TYPE … AS (…): a STRUCT. @throws PgError 42710, 42701 */
export async function createComposite(
  session: SessionContext,
  statement: Statement,
  tree: CompositeTypeStmt,
): Promise<void> {
  const place = await newType(session, relationName(tree.typevar!));
  const source = sourceOf(statement.source);
  const list = inBrackets(source, tokenAtLocation(source, tree.typevar!.location) + 1);
  const items = list ? splitAtCommas(source, list) : [];
  if (items.length === 0) throw new PgError("0A000", "composite types without attributes are not supported");
  const names = new Set<string>();
  const fields = (tree.coldeflist ?? []).map((node, i) => {
    const { colname = "", typeName } = "ColumnDef" in node ? node.ColumnDef : {};
    if (names.has(colname)) throw new PgError("42701", `column "${colname}" specified more than once`);
    names.add(colname);
    const first = tokenAtLocation(source, typeName?.location);
    return `${quoteName(colname)} ${
      statement.engineText(...offsetsOf(source, { first, end: items[i].end }))
    }`;
  });
  await engine(session, `CREATE TYPE ${pathOf(place)} AS STRUCT(${fields.join(", ")})`);
}

/** CREATE DOMAIN: the base type; its default and constraints come to each column that is of it. */
export async function createDomain(
  session: SessionContext,
  statement: Statement,
  tree: CreateDomainStmt,
): Promise<void> {
  const place = await newType(session, typeNameOf(tree.domainname));
  const source = sourceOf(statement.source);
  const nodes = (tree.constraints ?? []).flatMap((node) => "Constraint" in node ? [node.Constraint] : []);
  const begins = nodes.map(({ location }) => tokenAtLocation(source, location));
  const type = statement.engineText(...offsetsOf(source, {
    first: tokenAtLocation(source, tree.typeName?.location),
    end: begins[0] ?? source.tokens.length,
  }));
  const domain: DomainNotes = { notNull: false, default: null, checks: [] };
  nodes.forEach((node, i) => {
    const reader: ElementReader = {
      source,
      engineText: statement.engineText,
      extent: { first: begins[i], end: begins[i + 1] ?? source.tokens.length },
    };
    if (node.contype === "CONSTR_NOTNULL") domain.notNull = true;
    if (node.contype === "CONSTR_DEFAULT") domain.default = defaultText(reader);
    if (node.contype !== "CONSTR_CHECK") return;
    domain.checks.push({
      name: node.conname ?? checkName(place.name, domain),
      expression: bracketText(reader),
    });
  });
  domain.default = await readDefault(session, domain.default, type);
  await engine(session, `CREATE TYPE ${pathOf(place)} AS ${type}`);
  await comment(session, "TYPE", place, null, { domain });
}

function checkName(domain: string, { checks }: DomainNotes): string {
  const taken = (name: string) => checks.some((check) => check.name === name);
  let name = `${domain}_check`;
  for (let number = 1; taken(name); number++) name = `${domain}_check${number}`;
  return name;
}

/**
 * ALTER DOMAIN. What columns of the domain have already is theirs: where there are such columns, constraints are not changed.
 *
 * @throws PgError 42704, 0A000
 */
export async function alterDomain(
  session: SessionContext,
  statement: Statement,
  tree: AlterDomainStmt,
): Promise<void> {
  const name = typeNameOf(tree.typeName);
  const type = await requireType(session, name);
  const domain = type.notes.domain;
  if (!domain) throw new PgError("42809", `"${writtenName(name)}" is not a domain`);
  const source = sourceOf(statement.source);
  const reader: ElementReader = {
    source,
    engineText: statement.engineText,
    extent: { first: 3, end: source.tokens.length },
  };
  const changed = changedDomain(session, type.name, { ...domain, checks: [...domain.checks] }, tree, reader);
  if (!changed) return;
  if (tree.subtype !== "T" && (await typeUsers(session, type)).length > 0) {
    throw new PgError(
      "0A000",
      `constraints of domain "${type.name}" cannot be changed: there are columns of it`,
      {
        hint: "Its constraints are kept with each column: use ALTER TABLE.",
      },
    );
  }
  await comment(session, "TYPE", type, type.comment, { ...type.notes, domain: changed });
}

function changedDomain(
  session: SessionContext,
  domainName: string,
  domain: DomainNotes,
  { subtype, name = "", def, missing_ok }: AlterDomainStmt,
  reader: ElementReader,
): DomainNotes | null {
  if (subtype === "T") return { ...domain, default: def ? defaultText(reader) : null };
  if (subtype === "N" || subtype === "O") return { ...domain, notNull: subtype === "O" };
  if (subtype === "C") {
    const node = def && "Constraint" in def ? def.Constraint : null;
    if (node?.contype !== "CONSTR_CHECK") return { ...domain, notNull: true };
    if (domain.checks.some((check) => check.name === node.conname)) {
      throw new PgError("42710", `constraint "${node.conname}" for domain "${domainName}" already exists`);
    }
    const check = { name: node.conname ?? checkName(domainName, domain), expression: bracketText(reader) };
    return { ...domain, checks: [...domain.checks, check] };
  }
  const found = domain.checks.some((check) => check.name === name);
  const missing = `constraint "${name}" of domain "${domainName}" does not exist`;
  if (!found && missing_ok) skipNotice(session, "00000", missing);
  else if (!found) throw new PgError("42704", missing);
  if (subtype === "V" || !found) return null;
  return { ...domain, checks: domain.checks.filter((check) => check.name !== name) };
}
