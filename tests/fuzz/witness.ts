/** A well-behaved session beside the fuzzer, which must not notice anything. */
import { bind, describe, execute, parse, sync } from "../support/messages.ts";
import { errorOf, loggedIn, type RawMessage, rowsOf, statusOf, typesOf } from "../support/raw_client.ts";

export interface Witness {
  /** Ends the session. @throws for the first answer that was not right */
  stop(): Promise<Testimony>;
}

export interface Testimony {
  /** Answers checked. */
  answers: number;
  /** Milliseconds the slowest of them took. */
  slowest: number;
}

/** Milliseconds between questions: the witness is not the load. */
const pause = 20;

/** Begins to ask, over TLS, as a user of its own. */
export async function startWitness(port: number): Promise<Witness> {
  const client = await loggedIn({ port });
  await client.query("create or replace table kept as select i, i * i as square from range(1000) t(i)");
  let stopped = false;
  const testimony = ask();
  testimony.catch(() => {}); // Told by `stop`.

  async function ask(): Promise<Testimony> {
    let answers = 0;
    let slowest = 0;
    try {
      for (; !stopped; answers++) {
        const started = performance.now();
        await (answers % 2 === 0 ? simple(answers) : extended(answers));
        slowest = Math.max(slowest, performance.now() - started);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
      return { answers, slowest };
    } finally {
      await client.close();
    }
  }

  async function simple(n: number): Promise<void> {
    const answer = await client.query(`select ${n}, 'it''s', count(*), sum(square) from kept`);
    expect(answer, "TDCZ", [[String(n), "it's", "1000", "332833500"]]);
  }

  async function extended(n: number): Promise<void> {
    const key = n % 1000;
    client.send(
      parse("", "select square from kept where i = $1"),
      bind({ values: [String(key)] }),
      describe("P"),
      execute(),
      sync(),
    );
    expect(await client.until("Z"), "12TDCZ", [[String(key * key)]]);
  }

  return {
    stop() {
      stopped = true;
      return testimony;
    },
  };
}

function expect(answer: RawMessage[], types: string, rows: string[][]): void {
  const got = { types: typesOf(answer), rows: rowsOf(answer), status: statusOf(answer) };
  if (JSON.stringify(got) === JSON.stringify({ types, rows, status: "I" })) return;
  throw new Error(
    `a well-behaved session was answered ${JSON.stringify({ ...got, error: errorOf(answer) })}`,
  );
}
