import type { CreateStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { typeByName } from "../../../worker/api/types.ts";
import type { ObjectName } from "../../sql/ddl/relation.ts";
import { sequenceOptions } from "../../sql/ddl/sequence_options.ts";
import {
  type ColumnDefinition,
  type ConstraintDefinition,
  tableDefinition,
  type TableElement,
} from "../../sql/ddl/table.ts";
import { identifierOf, isKeyword, tokenize } from "../../sql/lexer.ts";
import { analyze, type Statement } from "../../sql/mod.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { sourceOf } from "../../sql/source.ts";
import type { SessionContext } from "../context.ts";
import { sqlContext } from "../sql_context.ts";
import { constraintName, requireMeaning } from "./constraints.ts";
import { named, settleKey } from "./foreign_keys.ts";
import { uniqueItems } from "./indexes.ts";
import type { Notes } from "./notes.ts";
import {
  creationSchema,
  type DatabaseObject,
  findType,
  pathOf,
  type Place,
  requireRelation,
} from "./objects.ts";
import { alreadyExists, exists, makeColumnSequence, nextValue } from "./sequences.ts";
import { comment, engine, rowsOf, skipNotice } from "./steps.ts";
import {
  columnComment,
  createText,
  keyNotes,
  makeIndexes,
  readTable,
  type StoredColumn,
  type StoredIndex,
} from "./stored_table.ts";

/** CREATE TABLE. */
export async function createTable(
  session: SessionContext,
  statement: Statement,
  tree: CreateStmt,
): Promise<void> {
  const definition = tableDefinition(tree, sourceOf(statement.source), statement.engineText);
  const { table } = definition;
  const place = { ...await creationSchema(session, table, definition.temporary), name: table.name };
  if (await exists(session, place)) {
    if (!definition.ifNotExists) throw alreadyExists(table.name);
    return skipNotice(session, "42P07", `relation "${table.name}" already exists`);
  }
  const copied = await copiedFrom(session, definition.elements);
  const columns = copied.columns;
  const written = [...definition.constraints, ...copied.constraints];
  const constraints = written.filter(({ nullsNotDistinct }) => !nullsNotDistinct);
  for (const column of columns) constraints.push(...await settleColumn(session, place, column));
  for (const constraint of constraints) requireMeaning(columns, constraint);
  const keys: ConstraintDefinition[] = [];
  for (const constraint of constraints) {
    if (constraint.kind !== "foreign") continue;
    keys.push(await settleKey(session, { place, columns, constraints: written }, constraint));
  }
  await engine(session, createText(place, columns, constraints));
  await keepNotes(session, place, constraints, keys, definition.unlogged);
  for (const column of columns) {
    await columnComment(session, place, { ...column, comment: copied.comments.get(column.name) ?? null });
  }
  await makeIndexes(
    session,
    place,
    written.filter((one) => one.nullsNotDistinct).map((one) => nullIndex(place, one)),
  );
  await makeIndexes(session, place, indexesFor(table.name, copied.indexes));
  if (definition.onCommit !== "preserve") session.temporary.add(place, definition.onCommit);
}

/** UNIQUE NULLS NOT DISTINCT as an index. */
export function nullIndex(place: Place, constraint: ConstraintDefinition): StoredIndex {
  const { columns } = constraint;
  return {
    name: constraint.name ?? constraintName(place.name, constraint),
    unique: true,
    items: uniqueItems(columns.map(quoteName), null, true).join(", "),
    comment: null,
    notes: { constraint: true, columns: [...columns], nullsNotDistinct: true },
  };
}

/** DuckDB keeps no names of constraints, and the foreign keys are not its own. */
async function keepNotes(
  session: SessionContext,
  place: Place,
  constraints: readonly ConstraintDefinition[],
  keys: readonly ConstraintDefinition[],
  unlogged: boolean,
): Promise<void> {
  const notes: Notes = unlogged ? { unlogged } : {};
  const given = constraints.flatMap(({ name }) => name ?? []);
  const twice = given.find((name, i) => given.indexOf(name) !== i);
  if (twice) {
    throw new PgError("42710", `constraint "${twice}" for relation "${place.name}" already exists`);
  }
  const names = constraints.filter(({ kind }) => kind !== "foreign").map(({ name }) => name);
  if (names.some((name) => name !== null)) notes.constraints = names;
  // No row is there that could violate one.
  const valid = named(place.name, keys, given).map((key) => ({
    ...key,
    references: { ...key.references!, unchecked: undefined },
  }));
  if (valid.length > 0) notes.foreignKeys = keyNotes(valid);
  if (Object.keys(notes).length > 0) await comment(session, "TABLE", place, null, notes);
}

/**
 * Makes the column's sequence, and gives it what its domain says.
 *
 * @returns the domain's constraints
 * @throws PgError 42701 for a name that is taken, 42601 for two defaults, 22P02 for a default that the type cannot read
 */
export async function settleColumn(
  session: SessionContext,
  place: Place,
  column: ColumnDefinition,
): Promise<ConstraintDefinition[]> {
  if (systemColumns.has(column.name)) {
    throw new PgError("42701", `column name "${column.name}" conflicts with a system column name`);
  }
  if (column.sequence) {
    if (column.default !== null) {
      throw new PgError(
        "42601",
        column.sequence.identity
          ? `both default and identity specified for column "${column.name}" of table "${place.name}"`
          : `multiple default values specified for column "${column.name}" of table "${place.name}"`,
      );
    }
    column.default = nextValue(await makeColumnSequence(session, place, column.name, column.sequence));
  }
  column.default = await readDefault(session, column.default, column.type);
  const own = await userType(session, column.type);
  if (!own) return [];
  column.declared = own.path;
  const domain = own.object.notes.domain;
  if (!domain) return [];
  if (domain.notNull) column.notNull = true;
  column.default ??= domain.default;
  return domain.checks.map(({ expression }): ConstraintDefinition => ({
    kind: "check",
    name: null,
    columns: [column.name],
    expression: aboutColumn(expression, column.name),
    references: null,
  }));
}

const systemColumns = new Set(["tableoid", "ctid", "xmin", "cmin", "xmax", "cmax"]);

/**
 * A default as it is kept. A literal is read as the column's type when it is made its default, by PostgreSQL's rules where
 * DuckDB has others: `'Jan 8, 1999'`, `'{1,2}'`, `'\\x00ff'`.
 *
 * @throws PgError 22P02, 22007 and the like
 */
export async function readDefault(
  session: SessionContext,
  initial: string | null,
  type: string,
): Promise<string | null> {
  if (initial === null || !/^'(?:[^']|'')*'$/.test(initial) || asWritten.test(type)) return initial;
  const cast = `${initial}::${type}`;
  const context = sqlContext(session.settings.render());
  const { sql, syntaxError, mistake } = analyze({ text: `select ${cast}`, start: 0 }, context);
  if (mistake) throw mistake.with({ position: undefined });
  const expression = sql.replace(/^select\s+/i, "");
  if (!syntaxError && expression !== cast) return expression;
  if (!/\]$/.test(type)) await rowsOf(session, `SELECT CAST(${initial} AS ${type})`);
  return initial;
}

