/** Go programs of the tests' own, built into `.cache/clients`. */
import path from "node:path";
import { cleanEnvironment, run } from "../support/command.ts";
import { cache } from "../support/paths.ts";

/** The program, or why it cannot be built. */
export type Built = { program: string } | { missing: string };

/** Builds the module in `folder`, quickly when nothing has changed: Go keeps what it has built. */
export async function buildGo(folder: string): Promise<Built> {
  const go = await findGo();
  if (go === null) return { missing: "go is neither on PATH nor in /usr/local/go/bin" };
  const program = path.join(cache, "clients", path.basename(folder));
  const env = cleanEnvironment({ CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false" });
  const ended = await run(go, ["build", "-o", program, "."], { cwd: folder, env, timeout: 300_000 });
  if (ended.code === 0) return { program };
  if (!fetching.test(ended.stderr)) throw new Error(`go build: ${ended.stderr}`);
  return { missing: `go build: ${ended.stderr.trim().split("\n").at(-1)}` };
}

/** Go could not get a module or a newer toolchain; anything else is a mistake in the program. */
const fetching =
  /dial tcp|lookup |toolchain not available|proxyconnect|i\/o timeout|requires go >=|: 40[34] /;

/** The `go` there is. */
export async function findGo(): Promise<string | null> {
  for (const go of ["go", "/usr/local/go/bin/go"]) {
    const ended = await run(go, ["version"]).catch(() => null);
    if (ended?.code === 0) return go;
  }
  return null;
}
