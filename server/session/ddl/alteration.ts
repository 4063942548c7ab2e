/** A table on its way from one definition to another: what is changed, and how DuckDB is told. */
import type { ColumnDefinition, ConstraintDefinition } from "../../sql/ddl/table.ts";
import { identifierOf, tokenize } from "../../sql/lexer.ts";
import { PgError } from "../../../worker/api/error.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { noColumn } from "../../sql/no_column.ts";
import type { SessionContext } from "../context.ts";
import { hasUpdates, isChanged, isUnindexed, noteIndexGone } from "./changed_tables.ts";
import { constraintName } from "./constraints.ts";
import { type DatabaseObject, pathOf } from "./objects.ts";
import { engine } from "./steps.ts";
import {
  makeIndexes,
  onlyColumn,
  readTable,
  rebuildTable,
  referrers,
  type StoredColumn,
  type StoredConstraint,
  type StoredIndex,
  type StoredTable,
  writeColumnComment,
  writeNames,
} from "./stored_table.ts";

/**
 * Changes are made to `columns`, `constraints` and `indexes`, and noted as DuckDB's own ALTERs. Where one of them has none
 * (`rebuild`), the table is made anew instead, once for all of them.
 */
export interface Alteration {
  readonly session: SessionContext;
  readonly before: StoredTable;
  readonly object: DatabaseObject;
  columns: StoredColumn[];
  constraints: StoredConstraint[];
  indexes: StoredIndex[];
  /** By the name of a column: an expression over the columns as they were. */
  readonly values: Map<string, string>;
  /** What stands behind `ALTER TABLE t`. */
  readonly steps: string[];
  rebuild: boolean;
  /** DuckDB alters no table that has indexes: they go and come back. */
  unindex: boolean;
  /** Columns whose comment is to be written. */
  readonly commented: Set<string>;
  /** What becomes of the tables that refer to it, where it is made anew. */
  adapt?: (other: StoredTable) => StoredTable;
  /** What is asked of the rows before anything is changed. */
  readonly checks: (() => Promise<void>)[];
  /** What is done once the table is as it is to be. */
  readonly after: (() => Promise<void>)[];
}

/** Begins to alter a table. */
export async function alterationOf(session: SessionContext, object: DatabaseObject): Promise<Alteration> {
  const before = await readTable(session, object);
  return {
    session,
    before,
    object,
    columns: before.columns.map((column) => ({ ...column })),
    constraints: [...before.constraints],
    indexes: [...before.indexes],
    values: new Map(before.columns.map(({ name }) => [name, quoteName(name)])),
    steps: [],
    rebuild: false,
    unindex: false,
    commented: new Set(),
    checks: [],
    after: [],
  };
}

/** @throws PgError 42703 */
export function requireColumn({ columns, object }: Alteration, name: string): StoredColumn {
  const found = columns.find((column) => column.name === name);
  if (found) return found;
  throw new PgError("42703", `column "${name}" of relation "${object.name}" does not exist`);
}

/** A column as a definition has it, as one of a table. */
export function storedColumn(column: ColumnDefinition): StoredColumn {
  return { ...column, sequence: null, comment: null, identity: column.sequence?.identity ?? null };
}

/** Adds a constraint; without a name it gets one that is free. @throws PgError 42710, 42P16 */
export function addConstraint(alteration: Alteration, constraint: ConstraintDefinition): StoredConstraint {
  const { constraints, object } = alteration;
  const taken = (name: string) => constraints.some((other) => other.name === name);
  if (constraint.kind === "primary" && constraints.some(({ kind }) => kind === "primary")) {
    throw new PgError("42P16", `multiple primary keys for table "${object.name}" are not allowed`);
  }
  if (constraint.name !== null && taken(constraint.name)) {
    throw new PgError(
      "42710",
      `constraint "${constraint.name}" for relation "${object.name}" already exists`,
    );
  }
  const base = constraint.name ?? constraintName(object.name, constraint);
  let name = base;
  for (let number = 1; taken(name); number++) name = `${base}${number}`;
  const stored = { ...constraint, name };
  constraints.push(stored);
  if (constraint.kind !== "foreign") alteration.rebuild = true;
  return stored;
}