/** Types whose literals are kept as they are written; arrays of them are not. */
const asWritten = /^(text|varchar|json)[^[]*$/i;

/** The user's own type that a column is of, be it as an array. */
export async function userType(
  session: SessionContext,
  type: string,
): Promise<{ object: DatabaseObject; path: string } | null> {
  const name = plainTypeName(type.replace(/(\[\d*\])+$/, ""));
  if (!name || (name.schema === null && (typeByName(name.name) || typeKeywords.has(name.name)))) return null;
  const object = await findType(session, name);
  return object && { object, path: pathOf(object) };
}

/** Other names of PostgreSQL's own types: nobody's own can have them without quotes. */
const typeKeywords = new Set(["int", "decimal", "dec", "float", "char", "nchar"]);

/** `s.t` or `t`; `null` for a type that is written in another way: `varchar(10)`. */
function plainTypeName(type: string): ObjectName | null {
  const parts = /^(?:("(?:[^"]|"")+"|[\w$]+)\.)?("(?:[^"]|"")+"|[\w$]+)$/.exec(type);
  if (!parts) return null;
  const plain = (part: string) => identifierOf(part, tokenize(part)[0]) ?? part;
  return { schema: parts[1] ? plain(parts[1]) : null, name: plain(parts[2]) };
}

/** A domain's check speaks of `VALUE`. */
export function aboutColumn(expression: string, column: string): string {
  let text = expression;
  for (const token of tokenize(expression).toReversed()) {
    if (!isKeyword(expression, token, "value")) continue;
    text = text.slice(0, token.start) + quoteName(column) + text.slice(token.end);
  }
  return text;
}

/** Bits of LIKE's options. */
const including = { comments: 1, constraints: 4, defaults: 8, generated: 16, identity: 32, indexes: 64 };

interface Copied {
  columns: ColumnDefinition[];
  constraints: ConstraintDefinition[];
  indexes: StoredIndex[];
  /** By column. */
  comments: Map<string, string>;
}

/** The columns as written, with those of `LIKE t` in their places. */
async function copiedFrom(session: SessionContext, elements: readonly TableElement[]): Promise<Copied> {
  const copied: Copied = { columns: [], constraints: [], indexes: [], comments: new Map() };
  for (const element of elements) {
    if (element.kind === "column") {
      copied.columns.push({ ...element.column });
      continue;
    }
    const { options } = element;
    const has = (bit: number) => (options & bit) !== 0;
    const stored = await readTable(session, await requireRelation(session, element.table));
    copied.columns.push(...stored.columns.map((column) => likeColumn(column, options)));
    copied.constraints.push(
      ...stored.constraints.filter(({ kind }) =>
        kind === "check" ? has(including.constraints) : kind !== "foreign" && has(including.indexes)
      ).map((constraint) => constraint.kind === "check" ? constraint : { ...constraint, name: null }),
    );
    if (has(including.indexes)) copied.indexes.push(...stored.indexes);
    if (!has(including.comments)) continue;
    for (const { name, comment: text } of stored.columns) {
      if (text !== null) copied.comments.set(name, text);
    }
  }
  return copied;
}

function likeColumn(column: StoredColumn, options: number): ColumnDefinition {
  return {
    ...column,
    default: column.identity === null && (options & including.defaults) !== 0 ? column.default : null,
    sequence: column.identity !== null && (options & including.identity) !== 0
      ? { identity: column.identity, options: sequenceOptions([], column.type.toLowerCase()) }
      : null,
    generated: (options & including.generated) !== 0 ? column.generated : null,
  };
}

/** A copied index is named after the new table. */
function indexesFor(table: string, indexes: readonly StoredIndex[]): StoredIndex[] {
  return indexes.map((index, i) => {
    const columns = index.items.split(",").map((item) => /^"?(\w+)"?$/.exec(item.trim())?.[1] ?? "expr");
    const base = `${table}_${columns.join("_")}_idx`;
    const notes: Notes = { ...index.notes };
    return { ...index, name: i === 0 ? base : `${base}${i}`, notes };
  });
}
