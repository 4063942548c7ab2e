/**
 * The kinds of value an option can have: how each is written, read and refused.
 */
import { isIP } from "node:net";

/** A value, or the clause that says what is wrong with what was written. */
export type Parsed<T> = { value: T } | { wrong: string };

/** How the values of an option are written. */
export interface Kind<T> {
  /** Stands for a value in `--help`. */
  placeholder: string;
  /** What is allowed; ends the line of a problem. */
  allowed: string;
  /** A flag of this kind needs no value: it then means `true`. */
  switch?: true;
  /** Several values: a YAML list, or separated by commas in a flag or variable. */
  list?: true;
  /** Reads what was written: one text, or any number for a list. */
  parse(texts: readonly string[]): Parsed<T>;
}

/** A text as problems show it: quoted, on one line. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** The texts of a value written as one text, in a flag or an environment variable. */
export function split(kind: Kind<unknown>, text: string): string[] {
  if (!kind.list) return [text];
  return text.trim() === "" ? [] : text.split(",").map((item) => item.trim());
}

interface Scalar {
  placeholder: string;
  allowed: string;
  /** Completes "… is not". */
  noun: string;
}

/** A kind of one text; `read` answers `undefined`, or why, where the text is not one. */
function scalar<T>(
  { placeholder, allowed, noun }: Scalar,
  read: (text: string) => T | undefined | Refusal,
): Kind<T> {
  const parse = ([text]: readonly string[]): Parsed<T> => {
    const value = read(text);
    if (value === undefined) return { wrong: `${quote(text)} is not ${noun}` };
    if (isRefusal(value)) return { wrong: `${quote(text)} ${value.because}` };
    return { value };
  };
  return { placeholder, allowed, parse };
}

/** Why a text is refused, where "is not a …" says too little. */
interface Refusal {
  because: string;
}

function isRefusal(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && "because" in value;
}

/** Any number of values of another kind. */
export function listOf<T>(item: Kind<T>): Kind<readonly T[]> {
  const parse = (texts: readonly string[]): Parsed<readonly T[]> => {
    const values: T[] = [];
    for (const text of texts) {
      const parsed = item.parse([text]);
      if ("wrong" in parsed) return parsed;
      values.push(parsed.value);
    }
    return { value: values };
  };
  return { placeholder: `${item.placeholder},…`, allowed: `a list, each ${item.allowed}`, list: true, parse };
}

/** The same kind, where an empty text is also allowed and means "not set". */
export function orEmpty(kind: Kind<string>): Kind<string> {
  return { ...kind, parse: (texts) => texts[0] === "" ? { value: "" } : kind.parse(texts) };
}

/** The same kind, where an empty text is also allowed and is `null`. */
export function orNull<T>(kind: Kind<T>): Kind<T | null> {
  return { ...kind, parse: (texts) => texts[0] === "" ? { value: null } : kind.parse(texts) };
}

/** `true` or `false`, also as `yes`/`no`, `on`/`off` and `1`/`0`. */
export const boolean: Kind<boolean> = {
  ...scalar(
    { placeholder: "BOOLEAN", noun: "true or false", allowed: "true or false" },
    (text) => booleans.get(text.toLowerCase()),
  ),
  switch: true,
};

const booleans = new Map([
  ["true", true],
  ["yes", true],
  ["on", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["off", false],
  ["0", false],
]);

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number, placeholder = "N"): Kind<number> {
  const allowed = `a whole number from ${least} to ${most}`;
  return scalar({ placeholder, noun: "in range", allowed }, (text) => {
    if (!/^[+-]?\d+$/.test(text)) return { because: "is not a whole number" };
    const value = Number(text);
    return value >= least && value <= most ? value : undefined;
  });
}

/** A TCP port; what 0 means is the option's business. */
export const port: Kind<number> = wholeNumber(0, 65535, "PORT");

