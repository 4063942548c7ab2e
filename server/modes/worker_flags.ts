import type { Config } from "../config/mod.ts";

/**
 * What a control plane's workers are told: everything of its own configuration that concerns them, so that it does not
 * matter whether that came from flags, variables or a file.
 */
export function workerFlags(config: Config): string[] {
  return [
    "--config=",
    "--http-port=0",
    "--metrics-port=0",
    "--duckdb-max-sessions=0",
    `--data-dir=${config.dataDir}`,
    `--extensions=${config.extensions.join(",")}`,
    `--extension-directory=${config.extensionDirectory}`,
    `--memory-limit=${config.memoryLimit}`,
    `--threads=${config.threads}`,
    `--shutdown-timeout=${config.shutdownTimeout}ms`,
    `--log-level=${config.logLevel}`,
    `--slow-query-threshold=${config.slowQueryThreshold}ms`,
    `--trace-endpoint=${config.traceEndpoint}`,
  ];
}
