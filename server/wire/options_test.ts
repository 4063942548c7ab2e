import assert from "node:assert/strict";
import { PgError } from "../../worker/api/error.ts";
import { parseOptions } from "./options.ts";

const accepted: [string, Record<string, string>][] = [
  ["", {}],
  ["   ", {}],
  ["-c a=1", { a: "1" }],
  ["-ca=1", { a: "1" }],
  ["--a=1", { a: "1" }],
  ["--search-path=x", { search_path: "x" }],
  ["-c search-path=x", { search_path: "x" }],
  ["-c a=1 -c b=2\t--c=3\n-cd=4", { a: "1", b: "2", c: "3", d: "4" }],
  ["-c a=1 -c a=2", { a: "2" }],
  ["-c a=x\\ y", { a: "x y" }],
  ["-c a=x\\\\y", { a: "x\\y" }],
  ["-c a=", { a: "" }],
  ["-c a=b=c", { a: "b=c" }],
  ["-c duckgres.idle_timeout=5m", { "duckgres.idle_timeout": "5m" }],
  ["-c a=1-2", { a: "1-2" }],
];

for (const [options, expected] of accepted) {
  Deno.test(`options accepted: ${JSON.stringify(options)}`, () => {
    assert.deepEqual(Object.fromEntries(parseOptions(options)), expected);
  });
}

const refused: [string, string][] = [
  ["-c a", "-c a requires a value"],
  ["-c", "-c  requires a value"],
  ["-c =1", "-c =1 requires a value"],
  ["--a", "--a requires a value"],
  ["--", "-- requires a value"],
  ["-x", "invalid command-line argument for server process: -x"],
  ["a=1", "invalid command-line argument for server process: a=1"],
];

for (const [options, expected] of refused) {
  Deno.test(`options refused: ${JSON.stringify(options)}`, () => {
    assert.throws(() => parseOptions(options), (error) => {
      assert.ok(error instanceof PgError);
      assert.deepEqual([error.severity, error.sqlstate, error.message], ["FATAL", "42601", expected]);
      return true;
    });
  });
}
