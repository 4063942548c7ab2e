/** Foreign keys when they are defined, and when what they speak of gets another name or goes. */
import { PgError } from "../../../worker/api/error.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import { engineSchema } from "../../sql/ddl/relation.ts";
import type { ColumnDefinition, ConstraintDefinition } from "../../sql/ddl/table.ts";
import type { SessionContext } from "../context.ts";
import { constraintName, kindOfType, typeOf } from "./constraints.ts";
import { type ForeignKeyNotes, readComment, writeComment } from "./notes.ts";
import { pathOf, type Place, requireRelation } from "./objects.ts";
import { engine, rowsOf } from "./steps.ts";
import { readTable, type StoredConstraint } from "./stored_table.ts";

/** The table that a key is defined for, as it is to be. */
export interface KeyedTable {
  place: Place;
  columns: readonly ColumnDefinition[];
  constraints: readonly ConstraintDefinition[];
}

/**
 * A foreign key with all that was left to the server: the referenced table's schema and columns.
 *
 * @throws PgError 42P01, 42809, 42703, 42704, 42804, 42830, 42P16 for one that cannot be
 * @see https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARMS-REFERENCES
 */
export async function settleKey(
  session: SessionContext,
  table: KeyedTable,
  constraint: ConstraintDefinition,
): Promise<ConstraintDefinition> {
  const { references } = constraint;
  if (!references) return constraint;
  const referred = await referredTable(session, table, references.table);
  const targets = references.columns.length > 0 ? references.columns : referred.primary;
  if (!targets) {
    throw new PgError("42704", `there is no primary key for referenced table "${referred.place.name}"`);
  }
  if (targets.length !== constraint.columns.length) {
    throw new PgError("42830", "number of referencing and referenced columns for foreign key disagree");
  }
  const pairs: [ColumnDefinition, ColumnDefinition][] = targets.map((target, i) => {
    const found = referred.columns.find(({ name }) => name === target);
    if (found) return [table.columns.find(({ name }) => name === constraint.columns[i])!, found];
    throw new PgError("42703", `column "${target}" referenced in foreign key constraint does not exist`);
  });
  if (!referred.keys.some((key) => sameSet(key, targets))) {
    throw new PgError(
      "42830",
      `there is no unique constraint matching given keys for referenced table "${referred.place.name}"`,
    );
  }
  const stray = references.setColumns?.find((column) => !constraint.columns.includes(column));
  if (stray !== undefined) {
    throw new PgError(
      "42P10",
      `column "${stray}" referenced in ON DELETE SET action must be part of foreign key`,
    );
  }
  for (const [own, other] of pairs) await requireComparable(session, table.place, constraint, own, other);
  const { schema, name } = referred.place;
  return { ...constraint, references: { ...references, table: { schema, name }, columns: targets } };
}

/** What a foreign key may refer to. */
interface Referred {
  place: Place;
  columns: readonly ColumnDefinition[];
  keys: readonly (readonly string[])[];
  primary: readonly string[] | null;
}

async function referredTable(
  session: SessionContext,
  { place, columns, constraints }: KeyedTable,
  name: { schema: string | null; name: string },
): Promise<Referred> {
  const keysOf = (list: readonly ConstraintDefinition[]) =>
    list.filter(({ kind }) => kind === "primary" || kind === "unique").map((key) => key.columns);
  const primaryOf = (list: readonly ConstraintDefinition[]) =>
    list.find(({ kind }) => kind === "primary")?.columns ?? null;
  if (name.name === place.name && (name.schema === null || engineSchema(name.schema) === place.schema)) {
    return { place, columns, keys: keysOf(constraints), primary: primaryOf(constraints) };
  }
  const object = await requireRelation(session, name);
  if (object.kind !== "table") {
    throw new PgError("42809", `referenced relation "${object.name}" is not a table`);
  }
  if (object.database !== place.database) {
    const sort = place.database === "temp" ? "temporary" : "permanent";
    throw new PgError("42P16", `constraints on ${sort} tables may reference only ${sort} tables`);
  }
  const stored = await readTable(session, object);
  const indexed = stored.indexes.filter(({ unique, notes }) => unique && notes.where === undefined)
    .map(({ items }) => items.split(",").map((item) => item.trim().replace(/^"(.*)"$/, "$1")));
  return {
    place: object,
    columns: stored.columns,
    keys: [...keysOf(stored.constraints), ...indexed],
    primary: primaryOf(stored.constraints),
  };
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}

