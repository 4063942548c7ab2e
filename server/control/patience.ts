import type { Clock } from "./clock.ts";

/** How long somebody waits. */
export interface Patience extends Disposable {
  /** The value, unless the wait ends first; then its reason is thrown. */
  bear<T>(work: Promise<T>): Promise<T>;
}

/**
 * A wait that ends with the reason of the signal where there is one, or with `late` after so many milliseconds.
 *
 * @param milliseconds `null` for any time
 */
export function patience(
  clock: Clock,
  signal: AbortSignal | null,
  milliseconds: number | null,
  late: () => unknown,
): Patience {
  const { promise: over, reject } = Promise.withResolvers<never>();
  over.catch(() => {}); // it may end while nobody waits
  const abort = () => reject(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  const cancel = milliseconds === null ? () => {} : clock.after(milliseconds, () => reject(late()));
  return {
    bear: (work) => Promise.race([work, over]),
    [Symbol.dispose]() {
      cancel();
      signal?.removeEventListener("abort", abort);
    },
  };
}
