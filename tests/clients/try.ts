import { startServer } from "../support/server.ts";
import { startPostgres } from "../support/postgres.ts";
const s = Deno.args[0] === "pg" ? await startPostgres() : await startServer();
console.log(s.port);
await new Promise((r) => Deno.addSignalListener("SIGTERM", () => r(0)));
await s.stop();