async function requireComparable(
  session: SessionContext,
  table: Place,
  constraint: ConstraintDefinition,
  own: ColumnDefinition,
  other: ColumnDefinition,
): Promise<void> {
  const [type, target] = [await typeOf(session, own.type), await typeOf(session, other.type)];
  if (kindOfType(type) === kindOfType(target)) return;
  const name = constraint.name ?? constraintName(table.name, constraint);
  throw new PgError("42804", `foreign key constraint "${name}" cannot be implemented`, {
    detail:
      `Key columns "${own.name}" of the referencing table and "${other.name}" of the referenced table are of incompatible types: ${type.toLowerCase()} and ${target.toLowerCase()}.`,
  });
}

/** Gives names to constraints that have none, each another. */
export function named(
  table: string,
  constraints: readonly ConstraintDefinition[],
  taken: readonly (string | null)[],
): StoredConstraint[] {
  const used = new Set(taken);
  return constraints.map((constraint) => {
    const base = constraint.name ?? constraintName(table, constraint);
    let name = base;
    for (let number = 1; constraint.name === null && used.has(name); number++) name = `${base}${number}`;
    used.add(name);
    return { ...constraint, name };
  });
}

/**
 * Rewrites the foreign keys that refer to a table, wherever they are kept: as it has got another name, or one of its columns.
 *
 * @param change `null` for a key that goes
 */
export async function changeKeysTo(
  session: SessionContext,
  { database, schema, name }: Place,
  change: (key: ForeignKeyNotes) => ForeignKeyNotes | null,
): Promise<void> {
  const rows = await rowsOf(
    session,
    `SELECT schema_name, table_name, comment FROM duckdb_tables()
     WHERE database_name = ${quoteText(database)} AND contains(comment, '"foreignKeys":')
       AND contains(comment, ${quoteText(`"table":${JSON.stringify(name)}`)})`,
  );
  for (const [ownSchema, own, comment] of rows) {
    const { text, notes } = readComment(comment);
    const keys = (notes.foreignKeys ?? []).flatMap((key) =>
      key.table === name && key.schema === schema ? change(key) ?? [] : key
    );
    const written = writeComment(text, { ...notes, foreignKeys: keys.length > 0 ? keys : undefined });
    await engine(
      session,
      `COMMENT ON TABLE ${pathOf({ database, schema: ownSchema!, name: own! })} IS ${
        written === null ? "NULL" : quoteText(written)
      }`,
    );
  }
}

/**
 * Looks through the rows of a table for one that refers to nothing.
 *
 * @throws PgError 23503
 */
export async function requireParents(
  session: SessionContext,
  table: Place,
  { name, columns, references }: StoredConstraint,
): Promise<void> {
  const { table: target, columns: targets } = references!;
  const parent = { database: table.database, schema: target.schema!, name: target.name };
  const own = columns.map((column) => `dg_child.${quoteName(column)}`);
  const same = targets.map((column, i) => `dg_parent.${quoteName(column)} = ${own[i]}`).join(" AND ");
  const [row] = await rowsOf(
    session,
    `SELECT ${own.join(", ")} FROM ${pathOf(table)} AS dg_child ANTI JOIN ${
      pathOf(parent)
    } AS dg_parent ON ${same}
     WHERE ${own.map((column) => `${column} IS NOT NULL`).join(" AND ")} LIMIT 1`,
  );
  if (!row) return;
  throw new PgError(
    "23503",
    `insert or update on table "${table.name}" violates foreign key constraint "${name}"`,
    {
      detail: `Key (${columns.join(", ")})=(${row.join(", ")}) is not present in table "${target.name}".`,
      fields: { s: table.schema === "main" ? "public" : table.schema, t: table.name, n: name },
    },
  );
}
