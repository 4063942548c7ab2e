import type { Node } from "libpg-query";
import type { Notice, PgError } from "../../../worker/api/error.ts";
import type { Edits } from "../edits.ts";
import type { Source } from "../source.ts";
import type { SessionCall, SessionRelation } from "./session_state.ts";
import type { LiteralSettings } from "../types/literal.ts";
import type { Fields } from "../walk.ts";

/** What is known of the database a statement runs on. */
export interface SqlContext {
  /** Relations of `pg_catalog` that are served by views of this server. */
  readonly catalogRelations: ReadonlySet<string>;
  /** How a session reads literals; PostgreSQL's defaults where it is missing. */
  readonly literals?: LiteralSettings;
  /** The statement's own rows go to a client, so that what is in them may be worked out where it is shown. */
  readonly shown?: boolean;
}

/** A literal of which only DuckDB can tell the type. Offsets are UTF-16 code units. */
export interface DoubtfulLiteral {
  start: number;
  end: number;
  text: string;
  /** In which column of an INSERT's values it stands. */
  column?: number;
}

/** What a transform works on: it reads the tree and the tokens, and leaves edits. */
export interface TransformInput {
  readonly tree: Node;
  readonly source: Source;
  readonly edits: Edits;
  readonly context: SqlContext;
  /** What PostgreSQL has against the statement; the first said is told. The offset is that of the words it is about. */
  refuse(error: PgError, offset?: number): void;
  /** What PostgreSQL says of the statement and goes on. */
  notice(notice: Notice): void;
  /** A literal that takes the type of a column. */
  doubt(literal: DoubtfulLiteral): void;
  /** The type of a column matters, which is not known yet. */
  askTypes(): void;
  /** It reads the columns of a relation, by `relation` or `schema.relation`. */
  readsColumns(relation: string): void;
  /** It reads the columns of a query in it, which may have a name. */
  readsQuery(name?: string): void;
  /** What the session is to tell or do before the statement runs. */
  askSession(what: SessionRelation | SessionCall): void;
}

/**
 * One rewriting of PostgreSQL's SQL into DuckDB's. All transforms share one walk over the tree; each names the node
 * types it wants to see, and may only add edits.
 */
export interface Transform {
  /** Sees the whole statement once, before its nodes. It must be quick to tell that there is nothing to do. */
  readonly whole?: (input: TransformInput) => void;
  /** `"skip"` says that the node's whole text is replaced: neither the transforms behind nor its children see it. */
  readonly visit: Readonly<Record<string, (node: Fields, input: TransformInput) => "skip" | void>>;
}
