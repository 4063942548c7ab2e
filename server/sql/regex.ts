/**
 * PostgreSQL's "advanced" regular expressions (ARE) as DuckDB's RE2 reads them. The two agree on nearly all of it; what
 * RE2 lacks (back references, look around) is named, so that it can be refused rather than misread.
 *
 * @see https://www.postgresql.org/docs/18/functions-matching.html#POSIX-SYNTAX-DETAILS
 */

/** What RE2 cannot match, as a sentence's subject. */
export interface Unsupported {
  unsupported: string;
}

/** `i`, `s`, `m`: RE2's own flags; `x` and `q` are worked into the pattern. */
interface Mode {
  ignoreCase: boolean;
  expanded: boolean;
  literal: boolean;
  /** `.` and `[^…]` do not match a line break. */
  lineDots: boolean;
  /** `^` and `$` match at line breaks. */
  lineAnchors: boolean;
}

/**
 * A pattern that means to RE2 what an ARE means to PostgreSQL, its flags in front.
 *
 * @param flags PostgreSQL's flags (`i`, `n`, `x`, …); those that are no flags of a pattern (`g`) are left out of account
 * @example re2Pattern("\\mfoo\\M", "i") // "(?is)\\bfoo\\b"
 */
export function re2Pattern(are: string, flags = ""): string | Unsupported {
  const mode: Mode = {
    ignoreCase: false,
    expanded: false,
    literal: false,
    lineDots: false,
    lineAnchors: false,
  };
  for (const flag of flags) setFlag(mode, flag);
  const rest = readDirectors(are, mode);
  if (mode.literal) return flagsOf(mode) + rest.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
  const body = translate(rest, mode);
  return typeof body === "string" ? flagsOf(mode) + body : body;
}

function flagsOf({ ignoreCase, lineDots, lineAnchors }: Mode): string {
  return `(?${ignoreCase ? "i" : ""}${lineAnchors ? "m" : ""}${lineDots ? "-s" : "s"})`;
}

function setFlag(mode: Mode, flag: string): void {
  if (flag === "i") mode.ignoreCase = true;
  else if (flag === "c") mode.ignoreCase = false;
  else if (flag === "x") mode.expanded = true;
  else if (flag === "t") mode.expanded = false;
  else if (flag === "q") mode.literal = true;
  else if ("nmpws".includes(flag)) {
    mode.lineDots = "nmp".includes(flag);
    mode.lineAnchors = "nmw".includes(flag);
  }
}

/** `***=` (all literal), `***:` (an ARE) and `(?xyz)` at the beginning. */
function readDirectors(are: string, mode: Mode): string {
  let rest = are;
  if (rest.startsWith("***=")) {
    mode.literal = true;
    return rest.slice(4);
  }
  if (rest.startsWith("***:")) rest = rest.slice(4);
  const options = /^\(\?([bceimnpqstwx]+)\)/.exec(rest);
  if (!options || mode.literal) return rest;
  for (const flag of options[1]) setFlag(mode, flag);
  return rest.slice(options[0].length);
}

const lookAround = /^\(\?<?[=!]/;
/** A quantifier; `?` behind it makes it the shortest. */
const quantifier = /[*+?]\??|\{\d+(?:,\d*)?\}\??/y;

function translate(are: string, mode: Mode): string | Unsupported {
  const shortest = prefersShortest(are);
  let out = "";
  for (let at = 0; at < are.length;) {
    const c = are[at];
    if (c === "\\") {
      const escape = readEscape(are, at, false);
      if (typeof escape !== "object" || "unsupported" in escape) return escape as Unsupported;
      out += escape.text;
      at = escape.end;
    } else if (c === "[") {
      const bracket = readBracket(are, at, mode);
      if ("unsupported" in bracket) return bracket;
      out += bracket.text;
      at = bracket.end;
    } else if (lookAround.test(are.slice(at, at + 4))) {
      return { unsupported: "look-around constraints in regular expressions" };
    } else if (mode.expanded && /\s/.test(c)) at++;
    else if (mode.expanded && c === "#") at = endOfLine(are, at);
    else if (are.startsWith("(?#", at)) at = are.indexOf(")", at) < 0 ? are.length : are.indexOf(")", at) + 1;
    else if (are.startsWith("(?:", at)) {
      out += "(?:";
      at += 3;
    } else {
      quantifier.lastIndex = at;
      const [found] = quantifier.exec(are) ?? [c];
      out += shortest && found !== c + "?" && isQuantifier(found) && !found.endsWith("?")
        ? found + "?"
        : found;
      at += found.length;
    }
  }
  return out;
}

function isQuantifier(text: string): boolean {
  return /^[*+?{]/.test(text) && text !== "{";
}

/**
 * In PostgreSQL the first quantifier decides whether the whole match is the longest or the shortest one; with an end that
 * is anchored it makes no difference, and then the parts keep their own preference.
 */
function prefersShortest(are: string): boolean {
  if (/(\$|\\Z)\)*$/.test(are) || are.includes("|")) return false;
  const plain = are.replace(/\\./gs, "x").replace(/\[\]?[^\]]*\]/g, "x").replace(/\(\?:/g, "(");
  const first = /[*+?]\??|\{\d+(?:,\d*)?\}\??/.exec(plain)?.[0] ?? "";
  return first.length > 1 && first.endsWith("?");
}

