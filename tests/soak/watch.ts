/** What processes hold while a soak goes on: it should not grow. */
import { megabytes, type Resources, resourcesOf } from "../support/process.ts";

/** A process that is watched. */
export interface Watched {
  name: string;
  pid: number;
}

/** What was seen of a process. */
export interface Seen extends Watched {
  first: Resources;
  last: Resources;
  /** The least resident bytes of the second and of the last third of the time: what is no garbage yet to be collected. */
  least: [number, number];
  peakDescriptors: number;
}

export interface Watch {
  /** Called once, when the time is over. */
  stop(): Seen[];
}

/** Milliseconds between samples, and seconds between lines of the log. */
const interval = 1000;
const logged = 15;

/** Looks every second, for so many seconds. */
export function watchAll(processes: readonly Watched[], seconds: number, log: (line: string) => void): Watch {
  const seen: Seen[] = processes.map((one) => {
    const now = resourcesOf(one.pid);
    return { ...one, first: now, last: now, least: [Infinity, Infinity], peakDescriptors: now.descriptors };
  });
  const started = performance.now();
  let next = logged;
  const timer = setInterval(() => {
    const passed = (performance.now() - started) / 1000;
    const third = Math.min(2, Math.floor(3 * passed / seconds));
    for (const one of seen) look(one, third);
    if (passed < next) return;
    next += logged;
    log(`${Math.round(passed)} s: ${seen.map(({ name, last }) => `${name} ${describe(last)}`).join("; ")}`);
  }, interval);
  return {
    stop() {
      clearInterval(timer);
      return seen;
    },
  };
}

function look(one: Seen, third: number): void {
  one.last = resourcesOf(one.pid);
  one.peakDescriptors = Math.max(one.peakDescriptors, one.last.descriptors);
  if (third === 0) return;
  one.least[third - 1] = Math.min(one.least[third - 1], one.last.rss);
}

/** Bytes by which a process has grown from the second to the last third of the time. */
export function growthOf({ least: [middle, last] }: Seen): number {
  return last - middle;
}

export function describe({ rss, descriptors }: Resources): string {
  return `${megabytes(rss)}, ${descriptors} descriptors`;
}

/** For a reader. */
export function describeSeen(seen: Seen): string {
  const { name, first, last, least, peakDescriptors } = seen;
  return `${name}: at first ${describe(first)}; at last ${describe(last)}; ` +
    `least in the second and in the last third ${least.map(megabytes).join(", ")}; ` +
    `at most ${peakDescriptors} descriptors`;
}
