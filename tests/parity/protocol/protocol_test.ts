/**
 * The same bytes to this server and to a real PostgreSQL: the answers must be the same, except for the differences that
 * the table and docs/compatibility.md name.
 */
import assert from "node:assert/strict";
import path from "node:path";
import { root } from "../../support/paths.ts";
import { startPostgres } from "../../support/postgres.ts";
import { loggedIn, typesOf } from "../../support/raw_client.ts";
import { startServer } from "../../support/server.ts";
import { testOn } from "../../support/test_on.ts";
import type { Case } from "./case.ts";
import { comparable, tolerated } from "./compare.ts";
import { converse } from "./converse.ts";
import { fixture, table } from "./table.ts";

/** Conversations with each server at a time. */
const atOnce = 6;

testOn(["postgres"], "this server answers as PostgreSQL does", async (t) => {
  await using postgres = await startPostgres({ settings: { timezone: "UTC" } });
  await using server = await startServer({ flags: ["--tls=optional"] });
  for (const port of [postgres.port, server.port]) await prepare(port);
  const only = Deno.env.get("PARITY_CASE");
  const cases = only === undefined ? table : table.filter(({ name }) => name.includes(only));
  await inParallel(cases, async (testCase) => {
    const [theirs, ours] = await Promise.all([
      settled(converse(testCase, postgres.port)),
      settled(converse(testCase, server.port)),
    ]);
    const [mine, other] = comparable(ours, theirs);
    const unfixed = testCase.unfixed !== null && mine.join("\n") !== other.join("\n");
    await t.step({
      name: unfixed ? `${testCase.name} (unfixed: ${testCase.unfixed})` : testCase.name,
      ignore: unfixed,
      fn: () => judge(testCase, mine, other),
      sanitizeOps: false,
      sanitizeResources: false,
      sanitizeExit: false,
    });
  });
});

Deno.test("the names in the table are unique", () => {
  const names = table.map(({ name }) => name);
  assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), []);
});

Deno.test("every difference in the table is listed in docs/compatibility.md", async () => {
  const listed = await Deno.readTextFile(path.join(root, "docs/compatibility.md"));
  const reasons = table.flatMap(({ differs }) => differs === null ? [] : [differs.reason]);
  assert.deepEqual([...tolerated, ...reasons].filter((reason) => !listed.includes(reason)), []);
});

/** What both servers hold before the first case. */
async function prepare(port: number): Promise<void> {
  await using client = await loggedIn({ port });
  for (const sql of fixture) {
    const answer = await client.query(sql);
    assert.doesNotMatch(typesOf(answer), /E/, `${sql} on port ${port}`);
  }
}

function judge({ differs, unfixed }: Case, ours: string[], theirs: string[]): void {
  assert.equal(unfixed, null, "this is corrected: take `unfixed` out of the table");
  if (differs === null) return assert.deepEqual(ours, theirs);
  assert.deepEqual(ours, [...differs.ours]);
  assert.notDeepEqual(ours, theirs, "this is no difference any more: take it out of the table");
}

/** A conversation that broke off is compared as what it ended with. */
function settled(lines: Promise<string[]>): Promise<string[]> {
  return lines.catch((error) => String(error.message).split("\n"));
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const workers = Array.from({ length: atOnce }, async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  });
  await Promise.all(workers);
}
