/** Types that DuckDB keeps under another name. */
import { allWays, parameters, type, type TypeCase, type Way } from "../case.ts";

const text = { reason: "DuckDB keeps all of them as VARCHAR", as: "text", oid: 25 };
const bigint = { reason: "DuckDB has no such type; its values are kept as BIGINT", as: "bigint", oid: 20 };

/** Types whose binary form is no text, which is refused here. */
const inText: readonly Way[] = allWays.filter((way) => !way.startsWith("binary"));

/** The statement's text or the table's definition tells the type of the column, but for arrays. */
const inSight: readonly Way[] = ["literal", "parameter", "binary"];
const outOfSight: readonly Way[] = ["array", "binary array", "constructor"];
const column = { announced: { ...text, exceptColumns: true }, ways: ["insert"] } as const;

export const names: readonly TypeCase[] = [
  type("varchar", ["", "x", "naïve ☃", "a,b"], { ways: inSight }),
  type("varchar", ["", "x", "naïve ☃", "a,b"], { announced: text, ways: outOfSight }),
  type("varchar", ["", "x", "naïve ☃", "a,b"], column),
  type("name", ["x", "a b"], { ways: inSight }),
  type("name", ["x", "a b"], { announced: text, ways: outOfSight }),
  type("name", ["x", "a b"], column),
  type("bpchar", ["", "x", "a b"], { ways: inSight }),
  type("bpchar", ["", "x", "a b"], { announced: text, ways: outOfSight }),
  type("bpchar", ["", "x", "a b"], column),
  type("xml", ["<a/>", '<a b="c">d</a>'], { announced: text }),
  type("inet", ["10.0.0.0/8", "2001:db8::/32"], { announced: text, ways: inText }),
  type("cidr", ["10.0.0.0/8", "2001:db8::/32"], { announced: text, ways: inText }),
  type("macaddr", ["08:00:2b:01:02:03"], { announced: text, ways: inText }),
  type("oid", ["0", "1", "4294967295", ...parameters(" 7 ")], { announced: bigint }),
  type("oid", [], { announced: bigint, bad: ["x", "", "4294967296"], ways: ["parameter", "array"] }),
  type("jsonb", ["null", "true", "[1, 2]", '{"a": 1}', '{"b":1,"a":[1e2, 1.50],"a":2}'], {
    bad: ["{", "", "nul"],
  }),
];
