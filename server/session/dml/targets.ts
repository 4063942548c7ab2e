import { PgError } from "../../../worker/api/error.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import { type ObjectName, relationName } from "../../sql/ddl/relation.ts";
import type { WritePart } from "../../sql/dml/program.ts";
import type { SessionContext } from "../context.ts";
import { findRelation, pathOf, type Place } from "../ddl/objects.ts";
import { rowsOf } from "../ddl/steps.ts";
import { remembered } from "../definitions.ts";
import { enginePath } from "../engine_path.ts";
import { referencedTables } from "./referenced.ts";
import type { Target } from "./work.ts";

/** The table that a step changes, and where it is. */
export type StepTarget = Target & { place: Place };

/** What is known of tables: asked for once, and again after a definition. */
const known = remembered((_: SessionContext) => Promise.resolve(new Map<string, StepTarget>()));

/** @throws PgError 42P01, 55000 */
export async function targetOf(
  session: SessionContext,
  { relation, conflict }: WritePart,
): Promise<StepTarget> {
  const name = relationName(relation);
  const path = await enginePath(session.executor);
  const key = JSON.stringify([name, conflict !== null, path]);
  const targets = await known(session);
  const target = targets.get(key) ?? await readTarget(session, name, conflict !== null);
  targets.set(key, target);
  return { ...target };
}

async function readTarget(session: SessionContext, name: ObjectName, conflict: boolean): Promise<StepTarget> {
  const object = await findRelation(session, name);
  if (!object) throw new PgError("42P01", `relation "${name.name}" does not exist`);
  if (object.kind !== "table") throw new PgError("55000", `cannot change view "${name.name}"`);
  const columns = await rowsOf(
    session,
    `SELECT c.column_name, c.data_type, c.column_default,
       contains(t.sql, c.column_name || ' ' || c.data_type || ' GENERATED ALWAYS AS(')
         OR contains(t.sql, '"' || replace(c.column_name, '"', '""') || '" ' || c.data_type || ' GENERATED ALWAYS AS(')
     FROM duckdb_columns() c JOIN duckdb_tables() t ON t.table_oid = c.table_oid AND t.database_name = c.database_name
     WHERE c.table_oid = ${object.oid} AND c.database_name = ${
      quoteText(object.database)
    } ORDER BY c.column_index`,
  );
  const keys = !conflict ? [] : await rowsOf(
    session,
    `SELECT name, to_json(columns) FROM __duckgres.main.duckgres_named_constraint
     WHERE kind IN ('p', 'u') AND table_oid = ${object.oid} AND database_name = ${quoteText(object.database)}
     UNION ALL SELECT name, to_json(columns) FROM __duckgres.main.duckgres_index
     WHERE is_unique AND table_oid = ${object.oid} AND NOT is_primary`,
  );
  return {
    path: pathOf(object),
    place: object,
    columns: columns.map(([column, type, initial, generated]) => ({
      name: column!,
      type: type!,
      default: initial,
      generated: generated === "t",
    })),
    keys: new Map(keys.map(([key, names]) => [key!, JSON.parse(names!) as string[]])),
    given: columns.length,
    heavy: (await referencedTables(session)).get(object.name)?.heavy,
  };
}
