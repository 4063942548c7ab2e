import assert from "node:assert/strict";
import { bind, describe, execute, parse, query, sync } from "./messages.ts";
import { startPostgres } from "./postgres.ts";
import {
  cancelRunning,
  connectRaw,
  errorOf,
  keyOf,
  loggedIn,
  rowsOf,
  statusOf,
  tagsOf,
  typesOf,
} from "./raw_client.ts";
import { testOn } from "./test_on.ts";

testOn(["postgres"], "the raw client speaks with a real PostgreSQL", async (t) => {
  await using server = await startPostgres();

  await t.step("simple query over TLS", async () => {
    await using client = await loggedIn(server);
    const answer = await client.query("select 1 as a, null; insert into nowhere values (1)");
    assert.equal(typesOf(answer), "TDCEZ");
    assert.deepEqual(rowsOf(answer), [["1", null]]);
    assert.deepEqual(tagsOf(answer), ["SELECT 1"]);
    assert.equal(errorOf(answer).C, "42P01");
    assert.equal(statusOf(answer), "I");
  });

  await t.step("extended query", async () => {
    await using client = await loggedIn({ port: server.port, tls: "direct" });
    client.send(parse("", "select $1::int + 1"), bind({ values: ["41"] }), describe("P"), execute(), sync());
    const answer = await client.until("Z");
    assert.equal(typesOf(answer), "12TDCZ");
    assert.deepEqual(rowsOf(answer), [["42"]]);
  });

  await t.step("cancel", async () => {
    await using client = await connectRaw(server);
    const key = keyOf(await client.login());
    client.send(query("select pg_sleep(60)"));
    assert.equal(errorOf(await cancelRunning(client, server.port, key)).C, "57014");
    assert.deepEqual(rowsOf(await client.query("select 'usable'")), [["usable"]]);
  });

  await t.step("a wrong password is the server's answer", async () => {
    await assert.rejects(loggedIn(server, { password: "wrong" }), /28P01/);
  });
});
