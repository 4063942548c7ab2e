/** A cache that forgets what was used longest ago. */
export interface Lru<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
}

/**
 * @param capacity how many characters of keys are kept, and
 * @param entries how many keys
 */
export function lru<V>(entries: number, capacity: number): Lru<V> {
  const map = new Map<string, V>();
  let characters = 0;
  return {
    get(key) {
      const value = map.get(key);
      if (value === undefined) return undefined;
      map.delete(key);
      map.set(key, value);
      return value;
    },
    set(key, value) {
      if (key.length > capacity) return;
      if (map.delete(key)) characters -= key.length;
      map.set(key, value);
      characters += key.length;
      for (const oldest of map.keys()) {
        if (map.size <= entries && characters <= capacity) return;
        map.delete(oldest);
        characters -= oldest.length;
      }
    },
  };
}
