/** Running programs: to their end with {@linkcode run}, or alongside a test with {@linkcode spawn}. */

/** How a program ended and what it said. */
export interface Ended {
  code: number;
  signal: Deno.Signal | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  /** The whole environment; default: {@linkcode cleanEnvironment}. */
  env?: Record<string, string>;
  /** Sent to standard input, which is then closed. */
  input?: string;
  /** Milliseconds after which the program is killed; default 60 s. */
  timeout?: number;
  /** Run as this user (root only). */
  uid?: number;
}

/** The environment without what would configure the programs under test (`DUCKGRES_*`, `PG*`). */
export function cleanEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(Deno.env.toObject()).filter(([name]) =>
    !name.startsWith("DUCKGRES_") && !name.startsWith("PG") && name !== "MAX_CONNECTIONS"
  );
  return { ...Object.fromEntries(kept), NO_COLOR: "1", ...extra };
}

/** Runs a program to its end. Throws only when it cannot be started. */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  const child = spawn(program, args, { ...options, stdin: options.input === undefined ? "null" : "piped" });
  const timer = setTimeout(() => kill(child, "SIGKILL"), options.timeout ?? 60_000);
  try {
    const [stdout, stderr, status] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.status,
      options.input === undefined ? undefined : feed(child, options.input),
    ]);
    return { code: status.code, signal: status.signal, stdout, stderr };
  } finally {
    clearTimeout(timer);
  }
}

const children = new Set<Deno.ChildProcess>();

export interface SpawnOptions {
  cwd?: string;
  env?: Record<string, string>;
  stdin?: "piped" | "null";
  uid?: number;
}

/** Starts a program with its output piped. It is killed with this process, should a test forget it. */
export function spawn(
  program: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Deno.ChildProcess {
  const child = new Deno.Command(program, {
    args: [...args],
    cwd: options.cwd,
    env: options.env ?? cleanEnvironment(),
    clearEnv: true,
    stdin: options.stdin ?? "null",
    stdout: "piped",
    stderr: "piped",
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  }).spawn();
  children.add(child);
  child.status.finally(() => children.delete(child));
  return child;
}

/** Sends a signal; a program that has already ended is fine. */
export function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has already ended.
  }
}

globalThis.addEventListener("unload", () => {
  for (const child of children) kill(child, "SIGKILL");
});

async function feed(child: Deno.ChildProcess, input: string): Promise<void> {
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch {
    // The program ended without reading all of it; its status tells the test why.
  }
}
