/** Grows with each statement that may have changed a database's catalogue; plans compiled before are compiled again. */
export class CatalogVersion {
  #version = 0;
  readonly #watchers = new Set<() => void>();

  get version(): number {
    return this.#version;
  }

  /** Tells all watchers before it returns. */
  changed(): void {
    this.#version++;
    for (const watcher of this.#watchers) watcher();
  }

  /** Calls `watcher` at each change, until the function it answers is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}
