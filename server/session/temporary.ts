import type { Executor } from "../../worker/api/executor.ts";
import { quoteName, quoteText } from "../../worker/api/quote.ts";
import { engineRows } from "./engine_rows.ts";

/**
 * Temporary tables with `ON COMMIT DROP` and `ON COMMIT DELETE ROWS`, which DuckDB has not.
 *
 * @see https://www.postgresql.org/docs/16/sql-createtable.html
 */
export class TemporaryTables {
  readonly #actions = new Map<string, "drop" | "delete">();

  /** Whether a commit has anything to do. */
  get any(): boolean {
    return this.#actions.size > 0;
  }

  add({ name }: { name: string }, action: "drop" | "delete"): void {
    this.#actions.set(name, action);
  }

  /** What happens before a commit. A table of a transaction that was rolled back is there no more. */
  async committing(executor: Executor): Promise<void> {
    for (const [name, action] of [...this.#actions]) {
      const path = `temp.main.${quoteName(name)}`;
      if (action === "drop" || !await isThere(executor, name)) this.#actions.delete(name);
      if (action === "drop") await executor.run(`DROP TABLE IF EXISTS ${path}`);
      else if (this.#actions.has(name)) await executor.run(`DELETE FROM ${path}`);
    }
  }
}

async function isThere(executor: Executor, name: string): Promise<boolean> {
  const rows = await engineRows(
    executor,
    `FROM duckdb_tables() WHERE temporary AND table_name = ${quoteText(name)} LIMIT 1`,
  );
  return rows.length > 0;
}
