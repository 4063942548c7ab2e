import type { Node, SelectStmt, SortBy } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { constantText, lastPart, nameParts } from "../constant.ts";
import { leftmostByte } from "../extent.ts";
import { depthStep, isKeyword, textOf } from "../lexer.ts";
import type { Source } from "../source.ts";
import { anyNode, type Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * The end of a query: `FETCH FIRST n ROWS WITH TIES` becomes a condition on the rank in DuckDB's QUALIFY, `ORDER BY x USING >`
 * a direction; and what PostgreSQL refuses of DISTINCT, ORDER BY and LIMIT together is refused.
 *
 * @see https://www.postgresql.org/docs/current/sql-select.html#SQL-LIMIT
 */
export const rowLimits: Transform = { visit: { SelectStmt: select, SortBy: sortBy } };

function select(fields: Fields, input: TransformInput): void {
  const node = fields as SelectStmt;
  if (node.limitOption === "LIMIT_OPTION_WITH_TIES") withTies(node, input);
  for (const [clause, limit] of [["LIMIT", node.limitCount], ["OFFSET", node.limitOffset]] as const) {
    const variable = limit && columnIn(limit);
    if (variable) refuse("42P10", `argument of ${clause} must not contain variables`, variable, input);
  }
  if (!node.sortClause) return;
  if (node.larg) return checkUnionOrder(node, input);
  if (node.distinctClause) checkDistinctOrder(node, input);
}

function columnIn(node: Node): Node | undefined {
  let found: Node | undefined;
  anyNode({ List: { items: [node] } } as Node, (type, fields) => {
    if (type === "ColumnRef") found = { ColumnRef: fields } as Node;
    return found !== undefined;
  });
  return found;
}

function refuse(sqlstate: string, message: string, about: Node, { source, refuse }: TransformInput): void {
  refuse(new PgError(sqlstate, message), source.offsetOfByte(leftmostByte(about)));
}

/** What a set operation is ordered by is a column of its result. */
function checkUnionOrder({ sortClause }: SelectStmt, input: TransformInput): void {
  for (const item of sortClause ?? []) {
    const node = expressionOf(item);
    if (!node || "A_Const" in node || ("ColumnRef" in node && node.ColumnRef.fields?.length === 1)) continue;
    if ("CollateClause" in node) continue;
    return input.refuse(
      new PgError("0A000", "invalid UNION/INTERSECT/EXCEPT ORDER BY clause", {
        detail: "Only result column names can be used, not expressions or functions.",
        hint: "Add the expression/function to every SELECT, or move the UNION into a FROM clause.",
      }),
      input.source.offsetOfByte(leftmostByte(node)),
    );
  }
}

function expressionOf(item: Node): Node | undefined {
  return "SortBy" in item ? item.SortBy.node : item;
}

/** DISTINCT leaves one row of several: only what these have in common can put the rows in order. */
function checkDistinctOrder(node: SelectStmt, input: TransformInput): void {
  const targets = node.targetList ?? [];
  const on = (node.distinctClause ?? []).filter((item) => Object.keys(item).length > 0);
  const orders = (node.sortClause ?? []).map(expressionOf);
  const keys = new Set(on.map((item) => resolved(item, targets)));
  if (on.length > 0) {
    const stray = orders.slice(0, keys.size).find((order) => order && !keys.has(resolved(order, targets)));
    if (!stray) return;
    return refuse(
      "42P10",
      "SELECT DISTINCT ON expressions must match initial ORDER BY expressions",
      stray,
      input,
    );
  }
  if (targets.some(isAll)) return;
  const shown = new Set(targets.map((target) => "ResTarget" in target ? written(target.ResTarget.val) : ""));
  const names = new Set(targets.map(nameOf));
  for (const order of orders) {
    if (!order || "A_Const" in order || shown.has(resolved(order, targets))) continue;
    const name = "ColumnRef" in order ? lastPart(order.ColumnRef.fields) : undefined;
    if (name !== undefined && names.has(name)) continue;
    return refuse(
      "42P10",
      "for SELECT DISTINCT, ORDER BY expressions must appear in select list",
      order,
      input,
    );
  }
}

function isAll(target: Node): boolean {
  return anyNode({ List: { items: [target] } } as Node, (type) => type === "A_Star");
}

function nameOf(target: Node): string | undefined {
  if (!("ResTarget" in target)) return undefined;
  const { name, val } = target.ResTarget;
  return name ?? (val && "ColumnRef" in val ? lastPart(val.ColumnRef.fields) : undefined);
}

/** An expression without its place in the text; a number or an alias stands for the item of the select list. */
function resolved(node: Node, targets: readonly Node[]): string {
  const number = constantText(node);
  const byNumber = "A_Const" in node && number !== null ? targets[Number(number) - 1] : undefined;
  const name = "ColumnRef" in node && node.ColumnRef.fields?.length === 1
    ? nameParts(node.ColumnRef.fields)[0]
    : null;
  const byName = name === null
    ? undefined
    : targets.find((target) => "ResTarget" in target && target.ResTarget.name === name);
  const target = byNumber ?? byName;
  return written(target && "ResTarget" in target ? target.ResTarget.val : node);
}

function written(node: Node | undefined): string {
  return JSON.stringify(node, (key, value) => key === "location" ? undefined : value) ?? "";
}

/** `… ORDER BY a FETCH FIRST 3 ROWS WITH TIES` is `… QUALIFY rank() OVER (ORDER BY a) <= 3 ORDER BY a`. */
function withTies(node: SelectStmt, { source, edits, refuse }: TransformInput): void {
  const { text, tokens } = source;
  const orders = (node.sortClause ?? []).map(expressionOf);
  if (
    node.larg || node.distinctClause || node.valuesLists ||
    orders.some((order) => !order || "A_Const" in order)
  ) {
    return refuse(
      new PgError("0A000", "WITH TIES is not supported with set operations, DISTINCT or ordinals"),
    );
  }
  if (orders.length === 0) return;
  const firstOrder = source.tokenAt(source.offsetOfByte(leftmostByte(orders[0]!)));
  let by = firstOrder;
  while (by > 0 && !isKeyword(text, tokens[by], "by")) by--;
  const order = tokens[by - 1];
  const end = endOfOrder(source, by + 1);
  const fetch = fetchAt(source, end);
  if (!fetch) return;
  const count = fetch.count === null ? "1" : `(${fetch.count})`;
  const offset = node.limitOffset ? ` + ${offsetText(source, end) ?? "0"}` : "";
  edits.copy(
    order.start,
    tokens[by + 1].start,
    tokens[end - 1].end,
    "QUALIFY rank() OVER (ORDER BY ",
    `) <= ${count}${offset} `,
    "opening",
  );
  edits.replace(fetch.start, fetch.end, "");
}

const enders = ["limit", "offset", "fetch", "for"];

/** Index of the token behind the ORDER BY list. */
function endOfOrder({ text, tokens }: Source, first: number): number {
  let depth = 0;
  for (let i = first; i < tokens.length; i++) {
    const step = depthStep(text, tokens[i]);
    if (depth + step < 0) return i;
    if (depth === 0 && enders.some((word) => isKeyword(text, tokens[i], word))) return i;
    depth += step;
  }
  return tokens.length;
}

/** `FETCH FIRST [n] ROWS WITH TIES` behind a token. */
function fetchAt(
  { text, tokens }: Source,
  from: number,
): { start: number; end: number; count: string | null } | null {
  let at = from;
  while (at < tokens.length && !isKeyword(text, tokens[at], "fetch")) at++;
  let ties = at;
  while (ties < tokens.length && !isKeyword(text, tokens[ties], "ties")) ties++;
  if (ties >= tokens.length) return null;
  // FETCH FIRST … ROWS WITH TIES
  const count = ties - at > 4 ? text.slice(tokens[at + 2].start, tokens[ties - 3].end) : null;
  return { start: tokens[at].start, end: tokens[ties].end, count };
}

/** What stands behind OFFSET. */
function offsetText({ text, tokens }: Source, from: number): string | null {
  const at = tokens.findIndex((token, i) => i >= from && isKeyword(text, token, "offset"));
  return at < 0 ? null : textOf(text, tokens[at + 1]);
}

/** `USING <` and `USING >` are the directions; other operators order by something that DuckDB cannot know. */
function sortBy(fields: Fields, { source, edits, refuse }: TransformInput): void {
  const { sortby_dir, useOp, location } = fields as SortBy;
  if (sortby_dir !== "SORTBY_USING") return;
  const symbol = lastPart(useOp);
  const operator = source.tokenAt(source.offsetOfByte(location ?? 0));
  if (symbol !== "<" && symbol !== ">") {
    return refuse(
      new PgError("42809", `operator ${symbol} is not a valid ordering operator`),
      source.tokens[operator].start,
    );
  }
  const using = source.tokens[operator - 1];
  edits.replace(using.start, source.tokens[operator].end, symbol === "<" ? "ASC" : "DESC");
}
