import assert from "node:assert/strict";
import type { Config } from "../config/mod.ts";
import { banner, psqlLine } from "./banner.ts";

/** As much of a configuration as the banner reads. */
function config(changes: Partial<Config>): Config {
  const users = new Map([["postgres", { password: "postgres", superuser: true }]]);
  const tls = { mode: "required", cert: null, key: null };
  return {
    mode: "standalone",
    host: "127.0.0.1",
    users,
    tls,
    dataDir: "/data",
    filePersistence: true,
    ...changes,
  } as Config;
}

Deno.test("the psql line can be pasted as it is", () => {
  assert.equal(
    psqlLine(config({}), 5432),
    `psql "postgresql://postgres:postgres@127.0.0.1:5432/postgres?sslmode=require"`,
  );
});

Deno.test("only the well-known password is ever shown", () => {
  const users = new Map([["ann b", { password: "secret", superuser: false }]]);
  const line = psqlLine(config({ users }), 5433);
  assert.equal(line, `psql "postgresql://ann%20b@127.0.0.1:5433/ann%20b?sslmode=require"`);
});

Deno.test("an address for all interfaces is not one to connect to", () => {
  assert.match(psqlLine(config({ host: "0.0.0.0" }), 1), /@127\.0\.0\.1:1\//);
  assert.match(psqlLine(config({ host: "::" }), 1), /@\[::1\]:1\//);
});

Deno.test("without TLS the line does not ask for it", () => {
  const tls = { mode: "off", cert: null, key: null } as const;
  assert.match(psqlLine(config({ tls }), 1), /sslmode=disable/);
});

Deno.test("the banner names the ports that are open, and where data lies", () => {
  const text = banner(config({}), { kind: "users" }, { postgres: 5432, http: 8080, metrics: 0 });
  assert.match(text, /listening on 127\.0\.0\.1:5432/);
  assert.match(text, /http:\/\/127\.0\.0\.1:8080\/health/);
  assert.doesNotMatch(text, /metrics/);
  assert.match(text, /\/data \(a database a user/);
  const memory = banner(config({ filePersistence: false }), { kind: "users" }, {
    postgres: 1,
    http: 0,
    metrics: 0,
  });
  assert.match(memory, /in memory, a database a user/);
});

Deno.test("another mode says which it is, and what there is to know of it", () => {
  const ports = { postgres: 5432, http: 0, metrics: 0 };
  const given = config({ mode: "control-plane", filePersistence: false });
  const text = banner(given, { kind: "users" }, ports, [["workers", "up to 4"]]);
  assert.match(text, /^duckgres \S+ control-plane listening on 127\.0\.0\.1:5432$/m);
  assert.match(text, /^ {2}workers {3}up to 4$/m);
  assert.match(text, /^ {2}data {6}in memory, a database a user, each worker for itself, gone/m);
});
