import { macro, type Source, typedMacro } from "./source.ts";

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

const exactTypes = [...smallIntegers.slice(1), ...bigIntegers, "DECIMAL"];

const given = "dg_avg, dg_sum, dg_count";

const averages = [
  ...overloads(
    given,
    exactTypes,
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

/** The same of a statement's own result, see `worker/rows/shown_numeric.ts`. */
const shownAverage = `CASE WHEN dg_count > 0 THEN struct_pack(
  duckgres_numeric := system.main."/"(CAST(dg_sum AS DOUBLE), dg_count), quotient := dg_sum, divisor := dg_count) END`;

const shownAverages = [
  ...overloads(given, exactTypes, shownAverage),
  ...overloads(
    given,
    ["BOOLEAN", "FLOAT", "DOUBLE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"],
    "dg_avg",
  ),
  `(${given}, a HUGEINT, last INTEGER) AS dg_avg`,
];

const givenSquares = "dg_kind, dg_rough, dg_sum, dg_count, dg_squares, dg_counted";

const packed = (kind: string) =>
  `CASE WHEN dg_rough IS NOT NULL THEN struct_pack(duckgres_numeric := dg_rough, deviation := ${kind},
    counted := dg_count, sum := dg_sum, squares := CASE WHEN dg_counted = dg_count THEN dg_squares END) END`;

/** Variance and standard deviation of a statement's own result, in the same way. */
const deviations = [
  ...overloads(givenSquares, [...smallIntegers.slice(1), ...bigIntegers], packed("dg_kind")),
  ...overloads(givenSquares, ["DECIMAL"], packed("dg_kind + 4")),
  ...overloads(givenSquares, ["FLOAT", "DOUBLE"], "dg_rough"),
  `(${givenSquares}, a HUGEINT, last INTEGER) AS dg_rough`,
];

/** Millionths, found by way of double precision: to divide 128 bits is slow. */
const millionths = "CAST(CAST(dg_value AS DOUBLE) * 1000000 AS BIGINT)";

/** The exact square of a number; NULL where it is too large, or has too many digits, for billions of them to have a sum. */
const square = typedMacro(
  "duckgres_square",
  ...overloads("dg_value", smallIntegers.slice(1), "CAST(dg_value AS BIGINT) * dg_value"),
  ...overloads(
    "dg_value",
    bigIntegers,
    `CASE WHEN dg_value BETWEEN -${2 ** 46} AND ${2 ** 46} THEN CAST(dg_value AS HUGEINT) * dg_value END`,
  ),
  ...overloads(
    "dg_value",
    ["DECIMAL"],
    `CASE WHEN dg_value BETWEEN -100000000 AND 100000000 THEN
      CASE WHEN dg_value = CAST(CAST(dg_value AS DOUBLE) AS DECIMAL(18, 6))
        THEN CAST(${millionths} AS HUGEINT) * ${millionths} END END`,
  ),
  "(dg_value, a DOUBLE, last INTEGER) AS CAST(NULL AS HUGEINT)",
);

/**
 * The rank a row would have among others: `transforms/ordered_sets.ts` calls these. NULL comes behind all, as in DuckDB's
 * comparison of rows.
 */
function hypotheticalRanks(order: string, before: string): Source[] {
  const parameters = "(the_value, the_key, the_filter)";
  const others = "count(*) FILTER (the_filter)";
  const atOrBefore = `count(*) FILTER (the_filter AND (${before} OR the_key IS NOT DISTINCT FROM the_value))`;
  return [
    macro(`duckgres_rank${order}`, `${parameters} AS 1 + count(*) FILTER (the_filter AND (${before}))`),
    // A NULL in front of the row is a key that count() does not see.
    macro(
      `duckgres_dense_rank${order}`,
      `${parameters} AS 1 + count(DISTINCT the_key) FILTER (the_filter AND (${before}))
        + coalesce(max(CASE WHEN the_filter AND the_key IS NULL AND (${before}) THEN 1 END), 0)`,
    ),
    macro(
      `duckgres_percent_rank${order}`,
      `${parameters} AS coalesce(system.main."/"(CAST(count(*) FILTER (the_filter AND (${before})) AS DOUBLE), nullif(${others}, 0)), 0)`,
    ),
    macro(
      `duckgres_cume_dist${order}`,
      `${parameters} AS system.main."/"(CAST(1 + ${atOrBefore} AS DOUBLE), 1 + ${others})`,
    ),
  ];
}

const notNull = "the_value IS NULL AND the_key IS NOT NULL";

export const aggregateSources: readonly Source[] = [
  ...hypotheticalRanks("", `coalesce(the_key < the_value, ${notNull})`),
  ...hypotheticalRanks("_desc", "coalesce(the_key > the_value, the_key IS NULL AND the_value IS NOT NULL)"),
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
  macro(
    "duckgres_avg_shown",
    ...shownAverages,
    `(${given}, a INTERVAL, last BIGINT) AS "/"(${intervalSum}, dg_count)`,
  ),
  macro("duckgres_avg_over_shown", ...shownAverages, ...overloads(given, ["INTERVAL"], "dg_avg")),
  macro("duckgres_deviation", ...deviations),
  square,
  macro("duckgres_avg_over", ...averages, ...overloads(given, ["INTERVAL"], "dg_avg")),
];
