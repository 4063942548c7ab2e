/** What PostgreSQL checks of a constraint before it looks at any row. */
import { PgError } from "../../../worker/api/error.ts";
import type { ColumnDefinition, ConstraintDefinition } from "../../sql/ddl/table.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import type { SessionContext } from "../context.ts";
import { pathOf, type Place, requireRelation } from "./objects.ts";
import { objectName } from "./sequences.ts";
import { rowsOf } from "./steps.ts";
import { readTable } from "./stored_table.ts";

/** The name PostgreSQL gives to a constraint without one, as long as it is free. */
export function constraintName(table: string, { kind, columns }: ConstraintDefinition): string {
  if (kind === "primary") return objectName(table, "", "pkey");
  const label = { unique: "key", check: "check", foreign: "fkey" }[kind];
  return objectName(table, columns.join("_"), label);
}

/**
 * @param columns of the table that the constraint is to belong to
 * @throws PgError 42703 for a column that is not there, 42704, 42804 and 42830 for a foreign key that cannot be
 */
export async function requireMeaning(
  session: SessionContext,
  table: Place,
  columns: readonly ColumnDefinition[],
  constraint: ConstraintDefinition,
): Promise<void> {
  if (constraint.kind === "check") return;
  for (const name of constraint.columns) {
    if (columns.some((column) => column.name === name)) continue;
    throw new PgError(
      "42703",
      constraint.kind === "foreign"
        ? `column "${name}" referenced in foreign key constraint does not exist`
        : `column "${name}" named in key does not exist`,
    );
  }
  if (constraint.kind === "foreign") await requireReferable(session, table, columns, constraint);
}

/** What a foreign key may refer to. */
interface Referred {
  name: string;
  columns: readonly ColumnDefinition[];
  keys: readonly (readonly string[])[];
  primary: readonly string[] | null;
}

async function requireReferable(
  session: SessionContext,
  table: Place,
  columns: readonly ColumnDefinition[],
  constraint: ConstraintDefinition,
): Promise<void> {
  const { references } = constraint;
  // A table that refers to itself is DuckDB's to check: its keys may be of this very statement.
  if (!references || references.table.name === table.name) return;
  const referred = await referredTable(session, references.table);
  const targets = references.columns.length > 0 ? references.columns : referred.primary;
  if (!targets) {
    throw new PgError("42704", `there is no primary key for referenced table "${referred.name}"`);
  }
  if (targets.length !== constraint.columns.length) {
    throw new PgError("42830", "number of referencing and referenced columns for foreign key disagree");
  }
  const pairs: [ColumnDefinition, ColumnDefinition][] = targets.map((target, i) => {
    const found = referred.columns.find(({ name }) => name === target);
    if (found) return [columns.find(({ name }) => name === constraint.columns[i])!, found];
    throw new PgError("42703", `column "${target}" referenced in foreign key constraint does not exist`);
  });
  if (!referred.keys.some((key) => sameSet(key, targets))) {
    throw new PgError(
      "42830",
      `there is no unique constraint matching given keys for referenced table "${referred.name}"`,
    );
  }
  for (const [own, other] of pairs) await requireSameType(session, table, constraint, own, other);
}

async function referredTable(
  session: SessionContext,
  name: { schema: string | null; name: string },
): Promise<Referred> {
  const object = await requireRelation(session, name);
  if (object.kind !== "table") {
    throw new PgError("42809", `referenced relation "${object.name}" is not a table`);
  }
  const { columns, constraints } = await readTable(session, object);
  return {
    name: object.name,
    columns,
    keys: constraints.filter(({ kind }) => kind === "primary" || kind === "unique").map((key) => key.columns),
    primary: constraints.find(({ kind }) => kind === "primary")?.columns ?? null,
  };
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}

async function requireSameType(
  session: SessionContext,
  table: Place,
  constraint: ConstraintDefinition,
  own: ColumnDefinition,
  other: ColumnDefinition,
): Promise<void> {
  const type = await typeOf(session, own.type);
  if (type === other.type) return;
  const name = constraint.name ?? constraintName(table.name, constraint);
  if (kindOfType(type) === kindOfType(other.type)) {
    throw new PgError("0A000", `foreign key constraint "${name}" is between columns of different types`, {
      detail: `Key columns "${own.name}" and "${other.name}" are of ${type} and ${other.type}.`,
      hint: "DuckDB's foreign keys need the same type on both sides.",
    });
  }
  throw new PgError("42804", `foreign key constraint "${name}" cannot be implemented`, {
    detail:
      `Key columns "${own.name}" and "${other.name}" are of incompatible types: ${type.toLowerCase()} and ${other.type.toLowerCase()}.`,
  });
}

/** DuckDB's own name of a type. @throws PgError 42704 */
export async function typeOf(session: SessionContext, type: string): Promise<string> {
  const [[name]] = await rowsOf(session, `SELECT typeof(CAST(NULL AS ${type}))`);
  return name!;
}

const numbers = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL|FLOAT|DOUBLE|BIGNUM)\b/;

/** Types within which PostgreSQL compares and assigns without being asked: numbers, texts, dates, else each its own. */
export function kindOfType(type: string): string {
  if (type.endsWith("]")) return `${kindOfType(type.replace(/\[\d*\]$/, ""))}[]`;
  if (numbers.test(type)) return "number";
  if (type.startsWith("DATE") || type.startsWith("TIMESTAMP")) return "date";
  return type;
}

/**
 * Looks through the rows of a table for those that a constraint does not allow.
 *
 * @throws PgError 23502, 23503, 23505, 23514
 */
export async function requireRowsFit(
  session: SessionContext,
  table: Place,
  constraint: ConstraintDefinition,
): Promise<void> {
  const path = pathOf(table);
  const name = constraint.name ?? constraintName(table.name, constraint);
  const columns = constraint.columns.map(quoteName);
  const some = async (condition: string) =>
    (await rowsOf(session, `SELECT 1 FROM ${path} ${condition} LIMIT 1`)).length > 0;
  if (constraint.kind === "check") {
    if (!await some(`WHERE NOT (${constraint.expression})`)) return;
    throw new PgError(
      "23514",
      `check constraint "${name}" of relation "${table.name}" is violated by some row`,
      {
        fields: { t: table.name, n: name },
      },
    );
  }
  if (constraint.kind === "foreign") return;
  if (constraint.kind === "primary") {
    for (const column of constraint.columns) {
      if (await some(`WHERE ${quoteName(column)} IS NULL`)) throw containsNulls(table, column);
    }
  }
  const all = columns.map((column) => `${column} IS NOT NULL`).join(" AND ");
  const list = columns.join(", ");
  const [twice] = await rowsOf(
    session,
    `SELECT ${columns.map((column) => `CAST(${column} AS VARCHAR)`).join(", ")} FROM (
       SELECT ${list} FROM ${path} WHERE ${all} GROUP BY ${list} HAVING count(*) > 1 LIMIT 1)`,
  );
  if (!twice) return;
  throw new PgError("23505", `could not create unique index "${name}"`, {
    detail: `Key (${constraint.columns.join(", ")})=(${twice.join(", ")}) is duplicated.`,
    fields: { t: table.name, n: name },
  });
}

export function containsNulls({ name }: Place, column: string): PgError {
  return new PgError("23502", `column "${column}" of relation "${name}" contains null values`, {
    fields: { t: name, c: column },
  });
}
