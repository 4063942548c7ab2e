/** How a benchmark is timed. */

/** What one measurement may cost. */
export interface Effort {
  /** How often the servers take turns; the median counts. */
  rounds: number;
  /** How often a whole result is streamed in a round; the median counts. */
  runs: number;
  /** Milliseconds that many small requests are sent for. */
  duration: number;
  /** How many idle sessions are opened. */
  sessions: number;
}

export const thorough: Effort = { rounds: 3, runs: 3, duration: 1_500, sessions: 300 };
export const quick: Effort = { rounds: 1, runs: 3, duration: 500, sessions: 100 };

/** Lets so many milliseconds pass. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median time of several runs in seconds, after one that does not count. */
export async function medianSeconds(effort: Effort, work: () => Promise<unknown>): Promise<number> {
  await work();
  const times: number[] = [];
  for (let run = 0; run < effort.runs; run++) {
    const start = performance.now();
    await work();
    times.push((performance.now() - start) / 1000);
  }
  return median(times);
}

/** How often a second `workers` side by side finish `work`: the median of three slices of time, after a warm-up. */
export async function rate(
  effort: Effort,
  workers: number,
  work: (worker: number) => Promise<unknown>,
): Promise<number> {
  await slice(effort.duration / 4, workers, work);
  const rates: number[] = [];
  for (let i = 0; i < 3; i++) rates.push(await slice(effort.duration / 3, workers, work));
  return median(rates);
}

async function slice(
  duration: number,
  workers: number,
  work: (worker: number) => Promise<unknown>,
): Promise<number> {
  const start = performance.now();
  let done = 0;
  async function loop(worker: number): Promise<void> {
    while (performance.now() - start < duration) {
      await work(worker);
      done++;
    }
  }
  await Promise.all(Array.from({ length: workers }, (_, worker) => loop(worker)));
  return done / ((performance.now() - start) / 1000);
}

/** What a process holds in memory (Linux). */
export function residentBytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(Deno.readTextFileSync(`/proc/${pid}/status`)) ?? [];
  return Number(kilobytes) * 1024;
}

/** The most a process holds while `work` goes on, looked at every few milliseconds. */
export async function peakWhile(pid: number, work: () => Promise<unknown>): Promise<number> {
  let peak = 0;
  const look = setInterval(() => peak = Math.max(peak, residentBytes(pid)), 20);
  try {
    await work();
  } finally {
    clearInterval(look);
  }
  return peak;
}
