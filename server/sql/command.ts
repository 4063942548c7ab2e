import type { Node } from "libpg-query";

/**
 * What a statement is, as far as a session must know it to run it.
 *
 * @see https://www.postgresql.org/docs/16/sql-commands.html
 */
export type Command =
  | { kind: "query" }
  /** `upserts`: how many rows of VALUES each are to be inserted or to change another, for ON CONFLICT DO UPDATE. */
  | { kind: "insert"; returning: boolean; upserts?: number }
  | { kind: "update" | "delete" | "merge"; returning: boolean }
  | ({ kind: "begin"; tag: "BEGIN" | "START TRANSACTION" } & TransactionModes)
  | { kind: "commit" | "rollback"; chain: boolean }
  | { kind: "savepoint" | "release" | "rollbackTo"; name: string }
  | { kind: "prepareTransaction" | "commitPrepared" | "rollbackPrepared"; gid: string }
  | ({ kind: "setTransaction"; scope: "transaction" | "session" } & TransactionModes)
  /** `name` is in lower case; `SET TIME ZONE x` is `timezone`, `SET NAMES x` is `client_encoding`. */
  | { kind: "set"; name: string; values: string[] | "default"; local: boolean }
  /** `name` is in lower case; `all` for RESET ALL. */
  | { kind: "reset"; name: string }
  /** `name` is in lower case; `all` for SHOW ALL. */
  | { kind: "show"; name: string }
  | { kind: "discard"; what: "all" | "plans" | "sequences" | "temp" }
  | { kind: "prepare"; name: string }
  | { kind: "executePrepared"; name: string }
  /** `name` is `null` for DEALLOCATE ALL. */
  | { kind: "deallocate"; name: string | null }
  | {
    kind: "declareCursor";
    name: string;
    query: string;
    hold: boolean;
    scroll: boolean | null;
    binary: boolean;
  }
  | { kind: "fetch"; cursor: string; move: boolean; direction: FetchDirection; count: number | "all" }
  /** `name` is `null` for CLOSE ALL. */
  | { kind: "closeCursor"; name: string | null }
  | CopyCommand
  /** Everything else; `tag` is PostgreSQL's. */
  | { kind: "utility"; tag: string; tree: Node }
  /** What PostgreSQL has and this server has not. */
  | { kind: "unsupported"; feature: string; sqlstate: "0A000" }
  /** PostgreSQL's parser refused it: DuckDB's own SQL, or a mistake. `word` is its first word in upper case. */
  | { kind: "native"; word: string; tag: string | null };

export interface TransactionModes {
  /** As written, in lower case: `read committed`, `serializable`, … */
  isolation?: string;
  readOnly?: boolean;
  deferrable?: boolean;
}

export type FetchDirection = "forward" | "backward" | "absolute" | "relative";

/** COPY; what it copies is either a `table` or a `query`. */
export interface CopyCommand {
  kind: "copy";
  direction: "from" | "to";
  /** `null` for STDIN and STDOUT. */
  file: string | null;
  program: boolean;
  table?: { schema: string | null; name: string; columns: string[] };
  /** The text of the query in brackets. */
  query?: string;
  /** Names in lower case; an option without a value is `true`, `*` is `"*"`. */
  options: ReadonlyMap<string, string | true | string[]>;
}
