/** How much memory there is, for limits given as a percentage. */
import { totalmem } from "node:os";
import { readText } from "./filesystem.ts";

/** Where Linux says how much a container may use, in bytes or `max`; version 2 of control groups, then version 1. */
const limitFiles = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

/** The memory this process may use, in bytes: the machine's, or the container's if that is less. */
export async function availableMemory(): Promise<number> {
  const limits = await Promise.all(limitFiles.map(readLimit));
  return Math.min(totalmem(), ...limits);
}

async function readLimit(file: string): Promise<number> {
  const read = await readText(file);
  const bytes = "text" in read ? Number.parseInt(read.text, 10) : NaN;
  return bytes > 0 ? bytes : Infinity;
}

/**
 * A memory limit as DuckDB reads it, which knows no percentages.
 *
 * @param available bytes
 * @example
 * ```ts
 * inBytes("50%", 8 * 2 ** 30); // "4096MiB"
 * inBytes("4GB", 8 * 2 ** 30); // "4GB"
 * ```
 */
export function inBytes(limit: string, available: number): string {
  if (!limit.endsWith("%")) return limit;
  return `${Math.floor(available * Number.parseFloat(limit) / 100 / 2 ** 20)}MiB`;
}
