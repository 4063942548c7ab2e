import { jsonPointer } from "../json_pointer.ts";
import { quoteText } from "../../../worker/api/quote.ts";

/**
 * Whether a json value contains a constant, by PostgreSQL's rules, as a DuckDB expression: DuckDB's `json_contains` also
 * looks into what lies deeper. `null` for a text that is no json.
 *
 * @see https://www.postgresql.org/docs/current/datatype-json.html#JSON-CONTAINMENT
 * @param value an expression of type JSON
 */
export function containsConstant(value: string, text: string): string | null {
  try {
    return `list_transform([${value}], lambda dg_json_0: ${outermost(JSON.parse(text))})[1]`;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** An array contains a scalar that is one of its elements, but only outermost. */
function outermost(constant: unknown): string {
  const contained = contains("dg_json_0", constant, 1);
  const isScalar = typeof constant !== "object" || constant === null;
  const test = isScalar
    ? `CASE json_type(dg_json_0) WHEN 'ARRAY' THEN ${
      anyElement("dg_json_0", constant, 1)
    } ELSE ${contained} END`
    : contained;
  const sieve = withoutNumbers(constant);
  const first = isEmpty(sieve)
    ? "dg_json_0 IS NOT NULL"
    : `json_contains(dg_json_0, ${quoteText(JSON.stringify(sieve))})`;
  const other = isEmpty(sieve) ? "" : " WHEN dg_json_0 IS NOT NULL THEN false";
  return `CASE WHEN ${first} THEN coalesce(${test}, false)${other} END`;
}

/**
 * What is contained wherever a constant is, for DuckDB's quick `json_contains` to look for first. For that, 1 is not in 1.0.
 * `undefined` for a number.
 */
function withoutNumbers(constant: unknown): unknown {
  if (typeof constant === "number") return undefined;
  if (Array.isArray(constant)) return constant.map(withoutNumbers).filter((item) => item !== undefined);
  if (typeof constant !== "object" || constant === null) return constant;
  return Object.fromEntries(Object.entries(constant).map(([key, item]) => [key, withoutNumbers(item)]));
}

function isEmpty(sieve: unknown): boolean {
  return sieve === undefined ||
    typeof sieve === "object" && sieve !== null &&
      Object.keys(JSON.parse(JSON.stringify(sieve))).length === 0;
}

function contains(value: string, constant: unknown, depth: number): string {
  if (Array.isArray(constant)) {
    const tests = constant.map((item) => anyElement(value, item, depth));
    return allOf(`json_type(${value}) = 'ARRAY'`, tests);
  }
  if (typeof constant === "object" && constant !== null) {
    const tests = Object.entries(constant).map(([key, item]) =>
      contains(`json_extract(${value}, ${jsonPointer(key)})`, item, depth)
    );
    return allOf(`json_type(${value}) = 'OBJECT'`, tests);
  }
  return equals(value, constant);
}

function allOf(first: string, others: readonly string[]): string {
  return `(${[first, ...others].join(" AND ")})`;
}

function anyElement(array: string, constant: unknown, depth: number): string {
  const item = `dg_json_${depth}`;
  return `len(list_filter(json_extract(${array}, '$[*]'), lambda ${item}: coalesce(${
    contains(item, constant, depth + 1)
  }, false))) > 0`;
}

function equals(value: string, constant: unknown): string {
  if (constant === null) return `json_type(${value}) = 'NULL'`;
  if (typeof constant === "string") {
    return `(json_type(${value}) = 'VARCHAR' AND json_extract_string(${value}, '$') = ${
      quoteText(constant)
    })`;
  }
  if (typeof constant === "boolean") {
    return `(json_type(${value}) = 'BOOLEAN' AND CAST(${value} AS VARCHAR) = '${constant}')`;
  }
  return `CASE WHEN duckgres_path_is_number(${value}) THEN CAST(${value} AS DOUBLE) = ${constant} ELSE false END`;
}
