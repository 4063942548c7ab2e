/** What PostgreSQL checks of a constraint before it looks at any row. */
import { PgError } from "../../../worker/api/error.ts";
import type { ColumnDefinition, ConstraintDefinition } from "../../sql/ddl/table.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import type { SessionContext } from "../context.ts";
import { pathOf, type Place } from "./objects.ts";
import { objectName } from "./sequences.ts";
import { rowsOf } from "./steps.ts";

/** The name PostgreSQL gives to a constraint without one, as long as it is free. */
export function constraintName(table: string, { kind, columns }: ConstraintDefinition): string {
  if (kind === "primary") return objectName(table, "", "pkey");
  const label = { unique: "key", check: "check", foreign: "fkey" }[kind];
  return objectName(table, columns.join("_"), label);
}

/**
 * @param columns of the table that the constraint is to belong to
 * @throws PgError 42703 for a column that is not there
 */
export function requireMeaning(
  columns: readonly ColumnDefinition[],
  constraint: ConstraintDefinition,
): void {
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
 * @throws PgError 23502, 23505, 23514
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
