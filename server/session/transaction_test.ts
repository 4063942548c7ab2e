import assert from "node:assert/strict";
import { PgError } from "../../worker/api/error.ts";
import { Transaction } from "./transaction.ts";

/** A transaction on an engine that records what it is asked, and fails what is in `failing`. */
function recorded(failing: readonly string[] = [], { restart = true } = {}) {
  const log: string[] = [];
  const transaction = new Transaction({
    run(sql) {
      log.push(sql);
      if (failing.includes(sql)) return Promise.reject(new PgError("40001", "conflict"));
      return Promise.resolve();
    },
    notice: ({ sqlstate }) => log.push(`warning ${sqlstate}`),
    committing: () => Promise.resolve(),
    started: () => log.push("settings begin"),
    ended(committed) {
      log.push(committed ? "settings commit" : "settings rollback");
      return Promise.resolve();
    },
    mark: () => ({
      endPortals: () => Promise.resolve(),
      resetSettings: () => Promise.resolve(void log.push("settings back")),
    }),
    mayRestart: () => restart,
  });
  return { log, transaction };
}

const begun = ["BEGIN TRANSACTION", "settings begin"];
const committed = ["COMMIT", "settings commit"];
const undone = ["ROLLBACK", "settings rollback"];

Deno.test("a block begins, goes on and commits", async () => {
  const { log, transaction } = recorded();
  assert.equal(transaction.status, "I");
  await transaction.begin();
  assert.equal(transaction.status, "T");
  assert.equal(await transaction.commit(), "COMMIT");
  assert.equal(transaction.status, "I");
  assert.deepEqual(log, [...begun, ...committed]);
});

Deno.test("a second BEGIN warns, COMMIT and ROLLBACK without a block warn", async () => {
  const { log, transaction } = recorded();
  await transaction.begin();
  await transaction.begin();
  await transaction.rollback();
  assert.equal(await transaction.commit(), "COMMIT");
  assert.equal(await transaction.rollback(), "ROLLBACK");
  assert.deepEqual(log, [...begun, "warning 25001", ...undone, "warning 25P01", "warning 25P01"]);
});

Deno.test("after an error in a block COMMIT rolls back and says so", async () => {
  const { log, transaction } = recorded();
  await transaction.begin();
  await transaction.statementFailed();
  assert.equal(transaction.status, "E");
  assert.equal(transaction.failed, true);
  assert.equal(await transaction.commit(), "ROLLBACK");
  assert.equal(transaction.status, "I");
  assert.deepEqual(log, [...begun, ...undone]);
});

Deno.test("an implicit transaction commits at its end and is undone by an error", async () => {
  const { log, transaction } = recorded();
  await transaction.openImplicit();
  await transaction.openImplicit();
  assert.equal(transaction.status, "I");
  assert.equal(transaction.open, true);
  await transaction.closeImplicit();
  await transaction.closeImplicit();
  await transaction.openImplicit();
  await transaction.statementFailed();
  assert.equal(transaction.open, false);
  assert.deepEqual(log, [...begun, ...committed, ...begun, ...undone]);
});

Deno.test("BEGIN inside an implicit transaction takes it over, with what was done in it", async () => {
  const { log, transaction } = recorded();
  await transaction.openImplicit();
  await transaction.begin();
  await transaction.closeImplicit();
  assert.equal(transaction.status, "T");
  await transaction.rollback();
  assert.deepEqual(log, [...begun, ...undone]);
});

Deno.test("COMMIT inside an implicit transaction warns and commits what was done so far", async () => {
  const { log, transaction } = recorded();
  await transaction.openImplicit();
  await transaction.commit();
  assert.equal(transaction.open, false);
  assert.deepEqual(log, [...begun, "warning 25P01", ...committed]);
});

Deno.test("AND CHAIN begins a new block, and needs one", async () => {
  const { log, transaction } = recorded();
  await transaction.begin();
  await transaction.commit(true);
  assert.equal(transaction.status, "T");
  await transaction.rollback();
  await assert.rejects(transaction.commit(true), { sqlstate: "25P01" });
  await assert.rejects(transaction.rollback(true), { sqlstate: "25P01" });
  assert.deepEqual(log, [...begun, ...committed, ...begun, ...undone]);
});

Deno.test("a commit that fails is rolled back and reported", async () => {
  const { log, transaction } = recorded(["COMMIT"]);
  await transaction.begin();
  await assert.rejects(transaction.commit(), { sqlstate: "40001" });
  assert.equal(transaction.status, "I");
  assert.deepEqual(log, [...begun, "COMMIT", ...undone]);
});

