import { raise, raiseText } from "./raise.ts";
import { macro, type Source } from "./source.ts";

/**
 * What `to_char`, `to_date`, `to_timestamp`, `to_number` and `format` are made of. A template that is a literal is worked
 * out when the statement is analysed (`transforms/formats.ts`).
 *
 * @see https://www.postgresql.org/docs/18/functions-formatting.html
 */

/** For templates that are no literals: the usual patterns, one after the other. */
const usual = ["YYYY %Y", "HH24 %H", "HH12 %I", "HH %I", "MI %M", "SS %S", "MS %g", "US %f"].concat(
  ["FMDD %-d", "FMMM %-m", "MM %m", "DDD %j", "DD %d", "YY %y", "IW %V", "AM %p", "PM %p"],
  ["FMMonth %B", "FMDay %A", "Mon %b", "Dy %a"],
).reduce((sql, pair) => {
  const [pattern, word] = pair.split(" ");
  return `replace(${sql}, '${pattern}', strftime(CAST(a AS TIMESTAMP), '${word}'))`;
}, "nullif(format, '')");

/** The marks that stand for a span's numbers in a template, see `formats/time_output.ts`. */
const spanNumbers: readonly [sql: string, width: number][] = [
  ["datepart('hour', a)", 2],
  ["datepart('minute', a)", 2],
  ["datepart('second', a)", 2],
  ["datepart('microsecond', a) // 1000 % 1000", 3],
  ["datepart('microsecond', a) % 1000000", 6],
  ["datepart('day', a)", 2],
  ["datepart('month', a)", 2],
  ["datepart('year', a)", 4],
  ["(datepart('hour', a) + 11) % 12 + 1", 2],
];

const dateSources: readonly Source[] = [
  // A number as wide as its pattern; the sign takes a place.
  macro(
    "duckgres_zeros",
    `(a, width) AS CASE WHEN a < 0 THEN '-' ELSE '' END || system.main.lpad(CAST(abs(a) AS VARCHAR),
      CAST(greatest(width - CASE WHEN a < 0 THEN 1 ELSE 0 END, system.main.length(CAST(abs(a) AS VARCHAR))) AS INTEGER),
      '0')`,
  ),
  macro(
    "duckgres_ordinal",
    `(a) AS CASE WHEN a % 100 BETWEEN 11 AND 13 THEN 'th' ELSE ['th', 'st', 'nd', 'rd', 'th'][least(a % 10, 4) + 1] END`,
  ),
  macro(
    "duckgres_span_text",
    `(a, template) AS ${
      spanNumbers.reduce(
        (sql, [value, width], i) =>
          `replace(${sql}, chr(${0xe000 + i}), @duckgres_zeros(${value}, ${width}))`,
        "template",
      )
    }`,
  ),
  // A template that strftime() has words for.
  macro(
    "duckgres_strftime",
    `(a, words, template) AS CASE WHEN typeof(a) IN ('INTERVAL', 'TIME')
      THEN @duckgres_span_text(TRY_CAST(CAST(a AS VARCHAR) AS INTERVAL), template)
      ELSE strftime(CAST(a AS TIMESTAMP), words) END`,
  ),
  macro("to_char", `(a, format) AS replace(${usual}, '"', '')`),
];

const roman = ["M", "CDM", "XLC", "IVX"];

/** The letters of each decimal place, by its digit. */
function romanDigits(letters: string): string {
  const [one, five, ten] = letters.length === 1 ? [letters, "", ""] : [letters[0], letters[1], letters[2]];
  const texts = ["", one, one + one, one + one + one, one + five, five, five + one, five + one + one];
  return `['${[...texts, five + one + one + one, one + ten].join("', '")}']`;
}

