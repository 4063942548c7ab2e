/** A step of an application: all of them run in order, on one connection. */
import type pg from "pg";

export interface Step {
  name: string;
  run(client: pg.Client): Promise<void>;
}

/** The rows of a query, without their names. */
export async function rows(client: pg.Client, text: string, values?: unknown[]): Promise<unknown[][]> {
  return (await client.query({ text, values, rowMode: "array" })).rows;
}

/** Runs statements one after the other. */
export async function run(client: pg.Client, ...statements: string[]): Promise<void> {
  for (const text of statements) await client.query(text);
}
