/**
 * DuckDB's extensions, in `.cache/extensions`: from DuckDB's own repository, or, where that cannot be reached, from
 * PyPI's wheels (`duckdb-extension-NAME`), which hold the same signed files.
 */
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { run } from "../support/command.ts";
import { tempDir } from "../support/temp.ts";
import { programOf } from "./debian.ts";
import { type Extension, extensionDirectory, extensions } from "./machine.ts";

/** Gets the extensions not there yet; returns why, for those that could not be had. */
export async function setUpExtensions(): Promise<Map<Extension, string>> {
  const { version, platform } = await duckdb();
  const folder = path.join(extensionDirectory, version, platform);
  await Deno.mkdir(folder, { recursive: true });
  const absent: Extension[] = [];
  for (const name of extensions) if (!await exists(folder, name)) absent.push(name);
  if (absent.length === 0) return new Map();

  console.log(`setup: DuckDB extensions ${absent.join(", ")}`);
  await installFromDuckDB(absent);
  const failures = new Map<Extension, string>();
  for (const name of absent) {
    if (await exists(folder, name)) continue;
    const failure = await installFromPyPI(name, version, folder);
    if (failure !== null) failures.set(name, failure);
  }
  return failures;
}

async function duckdb(): Promise<{ version: string; platform: string }> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll("select version(), platform from pragma_platform()");
  const [version, platform] = reader.getRows()[0] as string[];
  connection.closeSync();
  instance.closeSync();
  return { version, platform };
}

async function exists(folder: string, name: string): Promise<boolean> {
  const info = await Deno.stat(path.join(folder, `${name}.duckdb_extension`)).catch(() => null);
  return info !== null && info.size > 0;
}

/** In a process of its own, since `INSTALL` without a network can hang for minutes. */
async function installFromDuckDB(names: readonly string[]): Promise<void> {
  const script = path.join(import.meta.dirname!, "install_extensions.ts");
  const args = ["run", "-A", script, extensionDirectory, ...names];
  await run(Deno.execPath(), args, { timeout: 30_000 });
}

async function installFromPyPI(name: string, version: string, folder: string): Promise<string | null> {
  if (await programOf("python3", "python3-pip") === "") {
    return "neither DuckDB's repository nor python3 for PyPI's";
  }
  await using temp = await tempDir();
  const wheel = `duckdb-extension-${name.replaceAll("_", "-")}==${version.replace(/^v/, "")}`;
  const pip = [
    "-m",
    "pip",
    "download",
    "--quiet",
    "--disable-pip-version-check",
    "--no-deps",
    "-d",
    temp.path,
    wheel,
  ];
  const downloaded = await run("python3", pip, { timeout: 3 * 60_000 });
  if (downloaded.code !== 0) return `pip download ${wheel}: ${lastLine(downloaded.stderr)}`;
  for await (const entry of Deno.readDir(temp.path)) {
    await run("python3", ["-m", "zipfile", "-e", path.join(temp.path, entry.name), temp.path]);
  }
  const file = await findFile(temp.path, `${name}.duckdb_extension`);
  if (file === null) return `${wheel} holds no ${name}.duckdb_extension`;
  const part = path.join(folder, `.${name}.${Deno.pid}.part`);
  await Deno.copyFile(file, part);
  await Deno.rename(part, path.join(folder, `${name}.duckdb_extension`));
  return null;
}

async function findFile(dir: string, name: string): Promise<string | null> {
  for await (const entry of Deno.readDir(dir)) {
    const full = path.join(dir, entry.name);
    if (entry.isFile && entry.name === name) return full;
    const inside = entry.isDirectory ? await findFile(full, name) : null;
    if (inside !== null) return inside;
  }
  return null;
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}
