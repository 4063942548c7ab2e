import { quoteText } from "../../../worker/api/quote.ts";
import { type TimePart, timeParts } from "./patterns.ts";

/** How `to_char(x, format)` is written for a moment or a span. */
export type TimeOutput =
  /** What strftime() says of a moment, and a template for spans, see {@linkcode spanTemplate}. */
  | { kind: "strftime"; format: string; span: string }
  /** An expression of a moment (or span) called `dg_t`. */
  | { kind: "expression"; sql: string };

/** strftime's words for patterns, without and with FM. */
const words: Readonly<Record<string, readonly [padded: string | null, filled: string | null]>> = {
  HH24: ["%H", "%-H"],
  HH12: ["%I", "%-I"],
  HH: ["%I", "%-I"],
  MI: ["%M", "%-M"],
  SS: ["%S", "%-S"],
  MS: ["%g", null],
  US: ["%f", null],
  FF3: ["%g", "%g"],
  FF6: ["%f", "%f"],
  YYYY: ["%Y", "%Y"],
  YY: ["%y", "%-y"],
  MM: ["%m", "%-m"],
  DD: ["%d", "%-d"],
  DDD: ["%j", "%-j"],
  IYYY: ["%G", "%G"],
  IW: ["%V", null],
  ID: ["%u", "%u"],
};

/** Patterns whose words depend on how they are written. */
const namedWords: Readonly<Record<string, string>> = { Mon: "%b", Dy: "%a", AM: "%p", PM: "%p" };
const filledNames: Readonly<Record<string, string>> = { Month: "%B", Day: "%A" };

function strftimeWord({ key, text, fill, ordinal }: TimePart): string | null {
  if (key === "") return text.replaceAll("%", "%%");
  if (ordinal !== "") return null;
  const named = namedWords[text] ?? (fill ? filledNames[text] : undefined);
  return named ?? words[key]?.[fill ? 1 : 0] ?? null;
}

/** Works a template out. An empty one gives NULL, as in PostgreSQL. */
export function timeOutput(format: string): TimeOutput {
  const parts = timeParts(format);
  if (parts.length === 0) return { kind: "expression", sql: "CAST(NULL AS VARCHAR)" };
  const wordsOf = parts.map(strftimeWord);
  if (wordsOf.every((word) => word !== null)) {
    return { kind: "strftime", format: wordsOf.join(""), span: spanTemplate(parts) ?? "" };
  }
  const span = parts.map(spanPart);
  const ofSpan = span.every((sql) => sql !== null)
    ? span.join(" || ")
    : "error('[22007] invalid format specification for an interval value')";
  return {
    kind: "expression",
    sql: `CASE WHEN typeof(dg_t) IN ('INTERVAL', 'TIME') THEN ${ofSpan} ELSE ${momentParts(parts)} END`,
  };
}

/** What a span's template has in place of a pattern: the macro `duckgres_span_text` puts the numbers there. */
const spanMarks = ["HH24", "MI", "SS", "MS", "US", "DD", "MM", "YYYY", "HH12"];

function spanTemplate(parts: readonly TimePart[]): string | null {
  const marked = parts.map(({ key, text, fill }) => {
    if (key === "") return text;
    const at = spanMarks.indexOf(key === "HH" ? "HH12" : key);
    return at < 0 || fill ? null : String.fromCharCode(0xe000 + at);
  });
  return marked.every((text) => text !== null) ? marked.join("") : null;
}

const moment = "CAST(dg_t AS TIMESTAMP)";
const zoned = "TRY_CAST(dg_t AS TIMESTAMP WITH TIME ZONE)";
const span = "TRY_CAST(CAST(dg_t AS VARCHAR) AS INTERVAL)";

/** A number and its width. */
type NumberPart = readonly [sql: string, width: number];

const year = `CASE WHEN year(${moment}) <= 0 THEN 1 - year(${moment}) ELSE year(${moment}) END`;
const secondOfDay = `(hour(${moment}) * 3600 + minute(${moment}) * 60 + second(${moment}))`;

const momentNumbers: Readonly<Record<string, NumberPart>> = {
  HH24: [`hour(${moment})`, 2],
  HH12: [`(hour(${moment}) + 11) % 12 + 1`, 2],
  HH: [`(hour(${moment}) + 11) % 12 + 1`, 2],
  MI: [`minute(${moment})`, 2],
  SS: [`second(${moment})`, 2],
  MS: [`microsecond(${moment}) // 1000 % 1000`, 3],
  US: [`microsecond(${moment}) % 1000000`, 6],
  SSSS: [secondOfDay, 0],
  SSSSS: [secondOfDay, 0],
  YYYY: [year, 4],
  YYY: [`(${year}) % 1000`, 3],
  YY: [`(${year}) % 100`, 2],
  Y: [`(${year}) % 10`, 1],
  IYYY: [`isoyear(${moment})`, 4],
  IYY: [`isoyear(${moment}) % 1000`, 3],
  IY: [`isoyear(${moment}) % 100`, 2],
  I: [`isoyear(${moment}) % 10`, 1],
  IDDD: [`(week(${moment}) - 1) * 7 + isodow(${moment})`, 3],
  ID: [`isodow(${moment})`, 1],
  IW: [`week(${moment})`, 2],
  MM: [`month(${moment})`, 2],
  DDD: [`dayofyear(${moment})`, 3],
  DD: [`day(${moment})`, 2],
  D: [`isodow(${moment}) % 7 + 1`, 1],
  W: [`(day(${moment}) - 1) // 7 + 1`, 1],
  WW: [`(dayofyear(${moment}) - 1) // 7 + 1`, 2],
  CC: [`(${year} + 99) // 100`, 2],
  J: [`datediff('day', DATE '1970-01-01', CAST(${moment} AS DATE)) + 2440588`, 1],
  Q: [`quarter(${moment})`, 1],
};

