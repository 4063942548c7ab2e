/** The configuration a server runs with, and how it is put together from the settings found. */
import { resolve } from "node:path";
import { checkFolder, checkPem, checkTarget, checkWritableFolder, type Fault, isUrl } from "./filesystem.ts";
import { availableMemory, inBytes } from "./memory.ts";
import {
  type Mode,
  nameOf,
  type Option,
  type OptionName,
  optionNames,
  table,
  type Values,
} from "./options.ts";
import { bytesOf, type ListenAddress, quote, split } from "./kinds.ts";
import { problem, type Setting } from "./setting.ts";
import { defaultUser, type Users } from "./users.ts";

/** Everything that can be configured, checked. Durations are in milliseconds, paths absolute. */
export interface Config {
  mode: Mode;
  /** Address to listen on. */
  host: string;
  /** For PostgreSQL clients; 0 for any free port. */
  port: number;
  /** 0 for none. */
  httpPort: number;
  /** 0 for none. */
  metricsPort: number;
  tls: {
    mode: "required" | "optional" | "off";
    /** PEM files, both given and readable, or both `null`: then they are generated under `dataDir`. */
    cert: string | null;
    key: string | null;
  };
  users: Users;
  dataDir: string;
  /** Whether users' databases are files. */
  filePersistence: boolean;
  /** What all users share: a database file, a folder of data files, `:memory:`; `null` for a database a user. */
  target: string | null;
  /** `name` or `name FROM community`. */
  extensions: readonly string[];
  /** Where extensions already lie; empty for DuckDB's own place. */
  extensionDirectory: string;
  /** Folders and URL prefixes open to users who are not superusers. */
  allowedDirectories: readonly string[];
  /** As DuckDB reads it, e.g. `4GB`; empty for its own default. */
  memoryLimit: string;
  /** 0 for DuckDB's own default. */
  threads: number;
  /** 0 for none. */
  idleTimeout: number;
  sessionInitTimeout: number;
  /** What a control plane's workers are like; without meaning in the other modes. */
  workers: {
    /** Always there. */
    min: number;
    /** 0 for as many as the memory budget allows. */
    max: number;
    retireOnSessionEnd: boolean;
    /** How long a session waits for one. */
    queueTimeout: number;
    /** How long one beyond `min` may have no session; 0 for ever. */
    idleTimeout: number;
    /** Bytes. */
    memoryBudget: number;
    memoryRebalance: boolean;
    /** Empty for the usual places. */
    socketDir: string;
  };
  /** A worker's own service; `null` in the other modes. */
  service: {
    listen: { fd: number } | ListenAddress;
    /** Never to be shown. */
    token: string;
    /** 0 for any number. */
    maxSessions: number;
  } | null;
  /** How long running statements may go on at shutdown; 0 for not at all. */
  shutdownTimeout: number;
  rateLimit: {
    maxConnections: number;
    maxConnectionsPerIp: number;
    maxFailedAttempts: number;
    failedAttemptWindow: number;
    banDuration: number;
  };
  logLevel: "debug" | "info" | "warn" | "error";
  logFormat: "text" | "json";
  /** 0 for none. */
  slowQueryThreshold: number;
  /** URL of a collector (OTLP over HTTP); empty for no traces. */
  traceEndpoint: string;
  /** The file it was read from, if any. */
  configFile: string | null;
}

/** The value of each option, and where it came from if it is not the default. */
export interface Merged {
  values: Values;
  origins: Partial<Record<OptionName, string>>;
}

/** Reads the settings in their order, so that a later one replaces an earlier one; all of them are checked. */
export function merge(settings: readonly Setting[], problems: string[]): Merged {
  const values: Partial<Values> = {};
  const origins: Merged["origins"] = {};
  for (const setting of settings) {
    if (!set(values, setting.option, setting.texts, problems, setting.origin)) continue;
    origins[setting.option] = setting.origin;
  }
  for (const name of optionNames) {
    if (!(name in values)) set(values, name, split(table[name].kind, table[name].default), problems);
  }
  return { values: values as Values, origins };
}

function set<Name extends OptionName>(
  values: Partial<Values>,
  name: Name,
  texts: readonly string[],
  problems: string[],
  origin?: string,
): boolean {
  const { kind } = table[name];
  const parsed = kind.parse(texts);
  if ("wrong" in parsed) {
    problems.push(problem(nameOf(name), origin, parsed.wrong, kind.allowed));
    return false;
  }
  values[name] = parsed.value;
  return true;
}

