/** What this machine has for the tests, as setup found it; written by setup, read by the tests. */
import path from "node:path";
import { cache } from "../support/paths.ts";

/** Something tests may need beyond Deno and the npm packages. */
export type Need =
  | "psql"
  | "postgres"
  | "script"
  | "denort"
  | "s3"
  | `extension ${Extension}`;

/** The DuckDB extensions that the executable bundles. */
export const bundledExtensions = [
  "ducklake",
  "postgres_scanner",
  "sqlite_scanner",
  "httpfs",
  "tpch",
  "tpcds",
] as const;

/** Those that tests use. */
export const extensions = [...bundledExtensions, "delta"] as const;
export type Extension = typeof extensions[number];

export interface Machine {
  /** Path of psql, or empty. */
  psql: string;
  /** Path of util-linux' `script`, which gives a program a terminal, or empty. */
  script: string;
  /** A real PostgreSQL's programs (`initdb`, `postgres`), or null. */
  postgres: PostgresPrograms | null;
  /** The runtime for `deno compile`: a path for DENORT_BIN, or empty where Deno downloads it by itself. */
  denort: string;
  /** Path of a server of S3's interface (versitygw), or empty. */
  s3: string;
  /** Why tests that need something are skipped, by what they need. */
  missing: Partial<Record<Need, string>>;
}

export interface PostgresPrograms {
  /** The folder of `initdb` and `postgres`. */
  bin: string;
  /** As `postgres --version` says, e.g. `18.4`. */
  version: string;
  /** The user to run it as: it refuses root. `null`: the current one. */
  uid: number | null;
}

/** DuckDB's `extension_directory` for tests; `main.ts` finds it there by itself. */
export const extensionDirectory: string = path.join(cache, "extensions");

const file = path.join(cache, "machine.json");

/** Keeps what setup found. */
export async function saveMachine(machine: Machine): Promise<void> {
  const part = `${file}.${Deno.pid}`;
  await Deno.writeTextFile(part, JSON.stringify(machine, null, 2) + "\n");
  await Deno.rename(part, file);
}

/** What setup found. */
export function machine(): Machine {
  try {
    return JSON.parse(Deno.readTextFileSync(file));
  } catch {
    throw new Error(
      "the tests are not set up: run `deno task test` (or `deno run -A tests/run.ts --setup`) once",
    );
  }
}
