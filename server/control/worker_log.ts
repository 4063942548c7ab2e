/** What workers print becomes part of the control plane's log. */
import { type Facts, type Log, logger, type LogLevel } from "../observe/log.ts";

/** A longer line is cut into several. */
const longestLine = 64 * 1024;

const levels: readonly string[] = ["debug", "info", "warn", "error"] satisfies LogLevel[];

/** The lines of a stream, without their ends. */
export async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
    if (rest.length <= longestLine) continue;
    yield rest;
    rest = "";
  }
  if (rest !== "") yield rest;
}

/**
 * Logs each line of a worker with its id: a record of the worker's own log at that record's level, anything else as it
 * is. Ends with the stream; never rejects.
 *
 * @param level of what is no record
 * @param logOf makes the log of one part of the server
 */
export async function forwardLog(
  workerId: number,
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  level: LogLevel,
  logOf: (name: string) => Log = logger,
): Promise<void> {
  try {
    for await (const line of linesOf(stream)) {
      const record = recordOf(line);
      if (record === null) logOf("worker")[level](line, { worker: workerId });
      else logOf(record.logger)[record.level](record.message, { ...record.facts, worker: workerId });
    }
  } catch {
    // The pipe broke: the worker is gone.
  }
}

interface Record {
  level: LogLevel;
  logger: string;
  message: string;
  facts: Facts;
}

/** A line of our own log in JSON, `null` for any other. */
function recordOf(line: string): Record | null {
  if (!line.startsWith("{")) return null;
  try {
    const { time, level, logger, message, ...facts } = JSON.parse(line);
    if (typeof time !== "string" || typeof logger !== "string" || typeof message !== "string") return null;
    return levels.includes(level) ? { level, logger: `worker.${logger}`, message, facts } : null;
  } catch {
    return null;
  }
}
