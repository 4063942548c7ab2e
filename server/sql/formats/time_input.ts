import { type TimePart, timeParts } from "./patterns.ts";

/** How a text is read by a template: an expression of RE2, and what its groups are called. */
export interface TimeInput {
  pattern: string;
  /** `found` is all of it. Every field has a group; those the template does not ask for find nothing. */
  names: readonly string[];
  /** The first pattern of the template, for errors. */
  first: string;
}

const fields = "y yy m mon d doy w iy iw id j h h12 mi s ms us ap bc tz sod".split(" ");

/** The field a pattern fills, and what it reads. */
const readers: Readonly<Record<string, readonly [field: string, pattern: string]>> = {
  HH24: ["h", "\\d{1,2}"],
  HH12: ["h12", "\\d{1,2}"],
  HH: ["h12", "\\d{1,2}"],
  MI: ["mi", "\\d{1,2}"],
  SS: ["s", "\\d{1,2}"],
  MS: ["ms", "\\d{1,3}"],
  US: ["us", "\\d{1,6}"],
  SSSS: ["sod", "\\d{1,5}"],
  SSSSS: ["sod", "\\d{1,5}"],
  YYYY: ["y", "\\d{1,4}"],
  YYY: ["yy", "\\d{1,3}"],
  YY: ["yy", "\\d{1,2}"],
  Y: ["yy", "\\d"],
  IYYY: ["iy", "\\d{1,4}"],
  IW: ["iw", "\\d{1,2}"],
  ID: ["id", "\\d"],
  MM: ["m", "\\d{1,2}"],
  DDD: ["doy", "\\d{1,3}"],
  DD: ["d", "\\d{1,2}"],
  W: ["w", "\\d"],
  J: ["j", "\\d+"],
  MONTH: [
    "mon",
    "(?i:january|february|march|april|may|june|july|august|september|october|november|december)",
  ],
  MON: ["mon", "(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"],
  AM: ["ap", "(?i:am|pm)"],
  PM: ["ap", "(?i:am|pm)"],
  "A.M.": ["ap", "(?i:a\\.m\\.|p\\.m\\.)"],
  "P.M.": ["ap", "(?i:a\\.m\\.|p\\.m\\.)"],
  BC: ["bc", "(?i:bc|ad)"],
  AD: ["bc", "(?i:bc|ad)"],
  "B.C.": ["bc", "(?i:b\\.c\\.|a\\.d\\.)"],
  "A.D.": ["bc", "(?i:b\\.c\\.|a\\.d\\.)"],
  TZ: ["tz", "[A-Za-z]+|[+-]\\d{1,2}(?::?\\d{2})?"],
  OF: ["tz", "[+-]\\d{1,2}(?::?\\d{2})?"],
};

/** Read and left out of account. */
const ignored: Readonly<Record<string, string>> = {
  DAY: "[A-Za-z]+",
  DY: "[A-Za-z]{3}",
  D: "\\d",
  WW: "\\d{1,2}",
  Q: "\\d",
};

/** Works a template out; `null` for one with patterns that are not read. */
export function timeInput(format: string): TimeInput | null {
  const exact = /^(?:FM)?FX/i.test(format);
  const parts = timeParts(format);
  const names = ["found"];
  let pattern = "";
  for (const part of parts) {
    const piece = part.key === "" ? separator(part, exact) : reader(part, names, exact);
    if (piece === null) return null;
    pattern += piece;
  }
  const missing = fields.filter((field) => !names.includes(field));
  return {
    pattern: `(?s)^(${pattern}${"()".repeat(missing.length)})`,
    names: [...names, ...missing],
    first: parts.find(({ key }) => key !== "")?.text ?? "",
  };
}

/** A separator matches any, or none; a letter skips a character. */
function separator({ text }: TimePart, exact: boolean): string {
  if (exact) return `.{${text.length}}`;
  return Array.from(text, (c) => /[A-Za-z0-9]/.test(c) ? ".?" : "[^A-Za-z0-9+-]*[-]?").join("");
}

function reader({ key, ordinal }: TimePart, names: string[], exact: boolean): string | null {
  const blank = exact ? "" : "\\s*";
  const after = ordinal === "" ? "" : "[A-Za-z]{0,2}";
  if (ignored[key]) return `${blank}(?:${ignored[key]})${after}`;
  const [field, pattern] = /^FF\d$/.test(key) ? ["us", `\\d{1,${key[2]}}`] : readers[key] ?? [];
  if (!field || names.includes(field)) return null;
  names.push(field);
  return `${blank}(${pattern})${after}`;
}
