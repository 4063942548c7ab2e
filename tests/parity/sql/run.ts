/** Runs the whole table on this server and on a real PostgreSQL. */
import assert from "node:assert/strict";
import { startPostgres } from "../../support/postgres.ts";
import { errorOf, loggedIn, type RawClient, rowsOf } from "../../support/raw_client.ts";
import { startServer } from "../../support/server.ts";
import { type Answer, answerOf, compared, type TypeNames } from "./answer.ts";
import type { Case, Chapter } from "./case.ts";
import { fixture } from "./fixture.ts";

/** A statement and what both servers answered. */
export interface Outcome {
  chapter: string;
  section: string;
  case: Case;
  sql: string;
  ours: Answer;
  theirs: Answer;
  equal: boolean;
}

/** Sessions with each server at a time. */
const lanes = 4;

/** Runs every case; outcomes come in the order of the table. */
export async function runTable(table: readonly Chapter[]): Promise<Outcome[]> {
  await using postgres = await startPostgres({ settings: { timezone: "UTC" } });
  await using server = await startServer();
  const ports = [server.port, postgres.port];
  for (const port of ports) await prepare(port);
  const names = await typeNames(postgres.port);

  const places = table.flatMap((chapter) =>
    chapter.sections.flatMap((section) => section.cases.map((one) => ({ chapter, section, one })))
  );
  const answers: Outcome[][] = new Array(places.length);
  let next = 0;
  await Promise.all(Array.from({ length: lanes }, async () => {
    await using ours = new Lane(ports[0], names);
    await using theirs = new Lane(ports[1], names);
    for (let i = next++; i < places.length; i = next++) {
      const { chapter, section, one } = places[i];
      const [mine, other] = await Promise.all([ours.run(one, i), theirs.run(one, i)]);
      answers[i] = one.statements.map((sql, at) => ({
        chapter: chapter.name,
        section: section.name,
        case: one,
        sql,
        ours: mine[at],
        theirs: other[at],
        equal: compared(mine[at], one.rowsDiffer) === compared(other[at], one.rowsDiffer),
      }));
    }
  }));
  return answers.flat();
}

/** A single query leaves nothing behind, so that many can share a session. */
const stateless = /^\s*(select|values|with|table)\b(?!.*\b(set_config|nextval|setval)\b)/i;

/** One case after the other on one server. */
class Lane implements AsyncDisposable {
  #shared: RawClient | null = null;

  constructor(readonly port: number, readonly names: TypeNames) {}

  async run(one: Case, index: number): Promise<Answer[]> {
    if (one.statements.length === 1 && stateless.test(one.statements[0])) {
      this.#shared ??= await loggedIn({ port: this.port });
      return await this.#ask(this.#shared, one);
    }
    await using client = await loggedIn({ port: this.port });
    const schema = `case_${String(index).padStart(4, "0")}`;
    for (const sql of [`create schema ${schema}`, `set search_path to ${schema}, public`]) {
      assert.deepEqual(errorOf(await client.query(sql)), {}, `${sql} on port ${this.port}`);
    }
    return await this.#ask(client, one);
  }

  async #ask(client: RawClient, { statements }: Case): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const sql of statements) {
      const messages = await client.query(sql).catch((error) => {
        throw new Error(`port ${this.port}: ${sql}`, { cause: error });
      });
      answers.push(answerOf(sql, messages, this.names));
    }
    return answers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shared?.close();
  }
}

/** What both servers hold before the first case. */
async function prepare(port: number): Promise<void> {
  await using client = await loggedIn({ port });
  for (const sql of fixture) assert.deepEqual(errorOf(await client.query(sql)), {}, `${sql} on port ${port}`);
}

async function typeNames(port: number): Promise<TypeNames> {
  await using client = await loggedIn({ port });
  const types = rowsOf(await client.query("select oid, typname from pg_type where oid < 16384"));
  return new Map(types.map(([oid, name]) => [Number(oid), name!]));
}
