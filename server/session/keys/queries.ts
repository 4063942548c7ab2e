import { quoteName } from "../../../worker/api/quote.ts";
import type { SessionContext } from "../context.ts";
import { pathOf } from "../ddl/objects.ts";
import { rowsOf } from "../ddl/steps.ts";
import type { Key } from "./known.ts";

/** Values of a key's columns, as SQL expressions. */
export type Values = readonly string[];

/*
 * Joins are written as such: of EXISTS with the same condition DuckDB makes one over all distinct values first.
 */

/** Behind FROM: only rows whose values the referenced table has not. */
export function withoutParent({ parent, references }: Key, values: Values): string {
  const same = references.map((column, i) => `dg_parent.${quoteName(column)} = ${values[i]}`);
  return `ANTI JOIN ${pathOf(parent)} AS dg_parent ON ${same.join(" AND ")}`;
}

/** Behind FROM: only rows whose values the referencing table has. */
export function withChild({ child, columns }: Key, values: Values): string {
  const same = columns.map((column, i) => `dg_child.${quoteName(column)} = ${values[i]}`);
  return `SEMI JOIN ${pathOf(child)} AS dg_child ON ${same.join(" AND ")}`;
}

export function noneNull(values: Values): string {
  return values.map((value) => `${value} IS NOT NULL`).join(" AND ");
}

/** The keys of rows that refer to nothing, as `dg_k1`, …. */
export function orphans(key: Key): string {
  const own = key.columns.map((column) => `dg_child.${quoteName(column)}`);
  return `SELECT DISTINCT ${own.map((column, i) => `${column} AS dg_k${i + 1}`).join(", ")} ` +
    `FROM ${pathOf(key.child)} AS dg_child ${withoutParent(key, own)} WHERE ${noneNull(own)}`;
}

/** The key of a row that refers to nothing. */
export async function firstOrphan(
  session: SessionContext,
  key: Key,
): Promise<(string | null)[] | undefined> {
  const [row] = await rowsOf(session, `${orphans(key)} LIMIT 1`);
  return row;
}
