import { Databases } from "../../worker/databases.ts";
import type { Config } from "../config/mod.ts";
import { configureLogs } from "../observe/log.ts";
import { bootstrap } from "./bootstrap.ts";
import { databaseSpec, removeSpillFolder, sweepSpillFolders, targetsOf } from "./databases.ts";
import { bundledExtensions } from "./extensions.ts";
import { type Engine, serveClients } from "./serving.ts";
import { reportingProblems } from "./start_problem.ts";
import { resolveTarget, type Target } from "./target.ts";

/**
 * One process: clients on one side, DuckDB on the other. Runs until SIGTERM or SIGINT.
 *
 * @returns the exit status
 */
export async function runStandalone(given: Config): Promise<number> {
  const config = { ...given, extensionDirectory: given.extensionDirectory || bundledExtensions() };
  configureLogs({ level: config.logLevel, format: config.logFormat });
  try {
    return await reportingProblems(async () => {
      await sweepSpillFolders(config);
      const target = resolveTarget(config.target);
      await serveClients(config, target, () => openEngine(config, target));
      return 0;
    });
  } finally {
    await removeSpillFolder(config);
  }
}

async function openEngine(config: Config, target: Target): Promise<Engine> {
  const databases = new Databases();
  const targetOf = targetsOf(config, target);
  const always = await bootstrap(config);
  const open = (user: string) => databases.get(databaseSpec(config, always, targetOf(user)));
  // A shared target is opened at once: what is wrong with it is the start's problem, not the first client's.
  if (target.kind !== "users") await open("");
  return {
    connect: async (identity) => (await open(identity.user)).connect(identity),
    connectTimeout: config.sessionInitTimeout,
    notes: [],
    stop: () => databases.close(),
  };
}
