/** What foreign keys ask for, and do, after a statement. */
import { PgError } from "../../../worker/api/error.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import type { KeyAction } from "../../sql/ddl/foreign_key.ts";
import type { SessionContext } from "../context.ts";
import { noteChanged } from "../ddl/changed_tables.ts";
import { pathOf, type Place } from "../ddl/objects.ts";
import { engine, rowsOf } from "../ddl/steps.ts";
import { violated } from "./deferred.ts";
import { type Key, type Keys, knownKeys, samePlace } from "./known.ts";
import { noneNull, orphans, withChild, withoutParent } from "./queries.ts";
import { mixedNulls, notPresent, restricted, stillReferenced } from "./violations.ts";
import { missingKey } from "./returned.ts";
import type { KeyedWrite } from "./writes.ts";

/** Rows of a table that were changed. */
export interface ChangedRows {
  table: Place;
  kind: "insert" | "update" | "delete";
  /** What stands in FROM; what follows are expressions on it. */
  from: string;
  /** A column as it was: not of an INSERT. */
  old(column: string): string;
  /** A column as it is: not of a DELETE. */
  now(column: string): string;
}

/**
 * Runs the actions of foreign keys for rows that were changed, those that follow from them, and so on; then sees whether all
 * keys are kept.
 *
 * @throws PgError 23503, 23001; 23502 and the like as an action is not allowed
 * @see https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
 */
export async function enforceKeys(session: SessionContext, changed: readonly ChangedRows[]): Promise<void> {
  const keys = await knownKeys(session);
  if (keys.all.length === 0) return;
  const run = newRun(session, keys);
  for (const rows of changed) await follow(run, rows);
  await finish(run);
}

/** One statement's consequences. */
interface Run {
  session: SessionContext;
  keys: Keys;
  /** Tables made on the way. */
  made: string[];
  /** What is asked when all actions are done. */
  checks: (() => Promise<void>)[];
}

function newRun(session: SessionContext, keys: Keys): Run {
  return { session, keys, made: [], checks: [] };
}

async function finish({ session, made, checks }: Run): Promise<void> {
  for (const check of checks) await check();
  for (const table of made) await engine(session, `DROP TABLE temp.main.${table}`);
}

async function follow(run: Run, rows: ChangedRows): Promise<void> {
  const { keys, checks } = run;
  if (rows.kind !== "delete") {
    for (const key of keys.all.filter(({ child }) => samePlace(child, rows.table))) {
      checks.push(() => requireParent(run, key, rows));
    }
  }
  if (rows.kind === "insert") return;
  for (const key of keys.all.filter(({ parent }) => samePlace(parent, rows.table))) {
    const { kind } = rows;
    await lose(run, key, goneKeys(key, rows), kind === "delete" ? key.onDelete : key.onUpdate, kind);
  }
}

/** Rows that are new, or have a new key, refer to something. */
async function requireParent({ session }: Run, key: Key, rows: ChangedRows): Promise<void> {
  const values = key.columns.map(rows.now);
  const changed = rows.kind === "insert" ? "" : ` AND ${isChanged(key.columns, rows)}`;
  if (key.matchFull) {
    const mixed = `NOT (${noneNull(values)}) AND NOT (${
      values.map((value) => `${value} IS NULL`).join(" AND ")
    })`;
    const [row] = await rowsOf(session, `SELECT 1 FROM ${rows.from} WHERE ${mixed}${changed} LIMIT 1`);
    if (row) throw mixedNulls(key);
  }
  const lost = (still: string) =>
    `SELECT ${values.join(", ")} FROM ${rows.from} ${withoutParent(key, values)} ${still}
     WHERE ${noneNull(values)}${changed} LIMIT 1`;
  const [row] = await rowsOf(session, lost(""));
  if (!row) return;
  // What else the statement did may have changed the row once more.
  const [still] = await rowsOf(session, lost(withChild(key, values)));
  if (still) violated(session, key, "child", () => notPresent(key, still));
}

function isChanged(columns: readonly string[], rows: ChangedRows): string {
  return `(${columns.map((name) => `${rows.old(name)} IS DISTINCT FROM ${rows.now(name)}`).join(" OR ")})`;
}

