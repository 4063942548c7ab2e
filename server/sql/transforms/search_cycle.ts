import type {
  CommonTableExpr,
  CTECycleClause,
  CTESearchClause,
  Node,
  RangeVar,
  SelectStmt,
} from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { isStar, targetName } from "../column_names.ts";
import { constantText, nameParts } from "../constant.ts";
import { closingIndex, depthStep, isKeyword, isSymbol, textOf } from "../lexer.ts";
import { tokenAtLocation } from "../ddl/extents.ts";
import type { Source } from "../source.ts";
import { walk } from "../walk.ts";
import { endOfTarget } from "./target_names.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `WITH RECURSIVE … SEARCH` and `CYCLE`, written out as PostgreSQL's documentation tells: the query gets columns that hold
 * the path to a row, or say that it was met before.
 *
 *     t(a) AS (L UNION ALL R) SEARCH DEPTH FIRST BY a SET o
 *
 * becomes `t(a, o) AS (SELECT a, [row(a)] FROM (L) l(a) UNION ALL SELECT a, list_append(o, row(a)) FROM (R) r(a, o))`, where
 * R tells `o` of the row it comes from.
 *
 * @see https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-SEARCH
 */
export const searchCycle: Transform = {
  visit: {
    CommonTableExpr: (fields, input) => {
      const cte = fields as CommonTableExpr;
      if (cte.search_clause || cte.cycle_clause) rewrite(cte, input);
    },
  },
};

/** A column that is added: what it is of a first row, and of a row `r` that was found from another. */
interface Added {
  name: string;
  first: string;
  next: string;
}

function rewrite(cte: CommonTableExpr, input: TransformInput): void {
  const { source, edits, refuse } = input;
  const { text, tokens } = source;
  const union = cte.ctequery && "SelectStmt" in cte.ctequery ? cte.ctequery.SelectStmt : undefined;
  const columns = union ? columnsOf(cte, union) : null;
  const self = union?.rarg ? selfReference(cte.ctename ?? "", union.rarg) : null;
  const targets = union?.op === "SETOP_UNION" ? union.rarg?.targetList : undefined;
  if (!columns || !self || !targets || targets.some(isStar)) {
    return refuse(
      new PgError("0A000", "SEARCH and CYCLE are supported for a UNION of two queries with named columns"),
    );
  }
  const added = [...searchColumns(cte.search_clause), ...cycleColumns(cte.cycle_clause)];
  const name = tokenAtLocation(source, cte.location);
  const open = bodyAfter(name, source);
  const close = closingIndex(text, tokens, open);
  const [unionAt, right] = unionIn(open, close, source);
  const list = columns.map(quoteName).join(", ");
  const all = [list, ...added.map((column) => quoteName(column.name))].join(", ");
  const select = (values: readonly string[]) => `SELECT ${[list, ...values].join(", ")} FROM (`;

  edits.replace(tokens[name].end, tokens[open].start, `(${all}) AS ${materialized(cte)}`);
  const first = select(added.map((column) => column.first));
  edits.wrap(tokens[open].end, tokens[unionAt].start, first, `) AS dg_l(${list}) `);
  const end = tokens[close].start;
  edits.wrap(tokens[right].start, end, select(added.map((column) => column.next)), `) AS r(${all})`);
  const target = targets.at(-1)!;
  const location = "ResTarget" in target ? target.ResTarget.location : undefined;
  const last = tokens[endOfTarget(source, tokenAtLocation(source, location)) - 1];
  const alias = quoteName(self.alias?.aliasname ?? self.relname ?? "");
  edits.wrap(last.end, last.end, "", added.map((column) => `, ${alias}.${quoteName(column.name)}`).join(""));
  if (cte.cycle_clause) stopAtCycle(self, cte.cycle_clause, input);
  edits.replace(tokens[close].end, tokens[endOfClauses(cte, close, source)].end, "");
}

/** The rows that close a cycle lead nowhere. */
function stopAtCycle(
  { location, relname = "", alias }: RangeVar,
  { cycle_mark_column = "", cycle_mark_default }: CTECycleClause,
  { source, edits }: TransformInput,
): void {
  const token = source.tokens[tokenAtLocation(source, location)];
  const from = `(SELECT * FROM ${quoteName(relname)} WHERE ${quoteName(cycle_mark_column)} = ${
    markText(cycle_mark_default, "false")
  })`;
  edits.replace(token.start, token.end, alias ? from : `${from} AS ${quoteName(relname)}`);
}

