import { maxFields } from "../transforms/row_comparison.ts";
import { macro, type Source } from "./source.ts";

/** Comparisons of rows field by field; the transform `row_comparison.ts` calls them. */
export const rowFunctionSources: readonly Source[] = [
  macro("duckgres_row_eq", ...overloads((fields) => fields.map(([a, b]) => `${a} = ${b}`).join(" AND "))),
  ...Object.entries({ lt: "<", le: "<=", gt: ">", ge: ">=" }).map(([name, operator]) =>
    macro(`duckgres_row_${name}`, ...overloads((fields) => ordered(fields, operator)))
  ),
];

type Pair = readonly [left: string, right: string];

function overloads(condition: (fields: readonly Pair[]) => string): string[] {
  return Array.from({ length: maxFields - 1 }, (_, i) => {
    const fields = Array.from({ length: i + 2 }, (_, n): Pair => [`a${n}`, `b${n}`]);
    const names = [...fields.map(([a]) => a), ...fields.map(([, b]) => b)];
    return `(${names.join(", ")}) AS (${condition(fields)})`;
  });
}

/** `a0 >= b0 AND (a0 > b0 OR a1 > b1)`: NULL where the first pair that is not equal has a NULL. */
function ordered([[a, b], ...rest]: readonly Pair[], operator: string): string {
  if (rest.length === 0) return `${a} ${operator} ${b}`;
  const strict = operator[0];
  return `${a} ${strict}= ${b} AND (${a} ${strict} ${b} OR (${ordered(rest, operator)}))`;
}
