/**
 * Configuration: flags, then `DUCKGRES_*` environment variables, then the configuration file, then defaults; the first
 * that gives an option decides. The options themselves are in `options.ts`.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { assemble, type Config, merge } from "./config.ts";
import { readEnvironment } from "./environment.ts";
import { defaultFile, type FileSource, readFile, unreadable } from "./file.ts";
import { readText } from "./filesystem.ts";
import { readFlags } from "./flags.ts";
import { helpText } from "./help.ts";
import { nameOf } from "./options.ts";
import { quote } from "./kinds.ts";
import { problem, type Setting } from "./setting.ts";
import { defaultUsers } from "./users.ts";
import { version } from "./version.ts";

export { type Config, isLoopback } from "./config.ts";
export type { User, Users } from "./users.ts";
export { version } from "./version.ts";

/** What a start is to do. */
export type Loaded =
  | { kind: "run"; config: Config }
  | { kind: "help"; text: string }
  | { kind: "version"; text: string }
  /** One line each; the start ends with exit status 2. */
  | { kind: "problems"; problems: string[] };

/** Where configuration comes from. */
export interface Input {
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here, also those in the configuration file. */
  cwd: string;
}

/**
 * Reads and checks the whole configuration. Never throws: all that is wrong is answered together.
 *
 * @example
 * ```ts
 * const loaded = await loadConfig({ argv: Deno.args, env: Deno.env.toObject(), cwd: Deno.cwd() });
 * ```
 */
export async function loadConfig({ argv, env, cwd }: Input): Promise<Loaded> {
  const line = readFlags(argv);
  if (line.help) return { kind: "help", text: helpText() };
  if (line.version) return { kind: "version", text: `duckgres ${version}` };
  const environment = readEnvironment(env);
  const given = [...environment.settings, ...line.settings];
  const { path: configFile, source: file } = await loadFile(given, cwd);
  const problems = [...line.problems, ...environment.problems, ...file.problems];
  const merged = merge([...file.settings, ...given], problems);
  const users = file.users?.users ?? defaultUsers;
  const usersOrigin = file.users?.origin ?? null;
  const parts = { ...merged, users, usersOrigin, configFile, targets: line.targets, cwd };
  const config = await assemble(parts, problems);
  return problems.length > 0 ? { kind: "problems", problems } : { kind: "run", config };
}

/** The file that is named, or else `duckgres.yaml` in the current folder if it is there. */
async function loadFile(
  given: readonly Setting[],
  cwd: string,
): Promise<{ path: string | null; source: FileSource }> {
  const named = given.findLast((setting) => setting.option === "configFile");
  const name = named?.texts[0] ?? (existsSync(resolve(cwd, defaultFile)) ? defaultFile : "");
  if (name === "") return { path: null, source: { settings: [], problems: [], users: null } };
  const path = resolve(cwd, name);
  const file = await readText(path);
  if ("text" in file) return { path, source: readFile(name, file.text) };
  const wrong = `${quote(name)} ${file.fault}`;
  const line = problem(nameOf("configFile"), named?.origin, wrong, "a readable YAML file");
  return { path, source: unreadable(name, [line]) };
}
