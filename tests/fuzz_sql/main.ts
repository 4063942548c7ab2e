/**
 * `deno run -A tests/fuzz_sql/main.ts [--minutes N | --statements N] [--seed N] [--index N]`: writes statements at random and
 * looks at what the translation makes of them. `--index` looks at one statement of a seed again and shows it. Each batch
 * has a process of its own, which a crash of the engine may take with it. Exit status 1 for findings.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { analyze } from "../../server/sql/mod.ts";
import { root } from "../support/paths.ts";
import { type Found, fuzz, subjectOf } from "./run.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    minutes: { type: "string", default: "1" },
    statements: { type: "string", default: "Infinity" },
    seed: { type: "string", default: "1" },
    index: { type: "string" },
    /** Of a process for one batch: where it says which statement it is at. */
    batch: { type: "string" },
  },
});

const batchSize = 20_000;
const seed = Number(values.seed);

if (values.index !== undefined) await showOne(Number(values.index));
else if (values.batch !== undefined) await runBatch(Number(values.batch));
else Deno.exit(await runAll() === 0 ? 0 : 1);

async function showOne(index: number): Promise<void> {
  const { text } = subjectOf(seed, index);
  const { sql, refusal, mistake, syntaxError } = analyze({ text, start: 0 });
  console.log(text);
  console.log(sql === text ? "(unchanged)" : sql);
  console.log((refusal ?? mistake ?? syntaxError)?.message ?? "");
  for (const { kind, detail } of await fuzz({ seed, from: index, to: index + 1 })) console.log(kind, detail);
}

/** A line of JSON for each finding; the last line on stderr is the statement it was at. */
async function runBatch(from: number): Promise<void> {
  const at = new Uint8Array(16);
  const place = await Deno.open(Deno.env.get("FUZZ_SQL_PLACE")!, { write: true, create: true });
  const before = (index: number) => {
    place.seekSync(0, Deno.SeekMode.Start);
    place.writeSync(at.subarray(0, new TextEncoder().encodeInto(String(index).padStart(16), at).written));
  };
  const to = Math.min(from + batchSize, Number(values.statements));
  for (const found of await fuzz({ seed, from, to, before })) console.log(JSON.stringify(found));
  Deno.exit(0);
}

async function runAll(): Promise<number> {
  const end = Date.now() + Number(values.minutes) * 60_000;
  const seen = new Map<string, number>();
  const folder = await Deno.makeTempDir({ prefix: "fuzz-sql-" });
  let done = 0;
  for (; Date.now() < end && done < Number(values.statements); done += batchSize) {
    for (const found of await batch(done, path.join(folder, "place"))) report(found, seen);
  }
  await Deno.remove(folder, { recursive: true });
  console.log(`${Math.min(done, Number(values.statements))} statements of seed ${seed}`);
  for (const [kind, count] of seen) console.log(`${count} × ${kind}`);
  return seen.size;
}

async function batch(from: number, place: string): Promise<Found[]> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      path.join(root, "tests/fuzz_sql/main.ts"),
      `--seed=${seed}`,
      `--batch=${from}`,
      `--statements=${values.statements}`,
    ],
    env: { FUZZ_SQL_PLACE: place },
  }).output();
  const text = new TextDecoder().decode(stdout);
  const found: Found[] = text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  if (code === 0) return found;
  const index = Number(await Deno.readTextFile(place));
  const detail = new TextDecoder().decode(stderr).split("\n").slice(0, 3).join(" ");
  return [{ kind: "crashed", detail, seed, index, text: subjectOf(seed, index).text }];
}

/** Shows the first few of each kind. */
function report({ kind, detail, seed, index, text }: Found, seen: Map<string, number>): void {
  const count = (seen.get(kind) ?? 0) + 1;
  seen.set(kind, count);
  if (count > 20) return;
  console.log(
    `${kind}: --seed ${seed} --index ${index}\n  ${text.replaceAll("\n", "⏎")}\n  ${detail.split("\n")[0]}`,
  );
}