const numberSources: readonly Source[] = [
  // From the digits of a number without its sign, rounded to as many as the template has, or `#` where they are too many.
  macro(
    "duckgres_digits",
    `(a, digits, whole, fraction, least) AS list_transform(
      list_transform([digits], lambda dg_text: {
        d: CASE WHEN fraction = 0 THEN dg_text WHEN starts_with(dg_text, '0.') THEN ''
          ELSE system.main.left(dg_text, -fraction - 1) END,
        f: CASE WHEN fraction = 0 THEN '' ELSE right(dg_text, fraction) END }),
      lambda dg_parts: CASE WHEN a IS NULL THEN NULL
        WHEN system.main.length(dg_parts.d) > whole
          THEN { n: a, s: a < 0, d: system.main.repeat('#', whole), f: system.main.repeat('#', fraction) }
        ELSE { n: a, s: a < 0 AND system.main.regexp_matches(dg_parts.d || dg_parts.f, '[1-9]'),
          d: system.main.lpad(system.main.lpad(dg_parts.d,
            CAST(greatest(least, system.main.length(dg_parts.d)) AS INTEGER), '0'), whole, ' '),
          f: dg_parts.f } END)[1]`,
  ),
  macro(
    "duckgres_signed",
    `(a, sign, fill) AS CASE WHEN fill THEN sign || ltrim(a, ' ')
      ELSE system.main.lpad(sign || ltrim(a, ' '), CAST(system.main.length(a) AS INTEGER) + 1, ' ') END`,
  ),
  macro(
    "duckgres_short_fraction",
    `(a, least) AS CASE WHEN system.main.length(rtrim(a, '0')) >= least THEN rtrim(a, '0') ELSE a[:least] END`,
  ),
  macro(
    "duckgres_roman",
    `(a) AS CASE WHEN round(a) NOT BETWEEN 1 AND 3999 THEN system.main.repeat('#', 15) ELSE ${
      roman.map((letters, i) =>
        `(${romanDigits(letters)})[CAST(trunc(round(a) / ${10 ** (3 - i)}) AS BIGINT) % 10 + 1]`
      ).join(" || ")
    } END`,
  ),
  macro(
    "duckgres_to_number",
    `(a) AS list_transform([system.main.regexp_replace(a, '[^0-9.]', '', 'g')], lambda dg_digits: CASE
      WHEN dg_digits = '' THEN ${raise("22P02", 'invalid input syntax for type numeric: " "')}
      WHEN system.main.regexp_matches(a, '[-<]') THEN '-' || dg_digits ELSE dg_digits END)[1]`,
  ),
];

const zones =
  "['UTC', 'GMT', 'Z', 'EST', 'EDT', 'CST', 'CDT', 'MST', 'MDT', 'PST', 'PDT', 'CET', 'CEST', 'BST', 'MSK', " +
  "'JST', 'IST']";
const zoneMinutes = "[0, 0, 0, -300, -240, -360, -300, -420, -360, -480, -420, 60, 120, 60, 180, 540, 120]";

/** A field of what a template found in a text: a number, or a default where it was not asked for. */
const field = (name: string, otherwise: string) =>
  `coalesce(TRY_CAST(nullif(f.${name}, '') AS BIGINT), ${otherwise})`;

const outOfRange = raiseText("22008", `'date/time field value out of range: "' || a || '"'`);

