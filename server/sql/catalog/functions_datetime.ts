import { raise, raiseText } from "./raise.ts";
import { macro, type Source, typedMacro } from "./source.ts";

/**
 * PostgreSQL's functions of dates and times that DuckDB lacks or answers in another type. What they are given is told apart
 * by its type when the statement is planned, so that a column costs what DuckDB's own function does.
 *
 * @see https://www.postgresql.org/docs/18/functions-datetime.html
 */

/** Types of what a field is taken from: DuckDB's name, PostgreSQL's, and whether it is meant where nobody knows. */
const sorts = [
  ["DATE", "date", "BIGINT"],
  ["TIMESTAMP", "timestamp without time zone", "INTEGER"],
  ["TIMESTAMPTZ", "timestamp with time zone", "BIGINT"],
  ["INTERVAL", "interval", "BIGINT"],
  ["TIME", "time without time zone", "BIGINT"],
  ["TIMETZ", "time with time zone", "BIGINT"],
] as const;
type Sort = typeof sorts[number][0];

/** EXTRACT of a group of fields: what it is by type, with `a` for the value; a type that is missing has no such fields. */
function extract(group: string, byType: Partial<Record<Sort, string>>): Source[] {
  const overloads = sorts.map(([type, name, last]) => {
    const message = `'unit "' || field || '" not supported for type ${name}'`;
    const answer = byType[type] ?? `CAST(${raiseText("0A000", message)} AS DECIMAL(9, 0))`;
    return `(field, a, kind ${type}, last ${last}) AS ${answer}`;
  });
  return [
    typedMacro(`duckgres_extract_${group}_of`, ...overloads),
    macro(`duckgres_extract_${group}`, `(field, a) AS @duckgres_extract_${group}_of(field, a, a, 0)`),
  ];
}

const part = (precision: number, value = "system.main.date_part(field, a)") =>
  `CAST(${value} AS DECIMAL(${precision}, 0))`;
const scaled = (unit: string, scale: number) =>
  `CAST(CAST(system.main.date_part('microsecond', a) AS DECIMAL(18, 0)) * ${unit} AS DECIMAL(12, ${scale}))`;
const seconds = scaled("0.000001", 6);
const milliseconds = scaled("0.001", 3);
const epoch = "CAST(CAST(epoch_us(a) AS DECIMAL(20, 0)) * 0.000001 AS DECIMAL(26, 6))";
const epochOfSpan = "CAST(system.main.date_part('epoch', a) AS DECIMAL(26, 6))";
/** With all the digits that PostgreSQL has: the part of a day is worked out as an integer of 20 of them. */
const julian = (moment: string) =>
  `CAST(CAST(CAST(system.main.date_part('julian', CAST(${moment} AS DATE)) AS BIGINT) AS VARCHAR) || '.' || lpad(CAST(system.main."//"(
    CAST(epoch_us(${moment}) - epoch_us(date_trunc('day', ${moment})) AS HUGEINT) * 100000000000000000000 + 43200000000,
    86400000000) AS VARCHAR), 20, '0') AS DECIMAL(38, 20))`;
const noDayOfWeek = `CASE WHEN field IN ('dow', 'doy', 'isodow', 'isoyear')
  THEN ${raiseText("0A000", `'unit "' || field || '" not supported for type interval'`)}
  WHEN field = 'week' THEN system.main."//"(datepart('day', a), 7)
  ELSE system.main.date_part(CASE field WHEN 'week' THEN 'day' ELSE field END, a) END`;

