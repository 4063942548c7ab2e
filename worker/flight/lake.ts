/** The DuckLake that ActivateTenant names, as SQL. */
import { status } from "@grpc/grpc-js";
import { quoteText } from "../api/quote.ts";
import { FlightError } from "./status.ts";

/** What the lake is attached as. */
export const lakeName = "ducklake";

/** Keys that say nothing of what is in the lake. */
const passedOver = new Set([
  "application_name",
  "CheckpointInterval",
  "DisableMetadataThreadLocalCache",
  "migrate",
  "spec_version",
  "via_pgbouncer",
]);

const served = new Set(["MetadataStore", "ObjectStore", "DataPath", "DataInliningRowLimit"]);

/**
 * Statements that attach a lake: its metadata in a file (`/lakes/acme.ducklake`, `sqlite:…`) or a PostgreSQL database
 * (`postgres:host=…`), its data in a folder (`DataPath`, or `ObjectStore`).
 *
 * @throws {FlightError} INVALID_ARGUMENT without a metadata store, UNIMPLEMENTED for what is not served (credentials for
 *   object stores, Delta catalogs)
 */
export function attachStatements(lake: Readonly<Record<string, unknown>>): string[] {
  const { MetadataStore: store, DataPath: path, ObjectStore: objects, DataInliningRowLimit: inlined } = lake;
  if (typeof store !== "string" || store === "") throw invalid("ducklake.MetadataStore is missing");
  const other = Object.entries(lake).find(([name, value]) =>
    !served.has(name) && !passedOver.has(name) && isSet(value)
  );
  if (other) {
    throw new FlightError(status.UNIMPLEMENTED, `this worker cannot attach a DuckLake with ${other[0]}`);
  }
  const data = path || objects;
  const options: string[] = [];
  if (typeof data === "string") options.push(`DATA_PATH ${quoteText(data)}`);
  if (typeof inlined === "number" && inlined > 0) {
    options.push(`DATA_INLINING_ROW_LIMIT ${Math.floor(inlined)}`);
  }
  const uri = quoteText(`ducklake:${store.replace(/^ducklake:/, "")}`);
  const attach = `ATTACH ${uri} AS ${lakeName}`;
  return ["LOAD ducklake", options.length === 0 ? attach : `${attach} (${options.join(", ")})`];
}

/** The Go system sends every key, unused ones with Go's zero values. */
function isSet(value: unknown): boolean {
  return value !== null && value !== undefined && value !== "" && value !== 0 && value !== false;
}

function invalid(what: string): FlightError {
  return new FlightError(status.INVALID_ARGUMENT, `invalid action: ${what}`);
}
