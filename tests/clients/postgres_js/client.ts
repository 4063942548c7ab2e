/** How the cases make their postgres.js clients. */
import { postgres } from "../packages.ts";
import type { Target } from "../targets.ts";

type Options = NonNullable<Parameters<typeof postgres>[1]>;

/** Runs `work` with a client (a pool of at most one connection, unless told otherwise) that is closed afterwards. */
export async function withSql<T>(
  target: Target,
  work: (sql: postgres.Sql) => Promise<T>,
  extra: Options = {},
): Promise<T> {
  const sql = postgres({
    host: "127.0.0.1",
    port: target.port,
    user: "postgres",
    password: "postgres",
    database: "postgres",
    ssl: "require",
    max: 1,
    onnotice: () => {},
    ...extra,
  });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
