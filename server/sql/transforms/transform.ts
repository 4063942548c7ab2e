import type { Node } from "libpg-query";
import type { Edits } from "../edits.ts";
import type { Source } from "../source.ts";
import type { Fields } from "../walk.ts";

/** What is known of the database a statement runs on. */
export interface SqlContext {
  /** Relations of `pg_catalog` that are served by views of this server. */
  readonly catalogRelations: ReadonlySet<string>;
}

/** What a transform works on: it reads the tree and the tokens, and leaves edits. */
export interface TransformInput {
  readonly tree: Node;
  readonly source: Source;
  readonly edits: Edits;
  readonly context: SqlContext;
}

/**
 * One rewriting of PostgreSQL's SQL into DuckDB's. All transforms share one walk over the tree; each names the node
 * types it wants to see, and may only add edits.
 */
export interface Transform {
  readonly visit: Readonly<Record<string, (node: Fields, input: TransformInput) => void>>;
}
