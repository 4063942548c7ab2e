/**
 * Types that DuckDB has and PostgreSQL has not. Each is announced as a type of PostgreSQL's, and its values look as values of
 * that type do.
 */

/** A line: a type, and its values. */
export interface EngineType {
  /** DuckDB's name. */
  type: string;
  /** The type of PostgreSQL's whose values look the same. */
  as: string;
  /** What a column is announced as, `oid/typlen/typmod`, where that is not just `as`. */
  column: string | null;
  /** An expression, and how its value is shown. */
  values: readonly (readonly [expression: string, shown: string])[];
  /** Whether the shown text is also what a parameter may be. */
  takesShown: boolean;
}

function engineType(
  type: string,
  as: string,
  values: readonly (string | readonly [expression: string, shown: string])[],
  options: { column?: string; takesShown?: boolean } = {},
): EngineType {
  const pairs = values.map((value) => typeof value === "string" ? [`'${value}'`, value] as const : value);
  return { type, as, column: options.column ?? null, values: pairs, takesShown: options.takesShown ?? true };
}

export const engineTypes: readonly EngineType[] = [
  engineType("tinyint", "int2", ["0", "-128", "127"]),
  engineType("utinyint", "int4", ["0", "255"]),
  engineType("usmallint", "int4", ["0", "65535"]),
  engineType("uinteger", "int8", ["0", "4294967295"]),
  engineType("ubigint", "numeric", ["0", "18446744073709551615", "10000"], { column: "1700/-1/1310724" }),
  engineType("hugeint", "numeric", [
    "0",
    "-1",
    "100000000000000000000",
    "170141183460469231731687303715884105727",
    "-170141183460469231731687303715884105728",
  ], { column: "1700/-1/2490372" }),
  engineType("uhugeint", "numeric", ["0", "340282366920938463463374607431768211455"]),
  engineType("bignum", "numeric", ["0", "-5", `1${"0".repeat(60)}`, `-${"9".repeat(77)}`]),
  engineType("timestamp_s", "timestamp", ["2024-02-29 12:34:56", "1969-12-31 23:59:59", "infinity"]),
  engineType("timestamp_ms", "timestamp", [
    "2024-02-29 12:34:56.789",
    "1969-12-31 23:59:59.999",
    "-infinity",
  ]),
  engineType("timestamp_ns", "timestamp", [
    "2024-02-29 12:34:56.789012",
    ["'2024-02-29 12:34:56.123456789'", "2024-02-29 12:34:56.123457"],
    ["'1969-12-31 23:59:59.999999999'", "1970-01-01 00:00:00"],
    "infinity",
  ]),
  engineType("time_ns", "time", [
    "12:34:56.789012",
    ["'12:34:56.123456789'", "12:34:56.123457"],
    "00:00:00",
    "24:00:00",
  ]),
  engineType("struct(a integer, b varchar)", "json", [
    ["{'a': 1, 'b': 'x'}", '{"a":1,"b":"x"}'],
    ["{'a': NULL, 'b': 'it''s \"q\"'}", `{"a":null,"b":"it's \\"q\\""}`],
  ]),
  engineType("struct(n struct(d date, t timestamptz), l integer[])", "json", [
    [
      "{'n': {'d': '2024-01-02', 't': '2024-01-02 03:04:05+00'}, 'l': [1, NULL]}",
      '{"n":{"d":"2024-01-02","t":"2024-01-02T03:04:05+00:00"},"l":[1,null]}',
    ],
  ], { takesShown: false }),
  engineType("map(varchar, integer)", "json", [
    ["map {'a': 1, 'b': NULL}", '{"a":1,"b":null}'],
    ["map {}", "{}"],
  ], { takesShown: false }),
  engineType("map(integer, varchar)", "json", [["map {1: 'x'}", '[{"key":1,"value":"x"}]']], {
    takesShown: false,
  }),
  engineType("union(n integer, s varchar)", "json", [["5", "5"], ["'x'", '"x"']], { takesShown: false }),
  engineType("variant", "json", [["{'a': [1, 2.5]}", '{"a":[1.0,2.5]}']], { takesShown: false }),
];
