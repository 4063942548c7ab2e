import assert from "node:assert/strict";
import duckdb from "@duckdb/node-bindings";
import { compile } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { planCache } from "./plan_cache.ts";

async function withCompiler(
  work: (compiled: (sql: string) => Promise<Plan>) => Promise<void>,
): Promise<void> {
  const database = await duckdb.open(":memory:");
  const connection = await duckdb.connect(database);
  await work((sql) => compile(connection, sql));
  duckdb.disconnect_sync(connection);
  duckdb.close_sync(database);
}

/** Whether DuckDB still holds it. */
function alive(plan: Plan): boolean {
  return duckdb.prepared_statement_type(plan.statement) !== duckdb.StatementType.INVALID;
}

Deno.test("the plans used last are kept, and freed when neither kept nor used", () =>
  withCompiler(async (compiled) => {
    const plans = planCache(2);
    const entries = [];
    for (const sql of ["select 1", "select 2"]) entries.push(plans.add(await compiled(sql)));
    entries.forEach((entry) => plans.giveBack(entry));
    assert.equal(plans.take("select 1"), entries[0]);
    const third = plans.add(await compiled("select 3"));
    assert.equal(plans.take("select 2"), null, "the one used longest ago went");
    assert(!alive(entries[1].plan));
    const fourth = plans.add(await compiled("select 4"));
    assert.equal(plans.take("select 1"), null);
    assert(alive(entries[0].plan), "still in use");
    plans.giveBack(entries[0]);
    assert(!alive(entries[0].plan));
    for (const entry of [third, fourth]) plans.giveBack(entry);
    assert(alive(third.plan) && alive(fourth.plan));
    plans.close();
    assert(!alive(third.plan) && !alive(fourth.plan));
  }));

Deno.test("clear makes all stale; close frees also what is in use, once", () =>
  withCompiler(async (compiled) => {
    const plans = planCache();
    const [used, idle] = [plans.add(await compiled("select 1")), plans.add(await compiled("select 2"))];
    plans.giveBack(idle);
    plans.clear();
    assert(used.stale && alive(used.plan) && !alive(idle.plan));
    assert.equal(plans.take("select 1"), null);
    plans.close();
    assert(!alive(used.plan));
    plans.giveBack(used);
  }));

Deno.test("DDL, long texts and what must be compiled each time are not kept", () =>
  withCompiler(async (compiled) => {
    const plans = planCache();
    for (
      const sql of [
        "create table t (i integer)",
        `select '${"x".repeat(20_000)}'`,
        "pivot (select 1 as a) on a using count(*)",
      ]
    ) {
      const entry = plans.add(await compiled(sql));
      plans.giveBack(entry);
      assert(!alive(entry.plan));
      assert.equal(plans.take(sql), null);
    }
  }));
