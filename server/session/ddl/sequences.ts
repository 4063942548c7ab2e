/** Sequences. DuckDB can make and drop them; whatever else PostgreSQL can do makes them anew. */
import type { AlterSeqStmt, CreateSeqStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { type ObjectName, relationName } from "../../sql/ddl/relation.ts";
import {
  type SequenceOptions,
  sequenceOptions,
  type SequenceValues,
  sequenceValues,
} from "../../sql/ddl/sequence_options.ts";
import type { ColumnSequence } from "../../sql/ddl/table.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import type { SessionContext } from "../context.ts";
import { type Notes, readComment, writeComment } from "./notes.ts";
import {
  creationSchema,
  type DatabaseObject,
  findRelation,
  missingRelation,
  pathOf,
  type Place,
  requireRelation,
} from "./objects.ts";
import { comment, engine, rowsOf, skipNotice } from "./steps.ts";

/** CREATE SEQUENCE. */
export async function createSequence(session: SessionContext, tree: CreateSeqStmt): Promise<void> {
  const name = relationName(tree.sequence!);
  const temporary = tree.sequence!.relpersistence === "t";
  const place = { ...await creationSchema(session, name, temporary), name: name.name };
  if (await exists(session, place)) {
    if (!tree.if_not_exists) throw alreadyExists(name.name);
    return skipNotice(session, "42P07", `relation "${name.name}" already exists`);
  }
  const options = sequenceOptions(tree.options ?? []);
  await makeSequence(session, place, sequenceValues(options), {});
  if (options.ownedBy) await setOwner(session, place, options.ownedBy);
}

export function alreadyExists(name: string): PgError {
  return new PgError("42P07", `relation "${name}" already exists`);
}

/** Whether a relation stands in a place. */
export async function exists(session: SessionContext, { database, schema, name }: Place): Promise<boolean> {
  const found = await findRelation(session, { schema: database === "temp" ? "pg_temp" : schema, name });
  return found !== null;
}

/** Where a sequence stands: at a value that was drawn, or is the next to be. */
interface Standing {
  value: bigint;
  called: boolean;
}

/** Makes a sequence, by default one from which nothing was drawn. */
async function makeSequence(
  session: SessionContext,
  place: Place,
  values: SequenceValues,
  notes: Notes,
  text: string | null = null,
  { value, called }: Standing = { value: values.start, called: false },
): Promise<void> {
  const { increment, min, max, cycle, type } = values;
  const kind = place.database === "temp" ? "TEMP SEQUENCE" : "SEQUENCE";
  await engine(
    session,
    `CREATE ${kind} ${
      pathOf(place)
    } INCREMENT BY ${increment} MINVALUE ${min} MAXVALUE ${max} START WITH ${value} ${
      cycle ? "CYCLE" : "NO CYCLE"
    }`,
  );
  if (called) await engine(session, `SELECT nextval(${quoteText(pathOf(place))})`);
  const kept: Notes = { ...notes, type: undefined, start: undefined };
  if (type !== "bigint") kept.type = type;
  if (values.start !== value) kept.start = String(values.start);
  if (writeComment(text, kept) !== null) await comment(session, "SEQUENCE", place, text, kept);
}

/** Makes the sequence of a serial or identity column. @returns its name, one that is still free */
export async function makeColumnSequence(
  session: SessionContext,
  table: Place,
  column: string,
  { identity, options }: ColumnSequence,
): Promise<string> {
  const given = options.name?.at(-1);
  const name = given ?? await freeName(session, table, objectName(table.name, column, "seq"));
  const notes: Notes = { owned: true };
  if (identity) notes.identity = identity;
  await makeSequence(session, { ...table, name }, sequenceValues(options), notes);
  return name;
}

/** `t_c_seq`, shortened to 63 bytes as PostgreSQL does: the longer part first. */
export function objectName(table: string, column: string, label: string): string {
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  let [first, second] = [table, column];
  const extra = label.length + (column === "" ? 1 : 2);
  while (bytes(first) + bytes(second) + extra > 63) {
    if (bytes(first) > bytes(second)) first = first.slice(0, -1);
    else second = second.slice(0, -1);
  }
  return [first, second, label].filter((part) => part !== "").join("_");
}

/** The name, with a number behind it where it is taken. */
export async function freeName(session: SessionContext, place: Place, name: string): Promise<string> {
  for (let number = 0;; number++) {
    const candidate = number === 0 ? name : `${name}${number}`;
    if (!await exists(session, { ...place, name: candidate })) return candidate;
  }
}

/** DuckDB's expression for the next value of a sequence in the schema of its table. */
export function nextValue(sequence: string): string {
  const name = /^[a-z_][a-z0-9_]*$/.test(sequence) ? sequence : quoteName(sequence);
  return `nextval(${quoteText(name)})`;
}

/** A sequence as it stands. */
export interface StoredSequence {
  object: DatabaseObject;
  values: SequenceValues;
  /** The last value drawn, `null` for none. */
  last: bigint | null;
  /** What the next draw gives. */
  next: bigint;
}

/** @throws PgError 42P01, 42809 */
export async function readSequence(session: SessionContext, name: ObjectName): Promise<StoredSequence> {
  const object = await requireRelation(session, name);
  if (object.kind !== "sequence") throw new PgError("42809", `"${object.name}" is not a sequence`);
  const [[start, increment, min, max, cycle, last, sql]] = await rowsOf(
    session,
    `SELECT start_value, increment_by, min_value, max_value, cycle, last_value, sql
     FROM duckdb_sequences() WHERE sequence_oid = ${object.oid}`,
  );
  const values = {
    type: object.notes.type ?? "bigint",
    start: BigInt(object.notes.start ?? start!),
    increment: BigInt(increment!),
    min: BigInt(min!),
    max: BigInt(max!),
    cycle: cycle === "t",
  };
  // DuckDB's text of a sequence starts where it stands.
  const next = /START (?:WITH )?(-?\d+)/.exec(sql!)?.[1];
  return { object, values, last: last === null ? null : BigInt(last), next: BigInt(next ?? start!) };
}

/** ALTER SEQUENCE. */
export async function alterSequence(session: SessionContext, tree: AlterSeqStmt): Promise<void> {
  const name = relationName(tree.sequence!);
  if (tree.missing_ok && !await findRelation(session, name)) {
    return skipNotice(session, "00000", missingRelation(name));
  }
  await changeSequence(session, name, sequenceOptions(tree.options ?? []));
}

/** Changes a sequence, and who owns it. */
export async function changeSequence(
  session: SessionContext,
  name: ObjectName,
  options: SequenceOptions,
): Promise<void> {
  const stored = await readSequence(session, name);
  const values = sequenceValues(options, stored.values);
  const restart = options.restart === null ? values.start : options.restart;
  if (restart !== undefined && (restart < values.min || restart > values.max)) {
    const [what, limit] = restart < values.min
      ? ["less than MINVALUE", values.min]
      : ["greater than MAXVALUE", values.max];
    throw new PgError("22023", `RESTART value (${restart}) cannot be ${what} (${limit})`);
  }
  const { ownedBy, ...rest } = options;
  if (Object.keys(rest).length > 0) {
    const { last, next } = stored;
    const standing = restart !== undefined
      ? { value: restart, called: false }
      : { value: last ?? next, called: last !== null };
    await replaceSequence(session, stored, values, standing);
  }
  if (ownedBy) await setOwner(session, stored.object, ownedBy);
}

/**
 * setval(): the next draw gives the value behind this one, or this one where `called` is false.
 *
 * @throws PgError 22003 for a value beyond the limits
 */
export async function setSequence(
  session: SessionContext,
  name: ObjectName,
  value: bigint,
  called: boolean,
): Promise<void> {
  const stored = await readSequence(session, name);
  const { values, object } = stored;
  if (value < values.min || value > values.max) {
    throw new PgError(
      "22003",
      `setval: value ${value} is out of bounds for sequence "${object.name}" (${values.min}..${values.max})`,
    );
  }
  await replaceSequence(session, stored, values, { value, called });
}

/** Moves a sequence to another name or schema; the columns that draw from it go on to. */
export async function moveSequence(
  session: SessionContext,
  object: DatabaseObject,
  to: Pick<Place, "schema" | "name">,
): Promise<void> {
  const schema = object.database === "temp" ? "pg_temp" : object.schema;
  const stored = await readSequence(session, { schema, name: object.name });
  const { values, last, next } = stored;
  const standing = { value: last ?? next, called: last !== null };
  await replaceSequence(session, stored, values, standing, { ...object, ...to });
}

/** DuckDB cannot set a sequence: it is made anew, and the columns that draw from it are told. */
async function replaceSequence(
  session: SessionContext,
  { object }: StoredSequence,
  values: SequenceValues,
  standing: Standing,
  place: Place = object,
): Promise<void> {
  const users = await sequenceUsers(session, object);
  for (const { table, column } of users) {
    await engine(session, `ALTER TABLE ${table} ALTER COLUMN ${column} DROP DEFAULT`);
  }
  await engine(session, `DROP SEQUENCE ${pathOf(object)}`);
  await makeSequence(session, place, values, object.notes, object.comment, standing);
  const moved = place.name !== object.name || place.schema !== object.schema;
  const draw = `nextval(${quoteText(pathOf(place))})`;
  for (const { table, column, initial } of users) {
    const again = moved ? initial.replace(/nextval\('(?:[^']|'')*'\)/, () => draw) : initial;
    await engine(session, `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT ${again}`);
  }
}

/** A column whose default draws from a sequence. */
export interface SequenceUser {
  /** Path and column in DuckDB's SQL. */
  table: string;
  column: string;
  initial: string;
  tableOid: string;
}

/** The columns whose default draws from a sequence. */
export async function sequenceUsers(
  session: SessionContext,
  { database, schema, name }: DatabaseObject,
): Promise<SequenceUser[]> {
  const rows = await rowsOf(
    session,
    `SELECT database_name, schema_name, table_name, column_name, column_default, table_oid FROM duckdb_columns()
     WHERE database_name = ${quoteText(database)} AND contains(column_default, 'nextval(')
       AND (schema_name = ${quoteText(schema)} OR contains(column_default, ${quoteText(schema)}))
     ORDER BY table_oid, column_index`,
  );
  return rows.flatMap((row) => {
    if (!defaultDraws(row[4]!, name)) return [];
    const table = pathOf({ database: row[0]!, schema: row[1]!, name: row[2]! });
    return [{ table, column: quoteName(row[3]!), initial: row[4]!, tableOid: row[5]! }];
  });
}

/** The sequence a default draws from, without its schema; `null` for none. */
export function drawnSequence(initial: string | null): string | null {
  const literal = /nextval\('((?:[^']|'')*)'\)/.exec(initial ?? "")?.[1].replaceAll("''", "'");
  if (literal === undefined) return null;
  const last = /(?:"((?:[^"]|"")*)"|([^".]*))$/.exec(literal);
  return last?.[1]?.replaceAll('""', '"') ?? last?.[2] ?? null;
}

