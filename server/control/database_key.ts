import { basename, dirname, join, resolve } from "node:path";

/** Whether a path names a database in memory, which every worker can have for itself. */
export function isInMemory(path: string): boolean {
  return path === "" || path.startsWith(":memory:");
}

/**
 * One name for one database file, however it is written and whether or not it exists yet: two processes can't have it
 * open. The name of a database in memory is its own.
 */
export async function databaseKey(path: string): Promise<string> {
  return isInMemory(path) ? path : await realName(resolve(path));
}

/** The name with every link in it followed, as far as it exists. */
async function realName(path: string): Promise<string> {
  const real = await Deno.realPath(path).catch(() => null);
  if (real !== null) return real;
  const folder = dirname(path);
  return folder === path ? path : join(await realName(folder), basename(path));
}