const inputSources: readonly Source[] = [
  macro(
    "duckgres_year",
    `(digits, century) AS CASE WHEN century = '' AND system.main.length(digits) <= 3 THEN CAST(digits AS BIGINT)
      + CASE WHEN CAST(digits AS BIGINT) < 70 THEN 2000 WHEN CAST(digits AS BIGINT) < 100 THEN 1900
        WHEN CAST(digits AS BIGINT) < 520 THEN 2000 ELSE 1000 END ELSE CAST(digits AS BIGINT) END`,
  ),
  macro(
    "duckgres_checked_date",
    `(a, y, m, d) AS CASE
      WHEN m NOT BETWEEN 1 AND 12 OR d NOT BETWEEN 1 AND 31 THEN ${outOfRange}
      WHEN d > 28 AND d > day(last_day(make_date(y, m, 1))) THEN ${outOfRange}
      ELSE make_date(y, m, d) END`,
  ),
  macro(
    "duckgres_date_of",
    `(a, f) AS CASE
      WHEN f.j <> '' THEN DATE '1970-01-01' + CAST(CAST(f.j AS BIGINT) - 2440588 AS INTEGER)
      WHEN f.iy <> '' THEN CAST(date_trunc('week', make_date(CAST(f.iy AS BIGINT), 1, 4)) AS DATE)
        + CAST((${field("iw", "1")} - 1) * 7 + ${field("id", "1")} - 1 AS INTEGER)
      WHEN f.doy <> '' THEN CASE WHEN CAST(f.doy AS BIGINT) NOT BETWEEN 1 AND 366 THEN ${outOfRange}
        ELSE make_date(${
      field("y", "@duckgres_year(f.yy, '')")
    }, 1, 1) + CAST(CAST(f.doy AS BIGINT) - 1 AS INTEGER) END
      ELSE @duckgres_checked_date(a,
        CASE WHEN upper(f.bc[:1]) = 'B' THEN 1 - ${field("y", "1")}
          ELSE ${field("y", "CASE WHEN f.yy = '' THEN 0 ELSE @duckgres_year(f.yy, '') END")} END,
        CASE WHEN f.mon <> '' THEN (instr('janfebmaraprmayjunjulaugsepoctnovdec', lower(f.mon[:3])) + 2) // 3
          ELSE ${field("m", "1")} END,
        ${field("d", "CASE WHEN f.w <> '' THEN (CAST(f.w AS BIGINT) - 1) * 7 + 1 ELSE 1 END")}) END`,
  ),
  macro(
    "duckgres_clock_of",
    `(a, f) AS CASE
      WHEN ${field("h", "0")} > 24 OR ${field("h12", "1")} NOT BETWEEN 1 AND 12 OR ${field("mi", "0")} > 59
        OR ${field("s", "0")} > 60 THEN ${outOfRange}
      ELSE to_microseconds((CASE WHEN f.h12 = '' THEN ${field("h", "0")}
          ELSE CAST(f.h12 AS BIGINT) % 12 + CASE WHEN upper(f.ap[:1]) = 'P' THEN 12 ELSE 0 END END * 3600
        + ${field("mi", "0")} * 60 + ${field("s", "0")} + ${field("sod", "0")}) * 1000000
        + CAST(system.main.rpad(f.ms, 3, '0') || '000' AS BIGINT) + CAST(system.main.rpad(f.us, 6, '0') AS BIGINT)) END`,
  ),
  macro(
    "duckgres_zone_of",
    `(f) AS to_minutes(CASE
      WHEN system.main.regexp_matches(f.tz, '^[+-]') THEN CAST(f.tz[:3] AS BIGINT) * 60
        + CAST(f.tz[1] || coalesce(nullif(right(f.tz[4:], 2), ''), '0') AS BIGINT)
      ELSE (${zoneMinutes})[list_position(${zones}, upper(f.tz))] END)`,
  ),
  // What a template's expression finds in a text, see `formats/time_input.ts`.
  macro(
    "duckgres_fields",
    `(a, pattern, names, first) AS list_transform([regexp_extract(a, pattern, names)], lambda dg_f:
      CASE WHEN dg_f.found <> '' OR a IS NULL THEN dg_f
      ELSE ${raiseText("22007", `'invalid value "' || a || '" for "' || first || '"'`)} END)[1]`,
  ),
  macro(
    "duckgres_to_date",
    `(a, pattern, names, first) AS list_transform([@duckgres_fields(a, pattern, names, first)], lambda dg_f:
      CASE WHEN a IS NOT NULL THEN @duckgres_date_of(a, dg_f) END)[1]`,
  ),
  macro(
    "duckgres_to_timestamp",
    `(a, pattern, names, first) AS list_transform([@duckgres_fields(a, pattern, names, first)], lambda dg_f:
      CASE WHEN a IS NULL THEN NULL
      WHEN dg_f.tz = '' THEN CAST(@duckgres_date_of(a, dg_f) + @duckgres_clock_of(a, dg_f) AS TIMESTAMP WITH TIME ZONE)
      ELSE (@duckgres_date_of(a, dg_f) + @duckgres_clock_of(a, dg_f) - @duckgres_zone_of(dg_f)) AT TIME ZONE 'UTC'
      END)[1]`,
  ),
  ...["to_date", "to_number"].map((name) =>
    macro(
      name,
      `(a, format) AS ${raise("0A000", `${name} with a format that is not a literal is not supported`)}`,
    )
  ),
  macro(
    "to_timestamp",
    "(a) AS system.main.to_timestamp(a)",
    `(a, format) AS ${raise("0A000", "to_timestamp with a format that is not a literal is not supported")}`,
  ),
];

const textSources: readonly Source[] = [
  macro(
    "duckgres_padded",
    `(a, width) AS CASE WHEN abs(width) <= system.main.length(a) THEN a
      WHEN width < 0 THEN system.main.rpad(a, CAST(-width AS INTEGER), ' ')
      ELSE system.main.lpad(a, CAST(width AS INTEGER), ' ') END`,
  ),
  macro(
    "duckgres_format_name",
    `(a) AS CASE WHEN a IS NULL THEN ${raise("22004", "null values cannot be formatted as an SQL identifier")}
      ELSE @quote_ident(a) END`,
  ),
];

export const formatFunctionSources: readonly Source[] = [
  ...dateSources,
  ...numberSources,
  ...inputSources,
  ...textSources,
];
