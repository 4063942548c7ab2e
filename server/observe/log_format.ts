import { redactSql } from "./redact.ts";

/** How grave a line is, gravest last. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** One line a record: for people, or for machines. */
export type LogFormat = "text" | "json";

/** What a line says beside its message; `undefined` ones are left out. The names a line has anyway are taken. */
export type Facts =
  & Readonly<Record<string, string | number | bigint | boolean | null | undefined>>
  & { readonly [name in "time" | "level" | "logger" | "message"]?: never };

/** One record before it becomes a line. */
export interface LogRecord {
  /** Milliseconds since 1970. */
  time: number;
  level: LogLevel;
  /** The part of the server that speaks. */
  logger: string;
  message: string;
  facts: Facts;
}

/** A record as one line, without the newline. Every text in it is redacted and capped; no text can start a new line. */
export function formatLog(record: LogRecord, format: LogFormat): string {
  return format === "json" ? jsonLine(record) : textLine(record);
}

/** `time level message key=value …` */
function textLine({ time, level, message, facts }: LogRecord): string {
  let line = `${new Date(time).toISOString()} ${level.padEnd(5)} ${singleLine(redactSql(message))}`;
  for (const [name, value] of Object.entries(facts)) {
    if (value !== undefined) line += ` ${name}=${textValue(value)}`;
  }
  return line;
}

/** Written as it is where it cannot be misread, otherwise as a JSON string. */
function textValue(value: NonNullable<Facts[string]> | null): string {
  if (typeof value !== "string") return String(value);
  const text = redactSql(value);
  return /^[\w.:\/@*+,-]+$/.test(text) ? text : singleLine(JSON.stringify(text));
}

function jsonLine({ time, level, logger, message, facts }: LogRecord): string {
  const line: Record<string, unknown> = {
    time: new Date(time).toISOString(),
    level,
    logger,
    message: redactSql(message),
  };
  for (const [name, value] of Object.entries(facts)) line[name] = jsonValue(value);
  return singleLine(JSON.stringify(line));
}

function jsonValue(value: Facts[string]): unknown {
  if (typeof value === "string") return redactSql(value);
  return typeof value === "bigint" ? String(value) : value;
}

/** Control characters escaped as in JSON, so that a client's text can neither end the line nor steer a terminal. */
function singleLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, escaped);
}

function escaped(character: string): string {
  return "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0");
}
