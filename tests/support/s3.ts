/** A real server of S3's interface, whose objects are files. */
import { machine } from "../setup/machine.ts";
import { cleanEnvironment, kill, spawn } from "./command.ts";
import { Output } from "./output.ts";
import { freePort } from "./postgres.ts";
import { tempDir } from "./temp.ts";
import { waitFor } from "./wait.ts";

export interface S3 extends AsyncDisposable {
  /** `host:port`; no TLS. */
  endpoint: string;
  accessKey: string;
  secretKey: string;
  /** Where buckets are folders. */
  folder: string;
}

/** Starts one with empty buckets, which go away with it. */
export async function startS3(...buckets: string[]): Promise<S3> {
  const temp = await tempDir();
  for (const bucket of buckets) await Deno.mkdir(`${temp.path}/${bucket}`);
  const [accessKey, secretKey] = ["test-key", crypto.randomUUID()];
  const endpoint = `127.0.0.1:${await freePort()}`;
  const env = { ...cleanEnvironment(), ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey };
  const child = spawn(machine().s3, ["--port", endpoint, "posix", temp.path], { cwd: temp.path, env });
  const output = new Output(child.stdout, child.stderr);
  let ended = false;
  child.status.then(() => ended = true);

  async function stop(): Promise<void> {
    kill(child, "SIGKILL");
    await child.status;
    await output.ended;
    await temp[Symbol.asyncDispose]();
  }
  try {
    await waitFor("the S3 server to answer", async () => ended || await answers(endpoint));
    if (ended) throw new Error(`the S3 server ended: ${output.text}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, accessKey, secretKey, folder: temp.path, [Symbol.asyncDispose]: stop };
}

/** Whatever it answers to nobody. */
async function answers(endpoint: string): Promise<boolean> {
  const response = await fetch(`http://${endpoint}/`).catch(() => null);
  await response?.body?.cancel();
  return response !== null;
}
