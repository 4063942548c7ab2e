import assert from "node:assert/strict";
import { PgError } from "../../worker/api/error.ts";
import { queryOutcome, sqlstateOf, startOutcome } from "./outcome.ts";

const queries: [sqlstate: string | null, outcome: string][] = [
  [null, "success/none"],
  ["42601", "failure/user"],
  ["42P01", "failure/user"],
  ["22012", "failure/user"],
  ["23505", "failure/user"],
  ["25P02", "failure/user"],
  ["0A000", "failure/user"],
  ["42501", "failure/user"],
  ["P0001", "failure/user"],
  ["08P01", "failure/user"],
  ["58P01", "failure/user"],
  ["57014", "failure/canceled"],
  ["40001", "failure/conflict"],
  ["40P01", "failure/conflict"],
  ["53200", "error/system"],
  ["53100", "error/system"],
  ["58030", "error/system"],
  ["57P01", "error/system"],
  ["08006", "error/system"],
  ["F0000", "error/system"],
  ["XX000", "error/system"],
];

for (const [sqlstate, expected] of queries) {
  Deno.test(`a statement that ends with ${sqlstate ?? "success"} is ${expected}`, () => {
    const { status, reason } = queryOutcome(sqlstate);
    assert.equal(`${status}/${reason}`, expected);
  });
}

const starts: [sqlstate: string | null, outcome: string][] = [
  [null, "success/none"],
  ["28P01", "failure/auth"],
  ["28000", "failure/auth"],
  ["53300", "failure/capacity"],
  ["53400", "failure/capacity"],
  ["57P03", "failure/unavailable"],
  ["3D000", "failure/user"],
  ["22023", "failure/user"],
  ["57014", "failure/user"],
  ["58030", "error/system"],
  ["53200", "error/system"],
  ["XX000", "error/system"],
];

for (const [sqlstate, expected] of starts) {
  Deno.test(`a start that ends with ${sqlstate ?? "success"} is ${expected}`, () => {
    const { outcome, reason } = startOutcome(sqlstate);
    assert.equal(`${outcome}/${reason}`, expected);
  });
}

Deno.test("what has no SQLSTATE is a fault of ours", () => {
  assert.equal(sqlstateOf(new PgError("22012", "division by zero")), "22012");
  assert.equal(sqlstateOf(new TypeError("x")), "XX000");
  assert.equal(sqlstateOf("x"), "XX000");
});