function defaultDraws(initial: string, sequence: string): boolean {
  return drawnSequence(initial)?.toLowerCase() === sequence.toLowerCase();
}

async function setOwner(session: SessionContext, sequence: Place, ownedBy: readonly string[]): Promise<void> {
  const object = await requireRelation(session, {
    schema: sequence.database === "temp" ? "pg_temp" : sequence.schema,
    name: sequence.name,
  });
  const notes: Notes = { ...object.notes };
  delete notes.owned;
  delete notes.owner;
  if (ownedBy.length > 0) {
    if (notes.identity) throw new PgError("0A000", "cannot change ownership of identity sequence");
    const [column, table, schema] = ownedBy.toReversed();
    const owner = await requireRelation(session, { schema: schema ?? null, name: table ?? column });
    notes.owned = true;
    notes.owner = { table: owner.name, column };
  }
  await comment(session, "SEQUENCE", object, object.comment, notes);
}

/** The sequences of a table's columns' own, or of one column: those it draws from, and those that OWNED BY gave to it. */
export async function ownedSequences(
  session: SessionContext,
  table: DatabaseObject,
  column?: string,
): Promise<DatabaseObject[]> {
  const owned = await sequencesWithOwner(session, table);
  // Asked only where there are any: DuckDB lists the columns of everything there is for it.
  const drawn = owned.length > 0 ? await sequencesDrawn(session, table, column) : new Set();
  return owned.filter(({ name, notes: { owner } }) =>
    drawn.has(name) || owner?.table === table.name && (column === undefined || owner.column === column)
  );
}

async function sequencesWithOwner(
  session: SessionContext,
  { database, schema }: DatabaseObject,
): Promise<DatabaseObject[]> {
  const rows = await rowsOf(
    session,
    `SELECT sequence_name, sequence_oid, comment FROM duckdb_sequences() WHERE contains(comment, '"owned":')
       AND database_name = ${quoteText(database)} AND schema_name = ${quoteText(schema)}`,
  );
  return rows.map(([name, oid, written]) => {
    const { text, notes } = readComment(written);
    return { kind: "sequence", database, schema, name: name!, oid: oid!, comment: text, notes };
  });
}

async function sequencesDrawn(
  session: SessionContext,
  { oid }: DatabaseObject,
  column: string | undefined,
): Promise<Set<string | null>> {
  const one = column === undefined ? "" : ` AND column_name = ${quoteText(column)}`;
  const rows = await rowsOf(
    session,
    `SELECT column_default FROM duckdb_columns()
     WHERE table_oid = ${oid} AND contains(column_default, 'nextval(')${one}`,
  );
  return new Set(rows.map(([initial]) => drawnSequence(initial)));
}
