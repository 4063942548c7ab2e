import type { Node, SelectStmt } from "libpg-query";
import { isStar, targetName } from "../column_names.ts";
import { depthStep, isKeyword, isSymbol } from "../lexer.ts";
import type { Source } from "../source.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";
import { quoteName } from "../../../worker/api/quote.ts";

/**
 * Where the columns of a query are seen by other SQL (a sub-select in FROM, a WITH query, a view, CREATE TABLE AS), they
 * have PostgreSQL's names: `select count from (select count(*) from t) x` gets its `AS "count"`. The columns of the
 * statement itself are named when its result is described, without touching the text.
 */
export const targetNames: Transform = {
  visit: {
    RangeSubselect: (node, input) => nameTargets(node.subquery, countNames(node.alias, "colnames"), input),
    CommonTableExpr: (node, input) => nameTargets(node.ctequery, countNames(node, "aliascolnames"), input),
    CreateTableAsStmt: (node, input) => nameTargets(node.query, countNames(node.into, "colNames"), input),
    ViewStmt: (node, input) => nameTargets(node.query, countNames(node, "aliases"), input),
  },
};

function countNames(node: unknown, field: string): number {
  const names = typeof node === "object" && node !== null ? (node as Fields)[field] : undefined;
  return Array.isArray(names) ? names.length : 0;
}

/**
 * Gives the items of a select list the names PostgreSQL has for them.
 *
 * @param named how many of the first have one from elsewhere: `x (a)`
 */
export function nameTargets(query: unknown, named: number, { source, edits }: TransformInput): void {
  const tree = query as Node | undefined;
  if (!tree || !("SelectStmt" in tree)) return;
  const targets = leftmost(tree.SelectStmt).targetList ?? [];
  if (named > 0 && (targets.length <= named || targets.some(isStar))) return;
  const starts = targets.map((target) => startOf(target, source));
  targets.forEach((target, i) => {
    const name = i < named || isStar(target) ? null : nameToAdd(target);
    if (name === null) return;
    const last = source.tokens[endOfTarget(source, starts[i]) - 1];
    edits.wrap(last.end, last.end, "", ` AS ${quoteName(name)}`);
  });
}

/** The names of a UNION are those of its first query. */
function leftmost(select: SelectStmt): SelectStmt {
  return select.larg ? leftmost(select.larg) : select;
}

/** A plain column already has its name, in DuckDB as well. */
function nameToAdd(target: Node): string | null {
  if (!("ResTarget" in target) || target.ResTarget.name !== undefined) return null;
  const value = target.ResTarget.val;
  return value && "ColumnRef" in value ? null : targetName(target);
}

function startOf(target: Node, source: Source): number {
  return "ResTarget" in target ? source.tokenAt(source.offsetOfByte(target.ResTarget.location ?? 0)) : 0;
}

/** Reserved words that end a select list. */
const enders = [
  "from",
  "where",
  "group",
  "having",
  "window",
  "order",
  "limit",
  "offset",
  "fetch",
  "for",
  "union",
  "intersect",
  "except",
  "into",
  "with",
];

/** Index of the token behind the item of a select list that begins at a token. */
export function endOfTarget(source: Source, first: number): number {
  const { text, tokens } = source;
  let depth = 0;
  for (let i = first; i < tokens.length; i++) {
    const step = depthStep(text, tokens[i]);
    if (depth === 0 && (step < 0 || isSymbol(text, tokens[i], ",") || (i > first && endsList(source, i)))) {
      return i;
    }
    depth += step;
  }
  return tokens.length;
}

/** `IS DISTINCT FROM`, `WITHIN GROUP`, `WITH TIME ZONE` and `t.order` go on. */
function endsList({ text, tokens }: Source, i: number): boolean {
  if (tokens[i].kind !== "word") return false;
  if (!enders.some((word) => isKeyword(text, tokens[i], word))) return false;
  const before = tokens[i - 1];
  if (
    isSymbol(text, before, ".") || isKeyword(text, before, "distinct") || isKeyword(text, before, "within")
  ) {
    return false;
  }
  return !(isKeyword(text, tokens[i], "with") && isKeyword(text, tokens[i + 1], "time"));
}
