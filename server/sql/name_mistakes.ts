/**
 * Names that DuckDB finds and PostgreSQL does not: in another case of their letters, and those that a query gives the columns
 * of its own result, which are known where the result is sorted or grouped by one of them and nowhere else.
 *
 * @see https://www.postgresql.org/docs/current/sql-select.html
 */
import type { ColumnRef, Node, SelectStmt } from "libpg-query";
import { PgError } from "../../worker/api/error.ts";
import { lastPart } from "./constant.ts";
import { walk } from "./walk.ts";

/** Says what PostgreSQL has against a reference. */
export type Mistaken = (node: ColumnRef, error: PgError) => void;

/** A column that is not there. */
export function missingColumn(parts: readonly string[], hint?: string): PgError {
  const named = parts.length === 1 ? `"${parts[0]}"` : parts.join(".");
  return new PgError("42703", `column ${named} does not exist`, hint === undefined ? {} : { hint });
}

/** Whether a name was written in quotes, for the sake of its letters. */
export function hasCapitals(name: string): boolean {
  return name !== name.toLowerCase();
}

/** The names that a query gives columns of its result. */
export function givenNames({ targetList = [] }: SelectStmt): ReadonlySet<string> {
  const given = new Set<string>();
  for (const target of targetList) {
    const name = "ResTarget" in target ? target.ResTarget.name : undefined;
    if (name !== undefined) given.add(name);
  }
  return given;
}

/** The references by a single name in WHERE, HAVING and the expressions of ORDER BY and GROUP BY to one of these names. */
export function misplacedNames(
  { whereClause, havingClause, groupClause = [], sortClause = [] }: SelectStmt,
  given: ReadonlySet<string>,
): ColumnRef[] {
  if (given.size === 0) return [];
  const sorted = sortClause.flatMap((item) => "SortBy" in item ? item.SortBy.node ?? [] : []);
  const expressions = [...groupClause, ...sorted].filter((node) => !("ColumnRef" in node));
  const found: ColumnRef[] = [];
  for (const node of [whereClause, havingClause, ...expressions]) {
    if (node) found.push(...namesIn(node, given));
  }
  return found;
}

/** In a query's own expressions; the queries among them have names of their own. */
function namesIn(node: Node, given: ReadonlySet<string>): ColumnRef[] {
  const found: ColumnRef[] = [];
  let calculates = false;
  walk(node, (type, fields) => {
    if (type === "SelectStmt") return "skip";
    // `x -> x + 1`: a name of the function's own.
    if (type === "A_Expr" && lastPart(fields.name as Node[]) === "->") calculates = true;
    if (type !== "ColumnRef") return;
    const parts = (fields as ColumnRef).fields;
    if (parts?.length === 1 && given.has(lastPart(parts)!)) found.push(fields as ColumnRef);
  });
  return calculates ? [] : found;
}
