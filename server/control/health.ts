import type { Health } from "../../worker/api/flight/actions.ts";
import { type Clock, every } from "./clock.ts";

/** Milliseconds from one check to the next, and how long one may take. */
export const healthPeriod = 2_000;
export const healthLimit = 3_000;

/** Checks that fail one after the other before a worker is given up. */
export const healthStrikes = 3;

export interface WatchOptions {
  clock: Clock;
  check(signal: AbortSignal): Promise<Health>;
  /** An answer, good or bad. */
  onHealth(health: Health): void;
  onCheck(pass: boolean): void;
  /** Called once, after too many checks that failed one after the other. */
  onSilent(): void;
}

/**
 * Asks a worker for its health every two seconds. Checks do not wait for one another, so that a worker which is stopped is
 * noticed within nine seconds. Call the answer to end it.
 */
export function watchHealth({ clock, check, onHealth, onCheck, onSilent }: WatchOptions): () => void {
  let strikes = 0;
  let over = false;
  const cancel = every(clock, healthPeriod, () => void once());
  const stop = () => {
    over = true;
    cancel();
  };

  async function once(): Promise<void> {
    const health = await limited(clock, check);
    if (over) return;
    const pass = health?.healthy ?? false;
    strikes = pass ? 0 : strikes + 1;
    onCheck(pass);
    if (health !== null) onHealth(health);
    if (strikes < healthStrikes || over) return;
    stop();
    onSilent();
  }

  return stop;
}

/** One check; `null` when it fails or takes too long. */
export async function limited(
  clock: Clock,
  check: (signal: AbortSignal) => Promise<Health>,
): Promise<Health | null> {
  const late = new AbortController();
  const cancel = clock.after(healthLimit, () => late.abort());
  const aborted = new Promise<null>((resolve) => {
    late.signal.addEventListener("abort", () => resolve(null));
  });
  try {
    return await Promise.race([check(late.signal).catch(() => null), aborted]);
  } finally {
    cancel();
  }
}
