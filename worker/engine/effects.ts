/** What running a statement does to plans compiled before. */
import { lookup } from "../api/lookup.ts";
import type { EngineKind } from "../api/executor.ts";

/**
 * - `none`: nothing a plan depends on
 * - `data`: rows, of which a plan may hold what was true of all of them
 * - `session`: a setting, a variable or the search path of this session, which DuckDB may have folded into plans
 * - `transaction`: changes made in this transaction become visible to others, or never happened
 * - `catalog`: perhaps the catalogue, for every session of the database
 */
export type Effect = "none" | "data" | "session" | "transaction" | "catalog";

const effects: Readonly<Record<EngineKind, Effect>> = {
  select: "none",
  insert: "data",
  update: "data",
  delete: "data",
  merge_into: "data",
  explain: "data",
  copy: "data",
  prepare: "none",
  set: "session",
  variable_set: "session",
  transaction: "transaction",
};

/** The effect of a statement of this kind. */
export function effectOf(kind: EngineKind): Effect {
  return effects[kind] ?? "catalog";
}

/** Settings of the whole instance that are moved while sessions run: plans of all of them may have their value. */
const instanceSetting = /^set (memory_limit|threads) /i;

/** The effect of a statement known only by its text. */
export function effectOfText(sql: string): Effect {
  if (instanceSetting.test(sql)) return "catalog";
  const [word] = /[a-z]+/i.exec(sql) ?? [""];
  return textEffects[word.toLowerCase()] ?? "catalog";
}

const textEffects: Readonly<Record<string, Effect>> = lookup({
  begin: "transaction",
  start: "transaction",
  commit: "transaction",
  end: "transaction",
  rollback: "transaction",
  abort: "transaction",
  set: "session",
  reset: "session",
  use: "session",
});
