/** How starts fail; that they succeed is for tests/control_plane. */
import assert from "node:assert/strict";
import { tempDir } from "../../tests/support/temp.ts";
import { waitFor } from "../../tests/support/wait.ts";
import { createProcessLauncher, type ProcessLauncherOptions } from "./process_launcher.ts";
import { SpawnError } from "./worker.ts";

type Failing = Pick<ProcessLauncherOptions, "program" | "onEnded">;

/** Runs a start that fails; answers its error, when nothing is left of it. */
async function failure(options: Failing, signal = new AbortController().signal): Promise<SpawnError> {
  await using dir = await tempDir();
  const launcher = await createProcessLauncher({
    socketDir: dir.path,
    args: [],
    instanceId: "test",
    ...options,
  });
  const error = await launcher.launch(1, signal).then(() => null, (error) => error);
  assert.ok(error instanceof SpawnError, `${error}`);
  assert.deepEqual([...Deno.readDirSync(dir.path)], []);
  await launcher.close();
  return error;
}

Deno.test("launcher: a program that is not there", async () => {
  const { reason, message } = await failure({ program: { command: "/nowhere/duckgres", args: [] } });
  assert.equal(reason, "start");
  assert.match(message, /worker 1 could not be started: .*nowhere/);
});

Deno.test("launcher: a program that ends at once", async () => {
  let ended = 0;
  const onEnded = () => {
    ended++;
    return Promise.resolve();
  };
  const program = { command: "sh", args: ["-c", "exit 7"] };
  const { reason, message } = await failure({ program, onEnded });
  assert.deepEqual([reason, message], ["exited", "worker 1 ended before it answered (exit status 7)"]);
  assert.equal(ended, 1);
});

Deno.test("launcher: a start that is given up leaves no process", async () => {
  await using dir = await tempDir();
  const client = new AbortController();
  const script = `echo $$ > ${dir.path}/pid; exec sleep 1000`;
  const failing = failure({ program: { command: "sh", args: ["-c", script] } }, client.signal);
  const pid = await waitFor("the process", () => Number(Deno.readTextFileSync(`${dir.path}/pid`)));
  client.abort();
  const { reason } = await failing;
  assert.equal(reason, "canceled");
  assert.throws(() => Deno.kill(pid, "SIGCONT"), Deno.errors.NotFound);
});

Deno.test("launcher: a start that was given up before", async () => {
  const { reason } = await failure({ program: { command: "sh", args: [] } }, AbortSignal.abort());
  assert.equal(reason, "canceled");
});

Deno.test("launcher: a worker is told its token by its environment only, and nothing of our configuration", async () => {
  await using dir = await tempDir();
  Deno.env.set("DUCKGRES_PORT", "1");
  try {
    const script = `echo "$@" > ${dir.path}/args; env > ${dir.path}/env`;
    await failure({ program: { command: "sh", args: ["-c", script, "sh"] } });
  } finally {
    Deno.env.delete("DUCKGRES_PORT");
  }
  const env = Deno.readTextFileSync(`${dir.path}/env`);
  const token = /^DUCKGRES_DUCKDB_TOKEN=([0-9a-f]{64})$/m.exec(env)?.[1];
  assert.ok(token);
  assert.doesNotMatch(env, /DUCKGRES_PORT/);
  const args = Deno.readTextFileSync(`${dir.path}/args`);
  assert.match(args, /^--mode=duckdb-service --duckdb-listen-fd=\d+ --log-format=json\n$/);
});
