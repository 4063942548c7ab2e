/**
 * What depends on what. DuckDB keeps a view as text and looks its names up anew each time, so what depends on an object is
 * found by trying: the views that worked before a change and do not work after it.
 */
import { PgError } from "../../../worker/api/error.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import type { SessionContext } from "../context.ts";
import { enginePath } from "../engine_path.ts";
import { readComment } from "./notes.ts";
import { pathOf, type Place } from "./objects.ts";
import { engine, rowsOf } from "./steps.ts";

/** A view, or a materialized one. */
export interface Dependent extends Place {
  kind: "view" | "materialized view";
  oid: string;
  /** What it selects. */
  sql: string;
}

/** Asked after a change: the views that it broke. */
export type Broken = () => Promise<Dependent[]>;

/** Remembers which of the views that speak of some names work. */
export async function watchViews(session: SessionContext, names: readonly string[]): Promise<Broken> {
  const working: Dependent[] = [];
  for (const view of await viewsAbout(session, names)) {
    if (await works(session, view)) working.push(view);
  }
  return async () => {
    const broken: Dependent[] = [];
    for (const view of working) if (!await works(session, view)) broken.push(view);
    return broken;
  };
}

/** Views whose text has one of the names in it, or the name of such a view. */
async function viewsAbout(session: SessionContext, names: readonly string[]): Promise<Dependent[]> {
  if (names.length === 0) return [];
  const all = await allViews(session);
  const found = new Set<Dependent>();
  const searched = names.map((name) => name.toLowerCase());
  for (let i = 0; i < searched.length; i++) {
    for (const view of all) {
      if (found.has(view) || !view.sql.toLowerCase().includes(searched[i])) continue;
      found.add(view);
      searched.push(view.name.toLowerCase());
    }
  }
  return all.filter((view) => found.has(view));
}

/** DuckDB writes out the text of every view, the catalogue's too, so it is asked first whether there are any. */
async function allViews(session: SessionContext): Promise<Dependent[]> {
  const { database } = await enginePath(session.executor);
  const own = `database_name IN (${quoteText(database)}, 'temp') AND NOT internal`;
  const some = await rowsOf(
    session,
    `SELECT 1 FROM duckdb_views() WHERE ${own}
     UNION ALL SELECT 1 FROM duckdb_tables() WHERE ${own} AND contains(comment, '"query":') LIMIT 1`,
  );
  if (some.length === 0) return [];
  const rows = await rowsOf(
    session,
    `SELECT database_name, schema_name, view_name, view_oid, sql, false AS stored FROM duckdb_views() WHERE ${own}
     UNION ALL SELECT database_name, schema_name, table_name, table_oid, comment, true FROM duckdb_tables()
       WHERE ${own} AND contains(comment, '"query":') ORDER BY 4`,
  );
  return rows.map(([database, schema, name, oid, text, stored]) => ({
    kind: stored === "t" ? "materialized view" : "view",
    database: database!,
    schema: schema!,
    name: name!,
    oid: oid!,
    sql: stored === "t" ? readComment(text).notes.query ?? "" : text!,
  }));
}

/** Whether it can be selected from. Nothing runs; and what only does not bind leaves a transaction open. */
async function works(session: SessionContext, view: Dependent): Promise<boolean> {
  try {
    const sql = view.kind === "view" ? `SELECT * FROM ${pathOf(view)}` : view.sql;
    (await session.executor.prepare(sql)).close();
    return true;
  } catch (error) {
    if (error instanceof PgError) return false;
    throw error;
  }
}

/** Drops views that a change broke. */
export async function dropViews(session: SessionContext, views: readonly Dependent[]): Promise<void> {
  for (const view of views) {
    await engine(session, `DROP ${view.kind === "view" ? "VIEW" : "TABLE"} IF EXISTS ${pathOf(view)}`);
  }
}

/** `view v depends on table t`, a line for each. */
export function dependLines(dependents: readonly Dependent[], on: string): string {
  return dependents.map(({ kind, name }) => `${kind} ${shownName(name)} depends on ${on}`).join("\n");
}

/** As PostgreSQL's messages about dependencies show a name: quoted where it must be. */
export function shownName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : quoteName(name);
}

/** @param dependents lines that say what depends on it */
export function neededByOthers(what: string, dependents: string, verb = "drop"): PgError {
  return new PgError("2BP01", `cannot ${verb} ${what} because other objects depend on it`, {
    detail: dependents,
    hint: "Use DROP ... CASCADE to drop the dependent objects too.",
  });
}

/** `drop cascades to …`, in one notice. */
export function tellCascade(session: SessionContext, objects: readonly string[]): void {
  if (objects.length === 0) return;
  const lines = objects.map((object) => `drop cascades to ${object}`);
  session.notice({
    severity: "NOTICE",
    sqlstate: "00000",
    message: lines.length === 1 ? lines[0] : `drop cascades to ${lines.length} other objects`,
    detail: lines.length === 1 ? undefined : lines.join("\n"),
  });
}
