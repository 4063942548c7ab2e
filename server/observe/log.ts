/**
 * The server's log: structured records, one line each, to standard error.
 *
 * Nothing is logged before {@linkcode configureLogs}. Logging never throws: a line that cannot be written is lost. A
 * record below the configured level costs one comparison; where making its facts costs something, ask
 * {@linkcode Log.on} first.
 */
import { configureSync, getLogger, type LogRecord as LogtapeRecord } from "@logtape/logtape";
import { type Facts, formatLog, type LogFormat, type LogLevel } from "./log_format.ts";

export type { Facts, LogFormat, LogLevel };

/** Where lines go. */
export type LogSink = (line: string) => void;

export interface LogOptions {
  /** The least grave level that is logged. */
  level: LogLevel;
  format: LogFormat;
  /** Takes each line, without a newline; standard error when left out. */
  sink?: LogSink;
}

/** One part's way to the log. */
export interface Log {
  /** Whether this level is logged at present. */
  on(level: LogLevel): boolean;
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
}

const root = "duckgres";
const gravity: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** LogTape's names for the levels. */
const logtapeLevel = { debug: "debug", info: "info", warn: "warning", error: "error" } as const;
const levelOf: Record<LogtapeRecord["level"], LogLevel> = {
  trace: "debug",
  debug: "debug",
  info: "info",
  warning: "warn",
  error: "error",
  fatal: "error",
};

/** The least gravity that is logged, kept beside LogTape's own so that a level that is off costs next to nothing. */
let threshold = Infinity;

/** Sets how the whole process logs; a later call replaces an earlier one. */
export function configureLogs({ level, format, sink = writeToStderr }: LogOptions): void {
  const out = (record: LogtapeRecord) => writeLine(record, format, sink);
  configureSync({
    reset: true,
    sinks: { out },
    loggers: [
      { category: root, sinks: ["out"], lowestLevel: logtapeLevel[level] },
      { category: ["logtape", "meta"], sinks: ["out"], lowestLevel: "error" },
    ],
  });
  threshold = gravity[level];
}

/**
 * The log of one part of the server.
 *
 * @param name e.g. `session`
 * @example
 * logger("http").info("listening", { host, port });
 */
export function logger(name: string): Log {
  const target = getLogger([root, name]);
  const write = (level: LogLevel) => (message: string, facts?: Facts) => {
    if (gravity[level] >= threshold) target[logtapeLevel[level]](message, facts);
  };
  return {
    on: (level) => gravity[level] >= threshold,
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
  };
}

/** What a line says of an error: SQLSTATE and detail where it has them, and for a fault of ours the stack. */
export function errorFacts(error: unknown): Facts {
  if (!(error instanceof Error)) return { error: String(error) };
  const sqlstate = textField(error, "sqlstate");
  const facts = { sqlstate, error: error.message, detail: textField(error, "detail") };
  if (sqlstate !== undefined && sqlstate !== "XX000") return facts;
  const origin = error.cause instanceof Error ? error.cause : error;
  return { ...facts, stack: origin.stack };
}

function textField(error: Error, name: string): string | undefined {
  const value: unknown = Reflect.get(error, name);
  return typeof value === "string" ? value : undefined;
}

function writeLine(record: LogtapeRecord, format: LogFormat, sink: LogSink): void {
  try {
    sink(formatLog(
      {
        time: record.timestamp,
        level: levelOf[record.level],
        logger: record.category.slice(1).join("."),
        // As it was given: LogTape's `{placeholders}` are not ours, and a client's text may hold braces.
        message: String(record.rawMessage),
        facts: record.properties as Facts,
      },
      format,
    ));
  } catch {
    // A log that cannot be written has nowhere to say so.
  }
}

const encoder = new TextEncoder();

/** Writes the line whole, however little the other end takes at a time. */
function writeToStderr(line: string): void {
  let bytes = encoder.encode(line + "\n");
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stderr.writeSync(bytes));
}
