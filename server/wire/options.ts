/**
 * Settings in the `options` startup parameter: `-c name=value`, `-cname=value` and `--name=value`, separated by white
 * space; a backslash takes the next character as it is. In the `--` form dashes in the name stand for underscores.
 * A later setting of the same name wins; the order is otherwise kept.
 *
 * @example
 * ```ts
 * parseOptions("-c work_mem=4MB --search-path=a\\ b"); // Map { "work_mem" → "4MB", "search_path" → "a b" }
 * ```
 * @throws {PgError} 42601 FATAL for an argument without a value, and for any other switch, as PostgreSQL does.
 * @see https://www.postgresql.org/docs/16/config-setting.html#CONFIG-SETTING-SHELL
 */
import { PgError } from "../../worker/api/error.ts";

export function parseOptions(options: string): Map<string, string> {
  const settings = new Map<string, string>();
  const words = splitWords(options);
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === "-c") set(settings, "-c", words[++i] ?? "");
    else if (word.startsWith("--")) set(settings, "--", word.slice(2));
    else if (word.startsWith("-c")) set(settings, "-c", word.slice(2));
    else throw invalidSwitch(word);
  }
  return settings;
}

function set(settings: Map<string, string>, flag: string, assignment: string): void {
  const sign = assignment.indexOf("=");
  if (sign <= 0) throw missingValue(flag, assignment);
  const name = assignment.slice(0, sign).replaceAll("-", "_");
  settings.delete(name);
  settings.set(name, assignment.slice(sign + 1));
}

/** `pg_split_opts` of PostgreSQL's `postinit.c`. */
function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const match of text.matchAll(/(?:\\[^]|[^\s\\])+/g)) words.push(match[0].replace(/\\([^])/g, "$1"));
  return words;
}

function missingValue(flag: string, assignment: string): PgError {
  const shown = flag === "--" ? `--${assignment}` : `-c ${assignment}`;
  return new PgError("42601", `${shown} requires a value`, { severity: "FATAL" });
}

function invalidSwitch(word: string): PgError {
  return new PgError("42601", `invalid command-line argument for server process: ${word}`, {
    severity: "FATAL",
  });
}
