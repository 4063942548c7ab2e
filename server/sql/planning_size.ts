import type { CommonTableExpr, SubLink, WithClause } from "libpg-query";
import { nameParts } from "./constant.ts";
import type { Fields } from "./walk.ts";

/** What DuckDB has to plan for a statement. */
export interface Planning {
  /** How many nodes it looks at. */
  readonly size: number;
  /** WITH queries that are to be planned for themselves, so that what reads them is not looked at with all they read. */
  readonly apart: readonly CommonTableExpr[];
}

/**
 * How much DuckDB plans for a statement. It pushes filters through what is below an aggregate or a window function twice, so
 * that each level of them doubles what is below: twenty take a second, forty never end, and nothing interrupts it. A
 * sub-select that is an expression is an aggregate of its own.
 *
 * @param most what a WITH query may have and still be planned in each place that reads it
 */
export function planningSize(tree: object, most = Infinity): Planning {
  const plan = { most, apart: [], sizeApart: 0 };
  const size = sizeOf(tree, { plan, withQueries: new Map(), mayDepend: false });
  return { size: size + plan.sizeApart, apart: plan.apart };
}

interface Scope {
  readonly plan: { readonly most: number; readonly apart: CommonTableExpr[]; sizeApart: number };
  readonly withQueries: ReadonlyMap<string, WithQuery>;
  /** In a sub-select or a LATERAL query, which may take columns of what is around it. */
  readonly mayDepend: boolean;
}

/** What reading a WITH query costs, and whether something has read it. */
interface WithQuery {
  readonly size: number;
  isRead: boolean;
}

function sizeOf(value: object, scope: Scope): number {
  if (Array.isArray(value)) return sumOf(value, scope);
  const fields = value as Fields;
  if ("relname" in fields) return relationSize(fields, scope);
  if ("subselect" in fields) return sublinkSize(fields, scope);
  const around = fields.lateral ? { ...scope, mayDepend: true } : scope;
  const inside = fields.withClause ? withQueriesOf(fields.withClause as WithClause, around) : around;
  return "limitOption" in fields ? selectSize(fields, inside) : 1 + sumOf(fields, inside);
}

function sumOf(fields: object, scope: Scope): number {
  let sum = 0;
  for (const [key, value] of Object.entries(fields)) {
    if (key !== "withClause") sum += sizeOfField(value, scope);
  }
  return sum;
}

function sizeOfField(value: unknown, scope: Scope): number {
  return typeof value === "object" && value !== null ? sizeOf(value, scope) : 0;
}

/** A second copy of a WITH query takes longer than a second look at it. */
const copied = 16;

function relationSize({ relname, schemaname }: Fields, { withQueries }: Scope): number {
  const query = schemaname ? undefined : withQueries.get(String(relname));
  if (!query || query.size === 1) return 1;
  if (query.isRead) return copied * query.size;
  query.isRead = true;
  return query.size;
}

/** In the order of its steps: each is below those behind it. */
function selectSize(select: Fields, scope: Scope): number {
  const { fromClause, whereClause, groupClause, havingClause, limitCount, limitOffset, ...others } = select;
  const size = (field: unknown) => sizeOfField(field, scope);
  const grouped = (1 + size(fromClause) + size(whereClause) + size(groupClause)) *
    (aggregates(select) ? 2 : 1);
  const windowed = (grouped + size(havingClause)) * (windows(select) ? 2 : 1);
  const shown = (windowed + sumOf(others, scope)) * (asksSelects(select) ? 2 : 1);
  if (!limitCount && !limitOffset) return shown;
  // Of each row of what is around it, it is a window function.
  return (scope.mayDepend ? 2 : 1) * shown + 2 * (size(limitCount) + size(limitOffset));
}

/** The values of an EXISTS, of a scalar and of an array are aggregates. */
function sublinkSize(fields: Fields, scope: Scope): number {
  const { subLinkType } = fields as SubLink;
  const size = 1 + sumOf(fields, { ...scope, mayDepend: true });
  if (subLinkType === "ARRAY_SUBLINK") return 4 * size;
  return subLinkType === "ANY_SUBLINK" || subLinkType === "ALL_SUBLINK" ? size : 2 * size;
}

function withQueriesOf({ ctes = [], recursive }: WithClause, scope: Scope): Scope {
  const withQueries = new Map(scope.withQueries);
  const inside = { ...scope, withQueries };
  for (const item of ctes) {
    if (!("CommonTableExpr" in item)) continue;
    const cte = item.CommonTableExpr;
    const query = cte.ctequery;
    if (!query) continue;
    if (recursive) withQueries.delete(cte.ctename!);
    const size = sizeOf(query, inside);
    const isApart = cte.ctematerialized === "CTEMaterializeAlways" || !("SelectStmt" in query);
    const isLarge = size > scope.plan.most && !scope.mayDepend && !mayRecur(cte, recursive);
    if (isLarge && !isApart) scope.plan.apart.push(cte);
    if (isLarge || isApart) scope.plan.sizeApart += size;
    withQueries.set(cte.ctename!, { size: isLarge || isApart ? 1 : size, isRead: false });
  }
  return inside;
}

function mayRecur({ ctequery, search_clause, cycle_clause }: CommonTableExpr, recursive?: boolean): boolean {
  if (search_clause || cycle_clause) return true;
  return recursive === true && "SelectStmt" in ctequery! && ctequery.SelectStmt.op !== "SETOP_NONE";
}

/** Whether it groups its rows. Calls of functions that are no aggregates may be taken for such: they cost what they do. */
function aggregates({ groupClause, havingClause, targetList }: Fields): boolean {
  return groupClause !== undefined || havingClause !== undefined || someOf(targetList, isAggregate);
}

/** Whether its aggregates are of what sub-selects return, which are below them then. */
function asksSelects({ targetList }: Fields): boolean {
  return someOf(targetList, (fields) => isAggregate(fields) && hasSelect(fields));
}

function isAggregate(fields: Fields): boolean {
  return "funcname" in fields && !fields.over && !plainCalls.has(nameOf(fields));
}

function windows({ targetList, sortClause }: Fields): boolean {
  return [targetList, sortClause].some((list) => someOf(list, (fields) => "over" in fields));
}

/** Functions of one row that are called a lot. */
const plainCalls = new Set(
  ("abs btrim ceil date_part date_trunc extract floor format json_build_object jsonb_build_object left length lower " +
    "lpad ltrim md5 now nullif replace right round row_to_json rpad rtrim split_part substring to_char to_date to_json " +
    "to_jsonb to_timestamp trim upper").split(" "),
);

function nameOf(call: Fields): string {
  return nameParts(call.funcname as Parameters<typeof nameParts>[0]).at(-1) ?? "";
}

/** Whether some node of an expression passes a test; sub-selects are not looked into. */
function someOf(value: unknown, test: (fields: Fields) => boolean): boolean {
  if (typeof value !== "object" || value === null || "SelectStmt" in value) return false;
  return test(value as Fields) || Object.values(value).some((child) => someOf(child, test));
}

function hasSelect(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "SelectStmt" in value || Object.values(value).some(hasSelect);
}