const extractSources: readonly Source[] = [
  ...extract("date", {
    DATE: part(9),
    TIMESTAMP: part(9),
    TIMESTAMPTZ: part(9),
    INTERVAL: part(18),
  }),
  ...extract("interval_day", {
    DATE: part(9),
    TIMESTAMP: part(9),
    TIMESTAMPTZ: part(9),
    INTERVAL: part(18, noDayOfWeek),
  }),
  ...extract("time", {
    TIMESTAMP: part(9),
    TIMESTAMPTZ: part(9),
    INTERVAL: part(18),
    TIME: part(9),
    TIMETZ: part(9),
  }),
  ...extract("second", {
    TIMESTAMP: seconds,
    TIMESTAMPTZ: seconds,
    INTERVAL: seconds,
    TIME: seconds,
    TIMETZ: seconds,
  }),
  ...extract("millisecond", {
    TIMESTAMP: milliseconds,
    TIMESTAMPTZ: milliseconds,
    INTERVAL: milliseconds,
    TIME: milliseconds,
    TIMETZ: milliseconds,
  }),
  ...extract("epoch", {
    DATE: part(18, "system.main.date_part('epoch', a)"),
    TIMESTAMP: epoch,
    TIMESTAMPTZ: epoch,
    INTERVAL: epochOfSpan,
    TIME: epochOfSpan,
    TIMETZ: epochOfSpan,
  }),
  ...extract("julian", {
    DATE: part(9, "system.main.date_part('julian', a)"),
    TIMESTAMP: julian("a"),
    TIMESTAMPTZ: julian("CAST(a AS TIMESTAMP)"),
  }),
  ...extract("timezone", { TIMESTAMPTZ: part(9), TIMETZ: part(9) }),
  typedMacro(
    "duckgres_extract_unknown_of",
    ...sorts.map(([type, name, last]) => {
      const message = `'unit "' || field || '" not recognized for type ${name}'`;
      return `(field, a, kind ${type}, last ${last}) AS CAST(${
        raiseText("22023", message)
      } AS DECIMAL(9, 0))`;
    }),
  ),
  macro("duckgres_extract_unknown", "(field, a) AS @duckgres_extract_unknown_of(field, a, a, 0)"),
];

const truncation = (value: string) => `system.main.date_trunc(field, ${value})`;
const year = "INTERVAL 1 YEAR";

const truncSources: readonly Source[] = [
  typedMacro(
    "duckgres_trunc",
    `(field, a, kind DATE, last BIGINT) AS CAST(${truncation("a")} AS TIMESTAMPTZ)`,
    `(field, a, kind TIMESTAMP, last INTEGER) AS ${truncation("a")}`,
    `(field, a, kind TIMESTAMPTZ, last BIGINT) AS ${truncation("a")}`,
    `(field, a, kind INTERVAL, last BIGINT) AS ${truncation("a")}`,
  ),
  macro(
    "date_trunc",
    "(field, a) AS @duckgres_trunc(field, a, a, 0)",
    `(field, a, zone) AS timezone(zone, ${truncation("timezone(zone, CAST(a AS TIMESTAMPTZ))")})`,
  ),
  // A century begins with its year 1.
  typedMacro(
    "duckgres_trunc_century_of",
    `(field, a, kind DATE, last BIGINT) AS CAST(${truncation(`a - ${year}`)} + ${year} AS TIMESTAMPTZ)`,
    `(field, a, kind TIMESTAMP, last INTEGER) AS ${truncation(`a - ${year}`)} + ${year}`,
    `(field, a, kind TIMESTAMPTZ, last BIGINT) AS ${truncation(`a - ${year}`)} + ${year}`,
    `(field, a, kind INTERVAL, last BIGINT) AS ${truncation("a")}`,
  ),
  macro("duckgres_trunc_century", "(field, a) AS @duckgres_trunc_century_of(field, a, a, 0)"),
  macro(
    "date_bin",
    `(stride, source, origin) AS time_bucket(CASE
      WHEN datepart('year', CAST(stride AS INTERVAL)) <> 0 OR datepart('month', CAST(stride AS INTERVAL)) <> 0
        THEN ${raise("0A000", "timestamps cannot be binned into intervals containing months or years")}
      WHEN CAST(stride AS INTERVAL) <= INTERVAL 0 SECOND THEN ${
      raise("22008", "stride must be greater than zero")
    }
      ELSE CAST(stride AS INTERVAL) END, source, origin)`,
  ),
];

