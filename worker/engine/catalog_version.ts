/**
 * Grows with each statement that may have changed a database's catalogue; plans compiled before are compiled again. So are
 * plans into which DuckDB may have worked what a table held then, when rows have changed since.
 */
export class CatalogVersion {
  #version = 0;
  #dataVersion = 0;
  readonly #watchers = new Set<() => void>();

  get version(): number {
    return this.#version;
  }

  /** Grows with each statement that may have changed rows, and when a transaction that did ends. */
  get dataVersion(): number {
    return this.#dataVersion;
  }

  dataChanged(): void {
    this.#dataVersion++;
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
