/** Python environments of the tests' own, kept in `.cache/clients`. */
import path from "node:path";
import { run } from "../support/command.ts";
import { cache } from "../support/paths.ts";

/** The environment's `python`, or why there is none. */
export type Python = { python: string } | { missing: string };

/**
 * Makes a virtual environment with the packages of a requirements file, or finds the one made before for the same
 * file and the same Python.
 *
 * @param name the environment's folder; one for each requirements file
 */
export async function pythonWith(requirements: string, name = "python"): Promise<Python> {
  const found = await run("python3", ["-c", "import sys, venv, ensurepip; print(*sys.version_info[:2])"])
    .catch(() => null);
  if (found === null) return { missing: "python3 is not on PATH" };
  if (found.code !== 0) return { missing: "this python3 has no venv or pip" };

  const wanted = `${found.stdout}${await Deno.readTextFile(requirements)}`;
  const home = path.join(cache, "clients", name);
  const python = path.join(home, "bin", "python");
  const stamp = path.join(home, "made-from");
  if (await Deno.readTextFile(stamp).catch(() => null) === wanted) return { python };

  const made = await run("python3", ["-m", "venv", "--clear", home]);
  if (made.code !== 0) return { missing: `python3 -m venv: ${lastLine(made.stderr || made.stdout)}` };
  const install = ["-m", "pip", "install", "--quiet", "--no-input", "-r", requirements];
  const installed = await run(python, install, { timeout: 300_000 });
  if (installed.code !== 0) return { missing: `pip install: ${lastLine(installed.stderr)}` };
  await Deno.writeTextFile(stamp, wanted);
  return { python };
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
