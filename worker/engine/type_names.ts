import { lookup } from "../api/lookup.ts";

/** PostgreSQL's name of a type as DuckDB's error messages spell it (logical or physical). */
const names: Readonly<Record<string, string>> = lookup({
  BOOL: "boolean",
  BOOLEAN: "boolean",
  TINYINT: "smallint",
  INT8: "smallint",
  SMALLINT: "smallint",
  INT16: "smallint",
  INTEGER: "integer",
  INT32: "integer",
  BIGINT: "bigint",
  INT64: "bigint",
  HUGEINT: "numeric",
  INT128: "numeric",
  UHUGEINT: "numeric",
  UINT128: "numeric",
  BIGNUM: "numeric",
  FLOAT: "real",
  DOUBLE: "double precision",
  DECIMAL: "numeric",
  VARCHAR: "text",
  BLOB: "bytea",
  BIT: "bit varying",
  TIME: "time without time zone",
  "TIME WITH TIME ZONE": "time with time zone",
  TIMESTAMP: "timestamp without time zone",
  "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
  STRING_LITERAL: "unknown",
  INTEGER_LITERAL: "integer",
  SQLNULL: "unknown",
  '"NULL"': "unknown",
});

/** `INTEGER[]` → `integer[]`; names PostgreSQL does not have are lower-cased. */
export function pgTypeName(engineName: string): string {
  const [, base, precision, brackets] = /^(.*?)(\([\d, ]*\))?((?:\[\d*\])*)$/s.exec(engineName.trim())!;
  return (names[base.toUpperCase()] ?? base.toLowerCase()) + (precision ?? "").replace(" ", "") + brackets;
}

/** The types inside the parentheses of `f(INTEGER, DECIMAL(4,2))`, as PostgreSQL names them. */
export function pgTypeNames(list: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= list.length; i++) {
    const char = list[i];
    if (char === "(" || char === "[") depth++;
    if (char === ")" || char === "]") depth--;
    if (i < list.length && (char !== "," || depth > 0)) continue;
    if (list.slice(start, i).trim()) found.push(pgTypeName(list.slice(start, i)));
    start = i + 1;
  }
  return found;
}