/** What {@linkcode assemble} puts together. */
export interface Parts extends Merged {
  users: Users;
  /** `null` for the default users. */
  usersOrigin: string | null;
  /** The configuration file that was read. */
  configFile: string | null;
  targets: readonly string[];
  cwd: string;
}

/** The configuration these parts make; what does not fit together goes to `problems`. */
export async function assemble(parts: Parts, problems: string[]): Promise<Config> {
  const { values, cwd } = parts;
  const pathOrNull = (path: string) => path === "" ? null : resolve(cwd, path);
  const available = await availableMemory();
  const mode = values.mode === "duckdb-service" ? "worker" : values.mode;
  const config: Config = {
    mode,
    host: values.host,
    port: values.port,
    httpPort: values.httpPort,
    metricsPort: values.metricsPort,
    tls: { mode: values.tlsMode, cert: pathOrNull(values.cert), key: pathOrNull(values.key) },
    users: parts.users,
    dataDir: resolve(cwd, values.dataDir),
    filePersistence: values.filePersistence,
    target: resolveTarget(parts.targets[0], cwd),
    extensions: values.extensions,
    extensionDirectory: pathOrNull(values.extensionDirectory) ?? "",
    allowedDirectories: values.allowedDirectories.map((path) => isUrl(path) ? path : resolve(cwd, path)),
    memoryLimit: inBytes(values.memoryLimit, available),
    threads: values.threads,
    idleTimeout: values.idleTimeout,
    sessionInitTimeout: values.sessionInitTimeout,
    shutdownTimeout: values.shutdownTimeout,
    workers: {
      min: values.minWorkers,
      max: values.maxWorkers,
      retireOnSessionEnd: values.retireOnSessionEnd,
      queueTimeout: values.workerQueueTimeout,
      idleTimeout: values.workerIdleTimeout,
      memoryBudget: bytesOf(values.memoryBudget, available),
      memoryRebalance: values.memoryRebalance,
      socketDir: pathOrNull(values.socketDir) ?? "",
    },
    service: mode === "worker" ? serviceOf(values, cwd) : null,
    rateLimit: {
      maxConnections: values.maxConnections,
      maxConnectionsPerIp: values.maxConnectionsPerIp,
      maxFailedAttempts: values.maxFailedAttempts,
      failedAttemptWindow: values.failedAttemptWindow,
      banDuration: values.banDuration,
    },
    logLevel: values.logLevel,
    logFormat: values.logFormat,
    slowQueryThreshold: values.slowQueryThreshold,
    traceEndpoint: values.traceEndpoint,
    configFile: parts.configFile,
  };
  problems.push(
    ...checkModes(config, parts),
    ...checkUsers(config, parts),
    ...checkPorts(config, parts),
    ...checkWorkers(config, parts),
    ...checkService(config, parts),
    ...await checkTls(config, parts),
    ...await checkFolders(config, parts),
    ...await checkTargets(config, parts),
  );
  return config;
}

function resolveTarget(target: string | undefined, cwd: string): string | null {
  if (target === undefined) return null;
  return target === ":memory:" ? target : resolve(cwd, target);
}

function serviceOf(values: Values, cwd: string): Config["service"] {
  const { duckdbListenFd: fd, duckdbListen: address, duckdbToken: token, duckdbMaxSessions } = values;
  const own = "path" in address ? { path: resolve(cwd, address.path) } : address;
  return { listen: fd === null ? own : { fd }, token, maxSessions: duckdbMaxSessions };
}

/**
 * A flag is for the process it starts. In the file and the environment, which several processes may share, what does
 * not concern one of them is passed over.
 */
function checkModes({ mode }: Config, { origins }: Parts): string[] {
  return optionNames.flatMap((name) => {
    const { modes }: Option<unknown> = table[name];
    const origin = origins[name];
    if (!modes || modes.includes(mode) || !origin?.startsWith("-")) return [];
    const wrong = `means nothing to --mode ${mode}`;
    return [problem(nameOf(name), origin, wrong, `with --mode ${modes.join(" or ")}`)];
  });
}

function checkWorkers({ mode, workers: { min, max } }: Config, { origins }: Parts): string[] {
  if (mode !== "control-plane" || max === 0 || min <= max) return [];
  const wrong = `${min} is more than the ${max} of ${nameOf("maxWorkers")}`;
  return [problem(nameOf("minWorkers"), origins.minWorkers, wrong, `at most ${max}`)];
}

