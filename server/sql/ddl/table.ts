/** Tables as CREATE TABLE and ALTER TABLE define them, in a form from which DuckDB's statement is made. */
import { lookup } from "../../../worker/api/lookup.ts";
import type { ColumnDef, Constraint, CreateStmt, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { constantText, lastPart, nameParts } from "../constant.ts";
import { isKeyword } from "../lexer.ts";
import type { Source } from "../source.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { toldLiteral } from "../transforms/network.ts";
import { anyNode } from "../walk.ts";
import { declaredPgType, declaredType } from "./declared_type.ts";
import { type Extent, inBrackets, offsetsOf, splitAtCommas, tokenAtLocation } from "./extents.ts";
import { type ForeignKey, foreignKey, withAttributes } from "./foreign_key.ts";
import { type ObjectName, relationName } from "./relation.ts";
import { type SequenceOptions, sequenceOptions } from "./sequence_options.ts";

/** A column; texts are DuckDB's SQL. */
export interface ColumnDefinition {
  name: string;
  type: string;
  notNull: boolean;
  default: string | null;
  /** The expression of a generated column. */
  generated: string | null;
  /** A sequence of the column's own: serial or identity. */
  sequence: ColumnSequence | null;
  /**
   * What DuckDB does not keep of its type: the user's own, as `schema.name` in DuckDB's SQL, or what `declared_type.ts` tells.
   */
  declared: string | null;
}

/** How a column draws its values from a sequence of its own. */
export interface ColumnSequence {
  identity: "always" | "by default" | null;
  options: SequenceOptions;
}

export type ConstraintKind = "primary" | "unique" | "check" | "foreign";

/** A constraint of a table; those written at a column are here, too. */
export interface ConstraintDefinition {
  kind: ConstraintKind;
  /** `null` where PostgreSQL chooses one. */
  name: string | null;
  /** Of a check: unknown. */
  columns: readonly string[];
  /** Of a check, in DuckDB's SQL. */
  expression: string | null;
  /** Of a unique constraint: NULLS NOT DISTINCT, which is an index here. */
  nullsNotDistinct?: boolean;
  references: ForeignKey | null;
}

/** A part of CREATE TABLE's list: LIKE puts columns between those written. */
export type TableElement =
  | { kind: "column"; column: ColumnDefinition }
  | { kind: "like"; table: ObjectName; options: number };

/** What CREATE TABLE defines. */
export interface TableDefinition {
  table: ObjectName;
  temporary: boolean;
  ifNotExists: boolean;
  unlogged: boolean;
  onCommit: "preserve" | "delete" | "drop";
  elements: readonly TableElement[];
  constraints: readonly ConstraintDefinition[];
}

/** The text of a statement, in DuckDB's SQL, between two offsets of the client's. */
export type EngineText = (start: number, end: number) => string;

/**
 * Reads CREATE TABLE.
 *
 * @throws PgError 0A000 for what DuckDB has not and nothing here stands for; 42601 for contradictions
 * @see https://www.postgresql.org/docs/16/sql-createtable.html
 */
export function tableDefinition(tree: CreateStmt, source: Source, engineText: EngineText): TableDefinition {
  refuseTable(tree);
  const relation = tree.relation!;
  const list = inBrackets(source, tokenAtLocation(source, relation.location) + 1);
  const items = list ? splitAtCommas(source, list) : [];
  const elements: TableElement[] = [];
  const constraints: ConstraintDefinition[] = [];
  (tree.tableElts ?? []).forEach((node, i) => {
    const reader = { source, engineText, extent: items[i] };
    if ("ColumnDef" in node) {
      const read = columnDefinition(node.ColumnDef, reader);
      elements.push({ kind: "column", column: read.column });
      constraints.push(...read.constraints);
    } else if ("TableLikeClause" in node) {
      const { relation: like, options = 0 } = node.TableLikeClause;
      elements.push({ kind: "like", table: relationName(like!), options });
    } else if ("Constraint" in node) {
      constraints.push(constraintDefinition(node.Constraint, [], reader));
    }
  });
  return {
    table: relationName(relation),
    temporary: relation.relpersistence === "t" || relation.schemaname === "pg_temp",
    ifNotExists: tree.if_not_exists ?? false,
    unlogged: relation.relpersistence === "u",
    onCommit: onCommits[tree.oncommit ?? ""] ?? "preserve",
    elements,
    constraints,
  };
}

const onCommits: Record<string, TableDefinition["onCommit"]> = {
  ONCOMMIT_DELETE_ROWS: "delete",
  ONCOMMIT_DROP: "drop",
};

function refuseTable(tree: CreateStmt): void {
  const { tablespacename, accessMethod = "heap" } = tree;
  if (tablespacename !== undefined && tablespacename !== "pg_default" && tablespacename !== "pg_global") {
    throw new PgError("42704", `tablespace "${tablespacename}" does not exist`);
  }
  if (accessMethod !== "heap") throw new PgError("42704", `access method "${accessMethod}" does not exist`);
  if (tree.partspec || tree.partbound) throw unsupported("partitioned tables are not supported");
  if (tree.inhRelations) throw unsupported("table inheritance is not supported");
  if (tree.ofTypename) throw unsupported("typed tables are not supported");
}

function unsupported(message: string, hint?: string): PgError {
  return new PgError("0A000", message, { hint });
}

/** Where an element of a table is written. */
export interface ElementReader {
  source: Source;
  engineText: EngineText;
  extent: Extent;
}

/** Reads a column and the constraints written at it. */
export function columnDefinition(
  node: ColumnDef,
  reader: ElementReader,
): { column: ColumnDefinition; constraints: ConstraintDefinition[] } {
  const name = node.colname ?? "";
  const serial = serialTypes[lastName(node)];
  const column: ColumnDefinition = {
    name,
    type: serial ?? typeText(node, reader),
    notNull: serial !== undefined,
    default: null,
    generated: null,
    sequence: serial === undefined
      ? null
      : { identity: null, options: sequenceOptions([], serial.toLowerCase()) },
    declared: declaredType(node.typeName),
  };
  const constraints: ConstraintDefinition[] = [];
  const nodes = (node.constraints ?? []).map((item) => "Constraint" in item ? item.Constraint : null);
  refuseContradiction(name, nodes);
  nodes.forEach((constraint, i) => {
    if (!constraint) return;
    const end = nodes[i + 1] ? tokenAtLocation(reader.source, nodes[i + 1]!.location) : reader.extent.end;
    const extent = { first: tokenAtLocation(reader.source, constraint.location), end };
    addConstraint(column, constraint, { ...reader, extent }, constraints);
    const added = constraints.at(-1);
    if (constraint.contype !== "CONSTR_FOREIGN" || !added?.references) return;
    added.references = withAttributes(added.references, nodes.slice(i + 1));
  });
  return { column, constraints };
}

/**
 * The default of an address or of money where it is a literal: such are stored in one form only.
 *
 * @throws PgError 22P02
 */
export function toldDefault(declared: string | null, expression: Node | undefined): string | null {
  const type = declaredPgType(declared);
  const literal = expression && "A_Const" in expression && expression.A_Const.sval;
  return type && literal ? toldLiteral(type.oid, constantText(expression) ?? "") : null;
}

/** @throws PgError 42601 for `NULL NOT NULL` */
function refuseContradiction(column: string, nodes: readonly (Constraint | null)[]): void {
  const has = (type: string) => nodes.some((node) => node?.contype === type);
  if (!has("CONSTR_NULL") || !has("CONSTR_NOTNULL")) return;
  throw new PgError("42601", `conflicting NULL/NOT NULL declarations for column "${column}"`);
}

const serialTypes: Record<string, string> = lookup({
  smallserial: "SMALLINT",
  serial2: "SMALLINT",
  serial: "INTEGER",
  serial4: "INTEGER",
  bigserial: "BIGINT",
  serial8: "BIGINT",
});

function lastName(node: ColumnDef): string {
  return node.typeName?.arrayBounds ? "" : lastPart(node.typeName?.names) ?? "";
}

/** Type and collation, up to the constraints behind it. */
export function typeText(node: ColumnDef, { source, engineText, extent }: ElementReader): string {
  const first = tokenAtLocation(source, node.typeName?.location);
  const begins = (node.constraints ?? []).flatMap((item) =>
    "Constraint" in item ? [tokenAtLocation(source, item.Constraint.location)] : []
  );
  const behind = storageOf(source, first, Math.min(extent.end, ...begins));
  return engineText(...offsetsOf(source, { first, end: behind }));
}

/** `STORAGE x` and `COMPRESSION y` say how PostgreSQL keeps a value on disk. */
function storageOf({ text, tokens }: Source, first: number, end: number): number {
  for (let i = first + 1; i < end; i++) {
    if (isKeyword(text, tokens[i], "storage") || isKeyword(text, tokens[i], "compression")) return i;
  }
  return end;
}

function addConstraint(
  column: ColumnDefinition,
  node: Constraint,
  reader: ElementReader,
  constraints: ConstraintDefinition[],
): void {
  switch (node.contype) {
    case "CONSTR_NOTNULL":
      column.notNull = true;
      return;
    case "CONSTR_DEFAULT":
      column.default = toldDefault(column.declared, node.raw_expr) ?? defaultText(reader);
      return;
    case "CONSTR_GENERATED":
      refuseVolatile(node.raw_expr);
      column.generated = bracketText(reader);
      return;
    case "CONSTR_IDENTITY":
      column.notNull = true;
      column.sequence = columnIdentity(node, column.type);
      return;
    case "CONSTR_NULL":
    case "CONSTR_ATTR_DEFERRABLE":
    case "CONSTR_ATTR_NOT_DEFERRABLE":
    case "CONSTR_ATTR_DEFERRED":
    case "CONSTR_ATTR_IMMEDIATE":
      return;
    default:
      constraints.push(constraintDefinition(node, [column.name], reader));
  }
}

/** GENERATED … AS IDENTITY (…). @throws PgError 22023 for a type that is no integer */
export function columnIdentity(node: Constraint, type: string): ColumnSequence {
  const integer = integerTypes[type.toLowerCase()];
  if (!integer) throw new PgError("22023", "identity column type must be smallint, integer, or bigint");
  return {
    identity: node.generated_when === "a" ? "always" : "by default",
    options: sequenceOptions(node.options ?? [], integer),
  };
}

const integerTypes: Record<string, string> = lookup({
  smallint: "smallint",
  int2: "smallint",
  int: "integer",
  int4: "integer",
  integer: "integer",
  bigint: "bigint",
  int8: "bigint",
});

const changing = new Set(
  ("random now clock_timestamp statement_timestamp transaction_timestamp timeofday gen_random_uuid uuidv4 uuidv7 " +
    "nextval currval lastval setval").split(" "),
);

/** @throws PgError 42P17 for a generated column that would not always be the same */
function refuseVolatile(expression: Node | undefined): void {
  const volatile = expression && anyNode(expression, (type, node) =>
    type === "SQLValueFunction" ||
    type === "FuncCall" && changing.has(lastPart(node.funcname as Node[]) ?? ""));
  if (volatile) throw new PgError("42P17", "generation expression is not immutable");
}

/** The expression behind DEFAULT. */
export function defaultText({ source, engineText, extent }: ElementReader): string {
  const keyword = source.tokens.findIndex((token, i) =>
    i >= extent.first && isKeyword(source.text, token, "default")
  );
  return engineText(...offsetsOf(source, { first: keyword + 1, end: extent.end }));
}

/** What stands in the first brackets. */
export function bracketText({ source, engineText, extent }: ElementReader): string {
  const inner = inBrackets(source, extent.first, extent.end);
  return inner ? engineText(...offsetsOf(source, inner)) : "";
}

/** Reads PRIMARY KEY, UNIQUE, CHECK, REFERENCES or FOREIGN KEY; `columns` is where it is written at one. */
export function constraintDefinition(
  node: Constraint,
  columns: readonly string[],
  reader: ElementReader,
): ConstraintDefinition {
  const base = { name: node.conname ?? null, expression: null, references: null };
  switch (node.contype) {
    case "CONSTR_PRIMARY":
    case "CONSTR_UNIQUE":
      return {
        ...base,
        nullsNotDistinct: node.nulls_not_distinct ?? false,
        kind: node.contype === "CONSTR_PRIMARY" ? "primary" : "unique",
        columns: node.keys ? nameParts(node.keys) : columns,
      };
    case "CONSTR_CHECK":
      return { ...base, kind: "check", columns: [], expression: bracketText(reader) };
    case "CONSTR_FOREIGN":
      return {
        ...base,
        kind: "foreign",
        columns: node.fk_attrs ? nameParts(node.fk_attrs) : columns,
        references: foreignKey(node),
      };
    case "CONSTR_EXCLUSION":
      throw unsupported("exclusion constraints are not supported");
    default:
      throw unsupported(`this constraint is not supported`);
  }
}

/** A column as DuckDB's CREATE TABLE has it. */
export function columnText(column: ColumnDefinition): string {
  const { name, type, notNull } = column;
  if (column.generated !== null) {
    return `${quoteName(name)} ${type} GENERATED ALWAYS AS (${column.generated}) VIRTUAL`;
  }
  const initial = column.default === null ? "" : ` DEFAULT ${column.default}`;
  return `${quoteName(name)} ${type}${notNull ? " NOT NULL" : ""}${initial}`;
}

/**
 * A constraint as DuckDB's CREATE TABLE has it, without its name, which DuckDB would forget; `null` for a foreign key, which
 * is not DuckDB's to keep.
 */
export function constraintText({ kind, columns, expression }: ConstraintDefinition): string | null {
  const names = (list: readonly string[]) => `(${list.map(quoteName).join(", ")})`;
  if (kind === "primary") return `PRIMARY KEY ${names(columns)}`;
  if (kind === "unique") return `UNIQUE ${names(columns)}`;
  return kind === "check" ? `CHECK (${expression})` : null;
}