/** Whether an index or a piece of SQL speaks of a column. */
export function mentions(sql: string, column: string): boolean {
  return tokenize(sql).some((token) => identifierOf(sql, token) === column);
}

/** The SQL with another name for a column. */
export function renamed(sql: string, from: string, to: string): string {
  let text = sql;
  for (const token of tokenize(sql).toReversed()) {
    if (identifierOf(sql, token) !== from) continue;
    text = text.slice(0, token.start) + quoteName(to) + text.slice(token.end);
  }
  return text;
}

/** Tells DuckDB. */
export async function applyAlteration(alteration: Alteration): Promise<void> {
  const { session, before, object, columns, constraints, indexes, values } = alteration;
  const after: StoredTable = { object, columns, constraints, indexes };
  for (const check of alteration.checks) await check();
  // A unique index that is gone keeps its name until the transaction ends.
  const stuck = alteration.unindex && before.indexes.some(({ unique }) => unique);
  if (alteration.rebuild || stuck || await isHeld(alteration) || await isOutdated(alteration)) {
    await rebuildTable(session, { before, after, values, adapt: alteration.adapt });
  } else {
    await alterInPlace(alteration);
    for (const column of columns) {
      if (!alteration.commented.has(column.name)) continue;
      await writeColumnComment(session, object, column.name, column.comment, column.declared);
    }
    const kept = ({ constraints }: StoredTable) =>
      JSON.stringify(constraints.map(({ name, columns, references }) => [name, columns, references]));
    if (kept(before) !== kept(after)) await writeNames(session, after);
  }
  for (const step of alteration.after) await step();
}

/** To a table that others refer to, DuckDB only adds columns. */
async function isHeld({ session, object, steps }: Alteration): Promise<boolean> {
  if (steps.every((step) => step.startsWith("ADD COLUMN "))) return false;
  return (await referrers(session, object)).length > 0;
}

/** See `changed_tables.ts`; names and defaults are no matter of rows. */
async function isOutdated({ session, object, steps }: Alteration): Promise<boolean> {
  const rewriting = steps.filter((step) => !/^RENAME |^ALTER COLUMN .* (SET|DROP) DEFAULT/s.test(step));
  if (rewriting.length === 0) return false;
  if (isChanged(session, object)) return true;
  if (isUnindexed(session, object) && rewriting.some((step) => /^DROP COLUMN | TYPE /.test(step))) {
    return true;
  }
  return rewriting.some((step) => / TYPE /.test(step)) && await hasUpdates(session, object);
}

async function alterInPlace(alteration: Alteration): Promise<void> {
  const { session, before, object, unindex, indexes } = alteration;
  const again = unindex && before.indexes.length > 0;
  const gone = again
    ? before.indexes
    : before.indexes.filter(({ name }) => indexes.every((index) => index.name !== name));
  for (const { name } of gone) await engine(session, `DROP INDEX ${pathOf({ ...object, name })}`);
  for (const step of stepsOf(alteration)) await engine(session, `ALTER TABLE ${pathOf(object)} ${step}`);
  if (again) await makeIndexes(session, object, indexes);
  if (gone.length > 0) noteIndexGone(session, object.name);
}

/** DuckDB's tables never are without columns: another stands for none, before the last goes until the first has come. */
function stepsOf({ before, columns, steps }: Alteration): string[] {
  const bare = columns.length === 0;
  if (bare === (before.columns.length === 0)) return steps;
  return bare ? [`ADD COLUMN ${onlyColumn}`, ...steps] : [...steps, `DROP COLUMN ${noColumn.name}`];
}