function searchColumns(clause: CTESearchClause | undefined): Added[] {
  if (!clause) return [];
  const by = nameParts(clause.search_col_list).map(quoteName);
  const name = clause.search_seq_column ?? "";
  const row = `row(${by.join(", ")})`;
  if (!clause.search_breadth_first) {
    return [{ name, first: `[${row}]`, next: `list_append(${quoteName(name)}, ${row})` }];
  }
  // The depth, then the columns. DuckDB cannot take a field of a row without names from a recursive query.
  const fields = by.map((column, i) => `f${i + 2}: ${column}`).join(", ");
  return [{
    name,
    first: `{f1: 0, ${fields}}`,
    next: `{f1: struct_extract(${quoteName(name)}, 'f1') + 1, ${fields}}`,
  }];
}

function cycleColumns(clause: CTECycleClause | undefined): Added[] {
  if (!clause) return [];
  const row = `row(${nameParts(clause.cycle_col_list).map(quoteName).join(", ")})`;
  const path = clause.cycle_path_column ?? "";
  const [mark, otherwise] = [
    markText(clause.cycle_mark_value, "true"),
    markText(clause.cycle_mark_default, "false"),
  ];
  return [
    {
      name: clause.cycle_mark_column ?? "",
      first: otherwise,
      next: `CASE WHEN list_contains(${quoteName(path)}, ${row}) THEN ${mark} ELSE ${otherwise} END`,
    },
    { name: path, first: `[${row}]`, next: `list_append(${quoteName(path)}, ${row})` },
  ];
}

function markText(node: Node | undefined, missing: string): string {
  const value = constantText(node);
  if (value === null) return missing;
  const isText = node !== undefined && "A_Const" in node && node.A_Const.sval !== undefined;
  return isText ? `'${value.replaceAll("'", "''")}'` : value;
}

/** The names of the query's columns; `null` where a star hides them. */
function columnsOf({ aliascolnames }: CommonTableExpr, { larg }: SelectStmt): string[] | null {
  if (aliascolnames) return nameParts(aliascolnames);
  const targets = larg?.targetList;
  if (!targets || targets.some(isStar)) return null;
  return targets.map((target) => targetName(target) ?? "?column?");
}

/** The query's mention of itself. */
function selfReference(name: string, query: SelectStmt): RangeVar | null {
  let found: RangeVar | null = null;
  walk({ SelectStmt: query } as Node, (type, node) => {
    if (type === "RangeVar" && node.relname === name && node.schemaname === undefined) {
      found = node as RangeVar;
    }
  });
  return found;
}

/** Index of the bracket that opens the query. */
function bodyAfter(name: number, { text, tokens }: Source): number {
  let at = name;
  while (!isKeyword(text, tokens[at], "as")) at++;
  while (!isSymbol(text, tokens[at], "(")) at++;
  return at;
}

function materialized({ ctematerialized }: CommonTableExpr): string {
  if (ctematerialized === "CTEMaterializeAlways") return "MATERIALIZED ";
  return ctematerialized === "CTEMaterializeNever" ? "NOT MATERIALIZED " : "";
}

/** Indexes of UNION, and of the first token of the query behind it. */
function unionIn(open: number, close: number, { text, tokens }: Source): [number, number] {
  let depth = 0;
  let union = open;
  for (let i = open + 1; i < close; i++) {
    depth += depthStep(text, tokens[i]);
    if (depth === 0 && isKeyword(text, tokens[i], "union")) union = i;
  }
  const next = textOf(text, tokens[union + 1]).toLowerCase();
  return [union, next === "all" || next === "distinct" ? union + 2 : union + 1];
}

/** Index of the last token of the clauses behind the query. */
function endOfClauses(cte: CommonTableExpr, close: number, { text, tokens }: Source): number {
  let at = close;
  if (cte.search_clause) {
    while (!isKeyword(text, tokens[at], "set")) at++;
    at++;
  }
  if (!cte.cycle_clause) return at;
  while (!isKeyword(text, tokens[at], "using")) at++;
  return at + 1;
}
