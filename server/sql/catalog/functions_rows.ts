import { maxFields } from "../transforms/row_comparison.ts";
import { macro, type Source } from "./source.ts";

/** Texts of rows, and comparisons field by field; the transforms `row_texts.ts` and `row_comparison.ts` call them. */
export const rowFunctionSources: readonly Source[] = [
  macro(
    "duckgres_field_text",
    "(a) AS CASE WHEN typeof(a) = 'BOOLEAN' THEN CAST(a AS VARCHAR)[1] ELSE CAST(a AS VARCHAR) END",
  ),
  // A text with what means something in a row is quoted; no text at all is NULL.
  macro(
    "duckgres_row_text",
    `(fields) AS '(' || array_to_string(list_transform(fields, lambda dg_f: CASE WHEN dg_f IS NULL THEN ''
      WHEN dg_f = '' OR regexp_matches(dg_f, '[\\s(),"\\\\]')
        THEN '"' || replace(replace(dg_f, '\\', '\\\\'), '"', '""') || '"' ELSE dg_f END), ',') || ')'`,
  ),
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