const spanPartOf = (part: string) => `datepart('${part}', ${span})`;

const spanNumbers: Readonly<Record<string, NumberPart>> = {
  HH24: [spanPartOf("hour"), 2],
  HH12: [`(${spanPartOf("hour")} + 11) % 12 + 1`, 2],
  HH: [`(${spanPartOf("hour")} + 11) % 12 + 1`, 2],
  MI: [spanPartOf("minute"), 2],
  SS: [spanPartOf("second"), 2],
  MS: [`${spanPartOf("microsecond")} // 1000 % 1000`, 3],
  US: [`${spanPartOf("microsecond")} % 1000000`, 6],
  YYYY: [spanPartOf("year"), 4],
  YYY: [`${spanPartOf("year")} % 1000`, 3],
  YY: [`${spanPartOf("year")} % 100`, 2],
  Y: [`${spanPartOf("year")} % 10`, 1],
  MM: [spanPartOf("month"), 2],
  DD: [spanPartOf("day"), 2],
};

/** The numeral with what FM and TH make of it. */
function numeral([sql, width]: NumberPart, { fill, ordinal }: TimePart): string {
  const text = fill
    ? `CAST(${sql} AS VARCHAR)`
    : `__duckgres.main.duckgres_zeros(CAST(${sql} AS BIGINT), ${width})`;
  if (ordinal === "") return text;
  const suffix = `__duckgres.main.duckgres_ordinal(CAST(${sql} AS BIGINT))`;
  return `${text} || ${ordinal === "th" ? suffix : `upper(${suffix})`}`;
}

function spanPart(part: TimePart): string | null {
  if (part.key === "") return quoteText(part.text);
  const number = spanNumbers[part.key];
  return number ? numeral(number, part) : null;
}

/** Neighbours that strftime has words for are one call. */
function momentParts(parts: readonly TimePart[]): string {
  const out: string[] = [];
  let run = "";
  const flush = () => {
    if (run !== "") out.push(run.includes("%") ? `strftime(${moment}, ${quoteText(run)})` : quoteText(run));
    run = "";
  };
  // A year before Christ counts from there only beside its BC.
  const hasEra = parts.some(({ key }) => /^(BC|AD|B\.C\.|A\.D\.)$/.test(key));
  for (const part of parts) {
    const word = hasEra && part.key.includes("Y") ? null : strftimeWord(part);
    if (word !== null) run += word;
    else {
      flush();
      out.push(momentPart(part));
    }
  }
  flush();
  return out.join(" || ");
}

function momentPart(part: TimePart): string {
  const { key, text } = part;
  const number = momentNumbers[key];
  if (number) return numeral(number, part);
  switch (key) {
    case "MONTH":
      return name("%B", part, 9);
    case "DAY":
      return name("%A", part, 9);
    case "MON":
      return name("%b", part, 0);
    case "DY":
      return name("%a", part, 0);
    case "RM":
      return cased(
        `['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X', 'XI', 'XII'][month(${moment})]`,
        part,
        4,
      );
    case "AM":
    case "PM":
    case "A.M.":
    case "P.M.":
      return either(`hour(${moment}) >= 12`, text.replace(/^./, /[A-Z]/.test(text[0]) ? "P" : "p"), text);
    case "BC":
    case "AD":
    case "B.C.":
    case "A.D.":
      return era(text);
    case "Y,YYY":
      return `CAST((${year}) // 1000 AS VARCHAR) || ',' || __duckgres.main.duckgres_zeros((${year}) % 1000, 3)`;
    case "TZ":
      return cased(zoneName, part, 0);
    case "OF":
      return offset;
    case "TZH":
      return `left(${offset}, 3)`;
    case "TZM":
      return `coalesce(nullif(substring(${offset}, 5), ''), '00')`;
    default: // FF1 to FF6
      return `left(__duckgres.main.duckgres_zeros(microsecond(${moment}) % 1000000, 6), ${key[2]})`;
  }
}

const zoneName =
  `CASE WHEN typeof(dg_t) LIKE '%ZONE' THEN replace(strftime(${zoned}, '%Z'), 'Etc/', '') ELSE '' END`;

const offset = `CASE WHEN typeof(dg_t) LIKE '%ZONE' THEN strftime(${zoned}, '%z') ELSE '+00' END`;

function either(second: string, secondText: string, text: string): string {
  const first = text.replace(/^./, /[A-Z]/.test(text[0]) ? "A" : "a");
  return `CASE WHEN ${second} THEN ${quoteText(secondText)} ELSE ${quoteText(first)} END`;
}

/** `BC`, `b.c.`: the letters are the year's, their case and dots the pattern's. */
function era(text: string): string {
  const [dot, upper] = [text.includes("."), /[A-Z]/.test(text[0])];
  const written = (letters: string) => {
    const dotted = dot ? `${letters[0]}.${letters[1]}.` : letters;
    return quoteText(upper ? dotted.toUpperCase() : dotted);
  };
  return `CASE WHEN year(${moment}) <= 0 THEN ${written("bc")} ELSE ${written("ad")} END`;
}

function name(word: string, part: TimePart, width: number): string {
  return cased(`strftime(${moment}, '${word}')`, part, width);
}

/** As the letters of the pattern are, and padded. */
function cased(sql: string, { text, fill }: TimePart, width: number): string {
  const letters = text === text.toUpperCase()
    ? `upper(${sql})`
    : text === text.toLowerCase()
    ? `lower(${sql})`
    : sql;
  return fill || width === 0 ? letters : `system.main.rpad(${letters}, ${width}, ' ')`;
}
