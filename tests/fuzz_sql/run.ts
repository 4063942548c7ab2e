/** Runs of the fuzzer. */
import { randomOf } from "../fuzz/random.ts";
import { table } from "../parity/sql/table.ts";
import { check, type Finding, type Subject } from "./check.ts";
import { damaged, disguised } from "./disguise.ts";
import { openEngine } from "./engine.ts";
import { plainStatement } from "./plain.ts";
import { statement } from "./statements.ts";

export interface Run {
  seed: number;
  /** Which statements of the seed: from one up to, and without, another. */
  from: number;
  to: number;
  /** Called before each statement, so that a crash can be told from it. */
  before?: (index: number) => void;
}

export interface Found extends Finding {
  seed: number;
  index: number;
  text: string;
}

/** Statements of the differential suite, to be damaged. */
const known = table.flatMap(({ sections }) =>
  sections.flatMap(({ cases }) => cases.flatMap((one) => one.statements))
);

/** The statement of a place in a run: always the same. */
export function subjectOf(seed: number, index: number): Subject {
  const random = randomOf(seed, index);
  const scope = { random, depth: 2 + random.below(4) };
  const way = random.below(10);
  if (way === 0) return { text: plainStatement(scope), plain: true };
  if (way < 6) return { text: statement(scope), plain: false };
  if (way < 8) return { text: disguised(statement(scope), random), plain: false };
  const one = random.chance(0.3) ? statement(scope) : random.pick(known);
  return { text: damaged(one, random.pick(known), random), plain: false };
}

/** Tries the statements of a run. */
export async function fuzz({ seed, from, to, before }: Run): Promise<Found[]> {
  using engine = await openEngine();
  const found: Found[] = [];
  for (let index = from; index < to; index++) {
    before?.(index);
    const subject = subjectOf(seed, index);
    for (const finding of await check(subject, engine)) {
      found.push({ ...finding, seed, index, text: subject.text });
    }
  }
  return found;
}
