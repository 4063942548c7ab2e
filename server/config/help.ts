/** What `--help` prints, made from the table of options. */
import { envPrefix, groups, type Option, type OptionName, optionNames, options } from "./options.ts";
import { version } from "./version.ts";

const head = `duckgres ${version}: a PostgreSQL server whose engine is DuckDB

Usage: duckgres [OPTIONS] [TARGET]

  TARGET   One database for all users: a DuckDB file (.duckdb or .db, created when missing),
           a folder of Parquet, CSV and JSON files (a view each), or :memory:.
           Without it each user has a database in data_dir.

  --help, -h      This text.
  --version, -v   The version.

Each option is a flag, an environment variable or a key of the configuration file, which decide in
this order. Durations are written 300ms, 10s or 1h30m, sizes 512MB or 4GB, lists a,b,c.
`;

const usersHelp = `Users (only in the configuration file)
  users: {ann: secret}
  users: {ann: {password: secret, superuser: true}}
      Who may connect. Default: postgres with password postgres, on loopback addresses only.
`;

/** The whole text, at most 100 columns wide. */
export function helpText(): string {
  const sections = groups.map((group) => {
    const names = optionNames.filter((name) => options[name].group === group);
    return `${group}\n${names.map(describe).join("")}`;
  });
  return [head, ...sections, usersHelp].join("\n");
}

function describe(name: OptionName): string {
  const option: Option<unknown> = options[name];
  const given = wrap(waysOf(option).join(", "), 98);
  const lines = wrap(`${option.help} Default: ${defaultOf(option)}.`, 94);
  return [...given.map((line) => `  ${line}`), ...lines.map((line) => `      ${line}`), ""].join("\n");
}

/** How an option can be given: flag with its value, variable, key. */
function waysOf({ flag, env, sharedEnv, yaml, kind }: Option<unknown>): string[] {
  const ways: string[] = [];
  if (flag !== null) ways.push(kind.switch ? `--${flag}[=false]` : `--${flag} ${kind.placeholder}`);
  if (sharedEnv !== undefined) ways.push(sharedEnv);
  if (env !== null) ways.push(envPrefix + env);
  if (yaml !== null) ways.push(`${yaml}:`);
  return ways;
}

/** The default in words. */
export function defaultOf(option: Option<unknown>): string {
  return option.defaultMeans ?? option.default;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
