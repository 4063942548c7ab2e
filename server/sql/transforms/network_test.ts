import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const analysed = (text: string) => analyze({ text, start: 0 });

const rewritten: [source: string, sql: string][] = [
  ["select '192.168.0.1/32'::inet", "select CAST('192.168.0.1' AS VARCHAR)"],
  ["select '10'::cidr", "select CAST('10.0.0.0/8' AS VARCHAR)"],
  ["select a::inet from t", "select duckgres_inet(a::VARCHAR) from t"],
  ["select inet '1.2.3.4'::text", "select duckgres_net_shown(VARCHAR '1.2.3.4')::text"],
  ["select ip << '10/8'::cidr from t", "select ip <<~ CAST('10.0.0.0/8' AS VARCHAR) from t"],
  ["select 1 from t where ip << '10.0.0.0/8'", "select 1 from t where ip <<~ '10.0.0.0/8'"],
  ["select host('1.2.3.4/32')", "select host('1.2.3.4')"],
  ["select 12::money * 2", "select CAST(12::DECIMAL(18, 2) * 2 AS DECIMAL(18, 2))"],
  [
    "select (12::money + 1::money) * 2",
    "select CAST((12::DECIMAL(18, 2) + 1::DECIMAL(18, 2)) * 2 AS DECIMAL(18, 2))",
  ],
  [
    "select (inet '1.2.3.4' + 1) + 2",
    "select duckgres_inet_plus((duckgres_inet_plus(VARCHAR '1.2.3.4' , 1)) , 2)",
  ],
  // What has nothing to do with addresses.
  ["select 1 << 2, a && b, host(a), '1.2' < a from t", "select 1 << 2, a && b, host(a), '1.2' < a from t"],
];
for (const [source, sql] of rewritten) {
  Deno.test(`network: ${source}`, () => assert.equal(analysed(source).sql, sql));
}

Deno.test("network: what is no address is refused", () => {
  const { mistake } = analysed("select 'nope'::inet");
  assert.deepEqual([mistake?.sqlstate, mistake?.message], [
    "22P02",
    'invalid input syntax for type inet: "nope"',
  ]);
});
