/** `deno run -A install_extensions.ts DIRECTORY NAME…`: DuckDB's own `INSTALL`, until the first that fails. */
import { DuckDBInstance } from "@duckdb/node-api";

const [directory, ...names] = Deno.args;
const instance = await DuckDBInstance.create(":memory:", { extension_directory: directory });
const connection = await instance.connect();
for (const name of names) await connection.run(`INSTALL ${name}`);
