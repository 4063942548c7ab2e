import { raise } from "./raise.ts";
import { macro, type Source, typedMacro } from "./source.ts";

/**
 * PostgreSQL's operators and functions of numbers where DuckDB lacks them or answers differently: it has NULL for a
 * division by zero, and NaN or infinity where a function is not defined. Each is arithmetic on whole vectors, and what is
 * asked of a constant (`x / 2`) is answered when the statement is planned.
 *
 * @see https://www.postgresql.org/docs/18/functions-math.html
 */
const zeroDivision = raise("22012", "division by zero");
const outOfRange = raise("22003", "input is out of range");

/**
 * `%` and `/` of numbers; DuckDB's `//` is the `/` of a session where integers divide as integers. Neither has overloads:
 * to choose one DuckDB binds the sides, and then what it chose, so that ten quotients in a row took seconds. Quotients of
 * intervals come to `</>` and `</~>` (transforms/interval_quotient.ts).
 */
const divided = (name: string, operation: string) => macro(name, `(a, b) AS ${quotient(operation)}`);
const quotient = (operation: string) =>
  `CASE WHEN b = 0 THEN ${zeroDivision} ELSE system.main."${operation}"(a, b) END`;
const divisions: readonly Source[] = [
  divided("/", "/"),
  divided("//", "//"),
  divided("%", "%"),
  divided("mod", "%"),
  divided("</>", "/"),
  // Where the type is not known.
  typedMacro(
    "duckgres_divided",
    `(a, b, kind INTERVAL, last BIGINT) AS ${quotient("/")}`,
    `(a, b, kind DOUBLE, last INTEGER) AS ${quotient("//")}`,
    `(a, b, kind VARCHAR, last BIGINT) AS ${quotient("//")}`,
  ),
  macro("</~>", "(a, b) AS @duckgres_divided(a, b, a, 0)"),
];

const packed = (rough: string, dividend: string, divisor: string) =>
  `struct_pack(duckgres_numeric := ${rough}, quotient := ${dividend}, divisor := ${divisor})`;
const none = "CAST(NULL AS INTEGER)";

/** Numerics of a statement's own results (transforms/numeric_quotients.ts): see `worker/rows/shown_numeric.ts`. */
const shownQuotients: readonly Source[] = [
  macro(
    "duckgres_shown_quotient",
    `(dg_a, dg_b) AS CASE WHEN dg_a IS NOT NULL AND dg_b IS NOT NULL THEN ${
      packed(
        `CASE WHEN dg_b = 0 THEN ${zeroDivision}
          ELSE system.main."/"(CAST(dg_a AS DOUBLE), dg_b) END`,
        "dg_a",
        "dg_b",
      )
    } END`,
  ),
  macro(
    "duckgres_shown_number",
    `(dg_a) AS CASE WHEN dg_a IS NOT NULL THEN ${packed("CAST(dg_a AS DOUBLE)", "dg_a", none)} END`,
  ),
  macro(
    "duckgres_shown_double",
    `(dg_a) AS CASE WHEN dg_a IS NOT NULL THEN ${packed("CAST(dg_a AS DOUBLE)", none, none)} END`,
  ),
];

