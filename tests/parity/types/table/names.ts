/** Types that DuckDB keeps under another name. */
import { parameters, type, type TypeCase } from "../case.ts";

const asText = "DuckDB keeps a column's type only as VARCHAR";
const text = { reason: asText, scalar: "25/-1/-1", array: "1009/-1/-1" };
const bigint = { reason: "DuckDB has no such type; its values are kept as BIGINT", scalar: "20/8/-1", array: "1016/-1/-1" };

export const names: readonly TypeCase[] = [
  type("varchar", ["", "x", "naïve ☃", "a,b"], { announced: text }),
  type("name", ["x", "a b"], { announced: text }),
  type("oid", ["0", "1", "4294967295", ...parameters(" 7 ")], { announced: bigint, bad: ["x", "", "4294967296"] }),
  type("jsonb", ["null", "true", "[1, 2]", '{"a": 1}'], {
    announced: { reason: "DuckDB has one JSON type", scalar: "114/-1/-1", array: "199/-1/-1" },
    bad: ["{", "", "nul"],
  }),
];
