import { macro, type Source } from "./source.ts";

/**
 * What `sum(x)` and `avg(x)` are rewritten to, see `transforms/aggregates.ts`: an overload for each type of `x`, which the
 * parameter `a` tells and which nothing else is made of. `last INTEGER` makes one overload the better where DuckDB cannot
 * tell the type, as in `functions_sets.ts`.
 */
const smallIntegers = ["BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"];
const bigIntegers = ["BIGINT", "UBIGINT"];

function overloads(before: string, types: readonly string[], sql: string): string[] {
  return types.map((type) => `(${before}, a ${type}, last BIGINT) AS ${sql}`);
}

/** Sums of intervals are DuckDB's only when their parts are summed. */
const intervalSum = `to_months(CAST(sum(datepart('year', a) * 12 + datepart('month', a)) AS INTEGER))
  + to_days(CAST(sum(datepart('day', a)) AS INTEGER))
  + to_microseconds(CAST(sum(datepart('hour', a) * 3600000000 + datepart('minute', a) * 60000000
    + datepart('microsecond', a)) AS BIGINT))`;

const sums = [
  ...overloads("dg_sum", smallIntegers, "CAST(dg_sum AS BIGINT)"),
  ...overloads("dg_sum", [...bigIntegers, "DECIMAL", "DOUBLE"], "dg_sum"),
  ...overloads("dg_sum", ["FLOAT"], "CAST(dg_sum AS FLOAT)"),
  "(dg_sum, a HUGEINT, last INTEGER) AS dg_sum",
];

const given = "dg_avg, dg_sum, dg_count";

const averages = [
  ...overloads(given, [...smallIntegers.slice(1), ...bigIntegers], "@duckgres_quotient(dg_sum, dg_count)"),
  ...overloads(given, ["DECIMAL"], "@duckgres_numeric_quotient(dg_sum, dg_count)"),
  ...overloads(given, [
    "BOOLEAN",
    "FLOAT",
    "DOUBLE",
    "TIME",
    "TIMESTAMP",
    "TIMESTAMP WITH TIME ZONE",
  ], "dg_avg"),
  `(${given}, a HUGEINT, last INTEGER) AS dg_avg`,
];

/**
 * PostgreSQL's quotients have at least 16 digits. They are made in two halves of 8, so that no step needs more than 64
 * bits: DuckDB divides 128 bits a hundred times slower. Sums too large for that take the slow way.
 */
const inverse = "0.0000000000000001";

/** Digits behind the point: of a rest, in units of 10 ** -8 each, divided by the count. */
function fraction(units: string): string {
  const half = "2 * ((UNITS) % dg_count) * 100000000 + sign((UNITS) % dg_count) * dg_count";
  return `CAST(100000000 * ((UNITS) // dg_count) + (${half}) // (2 * dg_count) AS DECIMAL(17, 0)) * ${inverse}`
    .replaceAll("UNITS", units);
}

const nearest = "CAST(CAST(dg_sum AS DOUBLE) / dg_count AS BIGINT)";

const slowQuotient = `CAST(CAST(trunc(dg_sum) AS HUGEINT) // dg_count AS DECIMAL(38, 16))
  + CAST((2 * (10000000000000000 * (CAST(trunc(dg_sum) AS HUGEINT) % dg_count)
    + CAST(CAST(dg_sum - trunc(dg_sum) AS DECIMAL(38, 16)) * 10000000000000000 AS HUGEINT))
    + sign(dg_sum) * dg_count) // (2 * dg_count) AS DECIMAL(38, 0)) * ${inverse}`;

export const aggregateSources: readonly Source[] = [
  macro("duckgres_slow_quotient", `(dg_sum, dg_count) AS ${slowQuotient}`),
  macro(
    "duckgres_bigint_quotient",
    `(dg_sum, dg_count) AS CAST(dg_sum // dg_count AS DECIMAL(38, 16))
      + ${fraction("(dg_sum % dg_count) * 100000000")}`,
  ),
  macro(
    "duckgres_quotient",
    `(dg_sum, dg_count) AS CASE WHEN dg_sum BETWEEN -9223372036854775807 AND 9223372036854775807
      THEN @duckgres_bigint_quotient(CAST(dg_sum AS BIGINT), dg_count)
      ELSE @duckgres_slow_quotient(CAST(dg_sum AS DECIMAL(38, 0)), dg_count) END`,
  ),
  // The nearest whole number, and what is left of the sum in units of 10 ** -8, which a double holds exactly.
  macro(
    "duckgres_numeric_quotient",
    `(dg_sum, dg_count) AS CASE
      WHEN dg_count < 90000000 AND dg_sum BETWEEN -1000000000000000 AND 1000000000000000
        AND CAST(regexp_extract(typeof(dg_sum), ',(\\d+)', 1) AS INTEGER) <= 8
      THEN CAST(${nearest} AS DECIMAL(38, 16)) + ${
      fraction(
        `CAST(round(CAST(CAST(dg_sum - CAST(${nearest} * dg_count AS DECIMAL(38, 0)) AS DECIMAL(18, 8)) AS DOUBLE)
        * 100000000) AS BIGINT)`,
      )
    }
      ELSE @duckgres_slow_quotient(dg_sum, dg_count) END`,
  ),
  macro(
    "duckgres_sum",
    ...sums,
    `(dg_sum, a INTERVAL, last BIGINT) AS ${intervalSum}`,
  ),
  macro("duckgres_sum_over", ...sums, ...overloads("dg_sum", ["INTERVAL"], "dg_sum")),
  macro(
    "duckgres_avg",
    ...averages,
    `(${given}, a INTERVAL, last BIGINT) AS "/"(${intervalSum}, dg_count)`,
  ),
  macro("duckgres_avg_over", ...averages, ...overloads(given, ["INTERVAL"], "dg_avg")),
];
