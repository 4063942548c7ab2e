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
import type { Statement } from "../../sql/mod.ts";
import { quoteName } from "../../sql/quote.ts";
import { sourceOf } from "../../sql/source.ts";
import type { SessionContext } from "../context.ts";
import type { DomainNotes, Notes } from "./notes.ts";
import { creationSchema, findType, type Place, requireRelation } from "./objects.ts";
import { alreadyExists, exists, makeColumnSequence, nextValue } from "./sequences.ts";
import { comment, engine, skipNotice } from "./steps.ts";
import {
  columnComment,
  createText,
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
  const constraints = [...definition.constraints, ...copied.constraints];
  for (const column of columns) constraints.push(...await settleColumn(session, place, column));
  constraints.forEach((constraint) => warnOfActions(session, constraint));
  await engine(session, createText(place, columns, constraints));
  await keepNames(session, place, constraints);
  for (const { name, comment: text } of copied.comments) await columnComment(session, place, name, text);
  await makeIndexes(session, place, indexesFor(table.name, copied.indexes));
  if (definition.onCommit !== "preserve") session.temporary.add(place, definition.onCommit);
}

/** DuckDB keeps no names of constraints. */
async function keepNames(
  session: SessionContext,
  place: Place,
  constraints: readonly ConstraintDefinition[],
): Promise<void> {
  if (constraints.every(({ name }) => name === null)) return;
  const names = constraints.map(({ name }) => name);
  const given = names.filter((name) => name !== null);
  const twice = given.find((name, i) => given.indexOf(name) !== i);
  if (twice) {
    throw new PgError("42710", `constraint "${twice}" for relation "${place.name}" already exists`);
  }
  await comment(session, "TABLE", place, null, { constraints: names });
}

/** A foreign key that acts on other rows is one that refuses here, and says so. */
export function warnOfActions(session: SessionContext, { references }: ConstraintDefinition): void {
  for (const action of references?.actions ?? []) {
    session.notice({
      severity: "WARNING",
      sqlstate: "0A000",
      message: `${action} is not supported: rows that are still referenced cannot be deleted or updated`,
    });
  }
}

/** Makes the column's sequence, and gives it what its domain says. @returns the domain's constraints */
export async function settleColumn(
  session: SessionContext,
  place: Place,
  column: ColumnDefinition,
): Promise<ConstraintDefinition[]> {
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
  const domain = await domainOf(session, column.type);
  if (!domain) return [];
  if (domain.notNull) column.notNull = true;
  column.default ??= domain.default;
  return domain.checks.map(({ name, expression }): ConstraintDefinition => ({
    kind: "check",
    name,
    columns: [column.name],
    expression: aboutColumn(expression, column.name),
    references: null,
  }));
}

/** What the domain says that a column is of. */
async function domainOf(session: SessionContext, type: string): Promise<DomainNotes | null> {
  const name = plainTypeName(type);
  if (!name || (name.schema === null && typeByName(name.name))) return null;
  return (await findType(session, name))?.notes.domain ?? null;
}

/** `s.t` or `t`; `null` for a type that is written in another way: `varchar(10)`, `int[]`. */
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
  comments: { name: string; comment: string }[];
}

/** The columns as written, with those of `LIKE t` in their places. */
async function copiedFrom(session: SessionContext, elements: readonly TableElement[]): Promise<Copied> {
  const copied: Copied = { columns: [], constraints: [], indexes: [], comments: [] };
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
      if (text !== null) copied.comments.push({ name, comment: text });
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
