import type { Clock } from "./clock.ts";

/** How long somebody waits. */
export interface Patience extends Disposable {
  /** The value, unless the wait ends first; then its reason is thrown. */
  bear<T>(work: Promise<T>): Promise<T>;
}

/**
 * A wait that ends with the reason of the first of the signals, or with `late` after so many milliseconds. The signals may
 * live long: nothing of the wait stays with them.
 *
 * @param milliseconds `null` for any time
 */
export function patience(
  clock: Clock,
  signals: readonly AbortSignal[],
  milliseconds: number | null,
  late: () => unknown,
): Patience {
  const { promise: over, reject } = Promise.withResolvers<never>();
  over.catch(() => {}); // it may end while nobody waits
  const abort = () => reject(signals.find(({ aborted }) => aborted)?.reason);
  if (signals.some(({ aborted }) => aborted)) abort();
  for (const signal of signals) signal.addEventListener("abort", abort);
  const cancel = milliseconds === null ? () => {} : clock.after(milliseconds, () => reject(late()));
  return {
    bear: (work) => Promise.race([work, over]),
    [Symbol.dispose]() {
      cancel();
      for (const signal of signals) signal.removeEventListener("abort", abort);
    },
  };
}
