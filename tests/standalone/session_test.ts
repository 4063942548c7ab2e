/** A person's session: psql in a terminal, real work, a restart, and everything still there. */
import assert from "node:assert/strict";
import path from "node:path";
import { psql, rows, terminal } from "../support/psql.ts";
import { startServer } from "../support/server.ts";
import { tempDir } from "../support/temp.ts";
import { testOn } from "../support/test_on.ts";

testOn(["psql", "script"], "psql: a session, a restart, and the data is still there", async (t) => {
  await using dir = await tempDir();
  const dataDir = path.join(dir.path, "data");
  const parquet = path.join(dir.path, "sold.parquet");

  await t.step("the session", async () => {
    await using server = await startServer({ dataDir });
    await using person = await terminal(server.url());
    const ask = person.type;

    await ask("create table items (id int primary key, name text, price numeric(10,2));", /^CREATE TABLE$/m);
    await ask("insert into items values (1, 'bolt', 0.25), (2, 'gear', 12.5);", /^INSERT 0 2$/m);
    await ask(
      `copy (select i as item, i * 3 as sold from range(1, 3) t(i)) to '${parquet}' (format parquet);`,
      /^COPY 2$/m,
    );

    const joined = await ask(
      `select name, sold, price * sold as revenue from items join '${parquet}' on item = id order by id;`,
      /\(2 rows\)/,
    );
    assert.match(joined, / bolt \| +3 \| +0\.75$/m);
    assert.match(joined, / gear \| +6 \| +75\.00$/m);

    await ask(`create table sold as from '${parquet}';`, /^(SELECT 2|CREATE TABLE AS|CREATE TABLE)$/m);
    await ask("\\timing on", /Timing is on\./);
    await ask("select count(*) from sold;", /^ +2\n\(1 row\)\s+Time: [\d.]+ ms/m);

    const wrong = await ask("select nothing from items;", /=# $/);
    assert.match(wrong, /ERROR: .*nothing/);
    assert.match(wrong, /LINE 1: select nothing from items;\n +\^/);

    await ask(
      "\\echo going \\\\ select sum(a.i * b.i) from range(10000000) a(i), range(10000000) b(i);",
      /^going$/m,
    );
    await person.interrupt(/ERROR: +canceling statement due to user request/);
    await ask("select 'usable' as again;", /usable\s+\(1 row\)/);

    const described = await ask("\\d items", /price[^\n]*\n[^]*=# $/);
    assert.match(described, /Table "public\.items"/);
    assert.match(described, /^ id +\| integer /m);
    assert.match(described, /^ name +\| text /m);
    assert.match(described, /^ price +\| numeric\(10,2\) /m);
    const tables = await ask("\\dt", /\(2 rows\)/);
    assert.match(tables, /^ public \| items +\| table +\| postgres$/m);
    assert.match(tables, /^ public \| sold +\| table +\| postgres$/m);
    assert.match(await ask("\\l", /\(\d+ rows?\)/), /^ postgres +\|/m);

    assert.equal(await person.quit(), 0);
    assert.equal(await server.stop(), 0);
  });

  await t.step("after a restart", async () => {
    await using server = await startServer({ dataDir });
    assert.deepEqual(await rows(server.url(), "select id, name, price from items order by id"), [
      "1|bolt|0.25",
      "2|gear|12.50",
    ]);
    assert.deepEqual(await rows(server.url(), "select count(*) from sold"), ["2"]);
    await server.stop();
  });

  await t.step("after the power went", async () => {
    const killed = await startServer({ dataDir });
    await rows(killed.url(), "insert into items values (3, 'washer', 0.05)");
    await killed.kill();
    await using server = await startServer({ dataDir });
    assert.deepEqual(await rows(server.url(), "select name from items where id = 3"), ["washer"]);
    await server.stop();
  });
});

testOn(["psql"], "psql: a script stops at its first error with status 3 and says where it was", async () => {
  await using server = await startServer();
  const ended = await psql(server.url(), "select 1;\nselect * from nowhere;\nselect 2;\n", [
    "-v",
    "ON_ERROR_STOP=1",
  ]);
  assert.equal(ended.code, 3);
  assert.match(ended.stderr, /ERROR: +relation "nowhere" does not exist/);
  assert.doesNotMatch(ended.stdout, /^ +2$/m);
});

testOn(["psql"], "psql: DuckDB's own SQL works", async () => {
  await using server = await startServer();
  const url = server.url();
  await rows(url, "create table t as select i, i % 2 = 0 as even from range(4) r(i)");
  assert.deepEqual(await rows(url, "from t where even"), ["0|t", "2|t"]);
  assert.deepEqual(await rows(url, "select columns('i') from t order by all limit 1"), ["0"]);
  assert.deepEqual(await rows(url, "select list_transform([1, 2], lambda x: x + 1)"), ["{2,3}"]);
  assert.deepEqual(await rows(url, "pivot t on even using count(*) order by all limit 1"), ["0|0|1"]);
  assert.equal((await rows(url, "summarize t")).length, 2);
  assert.deepEqual(await rows(url, "select * exclude (even) from t order by i desc limit 1"), ["3"]);
});

testOn(["psql"], "psql: who, where and what as PostgreSQL says it", async () => {
  await using server = await startServer({ config: "users: {ann: secret}\n" });
  const url = server.url("ann", "secret", "sales");
  assert.deepEqual(await rows(url, "select current_user, session_user, current_database()"), [
    "ann|ann|sales",
  ]);
  assert.match((await rows(url, "select version()"))[0], /^PostgreSQL 16\./);
  assert.deepEqual(await rows(url, "show server_encoding"), ["UTF8"]);
  assert.deepEqual(await rows(url, "select pg_backend_pid() > 0"), ["t"]);
  const titles = await psql(url, "select 1, count(*), 'x'::text, coalesce(null, 2) from (values (1)) v(a)", [
    "-A",
  ]);
  assert.equal(titles.stdout.split("\n")[0], "?column?|count|text|coalesce");
});
