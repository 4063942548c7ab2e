/**
 * Keeps secrets out of what an operator reads: logs, the list of running queries, error texts.
 *
 * The text may be SQL, a message that quotes a piece of SQL, a connection string, JSON, or any of these cut in two, so
 * nothing here depends on its being well formed. Where it can be read in two ways (is a backslash an escape? is `''` an
 * empty string or a quote within a string?) the reading that hides more is taken. Names are also looked for within what
 * is hidden already, so that a value read too long cannot swallow the next name and leave that one's value standing.
 */
import { capText, textLimit } from "./text.ts";

/** A part of the text from `start` to before `end`, and what stands there instead. */
interface Hidden {
  start: number;
  end: number;
  instead: string;
}

const mark = "***";
const options = "(…redacted)";

/** Without one of these there is nothing to hide. */
const hint =
  /pass|pwd|secret|token|key|signature|sig=|credential|authorization|bearer|identified|connection_?string|:\/\//i;

/**
 * Space and comments. No text matches a run of these in two ways, so failing to match takes no exponential time; and no
 * comment is read far, so many that do not end take no quadratic time.
 */
const gap = String.raw`(?:\s|/\*(?:[^*]|\*(?!/)){0,200}\*/|--[^\n]{0,200}\n)`;

/** `CREATE SECRET … (` and Parquet's key function: of what follows nothing is shown. */
const closedHead = new RegExp(
  String.raw`\bcreate(?:${gap}+(?:or|replace|persistent|temporary|temp|local)){0,3}${gap}+secret\b[^(]*\(` +
    String.raw`|\badd_parquet_key${gap}*\(`,
  "i",
);

/** Words whose value is secret however it is written: `password 'x'`, `password=x`, `"password": "x"`. */
const words = [
  "password(?!_encryption)",
  "passwd",
  "pwd",
  "passphrase",
  "secret",
  "key_?id",
  "(?:access|account|encryption|private|api|master)[_-]?key",
  "[_-]token",
  "connection_?string",
  "identified by",
].join("|");

/** Words whose value is secret only after a sign: otherwise they are ordinary words of messages. */
const signedWords = String.raw`\btoken|\bx-amz-[\w-]+|\bsig|\bsignature|\bcredentials?`;

/** What can stand between a name and its sign: the quotes and brackets around the name. */
const closing = String.raw`[\\"'\]]{0,3}`;

/**
 * The name of a secret and what stands before its value. After a sign the value may be bare; after a comma (as in
 * `set_config('s3_secret_access_key', 'x')`), `TO` or nothing but space it is quoted.
 */
const named = new RegExp(
  String.raw`(?:(?:${words})\w*|${signedWords})${closing}${gap}*(?<sign>:=|=>|=|:)(?:${gap}|[([{])*` +
    String.raw`|(?:${words})\w*(?:${closing}${gap}*,|${closing}${gap}+(?:to|is)\b|"?)${gap}*`,
  "gi",
);

