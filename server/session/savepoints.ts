import { PgError } from "../../worker/api/error.ts";

/** What a session has when a savepoint is set, to be given back. */
export interface Mark {
  /** Ends the portals that came since. */
  endPortals(): Promise<void>;
  /** Undoes the settings made since. */
  resetSettings(): Promise<void>;
}

/** A place in a transaction to come back to. */
export interface Savepoint {
  readonly name: string;
  readonly mark: Mark;
  /** How many writes the transaction had. */
  writes: number;
}

/**
 * The savepoints of a transaction, and how much was written in it.
 *
 * DuckDB has none and cannot undo part of a transaction. To keep what was done since one, which is RELEASE, nothing is
 * to be done; to undo it is possible where nothing was written since, and where nothing was written before.
 *
 * @see https://www.postgresql.org/docs/16/sql-savepoint.html
 */
export class Savepoints {
  #writes = 0;
  #all: Savepoint[] = [];

  /** Whether one is set: what runs is in PostgreSQL's terms a subtransaction. */
  get any(): boolean {
    return this.#all.length > 0;
  }

  noteWrite(): void {
    this.#writes++;
  }

  /** The transaction begins, or is over. */
  clear(): void {
    this.#writes = 0;
    this.#all = [];
  }

  /** A name may be set again; the older one is found again when the newer is released. */
  set(name: string, mark: Mark): void {
    this.#all.push({ name, mark, writes: this.#writes });
  }

  /** Forgets a savepoint and those behind it. Throws as {@linkcode find} does. */
  release(name: string): void {
    this.#all.length = this.#all.indexOf(this.find(name));
  }

  /** Forgets those behind a savepoint. Throws as {@linkcode find} does. */
  returnTo(name: string): Savepoint {
    const found = this.find(name);
    this.#all.length = this.#all.indexOf(found) + 1;
    return found;
  }

  /** @throws PgError 3B001 */
  find(name: string): Savepoint {
    const found = this.#all.findLast((savepoint) => savepoint.name === name);
    if (found) return found;
    throw new PgError("3B001", `savepoint "${name}" does not exist`);
  }

  /** Whether something was written behind a savepoint. */
  wroteSince({ writes }: Savepoint): boolean {
    return this.#writes > writes;
  }

  /** The transaction is a new one to the engine: nothing is written in it. */
  restarted(): void {
    this.#writes = 0;
  }
}
