import type { LockingClause, RangeVar, SelectStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { endOfName } from "../extent.ts";
import { isKeyword, isSymbol } from "../lexer.ts";
import type { Source } from "../source.ts";
import { anyNode, type Fields, walk } from "../walk.ts";
import { isAggregateCall } from "./aggregate_calls.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `FOR UPDATE`, `FOR SHARE` and their like are left out: DuckDB locks no rows. Of two transactions that change the same row
 * the second fails with 40001, so that nothing is overwritten unseen.
 *
 * @see https://www.postgresql.org/docs/16/sql-select.html#SQL-FOR-UPDATE-SHARE
 */
export const locking: Transform = { visit: { SelectStmt: select } };

function select(fields: Fields, input: TransformInput): void {
  const statement = fields as SelectStmt;
  if (!statement.lockingClause) return;
  const clauses = statement.lockingClause.flatMap((node) =>
    "LockingClause" in node ? [node.LockingClause] : []
  );
  refuseWrong(statement, clauses, input);
  const { source, edits } = input;
  for (let i = 0; i < source.tokens.length; i++) {
    const end = endOfLock(source, i);
    if (end === null) continue;
    edits.replace(source.tokens[i].start, source.tokens[end - 1].end, "");
    i = end - 1;
  }
}

function refuseWrong(
  select: SelectStmt,
  clauses: readonly LockingClause[],
  { refuse, source }: TransformInput,
): void {
  const strength = strengths[clauses[0].strength ?? ""] ?? "FOR UPDATE";
  const what = notLocked(select);
  if (what) return refuse(new PgError("0A000", `${strength} is not allowed with ${what}`));
  const names = namesInFrom(select);
  for (const { lockedRels, strength } of clauses) {
    for (const node of lockedRels ?? []) {
      if (!("RangeVar" in node) || names.has(node.RangeVar.relname ?? "")) continue;
      const word = strengths[strength ?? ""] ?? "FOR UPDATE";
      refuse(
        new PgError(
          "42P01",
          `relation "${node.RangeVar.relname}" in ${word} clause not found in FROM clause`,
        ),
        source.offsetOfByte(node.RangeVar.location ?? 0),
      );
    }
  }
}

const strengths: Record<string, string> = {
  LCS_FORKEYSHARE: "FOR KEY SHARE",
  LCS_FORSHARE: "FOR SHARE",
  LCS_FORNOKEYUPDATE: "FOR NO KEY UPDATE",
  LCS_FORUPDATE: "FOR UPDATE",
};

/** Why there are no rows of a table to lock, in PostgreSQL's order. */
function notLocked(select: SelectStmt): string | null {
  if (select.op && select.op !== "SETOP_NONE") return "UNION/INTERSECT/EXCEPT";
  if (select.distinctClause) return "DISTINCT clause";
  if (select.groupClause) return "GROUP BY clause";
  if (select.havingClause) return "HAVING clause";
  const targets = select.targetList ?? [];
  if (targets.some((target) => anyNode(target, isAggregateCall))) return "aggregate functions";
  if (targets.some((target) => anyNode(target, (type, node) => type === "FuncCall" && Boolean(node.over)))) {
    return "window functions";
  }
  return null;
}

function namesInFrom({ fromClause }: SelectStmt): Set<string> {
  const names = new Set<string>();
  for (const node of fromClause ?? []) {
    walk(node, (type, fields) => {
      const { alias, relname } = fields as RangeVar;
      if (alias?.aliasname) names.add(alias.aliasname);
      else if (type === "RangeVar" && relname) names.add(relname);
    });
  }
  return names;
}

/** Words behind FOR, by PostgreSQL's grammar. */
const locks = [["update"], ["no", "key", "update"], ["share"], ["key", "share"]];

/** Index behind the locking clause that begins at a token; `null` where none does. */
function endOfLock(source: Source, first: number): number | null {
  const { text, tokens } = source;
  if (!isKeyword(text, tokens[first], "for")) return null;
  const words = locks.find((words) => words.every((word, i) => isKeyword(text, tokens[first + 1 + i], word)));
  if (!words) return null;
  let at = first + 1 + words.length;
  if (isKeyword(text, tokens[at], "of")) {
    at = endOfName(source, at + 1);
    while (isSymbol(text, tokens[at], ",")) at = endOfName(source, at + 1);
  }
  if (isKeyword(text, tokens[at], "nowait")) return at + 1;
  return isKeyword(text, tokens[at], "skip") && isKeyword(text, tokens[at + 1], "locked") ? at + 2 : at;
}