/** Months, days and microseconds of an interval. */
const monthsOf = "(datepart('year', dg_i) * 12 + datepart('month', dg_i))";
const daysOf = "datepart('day', dg_i)";
const microsOf =
  `((datepart('hour', dg_i) * 3600 + datepart('minute', dg_i) * 60) * 1000000 + datepart('microsecond', dg_i))`;
const perDay = "86400000000";

/** An interval's parts worked on with `dg_i` for it, so that it is worked out once. */
function ofInterval(body: string): string {
  return `(a) AS list_transform([CAST(a AS INTERVAL)], lambda dg_i: ${body})[1]`;
}

function wholeAndRest(total: string, size: string, whole: string, rest: string): string {
  return `${whole}(CAST(system.main."//"(${total}, ${size}) AS INTEGER)) + ${rest}(CAST(system.main."%"(${total}, ${size}) AS BIGINT))`;
}

const dayMicros = `(${daysOf} * ${perDay} + ${microsOf})`;
const justified = (total: string) =>
  `to_months(CAST(system.main."//"(${total}, 30 * ${perDay}) AS INTEGER))
   + to_days(CAST(system.main."//"(system.main."%"(${total}, 30 * ${perDay}), ${perDay}) AS INTEGER))
   + to_microseconds(CAST(system.main."%"(${total}, ${perDay}) AS BIGINT))`;

const intervalSources: readonly Source[] = [
  macro(
    "justify_hours",
    ofInterval(
      `to_months(CAST(${monthsOf} AS INTEGER)) + ${
        wholeAndRest(dayMicros, perDay, "to_days", "to_microseconds")
      }`,
    ),
  ),
  macro(
    "justify_days",
    ofInterval(
      `to_months(CAST(system.main."//"(${monthsOf} * 30 + ${daysOf}, 30) AS INTEGER))
       + to_days(CAST(system.main."%"(${monthsOf} * 30 + ${daysOf}, 30) AS INTEGER)) + to_microseconds(${microsOf})`,
    ),
  ),
  macro(
    "justify_interval",
    ofInterval(justified(`(CAST(${monthsOf} AS HUGEINT) * 30 * ${perDay} + ${dayMicros})`)),
  ),
  macro(
    "make_interval",
    `(years := 0, months := 0, weeks := 0, days := 0, hours := 0, mins := 0, secs := 0) AS
      to_months(CAST(years * 12 + months AS INTEGER)) + to_days(CAST(weeks * 7 + days AS INTEGER)) + to_hours(hours)
      + to_minutes(mins) + to_microseconds(CAST(system.main.round(secs * 1000000) AS BIGINT))`,
  ),
  typedMacro(
    "duckgres_isfinite",
    "(a, kind INTERVAL, last BIGINT) AS a = a",
    "(a, kind DATE, last BIGINT) AS system.main.isfinite(a)",
    "(a, kind TIMESTAMP, last INTEGER) AS system.main.isfinite(a)",
    "(a, kind TIMESTAMPTZ, last BIGINT) AS system.main.isfinite(a)",
    "(a, kind DOUBLE, last BIGINT) AS system.main.isfinite(a)",
  ),
  macro("isfinite", "(a) AS @duckgres_isfinite(a, a, 0)"),
  // What `-` and `::` are for a TIME, which DuckDB has not.
  macro("duckgres_time_minus", "(a, b) AS to_microseconds(epoch_us(a) - epoch_us(b))"),
  macro("duckgres_time_span", "(a) AS to_microseconds(epoch_us(CAST(a AS TIME)))"),
  typedMacro(
    "duckgres_time_of",
    "(a, kind TIMESTAMPTZ, last BIGINT) AS CAST(CAST(a AS TIMESTAMP) AS TIME)",
    "(a, kind INTERVAL, last BIGINT) AS CAST(TIMESTAMP '2000-01-01' + a AS TIME)",
    "(a, kind TIMESTAMP, last INTEGER) AS CAST(a AS TIME)",
    "(a, kind TIME, last BIGINT) AS CAST(a AS TIME)",
    "(a, kind TIMETZ, last BIGINT) AS CAST(a AS TIME)",
    "(a, kind VARCHAR, last BIGINT) AS CAST(a AS TIME)",
  ),
  macro("duckgres_time", "(a) AS @duckgres_time_of(a, a, 0)"),
];