interface Read {
  text: string;
  end: number;
}

/** Escapes that RE2 writes another way. */
const renamed: Record<string, string> = {
  m: "\\b",
  M: "\\b",
  y: "\\b",
  Y: "\\B",
  Z: "\\z",
  B: "\\\\",
  b: "\\x08",
  e: "\\x1b",
};

function readEscape(are: string, at: number, inBracket: boolean): Read | Unsupported {
  const rest = are.slice(at + 1);
  const code = /^(?:x([0-9a-fA-F]+)|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
  if (code) {
    const value = parseInt(code[1] ?? code[2] ?? code[3], 16);
    const text = value <= 0x10ffff ? `\\x{${value.toString(16)}}` : "[^\\x{0}-\\x{10ffff}]";
    return { text, end: at + 1 + code[0].length };
  }
  const octal = /^0[0-7]{0,2}/.exec(rest) ?? (inBracket ? /^[1-7][0-7]{1,2}/.exec(rest) : null);
  if (octal) return { text: `\\x{${parseInt(octal[0], 8).toString(16)}}`, end: at + 1 + octal[0].length };
  const c = rest[0] ?? "";
  if (c === "c" && rest.length > 1) {
    return { text: `\\x{${(rest.charCodeAt(1) & 31).toString(16)}}`, end: at + 3 };
  }
  if (/[1-9]/.test(c) && !inBracket) return { unsupported: "back references in regular expressions" };
  const text = renamed[c] ?? `\\${c}`;
  return { text, end: at + 1 + c.length };
}

function readBracket(are: string, at: number, mode: Mode): Read | Unsupported {
  if (are.startsWith("[[:<:]]", at) || are.startsWith("[[:>:]]", at)) return { text: "\\b", end: at + 7 };
  let end = at + 1;
  let out = "[";
  if (are[end] === "^") {
    out += mode.lineDots ? "^\\n" : "^";
    end++;
  }
  if (are[end] === "]") {
    out += "\\]";
    end++;
  }
  while (end < are.length && are[end] !== "]") {
    const named = /^\[([:.=])(.*?)\1\]/.exec(are.slice(end));
    if (named) {
      out += named[1] === ":" ? named[0] : `\\x{${(named[2].codePointAt(0) ?? 0).toString(16)}}`;
      end += named[0].length;
    } else if (are[end] === "\\") {
      const escape = readEscape(are, end, true);
      if ("unsupported" in escape) return escape;
      out += escape.text;
      end = escape.end;
    } else {
      out += are[end] === "[" ? "\\[" : are[end];
      end++;
    }
  }
  return { text: out + are.slice(end, end + 1), end: end + 1 };
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

/**
 * The pattern of SIMILAR TO as RE2 reads it, for a match of the whole text; `null` for one that ends in its escape.
 *
 * @param escape one character, or empty for none
 * @see https://www.postgresql.org/docs/18/functions-matching.html#FUNCTIONS-SIMILARTO-REGEXP
 */
export function similarPattern(pattern: string, escape: string): string | null {
  const parts: string[] = [""];
  let inBracket = false;
  for (let at = 0; at < pattern.length; at++) {
    const c = pattern[at];
    const last = parts.length - 1;
    if (c === escape) {
      const next = pattern[++at];
      if (next === undefined) return null;
      // `#"` separates what substring() takes out.
      if (next === '"' && !inBracket) parts.push("");
      else parts[last] += similarEscape(next, escape);
    } else if (inBracket) {
      parts[last] += c === "\\" || c === "[" && pattern[at + 1] !== ":" ? `\\${c}` : c;
      if (c === "]" && pattern[at - 1] !== ":") inBracket = false;
    } else if (c === "%") parts[last] += ".*";
    else if (c === "_") parts[last] += ".";
    else if (c === "(") parts[last] += "(?:";
    else if ("\\.^$".includes(c)) parts[last] += `\\${c}`;
    else {
      inBracket = c === "[";
      parts[last] += c;
      if (inBracket && pattern[at + 1] === "^") parts[last] += pattern[++at];
    }
  }
  if (parts.length !== 3) return `(?s)${parts.join("")}`;
  return `(?s)^(?:${parts[0].replaceAll(".*", ".*?")})(${parts[1]})(?:${parts[2]})$`;
}

/** A backslash goes on to mean what it means in an ARE. */
function similarEscape(c: string, escape: string): string {
  if (escape !== "\\" || !/\w/.test(c)) return /\w/.test(c) ? c : `\\${c}`;
  return renamed[c] ?? `\\${c}`;
}
