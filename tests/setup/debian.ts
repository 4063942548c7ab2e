/** Programs on PATH, and Debian's packages for those that are not there. */
import path from "node:path";
import { run } from "../support/command.ts";

/** The program's path, or empty. */
export async function which(program: string): Promise<string> {
  for (const dir of (Deno.env.get("PATH") ?? "").split(path.delimiter)) {
    const candidate = path.join(dir, program);
    const info = await Deno.stat(candidate).catch(() => null);
    if (info?.isFile) return candidate;
  }
  return "";
}

let updated: Promise<boolean> | null = null;

/** Installs a Debian package where that is possible (root and apt-get); says whether it was. */
export async function aptInstall(name: string): Promise<boolean> {
  if (Deno.uid() !== 0 || await which("apt-get") === "") return false;
  console.log(`setup: apt-get install ${name}`);
  updated ??= apt(["update"]);
  return await updated && await apt(["install", "-y", "--no-install-recommends", name]);
}

async function apt(args: string[]): Promise<boolean> {
  const env = { ...Deno.env.toObject(), DEBIAN_FRONTEND: "noninteractive" };
  const ended = await run("apt-get", args, { env, timeout: 5 * 60_000 });
  if (ended.code !== 0) console.log(ended.stderr.trimEnd());
  return ended.code === 0;
}

/** The program's path, installing the Debian package that has it where it is missing; empty where that fails. */
export async function programOf(program: string, debianPackage: string): Promise<string> {
  const found = await which(program);
  if (found !== "") return found;
  return await aptInstall(debianPackage) ? which(program) : "";
}
