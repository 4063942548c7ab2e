/** What the configuration says about files, checked before anything is opened. Paths are absolute. */
import { access, constants, readFile, stat } from "node:fs/promises";
import { dirname, extname } from "node:path";

/** Why a path cannot be used, in words; `null` when it can. */
export type Fault = string | null;

const databaseExtensions = [".duckdb", ".db"];

/** A path with a URL's scheme: not of this file system. */
export function isUrl(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
}

/** Whether a target can be served: a database file that is there or can be made, or a folder. */
export async function checkTarget(path: string): Promise<Fault> {
  const isDatabase = databaseExtensions.includes(extname(path).toLowerCase());
  const kind = await kindOf(path);
  if (kind === "missing" && isDatabase) {
    return await checkFolder(dirname(path), "cannot be created: its folder ");
  }
  if (kind === "missing") return "does not exist";
  if (kind === "file" && !isDatabase) return "is neither a .duckdb or .db file nor a folder";
  return await checkAccess(path, constants.R_OK);
}

/** Whether a folder is there. `as` begins the fault. */
export async function checkFolder(path: string, as = ""): Promise<Fault> {
  const kind = await kindOf(path);
  if (kind === "missing") return `${as}does not exist`;
  if (kind === "file") return `${as}is not a folder`;
  return await checkAccess(path, constants.R_OK);
}

/** Whether a folder can be written: it, or, where it has yet to be created, the nearest one above. */
export async function checkWritableFolder(path: string): Promise<Fault> {
  const kind = await kindOf(path);
  if (kind === "missing" && dirname(path) !== path) return await checkWritableFolder(dirname(path));
  if (kind === "file") return `cannot be created: ${path} is not a folder`;
  return await checkAccess(path, constants.R_OK | constants.W_OK);
}

/** Whether a file is PEM with a block of this kind, e.g. `CERTIFICATE`. */
export async function checkPem(path: string, block: string): Promise<Fault> {
  const file = await readText(path);
  if ("fault" in file) return file.fault;
  return new RegExp(`^-----BEGIN [A-Z ]*${block}-----`, "m").test(file.text)
    ? null
    : `has no PEM ${block} in it`;
}

/** A file's text, or why it cannot be read. */
export async function readText(path: string): Promise<{ text: string } | { fault: string }> {
  try {
    return { text: await readFile(path, "utf8") };
  } catch (error) {
    return { fault: `cannot be read: ${reason(error)}` };
  }
}

/** `hidden` is what may be there, but only {@linkcode checkAccess} can say why it cannot be seen. */
async function kindOf(path: string): Promise<"file" | "folder" | "missing" | "hidden"> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (error) {
    return ["ENOENT", "ENOTDIR"].includes(codeOf(error)) ? "missing" : "hidden";
  }
}

async function checkAccess(path: string, mode: number): Promise<Fault> {
  try {
    await access(path, mode);
    return null;
  } catch (error) {
    return `cannot be used: ${reason(error)}`;
  }
}

const reasons = new Map([
  ["ENOENT", "no such file"],
  ["ENOTDIR", "no such file"],
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EROFS", "the file system is read-only"],
  ["EISDIR", "it is a folder"],
]);

function reason(error: unknown): string {
  const code = codeOf(error);
  return reasons.get(code) ?? code;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : String(error).split("\n")[0];
}
