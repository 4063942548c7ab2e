/**
 * Every type, out and in, in text and in binary, compared with what a real PostgreSQL answers to the same bytes; except for
 * the differences that the table and docs/compatibility.md name.
 */
import assert from "node:assert/strict";
import path from "node:path";
import { root } from "../../support/paths.ts";
import { startPostgres } from "../../support/postgres.ts";
import { loggedIn } from "../../support/raw_client.ts";
import { startServer } from "../../support/server.ts";
import { testOn } from "../../support/test_on.ts";
import type { TypeCase } from "./case.ts";
import { comparisonsOf, differences, prepare } from "./comparisons.ts";
import { table } from "./table.ts";
import { zoneDifferences } from "./zones.ts";

/** How many comparisons the table is at least good for. */
const atLeast = 10_000;

testOn(["postgres"], "values of every type go in and come out as with PostgreSQL", async (t) => {
  await using postgres = await startPostgres();
  await using server = await startServer();
  let count = 0;
  for (const testCase of table) {
    await t.step([testCase.type, ...testCase.setup].join("; "), async () => {
      await using theirs = await loggedIn(postgres);
      await using ours = await loggedIn(server);
      await prepare(theirs, testCase, typeOfColumn(testCase));
      await prepare(ours, testCase, testCase.here);
      const comparisons = await comparisonsOf(testCase, theirs, ours);
      count += comparisons.length;
      assert.deepEqual(await differences(comparisons, theirs, ours), []);
    });
  }
  await t.step("every time zone", async () => {
    await using theirs = await loggedIn(postgres);
    await using ours = await loggedIn(server);
    assert.deepEqual(await zoneDifferences(theirs, ours), []);
  });
  assert.ok(count >= atLeast, `${count} comparisons`);
});

Deno.test("every difference in the table is listed in docs/compatibility.md", async () => {
  const listed = await Deno.readTextFile(path.join(root, "docs/compatibility.md"));
  const reasons = table.flatMap(({ announced, values, bad }) => [
    announced?.reason,
    ...[...values, ...bad].map(({ differs }) => differs?.reason),
  ]);
  assert.deepEqual(reasons.filter((reason) => reason !== undefined && !listed.includes(reason)), []);
});

/** What PostgreSQL's table is made with. */
function typeOfColumn({ type, announced }: TypeCase): string {
  return announced === null || announced.exceptColumns ? type : announced.as;
}
