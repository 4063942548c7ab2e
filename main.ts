import { type Config, loadConfig } from "./server/config/mod.ts";

/** Exit status for a wrong command line, environment or configuration file. */
const misconfigured = 2;

const loaded = await loadConfig({ argv: Deno.args, env: Deno.env.toObject(), cwd: Deno.cwd() });
switch (loaded.kind) {
  case "help":
  case "version":
    console.log(loaded.text);
    break;
  case "problems":
    for (const problem of loaded.problems) console.error(`duckgres: ${problem}`);
    Deno.exit(misconfigured);
    break;
  case "run":
    Deno.exit(await run(loaded.config));
}

/** Each mode loads only what it needs: a control plane has no DuckDB in it. */
async function run(config: Config): Promise<number> {
  switch (config.mode) {
    case "standalone":
      return await (await import("./server/modes/standalone.ts")).runStandalone(config);
    case "control-plane":
      return await (await import("./server/modes/control_plane.ts")).runControlPlane(config);
    case "worker":
      return await (await import("./server/modes/worker.ts")).runWorker(config);
  }
}