/** The keys that were there before, `dg_k1`, …; of an UPDATE with what they are now, `dg_v1`, …. */
function goneKeys(key: Key, rows: ChangedRows): string {
  const before = key.references.map(rows.old);
  const now = rows.kind === "delete" ? [] : key.references.map(rows.now);
  const list = [
    ...before.map((value, i) => `${value} AS dg_k${i + 1}`),
    ...now.map((value, i) => `${value} AS dg_v${i + 1}`),
  ];
  const changed = rows.kind === "delete" ? "" : ` AND ${isChanged(key.references, rows)}`;
  return `SELECT DISTINCT ${list.join(", ")} FROM ${rows.from} WHERE ${noneNull(before)}${changed}`;
}

/** What becomes of the rows that refer to keys that are gone. */
async function lose(
  run: Run,
  key: Key,
  gone: string,
  action: KeyAction,
  kind: "update" | "delete",
): Promise<void> {
  const { session, checks } = run;
  const values = key.references.map((_, i) => `dg_gone.dg_k${i + 1}`);
  const referenced = `SELECT ${values.join(", ")} FROM (${gone}) AS dg_gone ${withChild(key, values)}`;
  if (action === "r") {
    const [row] = await rowsOf(session, `${referenced} LIMIT 1`);
    if (row) throw restricted(key, row);
    return;
  }
  // The default may be the very key that is gone.
  if (action === "a" || action === "d") {
    checks.push(async () => {
      const [row] = await rowsOf(session, `${referenced} ${withoutParent(key, values)} LIMIT 1`);
      if (row) violated(session, key, "parent", () => stillReferenced(key, row));
    });
  }
  if (action !== "a") await act(run, key, gone, action, kind);
}

/** Deletes or changes the referencing rows, and goes on with what refers to them. */
async function act(
  run: Run,
  key: Key,
  gone: string,
  action: KeyAction,
  kind: "update" | "delete",
): Promise<void> {
  const { session, keys, made } = run;
  const { child } = key;
  const columns = [
    ...new Set(keys.all.flatMap((other) => [
      ...samePlace(other.child, child) ? other.columns : [],
      ...samePlace(other.parent, child) ? other.references : [],
    ])),
  ];
  const deletes = action === "c" && kind === "delete";
  const set = deletes ? new Map<string, string>() : await newValues(session, key, action, kind);
  const own = (column: string) => `dg_child.${quoteName(column)}`;
  const list = [
    "dg_child.rowid AS dg_rowid",
    ...columns.map((column, i) => `${own(column)} AS dg_o${i + 1}`),
    ...deletes ? [] : columns.map((column, i) => `${set.get(column) ?? own(column)} AS dg_n${i + 1}`),
  ];
  const same = key.columns.map((column, i) => `${own(column)} = dg_gone.dg_k${i + 1}`).join(" AND ");
  const work = `duckgres_keys_${run.made.length + 1}`;
  await engine(
    session,
    `CREATE TEMP TABLE ${work} AS SELECT ${list.join(", ")} FROM ${
      pathOf(child)
    } AS dg_child JOIN (${gone}) AS dg_gone ON ${same}`,
  );
  made.push(work);
  const [[count]] = await rowsOf(session, `SELECT count(*) FROM ${work}`);
  if (count === "0") return;
  noteChanged(session, child.name);
  await engine(session, change(child, columns, set, work));
  const place = (column: string) => columns.indexOf(column) + 1;
  await follow(run, {
    table: child,
    kind: deletes ? "delete" : "update",
    from: `${work} AS dg_w`,
    old: (column) => `dg_w.dg_o${place(column)}`,
    now: (column) => `dg_w.dg_n${place(column)}`,
  });
}

function change(
  child: Place,
  columns: readonly string[],
  set: ReadonlyMap<string, string>,
  work: string,
): string {
  if (set.size === 0) {
    return `DELETE FROM ${pathOf(child)} WHERE rowid IN (SELECT dg_rowid FROM ${work})`;
  }
  const sets = [...set.keys()].map((column) =>
    `${quoteName(column)} = dg_w.dg_n${columns.indexOf(column) + 1}`
  );
  return `UPDATE ${pathOf(child)} AS dg_child SET ${
    sets.join(", ")
  } FROM ${work} AS dg_w WHERE dg_child.rowid = dg_w.dg_rowid`;
}

