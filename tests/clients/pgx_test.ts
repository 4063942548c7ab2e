/** pgx, a Go program in `pgx/`. */
import path from "node:path";
import { cleanEnvironment, run } from "../support/command.ts";
import { buildGo } from "./go.ts";
import { reportSteps } from "./tap.ts";
import { testClient } from "./targets.ts";

const built = await buildGo(path.join(import.meta.dirname!, "pgx"));

testClient("pgx", "missing" in built ? built.missing : null, async (t, target) => {
  if ("missing" in built) throw new Error(built.missing);
  const env = cleanEnvironment({ CLIENT_URL: target.url, CLIENT_SERVER: target.name });
  await reportSteps(t, await run(built.program, [], { env, timeout: 180_000 }));
});
