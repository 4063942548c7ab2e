/**
 * Smoke tests of the compiled executable, on a path with nothing else: an empty folder, no Deno, no Node, no network
 * needed. `TEST_EXECUTABLE` names it; default `dist/duckgres`.
 */
import assert from "node:assert/strict";
import path from "node:path";
import { psql, rows, terminal } from "../support/psql.ts";
import { loggedIn, rowsOf } from "../support/raw_client.ts";
import { failToStart, type Program, startServer } from "../support/server.ts";
import { dist } from "../support/paths.ts";
import { type TempDir, tempDir } from "../support/temp.ts";
import { testOn } from "../support/test_on.ts";

const executable = Deno.env.get("TEST_EXECUTABLE") ?? path.join(dist, "duckgres");

testOn(["denort", "psql", "script"], "executable: psql session, restart, data still there", async () => {
  await using folder = await alone();
  const { program } = folder;
  const dataDir = path.join(folder.path, "data");
  {
    await using server = await startServer({ program, dataDir });
    await using person = await terminal(server.url());
    await person.type("create table t (i int, s text);", /^CREATE TABLE$/m);
    await person.type("insert into t values (1, 'a'), (2, 'b');", /^INSERT 0 2$/m);
    await person.type("select count(*) from t;", /^ +2\n\(1 row\)$/m);
    await person.type(
      "\\echo going \\\\ select sum(a.i * b.i) from range(10000000) a(i), range(10000000) b(i);",
      /^going$/m,
    );
    await person.interrupt(/canceling statement due to user request/);
    assert.equal(await person.quit(), 0);
    assert.equal(await server.stop(), 0);
  }
  await using server = await startServer({ program, dataDir });
  assert.deepEqual(await rows(server.url(), "select s from t order by i"), ["a", "b"]);
  assert.equal(await server.stop(), 0);
});

testOn(["denort", "extension tpch"], "executable: an extension loads from inside it", async () => {
  await using folder = await alone();
  await using server = await startServer({ program: folder.program });
  await using client = await loggedIn(server);
  const answer = await client.query("load tpch; call dbgen(sf = 0.01); select count(*) from lineitem");
  assert.deepEqual(rowsOf(answer).at(-1), ["60175"]);
  await server.stop();
});

testOn(["denort", "psql"], "executable: a file of its own, an error, and its files", async () => {
  await using folder = await alone();
  const target = path.join(folder.path, "sales.duckdb");
  await using server = await startServer({ program: folder.program, flags: [target] });
  const copied = path.join(folder.path, "n.parquet");
  assert.deepEqual(
    await rows(server.url(), `copy (select 7 as n) to '${copied}'; select n from '${copied}'`),
    ["7"],
  );
  const ended = await psql(server.url(), "select nothing;");
  assert.match(ended.stderr, /^ERROR: .*nothing[^]*LINE 1: select nothing;/);
  await server.stop();
});

testOn(["denort"], "executable: --version, --help and a mistake", async () => {
  await using folder = await alone();
  const { program } = folder;
  assert.match((await failToStart({ program, flags: ["--version"] })).stdout, /^duckgres \d+\.\d+\.\d+/);
  assert.match((await failToStart({ program, flags: ["--help"] })).stdout, /--data-dir/);
  const wrong = await failToStart({ program, flags: ["--prot=1"] });
  assert.equal(wrong.stderr, "duckgres: --prot: unknown flag; did you mean --port?\n");
  assert.equal(wrong.code, 2);
});

/** The executable in a folder with nothing else, started with nothing but PATH in its environment. */
async function alone(): Promise<TempDir & { program: Program }> {
  const folder = await tempDir();
  const command = path.join(folder.path, "duckgres");
  await Deno.copyFile(executable, command);
  await Deno.chmod(command, 0o755);
  return { ...folder, program: { command, args: [], env: { PATH: "/nowhere" } } };
}
