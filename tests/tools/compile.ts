/**
 * `deno task compile [--target TRIPLE] [--output FILE]`: one executable that needs nothing else, in `dist/`.
 *
 * DuckDB's library for the target lies inside, and so do the extensions in `.cache/extensions` that are for it, so that
 * `LOAD` works without a network; `main.ts` finds them beside itself. The executable unpacks itself once, into a folder
 * beside it (or, where that is read-only, into `$HOME/.local/share`), since a shared library must be a file.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { setUpDenort } from "../setup/denort.ts";
import { bundledExtensions, extensionDirectory } from "../setup/machine.ts";
import { cache, dist, root } from "../support/paths.ts";

/** Targets and DuckDB's names for them, as extensions are filed under. */
const platforms: Readonly<Record<string, string>> = {
  "x86_64-unknown-linux-gnu": "linux_amd64",
  "aarch64-unknown-linux-gnu": "linux_arm64",
  "x86_64-apple-darwin": "osx_amd64",
  "aarch64-apple-darwin": "osx_arm64",
  "x86_64-pc-windows-msvc": "windows_amd64",
};

/** Deno's cache for compiling, so that nothing is removed from the user's. */
const denoDir = path.join(cache, "deno");

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: Deno.args,
    options: { target: { type: "string" }, output: { type: "string" }, verbose: { type: "boolean" } },
  });
  const target = values.target ?? Deno.build.target;
  const platform = platforms[target];
  if (platform === undefined) {
    console.error(`compile: unknown target "${target}"; known: ${Object.keys(platforms).join(", ")}`);
    return 2;
  }
  const suffix = values.target === undefined ? "" : `-${target}`;
  const output = path.resolve(values.output ?? path.join(dist, `duckgres${suffix}`));
  await Deno.mkdir(path.dirname(output), { recursive: true });
  await Deno.mkdir(cache, { recursive: true });

  const lock = await lockFile();
  const env = { DENO_DIR: denoDir, ...await runtime(target) };
  const locked = ["--node-modules-dir=none", "--frozen", `--lock=${lock}`];
  if (
    !await deno([
      "install",
      "--quiet",
      ...locked,
      "--os",
      os(target),
      "--arch",
      arch(target),
      "--entrypoint",
      "main.ts",
    ], env)
  ) return 1;
  await removeTests();

  const flags = [
    "-A",
    "--no-check",
    "--self-extracting",
    "--exclude-unused-npm",
    ...locked,
    "--target",
    target,
  ];
  if (!values.verbose) flags.push("--quiet");
  flags.push(...await includedExtensions(platform), "--output", output);
  if (!await deno(["compile", ...flags, "main.ts"], env)) return 1;
  console.log(`compiled ${path.relative(root, output)} (${await mebibytes(output)} MiB)`);
  return 0;
}

async function deno(args: string[], env: Record<string, string>): Promise<boolean> {
  return (await new Deno.Command(Deno.execPath(), { args, cwd: root, env }).spawn().status).success;
}

/**
 * The lock file less the musl builds of DuckDB: Deno's own targets are glibc's, and they would add 70 MB. (What is not
 * imported is left out by `--exclude-unused-npm`, which works on Deno's cache, not on `node_modules`.)
 */
async function lockFile(): Promise<string> {
  const lock = JSON.parse(await Deno.readTextFile(path.join(root, "deno.lock")));
  const isMusl = (name: string) => name.startsWith("@duckdb/") && name.includes("-musl");
  for (const [name, entry] of Object.entries<{ optionalDependencies?: string[] }>(lock.npm)) {
    if (isMusl(name)) delete lock.npm[name];
    else entry.optionalDependencies &&= entry.optionalDependencies.filter((name) => !isMusl(name));
  }
  const file = path.join(cache, "compile.lock");
  await Deno.writeTextFile(file, JSON.stringify(lock, null, 2));
  return file;
}

/**
 * `deno compile` reads every file of a package as a script, and one of bintrees' (behind prom-client) is a list of a
 * hundred thousand numbers, read as one expression: its stack overflows. So the compiler has a cache of packages of its
 * own, without those tests.
 */
async function removeTests(): Promise<void> {
  const folder = path.join(denoDir, "npm/registry.npmjs.org/bintrees");
  for await (const version of entries(folder)) {
    await Deno.remove(path.join(folder, version, "test"), { recursive: true }).catch(() => {});
  }
}

function os(target: string): string {
  if (target.includes("linux")) return "linux";
  return target.includes("darwin") ? "darwin" : "win32";
}

function arch(target: string): string {
  return target.startsWith("x86_64") ? "x64" : "arm64";
}

/** The extensions for the platform, of whatever DuckDB version they were fetched for. */
async function includedExtensions(platform: string): Promise<string[]> {
  const args: string[] = [];
  for await (const version of entries(extensionDirectory)) {
    const folder = path.join(extensionDirectory, version, platform);
    const files = new Set(bundledExtensions.map((name) => `${name}.duckdb_extension`));
    for await (const name of entries(folder)) {
      if (files.has(name)) args.push("--include", path.relative(root, path.join(folder, name)));
    }
  }
  return args;
}

async function* entries(folder: string): AsyncGenerator<string> {
  if (await Deno.stat(folder).catch(() => null) === null) return;
  for await (const entry of Deno.readDir(folder)) yield entry.name;
}

/** Where Deno cannot download the runtime: the one that setup finds, which is for this machine's own target only. */
async function runtime(target: string): Promise<Record<string, string>> {
  if (target !== Deno.build.target) return {};
  const found = await setUpDenort();
  if ("missing" in found) {
    console.error(`compile: ${found.missing}`);
    return {};
  }
  return found.denort === "" ? {} : { DENORT_BIN: found.denort };
}

async function mebibytes(file: string): Promise<number> {
  return Math.round((await Deno.stat(file)).size / 1024 / 1024);
}

if (import.meta.main) Deno.exit(await main());
