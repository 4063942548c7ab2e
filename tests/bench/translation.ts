/** What the translation from PostgreSQL's SQL costs, alone and as a part of a request. */
import { catalogRelations } from "../../server/sql/catalog/mod.ts";
import { analyze } from "../../server/sql/mod.ts";
import { query } from "../support/messages.ts";
import type { Line } from "./lines.ts";
import { type Effort, median, medianSeconds, rate } from "./measure.ts";

/** About 200 bytes, with something to translate. */
const report = (n: number) =>
  `select a.id, a.name, count(*) as many, max(b.v) from public.four a join four b on a.id = b.id and b.name ~ '^x' ` +
  `where a.id = ${n} and a.v between 1 and 100 group by a.id, a.name order by many desc limit 10`;

const point = (n: number) => `select id, name from four where id = ${n}`;

/** The lines of the table; only this server translates. */
export const translationLines: readonly Line[] = [
  alone("translation of 200 bytes, new text", report),
  alone("translation of 200 bytes, text seen before", () => report(0)),
  part("translation's part of select 1, the same text", [], () => "select 1"),
  part("translation's part of select n, new text each time", [], (n) => `select ${n}`),
  part("translation's part of a point query, new text each time", ["four"], point),
  part("translation's part of 1 M rows", ["four"], (n) => `select * from four where id > -${n + 1}`, true),
];

const context = { catalogRelations };
let texts = 0;

/** The median of many calls, in microseconds. */
function microseconds(text: (n: number) => string, { duration }: Effort): number {
  const times: number[] = [];
  const end = performance.now() + duration;
  while (performance.now() < end) {
    const batch = Array.from({ length: 20 }, () => ({ text: text(texts++), start: 0 }));
    const start = performance.now();
    for (const piece of batch) analyze(piece, context);
    times.push((performance.now() - start) * 1000 / batch.length);
  }
  return median(times);
}

function alone(name: string, text: (n: number) => string): Line {
  return {
    name,
    unit: "µs",
    higher: false,
    needs: [],
    measure: ({ kind }, effort) => Promise.resolve(kind === "duckgres" ? microseconds(text, effort) : null),
  };
}

/** How much of a request's time, the client's included, the translation is. */
function part(name: string, needs: Line["needs"], text: (n: number) => string, large = false): Line {
  return {
    name,
    unit: "%",
    higher: false,
    needs,
    async measure({ kind, client }, effort) {
      if (kind === "postgres") return null;
      const request = () => client.ask(query(text(texts++)));
      const seconds = large ? await medianSeconds(effort, request) : 1 / await rate(effort, 1, request);
      return microseconds(text, effort) / (seconds * 1e6) * 100;
    },
  };
}
