import { loadConfig } from "./server/config/mod.ts";

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
  case "run": {
    const { runStandalone } = await import("./server/modes/standalone.ts");
    Deno.exit(await runStandalone(loaded.config));
  }
}