/** The value of an authorization header, up to a quote or the line's end. */
const header = /(?:\bauthorization[\\"'\]]{0,3}\s*[:=,]\s*[\\"']{0,2}|\bbearer\s+)(?<value>[^'"\n]+)/gi;

/** The start of a string constant, as PostgreSQL writes it. */
const quoteStart = /(?:e|n|b|x|u&)?'/iy;
const dollarStart = /\$(?:[a-z_]\w*)?\$/iy;
const bareValue = /(?:\\[^]|[^\s'"\\])+/y;
const parameter = /\$\d+/y;
/** Between two string constants that are one value. */
const continuation = new RegExp(String.raw`${gap}*(?:\|\|${gap}*)?(?=(?:e|n|u&)?')`, "iy");

/**
 * A text with its secrets hidden and no longer than {@linkcode textLimit} bytes.
 *
 * Hidden are the options of `CREATE SECRET`, passwords (`PASSWORD '…'`, `password=…`), passwords in URLs, the keys and
 * tokens of object stores and of encryption, and authorization headers. Never throws; how long it takes is bounded by
 * the limit, whatever the text. A text that {@linkcode capText} has cut may be given.
 *
 * @example
 * redactSql("ALTER ROLE ann PASSWORD 'x'"); // ALTER ROLE ann PASSWORD ***
 */
export function redactSql(sql: string): string {
  const cut = sql.length > textLimit || sql.endsWith("…");
  const text = sql.slice(0, textLimit);
  if (!hint.test(text)) return capText(sql);
  const hidden = [
    ...closedParts(text),
    ...namedValues(text),
    ...headerValues(text),
    ...urlPasswords(text, cut),
  ];
  return capText(blot(text, hidden), sql.length > textLimit);
}

/** The text with the hidden parts, joined where they overlap, replaced. */
function blot(text: string, hidden: Hidden[]): string {
  hidden.sort((a, b) => a.start - b.start);
  let out = "";
  let end = 0;
  for (const part of hidden) {
    if (part.start > end || end === 0) out += text.slice(end, part.start) + part.instead;
    end = Math.max(end, part.end);
  }
  return out + text.slice(end);
}

function closedParts(text: string): Hidden[] {
  const match = closedHead.exec(text);
  return match ? [{ start: match.index + match[0].length - 1, end: text.length, instead: options }] : [];
}

function namedValues(text: string): Hidden[] {
  const hidden: Hidden[] = [];
  for (const match of text.matchAll(named)) {
    const start = match.index + match[0].length;
    const end = valueEnd(text, start, match.groups?.sign !== undefined);
    if (end > start) hidden.push({ start, end, instead: mark });
  }
  return hidden;
}

/** Where the value that starts at `start` ends; `start` itself where no value does. */
function valueEnd(text: string, start: number, mayBeBare: boolean): number {
  if (matchAt(parameter, text, start)) return start;
  const quoted = quotedEnd(text, start);
  if (quoted > start) return quoted;
  return mayBeBare ? bareEnd(text, start) : start;
}

function quotedEnd(text: string, start: number): number {
  if (text[start] === '"') return delimitedEnd(text, start + 1, '"');
  const escaped = text.slice(start, start + 2);
  if (escaped === '\\"' || escaped === "\\'") return after(text, escaped, start + 2);
  const dollar = matchAt(dollarStart, text, start);
  if (dollar) return after(text, dollar, start + dollar.length);
  const quote = matchAt(quoteStart, text, start);
  if (!quote) return start;
  const end = stringEnd(text, start + quote.length);
  const more = matchAt(continuation, text, end);
  return more === null ? end : quotedEnd(text, end + more.length);
}

/** The end of a string constant whose content starts at `start`, which may itself stand within one (`''…''`). */
function stringEnd(text: string, start: number): number {
  const plain = delimitedEnd(text, start, "'");
  return text[start] === "'" ? Math.max(plain, nestedEnd(text, start + 1)) : plain;
}

/** Past the next doubled quote that is not behind a backslash. */
function nestedEnd(text: string, start: number): number {
  for (let i = start; i < text.length; i++) {
    if (text[i] === "\\") i += 2;
    else if (text[i] === "'" && text[i + 1] === "'") return i + 2;
  }
  return text.length;
}

/** Past the next delimiter that is neither doubled nor behind a backslash. */
function delimitedEnd(text: string, start: number, delimiter: string): number {
  for (let i = start; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === delimiter && text[i + 1] === delimiter) i++;
    else if (text[i] === delimiter) return i + 1;
  }
  return text.length;
}

/** A bare value ends at a space or a quote; a function's arguments (`concat('a', 'b')`) are not told apart. */
function bareEnd(text: string, start: number): number {
  const value = matchAt(bareValue, text, start);
  if (!value) return start;
  return value.endsWith("(") ? text.length : start + value.length;
}

function headerValues(text: string): Hidden[] {
  return [...text.matchAll(header)].map((match) => {
    const end = match.index + match[0].length;
    return { start: end - (match.groups?.value.length ?? 0), end, instead: mark };
  });
}

/** `scheme://user:password@host`: from the first colon to the last `@` before a space, for passwords hold any sign. */
function urlPasswords(text: string, cut: boolean): Hidden[] {
  const hidden: Hidden[] = [];
  for (const match of text.matchAll(/:\/\/(?<rest>\S*)/g)) {
    const start = match.index + 3;
    const rest = match.groups?.rest ?? "";
    const colon = rest.indexOf(":");
    if (colon < 0) continue;
    const cutHere = cut && start + rest.length === text.length;
    const at = cutHere ? rest.length : rest.lastIndexOf("@");
    if (at > colon) hidden.push({ start: start + colon + 1, end: start + at, instead: mark });
  }
  return hidden;
}

function matchAt(pattern: RegExp, text: string, index: number): string | null {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0] ?? null;
}

/** Past the next occurrence of a delimiter, or the text's end. */
function after(text: string, delimiter: string, from: number): number {
  const found = text.indexOf(delimiter, from);
  return found < 0 ? text.length : found + delimiter.length;
}
