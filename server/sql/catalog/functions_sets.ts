import { macro, type Source, tableMacro } from "./source.ts";

/**
 * Functions that return sets. In a select list a macro that holds `unnest` does it, in FROM a table macro.
 *
 * A parameter with a type takes only what DuckDB casts to it by itself, and casts it; the overload that needs the
 * cheapest casts is taken. Where DuckDB does not know an argument's type yet (an aggregate, a column of an outer query)
 * several are equal, which is an error: so each call has a 0 at the end, and `last INTEGER` makes one overload the better.
 *
 * @see https://www.postgresql.org/docs/current/functions-srf.html
 */
interface Series {
  parameters: string;
  start: string;
  stop: string;
  /** In place of the third parameter, if there is one. */
  step?: string;
  /** What DuckDB's BIGINT becomes. */
  type?: string;
}

const dates = (type: string, as: string, last: string): Series[] =>
  ["INTERVAL", "VARCHAR"].map((step) => ({
    parameters: `a ${type}, b, step ${step}, last ${last}`,
    start: `CAST(a AS ${as})`,
    stop: `CAST(b AS ${as})`,
    step: "CAST(step AS INTERVAL)",
  }));

const series: readonly Series[] = [
  { parameters: "a INTEGER, b INTEGER, last BIGINT", start: "a", stop: "b", type: "INTEGER" },
  { parameters: "a BIGINT, b BIGINT, last BIGINT", start: "a", stop: "b" },
  {
    parameters: "a HUGEINT, b HUGEINT, last INTEGER",
    start: "CAST(a AS BIGINT)",
    stop: "CAST(b AS BIGINT)",
  },
  {
    parameters: "a INTEGER, b INTEGER, step INTEGER, last BIGINT",
    start: "a",
    stop: "b",
    step: "step",
    type: "INTEGER",
  },
  { parameters: "a BIGINT, b BIGINT, step BIGINT, last BIGINT", start: "a", stop: "b", step: "step" },
  {
    parameters: "a HUGEINT, b HUGEINT, step HUGEINT, last INTEGER",
    start: "CAST(a AS BIGINT)",
    stop: "CAST(b AS BIGINT)",
    step: "CAST(step AS BIGINT)",
  },
  ...dates("TIMESTAMP", "TIMESTAMP", "INTEGER"),
  ...dates("TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE", "BIGINT"),
  // As PostgreSQL, which prefers the time zone's type.
  ...dates("DATE", "TIMESTAMP WITH TIME ZONE", "BIGINT"),
];

function rows({ parameters, start, stop, step, type }: Series): string {
  const list = `generate_series(${[start, stop, ...step ? [step] : []].join(", ")})`;
  return `(${parameters}) AS unnest(${type ? `CAST(${list} AS ${type}[])` : list})`;
}

function table({ parameters, start, stop, step, type }: Series): string {
  const column = type ? `CAST(generate_series AS ${type}) AS generate_series` : "generate_series";
  const call = `generate_series(${[start, stop, ...step ? [step] : []].join(", ")})`;
  return `(${parameters}) AS TABLE (SELECT ${column} FROM ${call})`;
}

export const setFunctionSources: readonly Source[] = [
  macro("duckgres_series", ...series.map(rows)),
  tableMacro("duckgres_series_rows", ...series.map(table)),
  macro(
    "duckgres_numeric_list",
    `(a, b, step) AS list_transform(
      range(0, CASE WHEN step = 0 THEN error('[22023] step size cannot equal zero')
        ELSE CAST(floor((b - a) / step) AS BIGINT) + 1 END),
      lambda dg_i: a + dg_i * step)`,
  ),
  macro(
    "duckgres_numeric_series",
    "(a, b) AS unnest(@duckgres_numeric_list(a, b, 1))",
    "(a, b, step) AS unnest(@duckgres_numeric_list(a, b, step))",
  ),
  tableMacro(
    "duckgres_numeric_series_rows",
    "(a, b) AS TABLE (SELECT unnest(@duckgres_numeric_list(a, b, 1)) AS generate_series)",
    "(a, b, step) AS TABLE (SELECT unnest(@duckgres_numeric_list(a, b, step)) AS generate_series)",
  ),
  macro(
    "duckgres_subscripts",
    "(a, dimension) AS unnest(CAST(generate_series(1, @array_length(a, dimension)) AS INTEGER[]))",
    `(a, dimension, reverse) AS unnest(CASE WHEN reverse
      THEN CAST(generate_series(@array_length(a, dimension), 1, -1) AS INTEGER[])
      ELSE CAST(generate_series(1, @array_length(a, dimension)) AS INTEGER[]) END)`,
  ),
  macro(
    "duckgres_vector_subscripts",
    "(vector, dimension) AS unnest(CAST(range(len(vector)) AS INTEGER[]))",
  ),
];
