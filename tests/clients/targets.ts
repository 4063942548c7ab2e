/**
 * Where clients do their work: against this server, and the very same work against a real PostgreSQL, which tells
 * whether what a case expects is true.
 */
import assert from "node:assert/strict";
import { machine } from "../setup/machine.ts";
import { startPostgres } from "../support/postgres.ts";
import { startServer } from "../support/server.ts";
import { defineTest } from "./skips.ts";

/** A server that clients connect to, with TLS, as `postgres` with password `postgres`. */
export interface Target {
  name: "duckgres" | "PostgreSQL";
  port: number;
  /** With `sslmode=require`. */
  url: string;
}

/**
 * Defines the test `CLIENT on duckgres` and `CLIENT on PostgreSQL`.
 *
 * @param missing why the client cannot be run on this machine, or `null`
 */
export function testClient(
  client: string,
  missing: string | null,
  work: (t: Deno.TestContext, target: Target) => Promise<void>,
): void {
  defineTest(`${client} on duckgres`, missing, async (t) => {
    await using server = await startServer();
    await work(t, { name: "duckgres", port: server.port, url: server.url() });
    assert.equal(await server.stop(), 0);
  });
  defineTest(`${client} on PostgreSQL`, missing ?? machine().missing.postgres ?? null, async (t) => {
    await using server = await startPostgres();
    await work(t, { name: "PostgreSQL", port: server.port, url: server.url });
  });
}
