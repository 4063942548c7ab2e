/** Sentences that several rules say, or that take more than a line to say. */
import { pgTypeName, pgTypeNames } from "../type_names.ts";
import type { Subject, Wording } from "./rule.ts";

export const castHint = "You might need to add explicit type casts.";

/** `DROP TABLE nope`: PostgreSQL then names the kind of thing, elsewhere it says `relation`. */
export function missing(error: Subject, what: string): Wording {
  const [, dropped] = /^\s*drop\s+(table|view|sequence)\b/i.exec(error.sql) ?? [];
  return { message: `${dropped?.toLowerCase() ?? what} "${writtenName(error)}" does not exist` };
}

/** The name as the statement has it (`s1.nope`) where the error points at it, otherwise as DuckDB gives it. */
export function writtenName(error: Subject): string {
  const written =
    /^(?:(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)\.)*(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)/u
      .exec(error.rest)?.[0];
  if (!written) return error.name;
  const name = written.replace(
    /"((?:[^"]|"")+)"|([^".]+)/g,
    (_, quoted, plain) => quoted ?? plain.toLowerCase(),
  );
  // DuckDB's `main` is `public` to clients.
  const shown = name.replace(/^main\./, "public.");
  return name.toLowerCase().endsWith(error.name.toLowerCase()) ? shown : error.name;
}

export function article(kind: string): string {
  return (/^[aeiou]/i.test(kind) ? "an " : "a ") + kind.toLowerCase();
}

/** `f(INTEGER)` → PostgreSQL's sentence for a function or an operator that is not there. */
export function noMatch(error: Subject): Wording {
  const call = error.call || /'([^']*\(.*?\))'/s.exec(error.message)?.[1] || error.name;
  const { operator, text } = callText(call);
  const kind = operator ? "operator" : "function";
  return {
    message: operator ? `operator does not exist: ${text}` : `function ${text} does not exist`,
    detail: candidates(error.message),
    hint: `No ${kind} matches the given name and argument types. ${castHint}`,
  };
}

export function manyMatches(error: Subject): Wording {
  const { operator, text } = callText(error.found[1]);
  const kind = operator ? "operator" : "function";
  return {
    message: operator ? `operator is not unique: ${text}` : `function ${text} is not unique`,
    detail: candidates(error.message),
    hint: `Could not choose a best candidate ${kind}. ${castHint}`,
  };
}

function callText(call: string): { operator: boolean; text: string } {
  const [, name, list] = /^(.*?)\((.*)\)$/s.exec(call) ?? [call, call, ""];
  const types = pgTypeNames(list);
  if (/[\p{L}_]/u.test(name)) return { operator: false, text: `${name}(${types.join(", ")})` };
  return { operator: true, text: types.length > 1 ? types.join(` ${name} `) : `${name} ${types.join("")}` };
}

/** The first few of the functions DuckDB thought of. */
function candidates(message: string): string | undefined {
  const [, list] = /Candidate functions:\n(.*)$/s.exec(message) ?? [];
  const lines = list?.split("\n").map((line) => line.trim()).filter(Boolean) ?? [];
  if (lines.length === 0) return undefined;
  return `Candidate functions: ${lines.slice(0, 8).join("; ")}${lines.length > 8 ? "; …" : "."}`;
}

export function cannotCast({ found: [, from, to] }: Subject): Wording {
  return { message: `cannot cast type ${pgTypeName(from)} to ${pgTypeName(to)}` };
}

export function outOfRange(error: Subject): Wording {
  const type = pgTypeName(error.found[1]);
  return /^(smallint|integer|bigint)$/.test(type) ? { message: `${type} out of range` } : {};
}

export function numericOverflow(precision: number, scale: number): Wording {
  return {
    message: "numeric field overflow",
    detail: `A field with precision ${precision}, scale ${scale} must round to an absolute value less than ${
      precision === scale ? "1" : `10^${precision - scale}`
    }.`,
  };
}

const physicalIntegers = new Set(["INT8", "INT16", "INT32", "INT64", "INT128"]);

/** `'x'::integer`: the type is the one written after the cast where there is one, as several share INT128 and UINT8. */
export function badInput(error: Subject): Wording {
  const [, quoted, doubleQuoted, physical] = error.found;
  const value = quoted ?? doubleQuoted ?? "";
  const written = /^::\s*("?[\p{L}_]\w*"?)/u.exec(error.rest)?.[1].replaceAll('"', "");
  if (/^UINT(8|16|32)$/.test(physical) && written && !/^(u\w*int\w*|uint\d+)$/i.test(written)) {
    return { message: `invalid input value for enum ${written.toLowerCase()}: "${value}"` };
  }
  if (physical === "INTERVAL") {
    return { sqlstate: "22007", message: `invalid input syntax for type interval: "${value}"` };
  }
  if (physical === "INT128" && written?.toLowerCase() === "uuid") {
    return { message: `invalid input syntax for type uuid: "${value}"` };
  }
  const type = pgTypeName(physical.replace(/\(.*/, ""));
  const numeral = /^\s*[+-]?\d+(\.\d*)?(e[+-]?\d+)?\s*$/i.test(value);
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(physical);
  if (numeral && decimal) {
    return { sqlstate: "22003", ...numericOverflow(Number(decimal[1]), Number(decimal[2])) };
  }
  if (
    numeral && (physicalIntegers.has(physical) || /DOUBLE|FLOAT/.test(physical)) &&
    /^\s*[+-]?\d+\s*$|e/i.test(value)
  ) {
    return { sqlstate: "22003", message: `value "${value}" is out of range for type ${type}` };
  }
  return { message: `invalid input syntax for type ${type}: "${value}"` };
}

export function dateType(error: Subject): string {
  const written = /^::\s*(\w+)/.exec(error.rest)?.[1].toUpperCase() ?? "";
  const full: Record<string, string> = {
    TIMESTAMPTZ: "timestamp with time zone",
    TIMETZ: "time with time zone",
  };
  return full[written] ?? pgTypeName(error.found[1].toUpperCase());
}

export function duplicate(error: Subject): Wording {
  return {
    message: "duplicate key value violates unique constraint",
    detail: `Key ${keyText(error.found[1])} already exists.`,
  };
}

/** `a: 1, b: x` → `(a, b)=(1, x)`. */
export function keyText(key: string): string {
  const parts = key.split(/, (?=[^,]*?: )/).map((part) => /^(.*?): (.*)$/s.exec(part) ?? [part, part, ""]);
  return `(${parts.map((part) => part[1]).join(", ")})=(${parts.map((part) => part[2]).join(", ")})`;
}

export function dependents(message: string): string | undefined {
  const lines = message.split("\n").filter((line) => /depends on/.test(line) && !/^Cannot/.test(line));
  return lines.length > 0 ? lines.join("\n") : undefined;
}

/** DuckDB prints catalogue keys with a backslash and NUL-like separators; a reader wants dots. */
export function printable(message: string): string {
  return message.replace(/"Schema\\?0.*\\?0(\w+)"/s, '"$1"').replaceAll("\0", ".");
}
