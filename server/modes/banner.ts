import type { Config } from "../config/mod.ts";
import { version } from "../config/mod.ts";
import type { Target } from "./target.ts";

/** The ports the server really listens on; 0 for none. */
export interface Ports {
  postgres: number;
  http: number;
  metrics: number;
}

/** What a mode adds: a word and what it says of it. */
export type BannerLine = readonly [name: string, text: string];

/** What the server says once it is ready: where it listens, the line to paste, where data lies. */
export function banner(
  config: Config,
  target: Target,
  ports: Ports,
  notes: readonly BannerLine[] = [],
): string {
  const role = config.mode === "standalone" ? "" : ` ${config.mode}`;
  const lines = [
    `duckgres ${version}${role} listening on ${hostPort(config.host, ports.postgres)}`,
    ``,
    `  connect   ${psqlLine(config, ports.postgres)}`,
    `  data      ${dataLine(config, target)}`,
  ];
  for (const [name, text] of notes) lines.push(`  ${name.padEnd(9)} ${text}`);
  if (ports.http) lines.push(`  health    http://${hostPort(config.host, ports.http)}/health`);
  if (ports.metrics) lines.push(`  metrics   http://${hostPort(config.host, ports.metrics)}/metrics`);
  return lines.join("\n") + "\n";
}

/** The `psql` line to paste. Only the well-known default password is ever in it; psql asks for any other. */
export function psqlLine(config: Config, port: number): string {
  const [user, { password }] = [...config.users][0];
  const login = password === "postgres" ? `${encodeURIComponent(user)}:postgres` : encodeURIComponent(user);
  const ssl = config.tls.mode === "off" ? "disable" : "require";
  return `psql "postgresql://${login}@${hostPort(reachable(config.host), port)}/${
    encodeURIComponent(user)
  }?sslmode=${ssl}"`;
}

function dataLine(config: Config, target: Target): string {
  switch (target.kind) {
    case "file":
      return `${target.path} (shared by all users)`;
    case "folder":
      return `${target.path} (${target.views.length} views, shared by all users; new tables are kept in memory only)`;
    case "memory":
      return `in memory, shared by all users${inWorkers(config)}, gone when the server stops`;
    case "users":
      return config.filePersistence
        ? `${config.dataDir} (a database a user: <user>.duckdb)`
        : `in memory, a database a user${inWorkers(config)}, gone when the server stops`;
  }
}

function inWorkers({ mode }: Config): string {
  return mode === "control-plane" ? ", each worker for itself" : "";
}

/** An address a client on this machine can use for one that only listens. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}

/** `host:port`, with brackets around an IPv6 address. */
export function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
