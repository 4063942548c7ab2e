/** What Linux knows of a running process. */

export interface Resources {
  /** Resident memory in bytes. */
  rss: number;
  /** Open descriptors. */
  descriptors: number;
}

/** @throws where the process has ended, or there is no `/proc` */
export function resourcesOf(pid: number): Resources {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
  return { rss: kilobytes * 1024, descriptors: [...Deno.readDirSync(`/proc/${pid}/fd`)].length };
}

/** Bytes for a reader. */
export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** Whether a process of this id is there and has not ended. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

/** Whether a process uses a tenth of a core or more over 300 ms: a statement is running. */
export async function isBusy(pid: number): Promise<boolean> {
  const before = await cpuTicks(pid);
  await new Promise((resolve) => setTimeout(resolve, 300));
  return await cpuTicks(pid) - before >= 3;
}

/** User time of a process in hundredths of a second (proc(5), field 14). */
async function cpuTicks(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[11]);
}