/** One of some words. `later` are known words that cannot be chosen in this version. */
export function oneOf<const T extends string>(
  placeholder: string,
  words: readonly T[],
  later: readonly string[] = [],
): Kind<T> {
  const allowed = words.join(", ");
  return scalar({ placeholder, noun: "one of them", allowed }, (text) => {
    if (later.includes(text)) return { because: "is not available in this version" };
    return words.find((word) => word === text) ?? { because: "is not known" };
  });
}

const milliseconds = new Map([
  ["ns", 1e-6],
  ["us", 1e-3],
  ["µs", 1e-3],
  ["μs", 1e-3],
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
]);
const durationPart = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/**
 * Reads a duration as Go writes it: `300ms`, `1h30m`, `-1s`, `0`.
 *
 * @returns milliseconds, or `undefined` where the text is not a duration
 * @see https://pkg.go.dev/time#ParseDuration
 * @example
 * ```ts
 * parseDuration("1m30s"); // 90000
 * ```
 */
export function parseDuration(text: string): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  const body = text.replace(/^[+-]/, "");
  if (body === "0") return 0;
  let total = 0;
  let at = 0;
  while (at < body.length) {
    durationPart.lastIndex = at;
    const part = durationPart.exec(body);
    if (!part) return undefined;
    total += Number(part[1]) * milliseconds.get(part[2])!;
    at = durationPart.lastIndex;
  }
  return at === 0 ? undefined : sign * total;
}

/** Timers take at most 2³¹-1 milliseconds (596.5 hours). */
const longestHours = 596;

/** What a duration of zero or less means. */
type NoTime = "refused" | "off" | "at once";

const shortDurations: Record<NoTime, string> = {
  "refused": "more than 0",
  "off": "0 or less switches it off",
  "at once": "0 for none",
};

/** A duration in whole milliseconds (rounded up); 0 where `noTime` lets it be none. */
export function duration(noTime: NoTime): Kind<number> {
  const allowed = `a duration such as 300ms, 10s or 1h30m, at most ${longestHours}h (${
    shortDurations[noTime]
  })`;
  return scalar({ placeholder: "DURATION", noun: "a duration", allowed }, (text) => {
    const value = parseDuration(text);
    if (value === undefined) return /^-?[\d.]+$/.test(text) ? { because: "has no unit" } : undefined;
    if (value > longestHours * 3_600_000) return { because: "is too long" };
    if (value > 0) return Math.ceil(value);
    if (noTime === "off" || (noTime === "at once" && value === 0)) return 0;
    return { because: "is too short" };
  });
}

const bytesByUnit = new Map([
  ["kb", 1e3],
  ["mb", 1e6],
  ["gb", 1e9],
  ["tb", 1e12],
  ["kib", 2 ** 10],
  ["mib", 2 ** 20],
  ["gib", 2 ** 30],
  ["tib", 2 ** 40],
]);
const smallestMemory = 64e6;

/**
 * A size that {@linkcode memory} allows, in bytes.
 *
 * @param available what 100% is, in bytes
 */
export function bytesOf(size: string, available: number): number {
  const [, amount, unit] = memoryPattern.exec(size)!;
  const bytes = unit === "%" ? available / 100 : bytesByUnit.get(unit.toLowerCase())!;
  return Math.floor(Number(amount) * bytes);
}

const memoryPattern = /^(\d+(?:\.\d+)?) ?([A-Za-z]+|%)$/;

/** An amount of memory as DuckDB reads it (`4GB`, `512MiB`), or a percentage of the machine's (`75%`). */
export const memory: Kind<string> = scalar({
  placeholder: "SIZE",
  noun: "a size",
  allowed:
    "a size of at least 64MB in KB, MB, GB, TB, KiB, MiB, GiB or TiB such as 4GB, or 1% to 100% of the memory",
}, (text) => {
  const match = memoryPattern.exec(text);
  if (!match) return /^\d+$/.test(text) ? { because: "has no unit" } : undefined;
  const amount = Number(match[1]);
  if (match[2] === "%") return amount >= 1 && amount <= 100 ? text : { because: "is not from 1% to 100%" };
  const unit = bytesByUnit.get(match[2].toLowerCase());
  if (unit === undefined) return undefined;
  return amount * unit >= smallestMemory ? text : { because: "is too little" };
});

