/** The DuckLake that ActivateTenant names, as SQL: what its stores need to be reached, and what attaches it. */
import { status } from "@grpc/grpc-js";
import { quoteText } from "../api/quote.ts";
import { FlightError } from "./status.ts";

/** What the lake is attached as. */
export const lakeName = "ducklake";

/** What a Delta table beside it is attached as. */
const deltaName = "delta";

/** The keys of ActivateTenant's `ducklake`; the Go system sends all of them, unused ones with Go's zero values. */
export interface LakeFields {
  /** Of the metadata: a file (`/lakes/acme.ducklake`, `sqlite:…`) or a PostgreSQL database (`postgres:host=…`). */
  MetadataStore?: unknown;
  /** Where the data is, either of them: a folder, or `s3://…`. */
  DataPath?: unknown;
  ObjectStore?: unknown;
  /** Rows up to which a write stays in the metadata. */
  DataInliningRowLimit?: unknown;
  /** `config` (the keys below), `credential_chain` or `aws_sdk`; by default the first where there is a key. */
  S3Provider?: unknown;
  S3Endpoint?: unknown;
  S3AccessKey?: unknown;
  S3SecretKey?: unknown;
  S3SessionToken?: unknown;
  S3Region?: unknown;
  S3UseSSL?: unknown;
  S3URLStyle?: unknown;
  S3Chain?: unknown;
  S3Profile?: unknown;
  HTTPProxy?: unknown;
  DeltaCatalogEnabled?: unknown;
  /** By default `delta` beside the data. */
  DeltaCatalogPath?: unknown;
}

/** See {@linkcode readLake}. */
export interface Lake {
  /** Which lake it is, and how it is used: one that differs is another one. */
  attach: string;
  /** Where a Delta table may be; `null` for nowhere. */
  delta: string | null;
  /** How the object store is reached; may be run again with newer keys. */
  access: readonly string[];
  /** What nobody may see in an error. */
  secrets: readonly string[];
}

/** Runs a statement. */
type Run = (sql: string) => Promise<void>;

/** @throws {FlightError} INVALID_ARGUMENT without a metadata store, or for an unknown provider */
export function readLake(fields: LakeFields): Lake {
  const store = textOf(fields.MetadataStore);
  if (store === "") throw invalid("ducklake.MetadataStore is missing");
  const data = textOf(fields.DataPath) || textOf(fields.ObjectStore);
  return {
    attach: attachStatement(store, data, fields.DataInliningRowLimit),
    delta: deltaPath(fields, data),
    access: accessStatements(fields, data),
    secrets: [store, textOf(fields.S3SecretKey), textOf(fields.S3SessionToken)].filter((text) => text !== ""),
  };
}

/** Attaches it, with what it needs; a Delta table that is not there yet is passed over. @throws as DuckDB does */
export async function attachLake(run: Run, { attach, delta, access }: Lake): Promise<void> {
  for (const sql of access) await run(sql);
  if (delta !== null) await attachDelta(run, delta);
  await run("LOAD ducklake");
  await run(attach);
}

function attachStatement(store: string, data: string, inlined: unknown): string {
  const options: string[] = [];
  if (data !== "") options.push(`DATA_PATH ${quoteText(data)}`);
  if (typeof inlined === "number" && inlined > 0) {
    options.push(`DATA_INLINING_ROW_LIMIT ${Math.floor(inlined)}`);
  }
  const attach = `ATTACH ${quoteText(`ducklake:${store.replace(/^ducklake:/, "")}`)} AS ${lakeName}`;
  return options.length === 0 ? attach : `${attach} (${options.join(", ")})`;
}

function accessStatements(fields: LakeFields, data: string): string[] {
  const proxy = textOf(fields.HTTPProxy);
  const statements = proxy === "" ? [] : [`SET GLOBAL http_proxy = ${quoteText(proxy)}`];
  if (!/^s3[an]?:/.test(data) && textOf(fields.S3AccessKey) === "") return statements;
  const provider = textOf(fields.S3Provider) ||
    (textOf(fields.S3AccessKey) === "" ? "credential_chain" : "config");
  const options = secretOptions(provider, fields);
  if (provider !== "config") statements.push("INSTALL aws", "LOAD aws");
  statements.unshift("LOAD httpfs");
  statements.push(`CREATE OR REPLACE SECRET ducklake_s3 (TYPE s3, ${options.join(", ")})`);
  return statements;
}

/** The Go system's `aws_sdk` asks AWS' SDK for keys, which is what DuckDB's chain does. */
function secretOptions(provider: string, fields: LakeFields): string[] {
  const { S3Endpoint, S3Region, S3Chain, S3Profile, S3AccessKey, S3SecretKey, S3SessionToken } = fields;
  if (provider === "config") {
    return [
      "PROVIDER config",
      ...option("KEY_ID", S3AccessKey),
      ...option("SECRET", S3SecretKey),
      ...option("SESSION_TOKEN", S3SessionToken),
      ...option("REGION", S3Region || "us-east-1"),
      ...option("ENDPOINT", S3Endpoint),
      ...option("URL_STYLE", fields.S3URLStyle || "path"),
      `USE_SSL ${fields.S3UseSSL === true}`,
    ];
  }
  if (provider !== "credential_chain" && provider !== "aws_sdk") {
    throw invalid(`ducklake.S3Provider "${provider}" is unknown`);
  }
  const more = [
    ...option("CHAIN", S3Chain),
    ...option("PROFILE", S3Profile),
    ...option("REGION", S3Region),
    ...option("ENDPOINT", S3Endpoint),
  ];
  return ["PROVIDER credential_chain", ...more];
}

function option(name: string, value: unknown): string[] {
  return textOf(value) === "" ? [] : [`${name} ${quoteText(textOf(value))}`];
}

function deltaPath({ DeltaCatalogEnabled, DeltaCatalogPath }: LakeFields, data: string): string | null {
  if (DeltaCatalogEnabled !== true) return null;
  const path = textOf(DeltaCatalogPath);
  if (path !== "") return path;
  return data === "" ? null : data.replace(/\/*$/, "").replace(/[^/]*$/, "delta/");
}

/** A table without a log does not fail to attach: afterwards, every look at the list of tables does. */
async function attachDelta(run: Run, path: string): Promise<void> {
  await run("INSTALL delta");
  await run("LOAD delta");
  await run(`ATTACH OR REPLACE ${quoteText(path)} AS ${deltaName} (TYPE delta)`);
  try {
    await run(`SELECT * FROM ${deltaName}.${deltaName} LIMIT 0`);
  } catch (error) {
    await run(`DETACH ${deltaName}`);
    if (!/No files in log segment|InvalidTableLocation/.test(String(error))) throw error;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function invalid(what: string): FlightError {
  return new FlightError(status.INVALID_ARGUMENT, `invalid action: ${what}`);
}
