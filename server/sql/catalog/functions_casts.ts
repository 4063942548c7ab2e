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

/** @see https://www.postgresql.org/docs/16/sql-expressions.html#SQL-SYNTAX-TYPE-CASTS */
export const castFunctionSources: readonly Source[] = Object.entries(casts).map(([name, type]) =>
  macro(name, `(a) AS CAST(a AS ${type})`)
);
