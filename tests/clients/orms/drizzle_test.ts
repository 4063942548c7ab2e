/** Drizzle on node-postgres. */
import pg from "pg";
import { drizzle } from "drizzle-orm/node-postgres";
import { options } from "../node_postgres/client.ts";
import { testClient } from "../targets.ts";
import * as schema from "./drizzle/schema.ts";
import { steps } from "./drizzle/steps.ts";

testClient("Drizzle", null, async (t, target) => {
  const pool = new pg.Pool(options(target, { max: 2 }));
  pool.on("error", () => {});
  try {
    const db = drizzle(pool, { schema });
    for (const { name, run } of steps) await t.step(name, () => run(db));
  } finally {
    await pool.end();
  }
});
