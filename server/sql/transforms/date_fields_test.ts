import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [source: string, sql: string][] = [
  ["select extract(year from d)", "select duckgres_extract_date('year',  d)"],
  ["select extract('DOW' from d), 1", "select duckgres_extract_interval_day('dow',  d), 1"],
  ['select extract("secs" from (a + b))', "select duckgres_extract_second('second',  (a + b))"],
  ["select date_part('epoch', now())", "select CAST(duckgres_extract_epoch('epoch',  now()) AS DOUBLE)"],
  ["select extract(nosuch from d)", "select duckgres_extract_unknown('nosuch',  d)"],
  ["select date_trunc('century', d)", "select duckgres_trunc_century('century', d)"],
  ["select date_trunc('month', d), date_part(f, d)", "select date_trunc('month', d), date_part(f, d)"],
  ["select date_trunc('century', d, 'UTC')", "select date_trunc('century', d, 'UTC')"],
];

for (const [source, sql] of cases) {
  Deno.test(`date field: ${source}`, () => {
    const squeezed = analyze({ text: source, start: 0 }).sql.replaceAll(/ +/g, " ");
    assert.equal(squeezed, sql.replaceAll(/ +/g, " "));
  });
}
