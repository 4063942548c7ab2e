/** How a result is had as Arrow; see `LocalPrepared.executeArrow`. */
import type { QueryContext } from "../api/executor.ts";
import type { ArrowMessage } from "./message.ts";
import type { ArrowParameters } from "./parameters.ts";

/** One execution of a prepared statement. */
export interface ArrowRequest {
  /** A row of what `parametersFromArrow` read; left out for none. */
  parameters?: ArrowParameters;
  query?: QueryContext;
}

/** What an execution answers: Arrow's messages, parted as FlightData carries them. */
export interface ArrowResult {
  /** The metadata of the schema's message; without fields for a statement that returns no rows. */
  readonly schema: Uint8Array;
  /** Rows inserted, updated or deleted by a statement that returns none; `null` where DuckDB counts nothing. */
  readonly changed: number | null;
  /** The next record batch, or `null` at the end. Throws the statement's error when it fails on the way. */
  next(): Promise<ArrowBatch | null>;
  /** Ends it early and frees what it holds. Safe at any time and more than once. */
  close(): Promise<void>;
}

/** A record batch of `rows` rows. */
export interface ArrowBatch extends ArrowMessage {
  rows: number;
}
