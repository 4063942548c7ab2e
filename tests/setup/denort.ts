/**
 * The runtime that `deno compile` builds on. Deno downloads it by itself; where it cannot, `DENORT_BIN` names one, or a
 * `get-denort` tool beside the checkout makes one.
 */
import path from "node:path";
import { run } from "../support/command.ts";
import { cache, root } from "../support/paths.ts";
import { tempDir } from "../support/temp.ts";
import { isFile } from "./files.ts";

const tool = path.join(root, "../shared/toolchain/get-denort");

/** What to set DENORT_BIN to (empty: nothing is needed), or why there is no runtime. */
export async function setUpDenort(): Promise<{ denort: string } | { missing: string }> {
  const given = Deno.env.get("DENORT_BIN");
  if (given !== undefined && await isFile(given)) return { denort: given };

  const made = path.join(cache, "denort");
  if (await isFile(made)) return { denort: made };
  if (await isFile(path.join(cache, "denort-downloads"))) return { denort: "" };
  if (await canDownload()) {
    await Deno.writeTextFile(path.join(cache, "denort-downloads"), "");
    return { denort: "" };
  }
  if (await isFile(tool)) {
    console.log("setup: denort");
    const ended = await run("bash", [tool, made], { timeout: 5 * 60_000 });
    if (ended.code === 0) return { denort: made };
  }
  return { missing: "deno compile's runtime cannot be downloaded, and DENORT_BIN names none" };
}

/** Tries on an empty program, which makes Deno fetch and keep the runtime. */
async function canDownload(): Promise<boolean> {
  await using temp = await tempDir();
  const main = path.join(temp.path, "main.ts");
  await Deno.writeTextFile(main, "");
  const args = ["compile", "--no-config", "-o", path.join(temp.path, "program"), main];
  const ended = await run(Deno.execPath(), args, { cwd: temp.path, timeout: 2 * 60_000 });
  return ended.code === 0;
}
