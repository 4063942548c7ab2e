import type { CommonTableExpr } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { closingIndex, isSymbol, textOf } from "../lexer.ts";
import { type Planning, planningSize as planningOf } from "../planning_size.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Aggregates of aggregates of aggregates, which DuckDB plans in a time that doubles with each: WITH queries that have too
 * many below them are planned for themselves (MATERIALIZED, as PostgreSQL does with those that are read twice), and what
 * would still never end is refused.
 */
export const planningSize: Transform = {
  whole: (input) => {
    const { text } = input.source;
    if (text.length < shortest || fewSelects(text)) return;
    if (planningOf(input.tree).size <= large) return;
    const planning = planningOf(input.tree, largeQuery);
    for (const cte of planning.apart) planApart(cte, input);
    requirePlannable(planning, input);
  },
  visit: {},
};

/** A text that can be large has at least so many characters, and selects. */
const shortest = 150;
const fewest = 8;

/** Sizes that are planned in some ten milliseconds, in a fraction of one, and in a few seconds. */
const large = 2 ** 19;
const largeQuery = 2 ** 12;
const most = 2 ** 23;

function fewSelects(text: string): boolean {
  const word = /select/gi;
  for (let found = 0; found < fewest; found++) if (!word.test(text)) return true;
  return false;
}

function requirePlannable({ size }: Planning, { refuse }: TransformInput): void {
  if (size <= most) return;
  const hint = "Give names to parts of it: WITH … AS MATERIALIZED (…).";
  refuse(new PgError("54001", "the statement is too complex", { hint }));
}

/** `name [(columns)] AS [NOT MATERIALIZED] (…)` */
function planApart({ location, ctematerialized }: CommonTableExpr, { source, edits }: TransformInput): void {
  const { text, tokens } = source;
  let at = source.tokenAt(source.offsetOfByte(location ?? 0)) + 1;
  if (isSymbol(text, tokens[at], "(")) at = closingIndex(text, tokens, at) + 1;
  const never = ctematerialized === "CTEMaterializeNever";
  const word = tokens[never ? at + 1 : at];
  if (!word || textOf(text, word).toLowerCase() !== (never ? "not" : "as")) return;
  edits.replace(word.start, word.end, never ? "" : `${textOf(text, word)} materialized`);
}