/** The end of a period may be told by its length. */
const end = (start: string, stop: string) => `@duckgres_period_end(${start}, ${stop}, ${stop}, 0)`;

const otherSources: readonly Source[] = [
  typedMacro(
    "duckgres_period_end",
    "(start, stop, kind INTERVAL, last BIGINT) AS start + stop",
    "(start, stop, kind DATE, last BIGINT) AS stop",
    "(start, stop, kind TIMESTAMP, last INTEGER) AS stop",
    "(start, stop, kind TIMESTAMPTZ, last BIGINT) AS stop",
    "(start, stop, kind TIME, last BIGINT) AS stop",
    "(start, stop, kind TIMETZ, last BIGINT) AS stop",
  ),
  macro(
    "duckgres_overlap",
    `(a, b, c, d) AS CASE WHEN a > c THEN a < d OR a = c AND b <> d WHEN a < c THEN c < b ELSE a = c END`,
  ),
  macro(
    "duckgres_overlaps",
    `(a, b, c, d) AS @duckgres_overlap(least(a, ${end("a", "b")}), greatest(a, ${end("a", "b")}),
      least(c, ${end("c", "d")}), greatest(c, ${end("c", "d")}))`,
  ),
  typedMacro(
    "duckgres_at_offset_of",
    "(a, span, kind TIMESTAMPTZ, last BIGINT) AS timezone('UTC', a) + span",
    "(a, span, kind TIMESTAMP, last INTEGER) AS timezone('UTC', a - span)",
  ),
  macro("duckgres_at_offset", "(a, span) AS @duckgres_at_offset_of(a, span, a, 0)"),
  macro(
    "make_date",
    "(a, b, c) AS system.main.make_date(CASE WHEN a < 0 THEN a + 1 WHEN a > 0 THEN a ELSE " +
      `${raiseText("22008", "'date field value out of range: ' || a || '-' || b || '-' || c")} END, b, c)`,
  ),
  macro(
    "date_add",
    "(a, b) AS a + b",
    "(a, b, zone) AS timezone(zone, timezone(zone, a) + b)",
  ),
  macro(
    "date_subtract",
    "(a, b) AS a - b",
    "(a, b, zone) AS timezone(zone, timezone(zone, a) - b)",
  ),
  // The only clock of DuckDB's that goes on within a transaction, to the millisecond.
  macro("clock_timestamp", "() AS greatest(now(), uuid_extract_timestamp(system.main.uuidv7()))"),
  macro("statement_timestamp", "() AS now()"),
  macro(
    "timeofday",
    "() AS strftime(greatest(now(), uuid_extract_timestamp(system.main.uuidv7())), '%a %b %d %H:%M:%S.%f %Y %Z')",
  ),
  // These return nothing, which is shown as an empty text.
  macro("pg_sleep", "(a) AS coalesce(CAST(sleep_ms(CAST(a * 1000 AS BIGINT)) AS VARCHAR), '')"),
  macro(
    "pg_sleep_for",
    "(a) AS coalesce(CAST(sleep_ms(CAST(epoch(CAST(a AS INTERVAL)) * 1000 AS BIGINT)) AS VARCHAR), '')",
  ),
  macro(
    "pg_sleep_until",
    `(a) AS coalesce(CAST(sleep_ms(CAST(1000 * greatest(0, epoch(CAST(a AS TIMESTAMPTZ)
      - greatest(now(), uuid_extract_timestamp(system.main.uuidv7())))) AS BIGINT)) AS VARCHAR), '')`,
  ),
  macro("uuid_extract_version", "(a) AS CAST(system.main.uuid_extract_version(CAST(a AS UUID)) AS SMALLINT)"),
];

export const dateTimeFunctionSources: readonly Source[] = [
  ...extractSources,
  ...truncSources,
  ...intervalSources,
  ...otherSources,
];