function checkService({ service, tls }: Config, { origins }: Parts): string[] {
  if (service === null) return [];
  const problems: string[] = [];
  if (service.token === "") {
    const allowed = "DUCKGRES_DUCKDB_TOKEN or --duckdb-token with a secret that its clients bring";
    problems.push(problem(nameOf("duckdbToken"), origins.duckdbToken, "a worker needs one", allowed));
  }
  const wrong = "host" in service.listen ? wrongTls(tls.mode, service.listen.host) : null;
  if (wrong) {
    const allowed = "required, or off on a loopback address";
    problems.push(problem(nameOf("tlsMode"), origins.tlsMode, wrong, allowed));
  }
  return problems;
}

function wrongTls(mode: Config["tls"]["mode"], host: string): string | null {
  if (mode === "optional") return "a worker cannot leave it to its clients";
  if (mode === "required" || isLoopback(host)) return null;
  return `off would show the token to whoever is between a client and ${quote(host)}`;
}

/** The default password is known to everyone: it must not be reachable from other machines. */
function checkUsers({ mode, host, users }: Config, { origins, usersOrigin }: Parts): string[] {
  if (mode === "worker") return [];
  if (isLoopback(host) || users.get(defaultUser.name)?.password !== defaultUser.password) return [];
  const { name, password } = defaultUser;
  const whose = usersOrigin === null ? "" : ` (${usersOrigin})`;
  const wrong = `${
    quote(host)
  } is open to other machines, while user ${name}${whose} has the password ${password}`;
  return [problem("host", origins.host, wrong, "127.0.0.1, or set users in the configuration file")];
}

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === "::1" || host.toLowerCase() === "localhost" || /^127(\.\d{1,3}){3}$/.test(host);
}

function checkPorts(config: Config, { origins }: Parts): string[] {
  const problems: string[] = [];
  const taken = new Map<number, string>();
  const names = ["port", "httpPort", "metricsPort"] as const;
  for (const name of config.mode === "worker" ? names.slice(1) : names) {
    const port = config[name];
    const other = taken.get(port);
    if (other !== undefined && port !== 0) {
      problems.push(
        problem(nameOf(name), origins[name], `${port} is taken by ${other}`, "a port of its own"),
      );
    }
    taken.set(port, nameOf(name));
  }
  return problems;
}

async function checkTls({ tls }: Config, { origins }: Parts): Promise<string[]> {
  const missing = missingHalf(tls);
  if (missing) {
    const { has, lacks } = missing;
    const wrong = `given without ${nameOf(lacks)}`;
    return [problem(nameOf(has), origins[has], wrong, "both, or neither for a generated certificate")];
  }
  if (tls.cert === null || tls.key === null) return [];
  return [
    ...fault(
      "cert",
      origins,
      tls.cert,
      await checkPem(tls.cert, "CERTIFICATE"),
      "a readable PEM certificate",
    ),
    ...fault("key", origins, tls.key, await checkPem(tls.key, "PRIVATE KEY"), "a readable PEM private key"),
  ];
}

function missingHalf({ cert, key }: Config["tls"]): { has: OptionName; lacks: OptionName } | undefined {
  if (cert !== null && key === null) return { has: "cert", lacks: "key" };
  if (cert === null && key !== null) return { has: "key", lacks: "cert" };
}

async function checkFolders({ dataDir, extensionDirectory }: Config, { origins }: Parts): Promise<string[]> {
  const problems = fault(
    "dataDir",
    origins,
    dataDir,
    await checkWritableFolder(dataDir),
    "a folder to write in",
  );
  if (extensionDirectory === "") return problems;
  const missing = await checkFolder(extensionDirectory);
  return [...problems, ...fault("extensionDirectory", origins, extensionDirectory, missing, "a folder")];
}

function fault(
  name: OptionName,
  origins: Merged["origins"],
  path: string,
  why: Fault,
  allowed: string,
): string[] {
  return why === null ? [] : [problem(nameOf(name), origins[name], `${quote(path)} ${why}`, allowed)];
}

const targetAllowed = "a .duckdb or .db file, a folder, or :memory:";

async function checkTargets({ target }: Config, { targets }: Parts): Promise<string[]> {
  if (targets.length > 1) {
    return [
      problem(
        "TARGET",
        undefined,
        `${targets.map(quote).join(" and ")} given`,
        "at most one",
      ),
    ];
  }
  if (target === null || target === ":memory:") return [];
  const why = targets[0] === "" ? "is empty" : await checkTarget(target);
  return why === null ? [] : [problem("TARGET", undefined, `${quote(targets[0])} ${why}`, targetAllowed)];
}
