/** Sets up all that the tests need. Every step is idempotent, kept under `.cache/`, and quiet when there is nothing to do. */
import { cache } from "../support/paths.ts";
import { programOf, which } from "./debian.ts";
import { setUpDenort } from "./denort.ts";
import { setUpExtensions } from "./extensions.ts";
import { type Machine, saveMachine } from "./machine.ts";
import { setUpPostgres } from "./postgres.ts";
import { setUpS3 } from "./s3.ts";

/** Finds or fetches everything, and keeps what was found for the test processes. */
export async function setUp(): Promise<Machine> {
  await Deno.mkdir(cache, { recursive: true });
  const missing: Machine["missing"] = {};

  const psql = await programOf("psql", "postgresql-client");
  if (psql === "") missing.psql = "psql is not on PATH and cannot be installed";

  const script = await which("script");
  if (script === "") missing.script = "util-linux' script is not on PATH";

  for (const [name, why] of await setUpExtensions()) missing[`extension ${name}`] = why;

  const postgres = await setUpPostgres();
  if (typeof postgres === "string") missing.postgres = postgres;

  const runtime = await setUpDenort();
  if ("missing" in runtime) missing.denort = runtime.missing;

  const s3 = await setUpS3();
  if ("missing" in s3) missing.s3 = s3.missing;

  const machine: Machine = {
    psql,
    script,
    postgres: typeof postgres === "string" ? null : postgres,
    s3: "program" in s3 ? s3.program : "",
    denort: "denort" in runtime ? runtime.denort : "",
    missing,
  };
  await saveMachine(machine);
  return machine;
}
