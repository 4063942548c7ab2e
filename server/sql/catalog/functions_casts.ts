import { raise } from "./raise.ts";
import { macro, type Source } from "./source.ts";

/** Casts in the form of a call: `int4('42')`. DuckDB has those of other types. */
const casts: Readonly<Record<string, string>> = {
  int2: "SMALLINT",
  int4: "INTEGER",
  int8: "BIGINT",
  float4: "REAL",
  float8: "DOUBLE",
  bool: "BOOLEAN",
  text: "VARCHAR",
};

const outOfRange = raise("22003", "integer out of range");

/** @see https://www.postgresql.org/docs/16/sql-expressions.html#SQL-SYNTAX-TYPE-CASTS */
export const castFunctionSources: readonly Source[] = [
  ...Object.entries(casts).map(([name, type]) => macro(name, `(a) AS CAST(a AS ${type})`)),
  // Of all integers DuckDB's hex() has the digits of a bigint.
  macro(
    "duckgres_integer_bytes",
    "(a, size) AS unhex(system.main.right(system.main.lpad(hex(CAST(a AS BIGINT)), 16, '0'), 2 * size))",
  ),
  macro(
    "duckgres_unsigned_bytes",
    `(a, size) AS CASE WHEN octet_length(a) > size THEN ${outOfRange}
      ELSE CAST(CAST('0x0' || hex(a) AS UBIGINT) AS HUGEINT) END`,
  ),
  // The highest bit is the sign.
  macro(
    "duckgres_bytes_integer",
    `(a, size) AS @duckgres_unsigned_bytes(a, size) - CASE
      WHEN octet_length(a) = size AND octet_length(a) > 0 AND get_bit(CAST(a[1:1] AS BIT), 0) = 1
        THEN CAST(pow(256, size) AS HUGEINT) ELSE 0 END`,
  ),
];
