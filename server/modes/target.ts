import { readdirSync, statSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { quoteName, quoteText } from "../../worker/api/quote.ts";

/** What the server serves: a database for each user, or one for all. */
export type Target =
  | { kind: "users" }
  | { kind: "file"; path: string }
  | { kind: "memory" }
  | { kind: "folder"; path: string; views: readonly View[] };

/** A data file of a folder, served as a view. */
export interface View {
  name: string;
  path: string;
  reader: string;
}

/** DuckDB's table function for each kind of data file. */
const readers: Record<string, string> = {
  ".parquet": "read_parquet",
  ".csv": "read_csv",
  ".tsv": "read_csv",
  ".json": "read_json",
  ".jsonl": "read_json",
  ".ndjson": "read_json",
};

/** Tells what the command line's target is. `null` is no target: a database for each user. */
export function resolveTarget(target: string | null): Target {
  if (target === null) return { kind: "users" };
  if (target === ":memory:") return { kind: "memory" };
  const path = resolve(target);
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder ? { kind: "folder", path, views: folderViews(path) } : { kind: "file", path };
}

/**
 * One view for each data file of a folder, by the file's name without its ending; where two files would share a name,
 * the ending stays in it (`sales_csv`, `sales_parquet`).
 */
export function folderViews(folder: string): View[] {
  const files = readdirSync(folder).filter((file) => viewReader(file)).sort();
  const stems = files.map(stem);
  return files.map((file, i) => {
    const shared = stems.filter((other) => other === stems[i]).length > 1;
    return {
      name: shared ? dataName(file).replaceAll(".", "_") : stems[i],
      path: join(folder, file),
      reader: viewReader(file)!,
    };
  });
}

/** The statement that makes a view of a data file. */
export function createView({ name, path, reader }: View): string {
  return `CREATE VIEW ${quoteName(name)} AS FROM ${reader}(${quoteText(path)})`;
}

/** `sales.csv.gz` is the data file `sales.csv`, packed. */
function dataName(file: string): string {
  return extname(file) === ".gz" || extname(file) === ".zst" ? basename(file, extname(file)) : file;
}

function stem(file: string): string {
  const name = dataName(file);
  return basename(name, extname(name));
}

function viewReader(file: string): string | undefined {
  return readers[extname(dataName(file)).toLowerCase()];
}
