/** A temporary folder that goes away with its scope: `await using dir = await tempDir()`. */
export interface TempDir extends AsyncDisposable {
  readonly path: string;
}

/** Makes a temporary folder. `mode` opens it to other users, e.g. for a server run as another one. */
export async function tempDir(mode = 0o700): Promise<TempDir> {
  const path = await Deno.makeTempDir({ prefix: "duckgres-run-" });
  await Deno.chmod(path, mode);
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }).catch(() => {}),
  };
}
