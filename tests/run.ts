/**
 * `deno task test [PATH | FILTER]…`: sets up what the tests need, runs them, and ends with `N passed, N failed`.
 *
 * Arguments that are files or folders of the checkout choose what runs; any other is part of a test's name.
 * `--setup` only sets up; `--mode control-plane` runs what is chosen against a control plane and its workers, which a run
 * of everything does as well, for the suites in {@linkcode inEveryMode}. Exit status 1 when a test or a module failed, 2 when nothing ran.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { setUp } from "./setup/setup.ts";
import { root } from "./support/paths.ts";
import { tempDir } from "./support/temp.ts";
import { add, type Counts, failed, readCounts, summary } from "./support/counts.ts";

/**
 * One process each, one test file after the other: tests that cross parts start servers, which want the cores, and
 * DuckDB's bindings do not bear many threads that come and go in one process.
 */
const parts = ["server", "worker", "tests"];

/** The smoke tests run on a compiled executable: `.ci/run` builds it first, then names them. */
const unlessNamed = "tests/smoke";

/** What clients see must not depend on where DuckDB runs. */
const inEveryMode = ["tests/parity", "tests/clients"];

async function main(given: readonly string[]): Promise<number> {
  await setUp();
  const { values, positionals } = parseArgs({
    args: [...given],
    options: { setup: { type: "boolean" }, mode: { type: "string" } },
    allowPositionals: true,
  });
  if (values.setup) return 0;

  const { paths, filters } = await sort(positionals);
  await using temp = await tempDir();
  const skips = path.join(temp.path, "skips");
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const part of parts) {
    const chosen = paths.length === 0 ? [part] : paths.filter((name) => name.split("/")[0] === part);
    if (chosen.length === 0) continue;
    counts = add(counts, await deno(testArguments(chosen, filters, paths), skips, values.mode));
  }
  if (given.length === 0) {
    console.log("\nthe same for clients of a control plane");
    counts = add(counts, await deno(testArguments(inEveryMode, [], inEveryMode), skips, "control-plane"));
  }
  await printSkips(skips);
  console.log(summary(counts));
  if (failed(counts)) return 1;
  return counts.passed === 0 ? 2 : 0;
}

async function sort(args: readonly string[]): Promise<{ paths: string[]; filters: string[] }> {
  const paths: string[] = [];
  const filters: string[] = [];
  for (const arg of args) {
    const info = await Deno.stat(path.join(root, arg)).catch(() => null);
    if (info === null) filters.push(arg);
    else paths.push(path.relative(root, path.join(root, arg)));
  }
  return { paths, filters };
}

/**
 * A young generation so large that it is hardly ever collected. Deno 2.9.4 can crash as a test file's isolate ends, when
 * native objects (DuckDB's chunks) have been collected and their finalizers have not run; the program itself leaves by
 * `Deno.exit`, which runs none.
 */
const fewCollections = "--min-semi-space-size=256,--max-semi-space-size=256";

function testArguments(
  chosen: readonly string[],
  filters: readonly string[],
  paths: readonly string[],
): string[] {
  const args = ["test", "-A", "--no-check", `--v8-flags=${fewCollections}`];
  if (paths.length === 0) args.push(`--ignore=${unlessNamed}`);
  if (filters.length > 0) args.push("--permit-no-files", `--filter=/${filters.map(escape).join("|")}/`);
  return [...args, ...chosen];
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** Milliseconds after which a part's tests count as hung. */
const limit = 30 * 60_000;

/**
 * Runs `deno test`, showing its output as it comes, and reads its closing line. It has a process group of its own, so
 * that nothing it started is left when it hangs or is interrupted.
 */
async function deno(args: string[], skips: string, mode?: string): Promise<Counts> {
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd: root,
    env: { TEST_SKIPS_FILE: skips, NO_COLOR: "1", ...(mode === undefined ? {} : { TEST_MODE: mode }) },
    stdout: "piped",
    stderr: "inherit",
    detached: true,
  }).spawn();
  const killGroup = () => Deno.kill(-child.pid, "SIGKILL");
  const interrupted = () => {
    killGroup();
    Deno.exit(130);
  };
  const timer = setTimeout(() => {
    console.log(`\ntests still ran after ${limit / 60_000} minutes and were ended`);
    killGroup();
  }, limit);
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, interrupted);
  try {
    let tail = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      await Deno.stdout.write(new TextEncoder().encode(text));
      tail = (tail + text).slice(-4096);
    }
    const { code, signal } = await child.status;
    if (signal !== null) console.log(`\ndeno ${args.join(" ")} was ended by ${signal}`);
    return readCounts(tail, code);
  } finally {
    clearTimeout(timer);
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.removeSignalListener(signal, interrupted);
  }
}

async function printSkips(file: string): Promise<void> {
  const text = await Deno.readTextFile(file).catch(() => "");
  for (const line of text.split("\n").filter((line) => line !== "")) {
    const { name, reason } = JSON.parse(line);
    console.log(`skipped: ${name}: ${reason}`);
  }
}

Deno.exit(await main(Deno.args));
