/** Types that DuckDB keeps under another name. */
import { parameters, type, type TypeCase, type Way } from "../case.ts";

const bigint = {
  reason: "DuckDB has no such type; its values are kept as BIGINT",
  as: "bigint",
  oid: 20,
  exceptColumns: true,
};
const text = { reason: "DuckDB keeps all of them as VARCHAR", as: "text", oid: 25 };

/** The statement's text or the table's definition tells the type of the column. */
const inSight: readonly Way[] = ["literal", "parameter", "binary"];
const column = { announced: { ...text, exceptColumns: true }, ways: ["insert"] } as const;

/** In binary an array tells its elements' type, which the engine has as text. */
function strings(name: string, values: readonly string[]): TypeCase[] {
  const arrays = ["array", "binary array"] as const;
  return [
    type(name, values, { ways: inSight }),
    type(name, values, { ways: arrays, formats: [0] }),
    type(name, values, { ways: arrays, formats: [1], announced: text }),
    type(name, values, { ways: ["constructor"], announced: text }),
    type(name, values, column),
  ];
}

/** Their parameters alone are told as texts, and so are their arrays. */
function addresses(name: string, values: readonly string[]): TypeCase[] {
  return [
    type(name, values, { ways: [...inSight, "insert"] }),
    type(name, values, { ways: ["inferred"], announced: { ...text, exceptColumns: true } }),
    type(name, values, { ways: ["array", "constructor"], announced: text }),
  ];
}

export const names: readonly TypeCase[] = [
  ...strings("varchar", ["", "x", "naïve ☃", "a,b"]),
  ...strings("name", ["x", "a b"]),
  ...strings("bpchar", ["", "x", "a b"]),
  type("xml", ["<a/>", '<a b="c">d</a>'], { announced: text }),
  ...addresses("inet", ["10.0.0.0/8", "2001:db8::/32"]),
  ...addresses("cidr", ["10.0.0.0/8", "2001:db8::/32"]),
  ...addresses("macaddr", ["08:00:2b:01:02:03"]),
  type("oid", ["0", "1", "4294967295", ...parameters(" 7 ")], { ways: inSight }),
  type("oid", ["0", "4294967295"], { ways: ["inferred", "insert"], announced: bigint }),
  type("oid", ["0", "4294967295"], {
    ways: ["array", "binary array", "constructor"],
    announced: { ...bigint, exceptColumns: false },
  }),
  type("oid", [], { bad: ["x", "", "4294967296"], ways: ["parameter"] }),
  type("jsonb", ["null", "true", "[1, 2]", '{"a": 1}', '{"b":1,"a":[1e2, 1.50],"a":2}'], {
    bad: ["{", "", "nul"],
  }),
];
