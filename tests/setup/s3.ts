/** A server of S3's interface that keeps objects as files: versitygw, built from its Go module into `.cache`. */
import path from "node:path";
import { cleanEnvironment, run } from "../support/command.ts";
import { isFile } from "./files.ts";
import { cache } from "../support/paths.ts";
import { type Built, findGo } from "../clients/go.ts";

const module = "github.com/versity/versitygw/cmd/versitygw@v1.8.0";

/** The program, or why there is none. */
export async function setUpS3(): Promise<Built> {
  const program = path.join(cache, "versitygw");
  if (await isFile(program)) return { program };
  const go = await findGo();
  if (go === null) return { missing: "go is neither on PATH nor in /usr/local/go/bin" };
  console.log("setup: an S3 server");
  const env = cleanEnvironment({ GOBIN: cache, CGO_ENABLED: "0" });
  const ended = await run(go, ["install", module], { env, timeout: 8 * 60_000 });
  if (ended.code === 0) return { program };
  return { missing: `go install ${module}: ${ended.stderr.trim().split("\n").at(-1)}` };
}
