/** Pseudo-random choices that are the same every time for the same seed. */
export interface Random {
  /** A whole number from 0 up to, and without, `bound`. */
  below(bound: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  bytes(length: number): Uint8Array;
}

/** The generator of one case of a run (mulberry32). */
export function randomOf(seed: number, index: number): Random {
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  const below = (bound: number) => Math.floor(next() / 2 ** 32 * bound);
  return {
    below,
    chance: (probability) => next() / 2 ** 32 < probability,
    pick: (list) => list[below(list.length)],
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  };
}