/** Of an angle in degrees: exact where the result is. PostgreSQL's own arithmetic (float.c). */
const degreeSources: readonly Source[] = [
  macro(
    "duckgres_sind",
    `(a) AS CASE WHEN a <= 30 THEN sin(radians(a)) / sin(radians(30::DOUBLE)) / 2
      ELSE 1 - (1 - cos(radians(90 - a))) / (1 - cos(radians(60::DOUBLE))) / 2 END`,
  ),
  macro(
    "sind",
    `(a) AS sign(a) * CASE WHEN abs(a) % 360 > 180 THEN -1 ELSE 1 END
      * @duckgres_sind(90 - abs(abs(a) % 180 - 90))`,
  ),
  macro(
    "cosd",
    `(a) AS CASE WHEN abs(abs(a) % 360 - 180) < 90 THEN -1 ELSE 1 END * @duckgres_sind(abs(abs(a) % 180 - 90))`,
  ),
  macro("tand", '(a) AS system.main."/"(@sind(a), @cosd(a)) / system.main."/"(@sind(45), @cosd(45))'),
  macro("cotd", '(a) AS system.main."/"(@cosd(a), @sind(a)) / system.main."/"(@sind(45), @cosd(45))'),
  macro(
    "duckgres_asind",
    `(a) AS CASE WHEN a > 1 THEN ${outOfRange}
      WHEN a <= 0.5 THEN asin(a) / asin(0.5::DOUBLE) * 30 ELSE 90 - acos(a) / acos(0.5::DOUBLE) * 60 END`,
  ),
  macro("asind", "(a) AS sign(a) * @duckgres_asind(abs(a))"),
  macro("acosd", "(a) AS 90 - @asind(a)"),
  macro("atand", "(a) AS atan(a) / atan(1::DOUBLE) * 45"),
  macro("atan2d", "(a, b) AS atan2(a, b) / atan(1::DOUBLE) * 45"),
];

