/**
 * What DuckDB has no place for is kept in the comment of the object it belongs to, behind the user's own comment and a unit
 * separator (0x1F), as JSON: it lives in the user's database, is undone with a transaction, and goes with the object. The
 * catalogue's views read it (`duckgres_note`).
 */

import type { KeyRules } from "../../sql/ddl/foreign_key.ts";

/** What is kept, by kind of object. */
export interface Notes {
  /**
   * Of a table: its constraints' names where they are not those PostgreSQL would choose, in the order in which DuckDB lists
   * primary keys, unique, check and foreign key constraints of its own.
   */
  constraints?: (string | null)[];
  /** Of a table: its foreign keys, which `keys/` sees to. */
  foreignKeys?: ForeignKeyNotes[];
  /** Of a table: comments on its constraints, by name. */
  constraintComments?: Record<string, string>;
  /** Of a column: what DuckDB does not keep of its type (`ColumnDefinition.declared`). */
  declared?: string;
  /** Of a sequence: a column's own. */
  owned?: boolean;
  /** Of a sequence: whose own it is, where the column does not draw from it by default. */
  owner?: { table: string; column: string };
  /** Of a sequence: its column is an identity column. */
  identity?: "always" | "by default";
  /** Of a sequence: its data type, where it is not bigint. */
  type?: string;
  /** Of a sequence: its start, where it stands elsewhere. */
  start?: string;
  /** Of a table that stands for a materialized view: its query in DuckDB's SQL. */
  query?: string;
  /** Of a materialized view: the search path its query was written for. */
  path?: string;
  /** Of a materialized view: the names its columns were given. Of an index that DuckDB has other items for: its own. */
  columns?: string[];
  /** Of an index: what its rows fulfil, in DuckDB's SQL. */
  where?: string;
  /** Of a unique index. */
  nullsNotDistinct?: boolean;
  /** Of a table: the index that CLUSTER was last told. */
  clustered?: string;
  /** Of a table: UNLOGGED. */
  unlogged?: boolean;
  /** Of a materialized view: WITH NO DATA. */
  unpopulated?: boolean;
  /** Of a function: the types of its parameters. */
  arguments?: string[];
  /** Of a type: it is a domain. */
  domain?: DomainNotes;
  /** Of a unique index: it is a constraint's. */
  constraint?: boolean;
}

/** A foreign key. The table it refers to is in the same database. */
export interface ForeignKeyNotes extends KeyRules {
  name: string;
  columns: readonly string[];
  /** DuckDB's name. */
  schema: string;
  table: string;
  references: readonly string[];
  unchecked?: boolean;
}

/** A domain, besides its base type. */
export interface DomainNotes {
  notNull: boolean;
  /** In DuckDB's SQL. */
  default: string | null;
  /** Expressions about `VALUE`, in DuckDB's SQL, with their constraints' names. */
  checks: { name: string; expression: string }[];
}

const separator = "\x1f";

/** A comment as DuckDB keeps it, in its two halves. */
export function readComment(comment: string | null): { text: string | null; notes: Notes } {
  if (comment === null) return { text: null, notes: {} };
  const at = comment.indexOf(separator);
  if (at < 0) return { text: comment, notes: {} };
  return { text: at === 0 ? null : comment.slice(0, at), notes: JSON.parse(comment.slice(at + 1)) };
}

/** The two halves as DuckDB keeps them; `null` for nothing. */
export function writeComment(text: string | null, notes: Notes): string | null {
  const kept = Object.entries(notes).filter(([, value]) => value !== undefined);
  if (kept.length === 0) return text === "" ? null : text;
  return `${text ?? ""}${separator}${JSON.stringify(Object.fromEntries(kept))}`;
}