/** What the referencing columns get, by name. */
async function newValues(
  session: SessionContext,
  key: Key,
  action: KeyAction,
  kind: "update" | "delete",
): Promise<Map<string, string>> {
  const { child, columns, setColumns } = key;
  const rows = await rowsOf(
    session,
    `SELECT column_name, data_type, column_default FROM duckdb_columns() WHERE table_name = ${
      quoteText(child.name)
    } AND schema_name = ${quoteText(child.schema)} AND database_name = ${quoteText(child.database)}`,
  );
  const set = new Map<string, string>();
  columns.forEach((column, i) => {
    if (kind === "delete" && setColumns && !setColumns.includes(column)) return;
    const [, type, initial] = rows.find(([name]) => name === column)!;
    const value = action === "c" ? `dg_gone.dg_v${i + 1}` : action === "d" ? initial ?? "NULL" : "NULL";
    set.set(column, `CAST(${value} AS ${type})`);
  });
  return set;
}

/** Rows that a transaction adds have numbers from here on. */
const firstNewRow = 36_028_797_018_960_000n;

/**
 * Sees to the keys of a statement that has run.
 *
 * @param known the rows it has added, where it has returned them
 * @throws PgError 23503, 23001
 */
export async function enforceWrite(
  session: SessionContext,
  { own, towards, rows }: KeyedWrite,
  known: ReturnedRows | null,
): Promise<void> {
  const keys = await knownKeys(session);
  const run = newRun(session, keys);
  if (rows.by === "insert") {
    const left = known ? await lookUpKeys(session, own, known) : own;
    if (left.length > 0) await lookAtNewRows(run, left, rows.table);
    return;
  }
  const { deletes } = rows;
  for (const key of towards) {
    const action = deletes ? key.onDelete : key.onUpdate;
    if (action === "c" && !deletes) await refuseCascade(session, key);
    else if (action === "a" || action === "r") run.checks.push(() => requireNoOrphan(session, key, "parent"));
    else await lose(run, key, orphans(key), action, deletes ? "delete" : "update");
  }
  for (const key of own) run.checks.push(() => requireNoOrphan(session, key, "child"));
  await finish(run);
}

/** What a statement has returned to the session. */
export interface ReturnedRows {
  columns: readonly string[];
  rows: readonly (readonly (string | null)[])[];
}

/** @returns the keys whose columns were not returned, as they are newer than the statement's plan */
async function lookUpKeys(
  session: SessionContext,
  own: readonly Key[],
  { columns, rows }: ReturnedRows,
): Promise<readonly Key[]> {
  const left: Key[] = [];
  for (const key of own) {
    const isKnown = key.parentTypes && !key.matchFull &&
      key.columns.every((column) => columns.includes(column));
    const missing = isKnown ? await missingKey(session, key, columns, rows) : null;
    if (!isKnown) left.push(key);
    if (missing) violated(session, key, "child", () => notPresent(key, missing));
  }
  return left;
}

async function lookAtNewRows(run: Run, own: readonly Key[], table: Place): Promise<void> {
  const { session } = run;
  const path = pathOf(table);
  const first = session.keys.lookedAt.get(path) ?? firstNewRow;
  const isNew = `rowid >= ${first}`;
  for (const key of own) {
    await requireParent(run, key, {
      table,
      kind: "insert",
      from: `(SELECT ${key.columns.map(quoteName).join(", ")} FROM ${path} WHERE ${isNew}) AS dg_w`,
      old: (column) => `dg_w.${quoteName(column)}`,
      now: (column) => `dg_w.${quoteName(column)}`,
    });
  }
  if (!session.transaction.inBlock) return;
  const [[last]] = await rowsOf(session, `SELECT max(rowid) FROM ${path} WHERE ${isNew}`);
  if (last !== null) session.keys.lookedAt.set(path, BigInt(last) + 1n);
}

async function requireNoOrphan(session: SessionContext, key: Key, side: "child" | "parent"): Promise<void> {
  const [row] = await rowsOf(session, `${orphans(key)} LIMIT 1`);
  if (!row) return;
  violated(session, key, side, () => side === "child" ? notPresent(key, row) : stillReferenced(key, row));
}

/** Which new key took an old one's place is not known. */
async function refuseCascade(session: SessionContext, key: Key): Promise<void> {
  const [row] = await rowsOf(session, `${orphans(key)} LIMIT 1`);
  if (!row) return;
  throw new PgError("0A000", `this form of statement cannot change keys that "${key.name}" is to follow`, {
    hint: "Use UPDATE.",
  });
}
