/** How the cases make their node-postgres clients. */
import pg from "pg";
import type { Target } from "../targets.ts";

/** TLS without a check of the certificate, which is what `sslmode=require` means. */
export function options(target: Target, extra: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    host: "127.0.0.1",
    port: target.port,
    user: "postgres",
    password: "postgres",
    database: "postgres",
    ssl: { rejectUnauthorized: false },
    ...extra,
  };
}

/** Runs `work` with a client that is closed afterwards. */
export async function withClient<T>(
  target: Target,
  work: (client: pg.Client) => Promise<T>,
  extra: Record<string, unknown> = {},
): Promise<T> {
  const client = new pg.Client(options(target, extra));
  client.on("error", () => {}); // Queries fail by themselves; this is for a connection that the server ends.
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
