import assert from "node:assert/strict";
import { PgError } from "../api/error.ts";
import { pgErrorOf } from "../engine/errors.ts";
import { withExecutor } from "../engine/testing.ts";
import { instanceFault } from "./instance_fault.ts";

function json(type: string, message: string): Error {
  return new Error(JSON.stringify({ exception_type: type, exception_message: message }));
}

Deno.test("only what breaks an instance is its fault", () => {
  const broken: [Error, string][] = [
    [json("INTERNAL", "Attempted to access index 3"), "Attempted to access index 3"],
    [json("FATAL", "Failed: disk gone\nStack trace:\n…"), "Failed: disk gone"],
    [
      json("Invalid Input", "database has been invalidated because of a previous fatal error"),
      "database has been invalidated because of a previous fatal error",
    ],
    [new Error("INTERNAL Error: Assertion triggered"), "Assertion triggered"],
  ];
  for (const [thrown, reason] of broken) {
    assert.equal(instanceFault(thrown), reason);
    assert.equal(instanceFault(pgErrorOf(thrown)), reason);
  }
  const passing = [
    json("Out of Memory", "could not allocate block"),
    json("TransactionContext", "Transaction conflict: cannot update a table that has been altered!"),
    json("Catalog", "Table with name internal does not exist"),
    json("Interrupted", "Interrupted!"),
    new TypeError("x is undefined"),
    new PgError("XX000", "internal error: x"),
  ];
  for (const thrown of passing) assert.equal(instanceFault(thrown), "", thrown.message);
});

Deno.test("a checkpoint that DuckDB cannot finish invalidates the database, and says so from then on", async () => {
  const folder = await Deno.makeTempDir({ prefix: "duckgres-test-" });
  await withExecutor(async (executor) => {
    await executor.run("create table t as from range(10)");
    await executor.run("set debug_checkpoint_abort = 'before_header'");
    const first = await executor.run("checkpoint").catch((error) => error);
    assert.notEqual(instanceFault(first), "");
    const later = await executor.run("from t").catch((error) => error);
    assert.match(instanceFault(later), /invalidated/);
  }, { path: `${folder}/broken.duckdb` });
  await Deno.remove(folder, { recursive: true });
});
