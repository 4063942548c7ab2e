/** Statements of DuckDB's own, which PostgreSQL cannot be asked about: they look like PostgreSQL's to a client. */
import assert from "node:assert/strict";
import * as bytes from "../../support/messages.ts";
import { loggedIn, type RawClient } from "../../support/raw_client.ts";
import { startServer } from "../../support/server.ts";
import { transcript } from "./normalise.ts";

const statements: [sql: string, answer: RegExp][] = [
  ["create secret s (type s3, key_id 'a', secret 'b')", /^C CREATE SECRET$/],
  ["create or replace secret s (type s3, key_id 'a', secret 'c')", /^C CREATE SECRET$/],
  ["drop secret s", /^C DROP SECRET$/],
  ["attach ':memory:' as other", /^C ATTACH$/],
  ["use other", /^C USE$/],
  ["create macro twice(x) as 2 * x", /^C CREATE MACRO$/],
  ["checkpoint", /^C CHECKPOINT$/],
  ["load json", /^C LOAD$/],
  ["pragma version", /^T library_version.*\nD .*\nC SELECT 1$/],
  ["pragma memory_limit='1GB'", /^C /],
  ["call pragma_version()", /^T library_version.*\nD .*\nC (SELECT 1|CALL)$/],
  ["from range(3)", /^T range:20.*\nD "0"\nD "1"\nD "2"\nC SELECT 3$/],
  ["summarize select 1 as x", /^T column_name:25.*\nD "x".*\nC SELECT 1$/],
  ["describe select 1 as x", /^T column_name:25.*\nD "x".*\nC SELECT 1$/],
  ["pivot (select 1 as a, 2 as b) on a using sum(b)", /^T 1:1700.*\nD "2"\nC SELECT 1$/],
  ["create table t as from range(3)", /^C SELECT 3$/],
  ["select columns(*) from t limit 1", /^T range:20.*\nD "0"\nC SELECT 1$/],
  ["show all tables", /^T database:25/],
  ["set threads = 2", /^C SET$/],
  ["set variable v = 7", /^C SET$/],
  ["reset threads", /^C RESET$/],
];

for (const [protocol, ask] of [["simple", simple], ["extended", extended]] as const) {
  Deno.test(`DuckDB's statements in the ${protocol} protocol`, async (t) => {
    await using server = await startServer();
    await using client = await loggedIn({ port: server.port });
    for (const [sql, expected] of statements) {
      await t.step(sql, async () => assert.match(await ask(client, sql), expected));
    }
  });
}

async function simple(client: RawClient, sql: string): Promise<string> {
  return transcript((await client.query(sql)).slice(0, -1)).join("\n");
}

async function extended(client: RawClient, sql: string): Promise<string> {
  client.send(bytes.parse("", sql), bytes.bind(), bytes.describe("P"), bytes.execute(), bytes.sync());
  const answer = (await client.until("Z")).slice(0, -1).filter(({ type }) => !"12n".includes(type));
  return transcript(answer).join("\n");
}
