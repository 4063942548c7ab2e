import { PgError } from "../../worker/api/error.ts";
import { depthStep, textOf } from "./lexer.ts";
import { characterOf, type Source } from "./source.ts";

/**
 * How deep the tree of a statement may be, as its text tells it. DuckDB's parser and planner call themselves for each
 * level, on threads whose stack ends beyond 300 of the greediest ones, and the end of a stack is the end of the process.
 */
const maxDepth = 300;

/**
 * Why a statement is refused before any parser sees it; `null` for nearly all.
 *
 * - 54001: nested so deeply that a parser would run out of stack (PostgreSQL's own word for it)
 * - 42P02: `$0`, which no client can give
 * - 42601: a parameter number that is no integer, in PostgreSQL's words
 */
export function refusalOf(source: Source): PgError | null {
  const { text } = source;
  if (text.length <= maxDepth && !text.includes("$")) return null;
  const outer: Level[] = [];
  let level = newLevel();
  for (const token of source.tokens) {
    const at = () => ({ position: characterOf(text, token.start) });
    const step = depthStep(text, token);
    if (step > 0) {
      outer.push(level);
      level = newLevel();
    } else if (step < 0 && outer.length > 0) {
      const inner = level;
      level = outer.pop()!;
      level.depth = Math.max(level.depth, inner.depth + inner.weight);
    } else if (token.kind === "punctuation") {
      if (level.inFrom && text[token.start] === ",") level.depth++;
    } else if (token.kind === "word") {
      readWord(level, textOf(text, token).toLowerCase());
    } else if (token.kind === "parameter") {
      const refusal = refusedParameter(text.slice(token.start, token.end));
      if (refusal) return refusal.with(at());
    }
    if (level.depth > maxDepth || outer.length > maxDepth) {
      return new PgError("54001", "stack depth limit exceeded", {
        detail: `The statement is nested more than ${maxDepth} levels deep.`,
        ...at(),
      });
    }
  }
  return null;
}

function refusedParameter(text: string): PgError | null {
  const digits = text.slice(1);
  if (!/^\d+$/.test(digits)) return null;
  if (Number(digits) === 0) return new PgError("42P02", `there is no parameter ${text}`);
  if (Number(digits) < 2 ** 31) return null;
  return new PgError("42601", `parameter number too large at or near "${text}"`);
}

/** What stands between two brackets. */
interface Level {
  /** Levels below it: of brackets, and of joins and set operations, whose first operand is the deepest. */
  depth: number;
  /** What it costs itself: a WITH query twice what others do. */
  weight: number;
  inFrom: boolean;
  lastWord: string;
}

function newLevel(): Level {
  return { depth: 0, weight: 1, inFrom: false, lastWord: "" };
}

const joining = new Set(["join", "union", "intersect", "except"]);
const leavesFrom = new Set([
  "select",
  "where",
  "group",
  "having",
  "window",
  "order",
  "limit",
  "set",
  "values",
]);

function readWord(level: Level, word: string): void {
  if (joining.has(word)) level.depth++;
  if (word === "with") level.weight = 2;
  // `a IS DISTINCT FROM b` is no FROM clause.
  if ((word === "from" && level.lastWord !== "distinct") || word === "using") level.inFrom = true;
  else if (leavesFrom.has(word) || joining.has(word) && word !== "join") level.inFrom = false;
  level.lastWord = word;
}
