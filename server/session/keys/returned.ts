/**
 * The keys of a few new rows, by RETURNING: they are looked up one by one, in the index of the table they refer to, where the
 * rows of a big INSERT are joined with it.
 */
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import { defaultRenderSettings, type ExecuteRequest, type Prepared } from "../../../worker/api/executor.ts";
import type { Statement } from "../../sql/mod.ts";
import type { SessionContext } from "../context.ts";
import { pathOf } from "../ddl/objects.ts";
import { rowsOf } from "../ddl/steps.ts";
import { readRows } from "../engine_rows.ts";
import type { Key } from "./known.ts";
import { keyedWrite } from "./writes.ts";

/** More rows than this are joined. */
const fewRows = 50;

/** The statement with RETURNING, where that is how its keys are to be known. */
export async function returningKeys(session: SessionContext, statement: Statement): Promise<Statement> {
  const rows = statement.target?.rows ?? Infinity;
  // Behind a semicolon nothing can be added.
  if (rows > fewRows || statement.explained || statement.sql.includes(";")) return statement;
  const write = await keyedWrite(session, statement);
  if (write?.rows.by !== "insert" || !write.own.every(isPlain)) return statement;
  const returned = [...new Set(write.own.flatMap(({ columns }) => columns))];
  const list = returned.map((column) => `CAST(${quoteName(column)} AS VARCHAR)`).join(", ");
  return { ...statement, sql: `${statement.sql}\nRETURNING ${list}`, returned };
}

function isPlain({ matchFull, parentTypes }: Key): boolean {
  return !matchFull && parentTypes !== null;
}

/** The rows that such a statement returns. */
export async function returnedRows(
  prepared: Prepared,
  request: ExecuteRequest,
): Promise<(string | null)[][]> {
  return await readRows(prepared, { ...request, formats: [], render: defaultRenderSettings, small: true });
}

/** The first of the keys that are not there. */
export async function missingKey(
  session: SessionContext,
  key: Key,
  returned: readonly string[],
  rows: readonly (readonly (string | null)[])[],
): Promise<readonly string[] | null> {
  const places = key.columns.map((column) => returned.indexOf(column));
  const wanted = new Map<string, string[]>();
  for (const row of rows) {
    const values = places.flatMap((place) => row[place] ?? []);
    if (values.length === places.length) wanted.set(JSON.stringify(values), values);
  }
  if (wanted.size === 0) return null;
  const columns = key.references.map(quoteName);
  const found = await rowsOf(
    session,
    `SELECT ${columns.map((column) => `CAST(${column} AS VARCHAR)`).join(", ")} FROM ${pathOf(key.parent)}
     WHERE ${
      columns.length === 1 ? oneOf(columns[0], key, wanted.values()) : anyOf(columns, key, wanted.values())
    }`,
  );
  for (const row of found) wanted.delete(JSON.stringify(row));
  const [missing] = wanted.values();
  return missing ?? null;
}

/** As an index is asked. */
function oneOf(column: string, key: Key, all: Iterable<readonly string[]>): string {
  return `${column} IN (${[...all].map(([value]) => valueText(value, key, 0)).join(", ")})`;
}

function anyOf(columns: readonly string[], key: Key, all: Iterable<readonly string[]>): string {
  const same = (values: readonly string[]) =>
    `(${columns.map((column, i) => `${column} = ${valueText(values[i], key, i)}`).join(" AND ")})`;
  return [...all].map(same).join(" OR ");
}

function valueText(value: string, { parentTypes }: Key, i: number): string {
  return `TRY_CAST(${quoteText(value)} AS ${parentTypes![i]})`;
}
