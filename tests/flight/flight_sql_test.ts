/** Flight SQL's own clients against a worker: pyarrow's FlightClient and the ADBC driver, Python programs in `python/`. */
import path from "node:path";
import { pythonWith } from "../clients/python.ts";
import { defineTest } from "../clients/skips.ts";
import { reportSteps } from "../clients/tap.ts";
import { cleanEnvironment, run } from "../support/command.ts";
import { startWorker, type Worker } from "../support/worker.ts";

const folder = import.meta.dirname!;
const found = await pythonWith(path.join(folder, "requirements.txt"), "flight");
const missing = "missing" in found ? found.missing : null;

async function runClients(t: Deno.TestContext, worker: Worker, uri: string, certificate = ""): Promise<void> {
  if ("missing" in found) throw new Error(found.missing);
  const env = cleanEnvironment({
    WORKER_URI: uri,
    WORKER_TOKEN: worker.token,
    WORKER_CERTIFICATE: certificate,
    PYTHONDONTWRITEBYTECODE: "1",
  });
  const ended = await run(found.python, [path.join(folder, "python/main.py")], { env, timeout: 240_000 });
  await reportSteps(t, ended);
}

defineTest("Flight SQL clients on a worker's unix socket", missing, async (t) => {
  await using worker = await startWorker();
  await runClients(t, worker, worker.address.replace("unix:", "grpc+unix://"));
});

defineTest("Flight SQL clients on a worker with TLS, its database a file", missing, async (t) => {
  await using worker = await startWorker({ listen: "127.0.0.1:0", flags: ["file.duckdb"] });
  const certificate = await Deno.readTextFile(path.join(worker.dataDir, "certs/server.crt"));
  await runClients(t, worker, `grpc+tls://${worker.address}`, certificate);
});
