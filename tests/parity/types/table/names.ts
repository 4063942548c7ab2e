/** Types that DuckDB keeps under another name. */
import { parameters, type, type TypeCase } from "../case.ts";

const text = { reason: "DuckDB keeps all of them as VARCHAR", as: "text", oid: 25 };
const bigint = { reason: "DuckDB has no such type; its values are kept as BIGINT", as: "bigint", oid: 20 };
const json = { reason: "DuckDB has one JSON type, which keeps the text as it is", as: "json", oid: 114 };

export const names: readonly TypeCase[] = [
  type("varchar", ["", "x", "naïve ☃", "a,b"], { announced: text }),
  type("name", ["x", "a b"], { announced: text }),
  type("oid", ["0", "1", "4294967295", ...parameters(" 7 ")], { announced: bigint }),
  type("oid", [], { announced: bigint, bad: ["x", "", "4294967296"], ways: ["parameter", "array"] }),
  type("jsonb", ["null", "true", "[1, 2]", '{"a": 1}'], {
    announced: json,
    bad: ["{", "", "nul"],
  }),
];
