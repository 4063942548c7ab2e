/** A bounded cache that keeps what was used recently. */
export interface Recent<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
}

/**
 * Two generations: when the younger is full it becomes the older, and the older is forgotten, except what was asked for
 * in the meantime. A hit among the young changes nothing, which makes it several times cheaper than a list in order of
 * use.
 *
 * @param entries how many keys a generation holds, and
 * @param characters how many characters of keys
 */
export function recentlyUsed<V>(entries: number, characters: number): Recent<V> {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  let held = 0;
  const set = (key: string, value: V) => {
    if (key.length > characters) return;
    if (young.size >= entries || held + key.length > characters) {
      old = young;
      young = new Map();
      held = 0;
    }
    if (!young.has(key)) held += key.length;
    young.set(key, value);
  };
  const get = (key: string) => {
    const value = young.get(key);
    if (value !== undefined) return value;
    const older = old.get(key);
    if (older !== undefined) set(key, older);
    return older;
  };
  return { get, set };
}