Deno.test("a transaction knows whether a query has run in it", async () => {
  const { transaction } = recorded();
  transaction.noteQuery();
  await transaction.begin();
  assert.equal(transaction.queried, false);
  transaction.noteQuery();
  assert.equal(transaction.queried, true);
  await transaction.commit(true);
  assert.equal(transaction.queried, false);
});

Deno.test("a savepoint is released with what was done since, and gone then", async () => {
  const { log, transaction } = recorded();
  await transaction.begin();
  transaction.savepoint("a");
  transaction.noteWrite();
  transaction.savepoint("b");
  transaction.release("a");
  assert.throws(() => transaction.release("b"), { sqlstate: "3B001" });
  await transaction.commit();
  assert.deepEqual(log, [...begun, ...committed]);
});

Deno.test("savepoints need a block", async () => {
  const { transaction } = recorded();
  await transaction.openImplicit();
  assert.throws(() => transaction.savepoint("a"), { sqlstate: "25P01" });
  assert.throws(() => transaction.release("a"), { sqlstate: "25P01" });
  await assert.rejects(transaction.rollbackTo("a"), { sqlstate: "25P01" });
});

Deno.test("where nothing was written since a savepoint, there is nothing to undo", async () => {
  const { log, transaction } = recorded();
  await transaction.begin();
  transaction.noteWrite();
  transaction.savepoint("a");
  transaction.noteQuery();
  await transaction.statementFailed();
  await transaction.rollbackTo("a");
  assert.equal(transaction.status, "T");
  await transaction.rollbackTo("a");
  assert.deepEqual(log, [...begun, "SELECT 1", "settings back", "settings back"]);
});

Deno.test("where nothing was written before a savepoint, all that the engine did is undone", async () => {
  const { log, transaction } = recorded();
  await transaction.begin();
  transaction.savepoint("a");
  transaction.noteWrite();
  transaction.savepoint("b");
  await transaction.rollbackTo("a");
  assert.throws(() => transaction.release("b"), { sqlstate: "3B001" });
  transaction.savepoint("c");
  transaction.noteWrite();
  await transaction.rollbackTo("c");
  const again = ["ROLLBACK", "BEGIN TRANSACTION", "settings back"];
  assert.deepEqual(log, [...begun, ...again, ...again]);
});

Deno.test("an engine that gave up its transaction is asked for a new one, if nothing was written before", async () => {
  const { log, transaction } = recorded(["SELECT 1"]);
  await transaction.begin();
  transaction.savepoint("a");
  await transaction.statementFailed();
  await transaction.rollbackTo("a");
  assert.equal(transaction.status, "T");
  assert.deepEqual(log, [...begun, "SELECT 1", "ROLLBACK", "BEGIN TRANSACTION", "settings back"]);
});

Deno.test("what stands between writes cannot be undone alone", async () => {
  const { log, transaction } = recorded();
  await transaction.begin();
  transaction.noteWrite();
  transaction.savepoint("a");
  transaction.noteWrite();
  await assert.rejects(transaction.rollbackTo("a"), { sqlstate: "0A000" });
  assert.deepEqual(log, begun);
});

Deno.test("a transaction that keeps its snapshot is not begun anew", async () => {
  const { log, transaction } = recorded([], { restart: false });
  await transaction.begin();
  transaction.savepoint("a");
  transaction.noteWrite();
  await assert.rejects(transaction.rollbackTo("a"), { sqlstate: "0A000" });
  assert.deepEqual(log, begun);
});

Deno.test("who could not return to a savepoint cannot commit either", async () => {
  const { log, transaction } = recorded();
  await transaction.begin();
  transaction.noteWrite();
  transaction.savepoint("a");
  transaction.noteWrite();
  await assert.rejects(transaction.rollbackTo("a"), { sqlstate: "0A000" });
  await transaction.statementFailed();
  await assert.rejects(transaction.commit(), { sqlstate: "0A000" });
  assert.equal(transaction.status, "I");
  assert.equal(await transaction.commit(), "COMMIT");
  assert.deepEqual(log, [...begun, ...undone, "warning 25P01"]);
});

Deno.test("a BEGIN that was cancelled leaves nothing of the engine's open", async () => {
  const { log, transaction } = recorded(["BEGIN TRANSACTION"]);
  await assert.rejects(transaction.openImplicit());
  await assert.rejects(transaction.begin());
  assert.equal(transaction.status, "I");
  assert.deepEqual(log, ["BEGIN TRANSACTION", "ROLLBACK", "BEGIN TRANSACTION", "ROLLBACK"]);
});
