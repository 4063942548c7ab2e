/** Clients that work without a break, at an even pace. */
import { errorOf, type RawClient, rowsOf } from "../support/raw_client.ts";

export interface Busy {
  /** Statements that were answered, and what went wrong. */
  stop(): Promise<{ statements: number; problems: string[] }>;
}

/** Statements a second of one client. */
const pace = 5;

/** What one does again and again, and how many rows it is to see: queries small and large, writing, transactions. */
const work: readonly [sql: string, rows: number][] = [
  ["select 1", 1],
  ["select i, 'row ' || i from range(10000) t(i)", 10_000],
  ["create or replace temp table busy as select i from range(10000) t(i)", 0],
  ["select count(*), sum(i) from busy", 1],
  ["begin", 0],
  ["update busy set i = i + 1", 0],
  ["rollback", 0],
  ["select i, count(*) from range(100000) t(i) group by i order by i limit 100", 100],
];

/** Sets sessions to work until they are told to stop. */
export function keepBusy(sessions: readonly RawClient[]): Busy {
  let over = false;
  let statements = 0;
  const problems: string[] = [];

  async function loop(client: RawClient, number: number): Promise<void> {
    for (let at = number; !over; at++) {
      const [sql, rows] = work[at % work.length];
      const next = new Promise((resolve) => setTimeout(resolve, 1000 / pace));
      const answer = await client.query(sql);
      statements++;
      const found = rowsOf(answer).length;
      if (found !== rows) problems.push(`${sql}: ${found} rows, ${JSON.stringify(errorOf(answer))}`);
      await next;
    }
  }

  // Each begins at the table's statement, as others need the table.
  const loops = sessions.map((client, i) =>
    loop(client, 2).catch((error) => void problems.push(`busy session ${i}: ${error.message}`))
  );
  return {
    async stop() {
      over = true;
      await Promise.all(loops);
      return { statements, problems };
    },
  };
}
