/** The configuration file: YAML whose keys are the `yaml` names of the options, and `users`. */
import { byYaml, nameOf, type OptionName, table } from "./options.ts";
import { notAvailable, problem, type Setting, type Source, unknown } from "./setting.ts";
import { unavailableByYaml } from "./unavailable.ts";
import { readUsers, type Users } from "./users.ts";
import {
  entries,
  type Entry,
  isMap,
  isNothing,
  isScalar,
  isSeq,
  items,
  parse,
  type Reading,
  textOf,
} from "./yaml.ts";

/** What a configuration file holds. */
export interface FileSource extends Source {
  /** `null` where the file does not name any. */
  users: { users: Users; origin: string } | null;
}

/** The file looked for in the current folder when none is named. */
export const defaultFile = "duckgres.yaml";

const keys = [...byYaml.keys(), ...unavailableByYaml.keys(), "users"];

/** Keys that hold other keys: `tls`, `rate_limit`, … */
const mappings = new Set(keys.flatMap(parentsOf));

function parentsOf(key: string): string[] {
  const parts = key.split(".");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("."));
}

/** Reads the text of a file; `file` is how problems call it. */
export function readFile(file: string, text: string): FileSource {
  const reading = parse(file, text);
  const source: FileSource = { settings: [], problems: reading.problems, users: null };
  const top = reading.document.contents;
  if (reading.problems.length > 0) return unreadable(file, reading.problems);
  if (isNothing(top)) return source;
  if (!isMap(top)) {
    return unreadable(file, [problem(file, undefined, "not a mapping", "key: value, one a line")]);
  }
  for (const entry of entries(reading, top, "")) readEntry(reading, entry, entry.key, source);
  return source;
}

/** A file that says nothing for its problems. It may have meant to name users, so the default ones are not assumed. */
export function unreadable(file: string, problems: string[]): FileSource {
  return { settings: [], problems, users: { users: new Map(), origin: file } };
}

function readEntry(reading: Reading, entry: Entry, key: string, source: FileSource): void {
  if (key === "users") {
    source.users = { users: readUsers(reading, entry), origin: entry.origin };
    return;
  }
  const option = byYaml.get(key) ?? shortForm(entry, key);
  if (option) return readOption(reading, entry, option, source);
  const later = unavailableByYaml.get(key);
  if (later) {
    source.problems.push(notAvailable(later, entry.origin));
    return;
  }
  if (mappings.has(key)) return readMapping(reading, entry, key, source);
  source.problems.push(problem(key, entry.origin, unknownKey(key)));
}

/** `tls: off` is short for `tls: {mode: off}`. */
function shortForm(entry: Entry, key: string): OptionName | undefined {
  return key === "tls" && isScalar(entry.value) && !isNothing(entry.value) ? "tlsMode" : undefined;
}

function readMapping(reading: Reading, entry: Entry, key: string, source: FileSource): void {
  if (isNothing(entry.value)) return;
  if (!isMap(entry.value)) {
    source.problems.push(problem(key, entry.origin, "not a mapping", namesIn(key)));
    return;
  }
  for (const inner of entries(reading, entry.value, `${key}.`)) {
    readEntry(reading, inner, `${key}.${inner.key}`, source);
  }
}

function readOption(reading: Reading, entry: Entry, option: OptionName, source: FileSource): void {
  if (isNothing(entry.value)) return;
  const { kind } = table[option];
  const texts = textsOf(reading, entry, kind.list ?? false);
  if (texts) {
    const setting: Setting = { option, texts, origin: entry.origin };
    source.settings.push(setting);
    return;
  }
  const wrong = kind.list ? "not a list of values" : "not a single value";
  source.problems.push(problem(nameOf(option), entry.origin, wrong, kind.allowed));
}

function textsOf(reading: Reading, { value }: Entry, list: boolean): string[] | undefined {
  if (!list) return isScalar(value) ? [textOf(value)] : undefined;
  return isSeq(value) ? items(reading, value) : undefined;
}

/** A key may be misspelt, or right but in the wrong place. */
function unknownKey(key: string): string {
  const last = key.slice(key.lastIndexOf(".") + 1);
  const elsewhere = keys.find((known) => known.endsWith(`.${last}`));
  if (elsewhere) return `unknown key; did you mean ${elsewhere}?`;
  return unknown("key", key, [...keys, ...mappings]);
}

function namesIn(key: string): string {
  const inner = [...byYaml.keys()].filter((known) => known.startsWith(`${key}.`));
  const names = inner.map((known) => known.slice(key.length + 1));
  return names.length === 0 ? "nothing in this version" : `a mapping of ${names.join(", ")}`;
}