export const numberFunctionSources: readonly Source[] = [
  ...divisions,
  ...shownQuotients,
  macro(
    "div",
    `(a, b) AS CAST(CASE WHEN b = 0 THEN ${zeroDivision}
      ELSE system.main."/"(a - system.main."%"(a, b), b) END AS DECIMAL(38, 0))`,
  ),
  ...["^", "pow", "power"].map((name) =>
    macro(
      name,
      `(a, b) AS CASE
        WHEN a < 0 AND b <> floor(b)
          THEN ${raise("2201F", "a negative number raised to a non-integer power yields a complex result")}
        WHEN a = 0 AND b < 0 THEN ${raise("2201F", "zero raised to a negative power is undefined")}
        ELSE system.main.pow(a, b) END`,
    )
  ),
  macro("acosh", `(a) AS CASE WHEN a < 1 THEN ${outOfRange} ELSE system.main.acosh(a) END`),
  // Half to even for floating point numbers, half away from zero for numeric; integers become floating point.
  typedMacro(
    "duckgres_round",
    "(a, kind DECIMAL, last INTEGER) AS system.main.round(a)",
    "(a, kind HUGEINT, last BIGINT) AS a",
    "(a, kind SMALLINT, last BIGINT) AS CAST(a AS DOUBLE)",
    "(a, kind INTEGER, last BIGINT) AS CAST(a AS DOUBLE)",
    "(a, kind BIGINT, last BIGINT) AS CAST(a AS DOUBLE)",
    `(a, kind DOUBLE, last BIGINT) AS CASE WHEN abs(system.main."%"(CAST(a AS DOUBLE), 1)) = 0.5
      THEN system.main.round(CAST(a AS DOUBLE) * 0.5) * 2 ELSE system.main.round(CAST(a AS DOUBLE)) END`,
  ),
  // With digits the result is numeric, also of a quotient, which PostgreSQL has as numeric and DuckDB in floating point.
  // Numerics of 64 bits are many times faster than larger ones.
  macro(
    "duckgres_round_double",
    `(a, digits) AS CASE WHEN abs(a) < 1000000 THEN round(CAST(a AS DECIMAL(18, 11)), digits)
      ELSE round(CAST(a AS DECIMAL(38, 12)), digits) END`,
  ),
  typedMacro(
    "duckgres_round_to",
    "(a, digits, kind DECIMAL, last BIGINT) AS system.main.round(a, digits)",
    "(a, digits, kind BIGINT, last BIGINT) AS system.main.round(CAST(a AS DECIMAL(38, 12)), digits)",
    "(a, digits, kind DOUBLE, last INTEGER) AS @duckgres_round_double(a, digits)",
  ),
  macro("round", "(a) AS @duckgres_round(a, a, 0)", "(a, digits) AS @duckgres_round_to(a, digits, a, 0)"),
  typedMacro(
    "duckgres_sign",
    "(a, kind DECIMAL, last BIGINT) AS CAST(system.main.sign(a) AS DECIMAL(1, 0))",
    "(a, kind DOUBLE, last INTEGER) AS CAST(system.main.sign(a) AS DOUBLE)",
    "(a, kind BIGINT, last BIGINT) AS CAST(system.main.sign(a) AS DOUBLE)",
  ),
  macro("sign", "(a) AS @duckgres_sign(a, a, 0)"),
  ...["gcd", "lcm"].map((name) =>
    macro(
      name,
      `(a INTEGER, b INTEGER) AS CAST(system.main.${name}(a, b) AS INTEGER)`,
      `(a BIGINT, b BIGINT) AS system.main.${name}(a, b)`,
      `(a HUGEINT, b HUGEINT) AS system.main.${name}(a, b)`,
    )
  ),
  macro(
    "scale",
    "(a) AS CASE WHEN a IS NOT NULL THEN coalesce(TRY_CAST(regexp_extract(typeof(a), ',(\\d+)', 1) AS INTEGER), 0) END",
  ),
  macro(
    "min_scale",
    `(a) AS CAST(system.main.length(rtrim(regexp_extract(CAST(a AS VARCHAR), '\\.(\\d*)', 1), '0')) AS INTEGER)`,
  ),
  macro("trim_scale", "(a) AS a"),
  macro(
    "width_bucket",
    "(a, thresholds) AS CAST(len(list_filter(thresholds, lambda dg_bound: dg_bound <= a)) AS INTEGER)",
    `(a, low, high, buckets) AS CAST(CASE
      WHEN buckets <= 0 THEN ${raise("2201G", "count must be greater than zero")}
      WHEN low = high THEN ${raise("2201G", "lower bound cannot equal upper bound")}
      WHEN low < high THEN CASE WHEN a < low THEN 0 WHEN a >= high THEN buckets + 1
        ELSE floor(system.main."/"((a - low) * buckets, high - low)) + 1 END
      ELSE CASE WHEN a > low THEN 0 WHEN a <= high THEN buckets + 1
        ELSE floor(system.main."/"((low - a) * buckets, low - high)) + 1 END END AS INTEGER)`,
  ),
  typedMacro(
    "duckgres_random",
    "(low, high, kind INTEGER, last INTEGER) AS CAST(low + floor(random() * (high - low + 1.0)) AS INTEGER)",
    "(low, high, kind BIGINT, last BIGINT) AS CAST(low + floor(random() * (high - low + 1.0)) AS BIGINT)",
    "(low, high, kind DECIMAL, last BIGINT) AS CAST(low + random() * (high - low) AS DECIMAL(38, 11))",
    "(low, high, kind DOUBLE, last BIGINT) AS CAST(low + random() * (high - low) AS DECIMAL(38, 11))",
  ),
  macro(
    "random",
    "() AS system.main.random()",
    `(low, high) AS CASE
      WHEN low > high THEN ${raise("22023", "lower bound must be less than or equal to upper bound")}
      ELSE @duckgres_random(low, high, low + high, 0) END`,
  ),
  macro(
    "duckgres_normal",
    "() AS sqrt(-2 * ln(1 - system.main.random())) * cos(2 * pi() * system.main.random())",
  ),
  macro(
    "random_normal",
    "() AS @duckgres_normal()",
    "(mean) AS mean + @duckgres_normal()",
    "(mean, stddev) AS mean + stddev * @duckgres_normal()",
  ),
  macro(
    "setseed",
    `(seed) AS CASE WHEN seed < -1 OR seed > 1
      THEN ${raise("22023", "setseed parameter is out of allowed range [-1,1]")}
      ELSE coalesce(CAST(system.main.setseed(CAST((seed + 1) / 2 AS DOUBLE)) AS VARCHAR), '') END`,
  ),
  macro("duckgres_between", "(a, low, high) AS (a BETWEEN low AND high OR a BETWEEN high AND low)"),
  ...degreeSources,
];
