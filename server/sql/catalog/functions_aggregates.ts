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
  ...overloads(
    given,
    [...smallIntegers.slice(1), ...bigIntegers, "DECIMAL"],
    "@duckgres_quotient(dg_sum, dg_count)",
  ),
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

/** DuckDB's own, which answers NULL for a division by zero. */
const divided = (sum: string) => `CAST(system.main."/"(CAST(${sum} AS DOUBLE), dg_count) AS DECIMAL(38, 16))`;

export const aggregateSources: readonly Source[] = [
  // PostgreSQL's quotients have at least 16 digits. A double has fewer, so what it leaves of the sum is divided once more:
  // to divide 128 bits takes DuckDB a hundred times as long. Of sums that leave no room for 16 digits the double is told.
  macro(
    "duckgres_quotient",
    `(dg_sum, dg_count) AS CASE WHEN dg_sum BETWEEN -1000000000000000000000 AND 1000000000000000000000
      THEN ${divided("dg_sum")} + ${divided(`dg_sum - ${divided("dg_sum")} * dg_count`)}
      ELSE ${divided("dg_sum")} END`,
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
