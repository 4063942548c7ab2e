/**
 * The same statements on this server and on a real PostgreSQL, by chapter of PostgreSQL's documentation. What is not the
 * same is marked in the table with its reason, and listed in docs/compatibility.md.
 */
import assert from "node:assert/strict";
import { testOn } from "../../support/test_on.ts";
import { shown } from "./answer.ts";
import { compatibility, withSection } from "./document.ts";
import { type Outcome, runTable } from "./run.ts";
import { table } from "./table.ts";

/** How much is at least compared, and how much of it is at least the same. */
const atLeast = { statements: 4400, equal: 0.97 };

/** Differences without a reason in the table: mistakes of this server's that are not corrected yet. */
const unjudgedAtMost = 8;

testOn(["postgres"], "statements are answered as PostgreSQL answers them", async (t) => {
  const outcomes = await runTable(table);
  await t.step("enough is compared, and enough is equal", () => {
    const equal = outcomes.filter((outcome) => outcome.equal).length;
    assert.ok(outcomes.length >= atLeast.statements, `${outcomes.length} statements`);
    assert.ok(equal / outcomes.length >= atLeast.equal, `${equal} of ${outcomes.length} are equal`);
  });
  await t.step("what is not equal has a reason", () => {
    const unjudged = outcomes.filter((outcome) => !outcome.equal && outcome.case.differs === null);
    assert.ok(unjudged.length <= unjudgedAtMost, unjudged.map(describe).join("\n"));
  });
  await t.step("what has a reason is not equal", () => {
    const judged = Map.groupBy(outcomes, (outcome) => outcome.case);
    const vain = [...judged].filter(([one, of]) => one.differs !== null && of.every(({ equal }) => equal));
    assert.deepEqual(vain.map(([one]) => one.statements), [], "no difference any more: take the reason out");
  });
  await t.step("docs/compatibility.md tells the differences as they are", async () => {
    const document = await Deno.readTextFile(compatibility);
    assert.equal(document, withSection(document, outcomes), "run tests/parity/sql/report.ts");
  });
});

function describe({ section, sql, ours, theirs }: Outcome): string {
  return `${section}: ${sql}\n  here:       ${shown(ours)}\n  PostgreSQL: ${shown(theirs)}`;
}
