/** What Linux knows of a control plane's worker processes. */

/** The processes that `pid` has started and that have not ended. */
export function workersOf(pid: number): number[] {
  return processes().filter((other) => {
    const [state, parent] = statOf(other);
    return Number(parent) === pid && state !== "Z";
  });
}

/** The one worker of `pid` that has the file open. @throws when there is none */
export function ownerOf(pid: number, file: string): number {
  const owner = workersOf(pid).find((worker) => filesOf(worker).includes(file));
  if (owner === undefined) throw new Error(`no worker of ${pid} has ${file} open`);
  return owner;
}

/** Whether there is such a process, and it has not ended. */
export function isRunning(pid: number): boolean {
  const [state = "Z"] = statOf(pid);
  return state !== "Z";
}

/** Whether a process was stopped (SIGSTOP). */
export function isStopped(pid: number): boolean {
  const [state] = statOf(pid);
  return state === "T";
}

/** Processor time a process has used, in clock ticks. */
export function ticksOf(pid: number): number {
  const fields = statOf(pid);
  return Number(fields[11]) + Number(fields[12]);
}

function processes(): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter(Number.isInteger);
}

/** The fields of a process after its name: state, parent, …; empty when it is gone. */
function statOf(pid: number): string[] {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

/** The files that a process has open. */
export function filesOf(pid: number): string[] {
  const files: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(`/proc/${pid}/fd`)) {
      files.push(Deno.readLinkSync(`/proc/${pid}/fd/${name}`));
    }
  } catch {
    // It is just ending, or closes a file while we look.
  }
  return files;
}