/** A path of the server's file system. */
export const path: Kind<string> = scalar(
  { placeholder: "PATH", noun: "a path", allowed: "a path" },
  (text) => text === "" || text.includes("\0") ? undefined : text,
);

/** A folder, or the prefix of URLs. */
export const location: Kind<string> = scalar(
  { placeholder: "PATH", noun: "a folder", allowed: "a folder or a URL prefix such as s3://bucket/" },
  (text) => text === "" || text.includes("\0") ? undefined : text,
);

const hostName = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?$/i;

/** An address to listen on: IPv4, IPv6 or a host name. */
export const address: Kind<string> = scalar({
  placeholder: "ADDRESS",
  noun: "an address",
  allowed: "an IPv4 or IPv6 address or a host name, without a port",
}, (text) => {
  if (isIP(text) !== 0) return text;
  // Numbers and dots alone are a mistyped IPv4 address, not a name.
  return hostName.test(text) && /[a-z]/i.test(text) ? text : undefined;
});

/** A DuckDB extension by name, from the core repository or the community's. */
export const extension: Kind<string> = scalar(
  {
    placeholder: "NAME",
    noun: "an extension",
    allowed: "an extension's name such as tpch, or with its repository such as h3 FROM community",
  },
  (text) => /^[a-z][a-z0-9_]*( from community)?$/i.test(text) ? text : undefined,
);

/** Where a worker listens: a socket of the file system, or TCP. */
export type ListenAddress = { path: string } | { host: string; port: number };

/** `unix:PATH` (also `unix:///PATH`), `HOST:PORT`, `[IPV6]:PORT` or `:PORT` for all addresses. */
export const listenAddress: Kind<ListenAddress> = scalar<ListenAddress>({
  placeholder: "ADDRESS",
  noun: "an address to listen on",
  allowed: "unix:PATH, HOST:PORT or :PORT",
}, (text) => {
  if (text.startsWith("unix:")) return unixSocket(text.slice("unix:".length).replace(/^\/\/(?=\/)/, ""));
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(text);
  if (!match) return undefined;
  const host = match[1] ?? (match[2] === "" ? "0.0.0.0" : match[2]);
  const parsed = port.parse([match[3]]);
  const hostIsGood = match[1] === undefined ? "value" in address.parse([host]) : isIP(host) === 6;
  return hostIsGood && "value" in parsed ? { host, port: parsed.value } : undefined;
});

/** Longest path of a socket in bytes; macOS takes fewer than Linux (107). */
const longestSocketPath = 103;

function unixSocket(path: string): ListenAddress | Refusal | undefined {
  if (path === "" || path.includes("\0")) return undefined;
  const tooLong = new TextEncoder().encode(path).length > longestSocketPath;
  return tooLong ? { because: `is longer than the ${longestSocketPath} bytes of a socket's path` } : { path };
}

/** A secret for a header; what was written is never shown. Empty: none. */
export const token: Kind<string> = {
  placeholder: "TOKEN",
  allowed: "letters, digits and signs of ASCII without spaces",
  parse: ([text]) =>
    /^[\x21-\x7e]*$/.test(text) ? { value: text } : { wrong: "it cannot be sent in a header" },
};

/** A URL of HTTP, or `HOST:PORT` of a collector; the path `/v1/traces` where none is given. */
export const endpoint: Kind<string> = scalar({
  placeholder: "URL",
  noun: "a URL",
  allowed: "a URL such as http://collector:4318/v1/traces, or HOST:PORT",
}, (text) => {
  const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(written)) return undefined;
  const url = new URL(written);
  if (!/^https?:$/.test(url.protocol)) return { because: "is not of http or https" };
  if (url.pathname === "/") url.pathname = "/v1/traces";
  return url.href;
});
