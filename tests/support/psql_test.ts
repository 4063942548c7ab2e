import assert from "node:assert/strict";
import { startPostgres } from "./postgres.ts";
import { psql, rows, terminal } from "./psql.ts";
import { testOn } from "./test_on.ts";

testOn(["psql", "postgres", "script"], "psql's helpers work on a real PostgreSQL", async () => {
  await using server = await startPostgres();
  assert.deepEqual(await rows(server.url, "select 1, 'a' union all select 2, null"), ["1|a", "2|"]);

  const ended = await psql(server.url, "select 1/0;");
  assert.match(ended.stderr, /ERROR: {2}division by zero/);

  await using person = await terminal(server.url);
  assert.match(await person.type("select 41 + 1 as answer;", /row\)\s+postgres=# $/), /answer/);
  await person.type("\\echo going \\\\ select pg_sleep(60);", /^going$/m);
  await person.interrupt(/canceling statement due to user request/);
  await person.type("select 'still here';", /still here\s+\(1 row\)/);
  assert.equal(await person.quit(), 0);
});
