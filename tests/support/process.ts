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
