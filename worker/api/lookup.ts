/**
 * A table that is looked up by what somebody else wrote: it has what is written in it and nothing else, whereas an
 * object also answers for `constructor` and `toString`.
 *
 * @example
 * ```ts
 * const lengths = lookup({ char: 1, name: 64 });
 * lengths["constructor"]; // undefined
 * ```
 */
export function lookup<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null), entries);
}
