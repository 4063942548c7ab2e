/** Where the sockets of a control plane's workers lie. */
import { join } from "node:path";

/** Where system services keep such things; only root can make it. */
const systemFolder = "/var/run/duckgres";

/** A folder for sockets; it is shared with other control planes of the same user, whose names are different. */
export interface SocketFolder {
  readonly path: string;
  /** A name in it that nobody else uses. */
  socket(workerId: number): string;
  /** Removes the folder, unless somebody else's sockets are in it. */
  remove(): Promise<void>;
}

/**
 * Opens the folder and removes the sockets on which nobody listens any more, e.g. those of a control plane that was killed.
 *
 * @param configured empty for `/var/run/duckgres`, or a private folder where that can't be written
 * @throws {Error} where the configured folder can't be written
 */
export async function openSocketFolder(configured: string): Promise<SocketFolder> {
  const path = configured === "" ? await defaultFolder() : configured;
  await writable(path);
  await sweep(path);
  const name = crypto.randomUUID().slice(0, 8);
  return {
    path,
    socket: (workerId) => join(path, `worker-${name}-${workerId}.sock`),
    remove: () => Deno.remove(path).catch(() => {}),
  };
}

async function defaultFolder(): Promise<string> {
  try {
    await writable(systemFolder);
    return systemFolder;
  } catch {
    return await privateFolder();
  }
}

/** Makes the folder where it is missing. @throws where nothing can be made in it */
async function writable(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true, mode: 0o755 });
  await Deno.remove(await Deno.makeTempFile({ dir: path }));
}

/** One folder a user, so that a later start finds what an earlier one left; another's is never used. */
async function privateFolder(): Promise<string> {
  const parent = Deno.env.get("TMPDIR") || "/tmp";
  const path = join(parent, `duckgres-${Deno.uid()}`);
  await Deno.mkdir(path, { mode: 0o700 }).catch(() => {});
  const { isDirectory, uid, mode } = await Deno.lstat(path);
  const isOurs = isDirectory && uid === Deno.uid() && (mode! & 0o077) === 0;
  return isOurs ? path : await Deno.makeTempDir({ prefix: "duckgres-" });
}

async function sweep(folder: string): Promise<void> {
  for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
    if (isFile || isDirectory || !/^worker-.*\.sock$/.test(name)) continue;
    const path = join(folder, name);
    if (await isDead(path)) await Deno.remove(path).catch(() => {});
  }
}

/** Whether nobody listens on a socket. */
async function isDead(path: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return false;
  } catch (error) {
    return error instanceof Deno.errors.ConnectionRefused;
  }
}
