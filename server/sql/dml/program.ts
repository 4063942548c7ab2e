/** Statements that change data in several places, or tell more of it than DuckDB's RETURNING can, taken apart. */
import type {
  CommonTableExpr,
  DeleteStmt,
  InsertStmt,
  Node,
  OnConflictClause,
  RangeVar,
  ReturningClause,
  UpdateStmt,
  WithClause,
} from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { targetName } from "../column_names.ts";
import { type Extent, splitAtCommas, tokenAtLocation } from "../ddl/extents.ts";
import { nameParts } from "../constant.ts";
import { closingIndex, depthStep, isKeyword, isSymbol } from "../lexer.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import type { Source } from "../source.ts";
import { walk } from "../walk.ts";
import { endOfInsertTarget } from "./insert_target.ts";
import { nodeType } from "../utility.ts";

/** A text with places that only the database fills: a column's default. */
export type Filled = readonly (string | { defaultOf: number })[];

/** An assignment of UPDATE; `null` is DEFAULT, a number is the item of a sub-select that gives several values. */
export interface Assignment {
  column: string;
  value: string | null | { subselect: number; item: number };
}

/** A table in FROM or USING by the name it goes by; of a function that returns values, what its column is called. */
export interface FromName {
  name: string;
  column: string | null;
}

/** What ON CONFLICT does. */
export interface Conflict {
  /** Columns or a constraint; neither: any conflict. */
  columns: readonly string[] | null;
  constraint: string | null;
  update: { sets: readonly Assignment[]; where: string | null } | null;
}

/** A statement that changes one table. Texts are DuckDB's SQL. */
export interface WritePart {
  kind: "insert" | "update" | "delete";
  /** The WITH query's name and its columns' (`x (a, b)`); `null` for the statement itself. */
  cte: { name: string; columns: string } | null;
  relation: RangeVar;
  /** What RETURNING calls the table. */
  alias: string;
  /** A WITH clause of its own. */
  ownWith: string;
  from: { text: string; names: readonly FromName[] } | null;
  where: string | null;
  sets: readonly Assignment[];
  subselects: readonly string[];
  /** Of INSERT: the columns given, `null` for the first ones; its rows, `null` for DEFAULT VALUES. */
  columns: readonly string[] | null;
  rows: Filled | null;
  conflict: Conflict | null;
  returning: Returning | null;
}

export interface Returning {
  /** `*` stands for all columns of all tables. */
  items: readonly string[];
  old: boolean;
  new: boolean;
}

/** A WITH query that only reads: `x AS (…)`. */
export interface ReadPart {
  kind: "read";
  text: string;
}

export interface Program {
  recursive: boolean;
  parts: readonly (ReadPart | WritePart)[];
  main: WritePart | { kind: "select"; text: string };
}

/** Whether a statement is one of these: told by its tree alone, without a look at most of it. */
export function isProgram(tree: Node): boolean {
  const fields = (tree as unknown as Record<string, Fields>)[nodeType(tree)];
  const modifies = (fields?.withClause?.ctes ?? []).some(isWriting);
  if (modifies) return true;
  if ("UpdateStmt" in tree) {
    const { fromClause, returningClause, targetList = [] } = tree.UpdateStmt;
    if (targetList.some(isFromSubselect)) return true;
    return Boolean(returningClause) && (Boolean(fromClause) || tellsMore(returningClause));
  }
  if ("DeleteStmt" in tree) {
    const { usingClause, returningClause } = tree.DeleteStmt;
    return Boolean(returningClause) && (Boolean(usingClause) || tellsMore(returningClause));
  }
  return "InsertStmt" in tree && tellsMore(tree.InsertStmt.returningClause);
}

interface Fields {
  withClause?: WithClause;
}

/** Whether a WITH query changes data. */
export function isWriting(node: Node): boolean {
  const query = "CommonTableExpr" in node ? node.CommonTableExpr.ctequery : undefined;
  return query !== undefined && !("SelectStmt" in query);
}

function isFromSubselect(target: Node): boolean {
  const value = "ResTarget" in target ? target.ResTarget.val : undefined;
  return value !== undefined && "MultiAssignRef" in value && value.MultiAssignRef.source !== undefined &&
    "SubLink" in value.MultiAssignRef.source;
}

/** RETURNING with `old`, `new` or sub-selects, which DuckDB has not. */
function tellsMore(clause: ReturningClause | undefined): boolean {
  if (!clause) return false;
  let found = false;
  for (const expr of clause.exprs ?? []) {
    walk(expr, (type, node) => {
      if (type === "SubLink" || (type === "ColumnRef" && oldOrNew(node.fields as Node[]))) found = true;
    });
  }
  return found;
}

function oldOrNew(fields: readonly Node[]): "old" | "new" | null {
  const [first] = fields;
  const name = fields.length > 1 && "String" in first ? first.String.sval : null;
  return name === "old" || name === "new" ? name : null;
}

/**
 * Takes it apart.
 *
 * @throws PgError 0A000 for what cannot be done in steps
 */
export function programOf(
  tree: Node,
  source: Source,
  engineText: (start: number, end: number) => string,
): Program {
  const reader: Reader = {
    source,
    text: ({ first, end }) =>
      first >= end ? "" : engineText(source.tokens[first].start, source.tokens[end - 1].end),
  };
  const fields = (tree as unknown as Record<string, Fields>)[nodeType(tree)];
  const last = source.tokens.length - (isSymbol(source.text, source.tokens.at(-1), ";") ? 1 : 0);
  const { parts, end } = partsOf(fields.withClause, reader);
  return {
    recursive: fields.withClause?.recursive ?? false,
    parts,
    main: "SelectStmt" in tree
      ? { kind: "select", text: reader.text({ first: end, end: last }) }
      : writePart(tree, null, "", { first: end, end: last }, reader),
  };
}

interface Reader {
  source: Source;
  text(extent: Extent): string;
}

function partsOf(clause: WithClause | undefined, reader: Reader): { parts: Program["parts"]; end: number } {
  const { source } = reader;
  const parts: (ReadPart | WritePart)[] = [];
  let end = 0;
  for (const node of clause?.ctes ?? []) {
    if (!("CommonTableExpr" in node)) continue;
    const first = tokenAtLocation(source, node.CommonTableExpr.location);
    const { part, behind } = withQuery(node.CommonTableExpr, first, reader);
    parts.push(part);
    end = behind;
  }
  return { parts, end };
}

function withQuery(
  cte: CommonTableExpr,
  first: number,
  reader: Reader,
): { part: ReadPart | WritePart; behind: number } {
  const { text, tokens } = reader.source;
  let at = first;
  while (!isKeyword(text, tokens[at], "as")) at++;
  while (!isSymbol(text, tokens[at], "(")) at++;
  const close = closingIndex(text, tokens, at);
  // SEARCH and CYCLE go on behind the brackets.
  let behind = close + 1;
  while (
    behind < tokens.length && !isSymbol(text, tokens[behind], ",") && (cte.search_clause || cte.cycle_clause)
  ) behind++;
  const query = cte.ctequery!;
  if ("SelectStmt" in query) {
    return { part: { kind: "read", text: reader.text({ first, end: behind }) }, behind };
  }
  const columns = cte.aliascolnames ? ` (${nameParts(cte.aliascolnames).map(quoteName).join(", ")})` : "";
  const inner = { first: at + 1, end: close };
  const fields = (query as unknown as Record<string, Fields>)[nodeType(query)];
  const begin = fields.withClause ? endOfWith(fields.withClause, reader) : inner.first;
  const ownWith = reader.text({ first: inner.first, end: begin });
  const name = { name: cte.ctename ?? "", columns };
  return { part: writePart(query, name, ownWith, { first: begin, end: close }, reader), behind };
}

function endOfWith(clause: WithClause, reader: Reader): number {
  if (clause.ctes?.some(isWriting)) {
    throw new PgError("0A000", "WITH clause containing a data-modifying statement must be at the top level");
  }
  return partsOf(clause, reader).end;
}

function writePart(
  tree: Node,
  cte: WritePart["cte"],
  ownWith: string,
  extent: Extent,
  reader: Reader,
): WritePart {
  const base = {
    cte,
    ownWith,
    from: null,
    where: null,
    sets: [],
    subselects: [],
    columns: null,
    rows: null,
    conflict: null,
    returning: null,
  };
  if ("InsertStmt" in tree) return { ...base, ...insertPart(tree.InsertStmt, extent, reader) };
  if ("UpdateStmt" in tree) return { ...base, ...updatePart(tree.UpdateStmt, extent, reader) };
  if ("DeleteStmt" in tree) return { ...base, ...deletePart(tree.DeleteStmt, extent, reader) };
  throw new PgError("0A000", "MERGE in a WITH query, or with old and new in RETURNING, is not supported");
}

function deletePart(tree: DeleteStmt, extent: Extent, reader: Reader) {
  const found = clauses(reader.source, extent, ["using", "where", "returning"]);
  return {
    kind: "delete" as const,
    relation: tree.relation as RangeVar,
    alias: nameOf(tree.relation as RangeVar),
    from: fromPart(tree.usingClause, found.using, reader),
    where: found.where ? reader.text(found.where) : null,
    returning: returningPart(tree.returningClause, found.returning, reader),
  };
}

function updatePart(tree: UpdateStmt, extent: Extent, reader: Reader) {
  const found = clauses(reader.source, extent, ["set", "from", "where", "returning"]);
  return {
    kind: "update" as const,
    relation: tree.relation as RangeVar,
    alias: nameOf(tree.relation as RangeVar),
    from: fromPart(tree.fromClause, found.from, reader),
    where: found.where ? reader.text(found.where) : null,
    ...assignments(tree.targetList ?? [], found.set!, reader),
    returning: returningPart(tree.returningClause, found.returning, reader),
  };
}

function insertPart(tree: InsertStmt, extent: Extent, reader: Reader) {
  const { source } = reader;
  const relation = tree.relation as RangeVar;
  const at = endOfInsertTarget(tree, source);
  let first = source.tokens.findIndex((token) => token.start >= at);
  if (tree.cols) first = closingIndex(source.text, source.tokens, first) + 1;
  if (isKeyword(source.text, source.tokens[first], "overriding")) first += 3;
  const rest = { first, end: extent.end };
  const found = clauses(source, rest, ["on", "returning"]);
  const end = found.on ? found.on.first - 1 : found.returning ? found.returning.first - 1 : extent.end;
  return {
    kind: "insert" as const,
    relation,
    alias: tree.onConflictClause ? nameOf(relation) : relation.relname ?? "",
    columns: tree.cols ? tree.cols.map(columnName) : null,
    rows: tree.selectStmt ? rowsPart(tree.selectStmt, { first, end }, reader) : null,
    conflict: tree.onConflictClause ? conflictPart(tree.onConflictClause, found.on!, reader) : null,
    returning: returningPart(tree.returningClause, found.returning, reader),
  };
}

function columnName(node: Node): string {
  if (!("ResTarget" in node) || node.ResTarget.indirection) {
    throw new PgError("0A000", "inserting into an element of an array is not supported");
  }
  return node.ResTarget.name ?? "";
}

function nameOf({ alias, relname }: RangeVar): string {
  return alias?.aliasname ?? relname ?? "";
}

/** The rows of INSERT; a DEFAULT among VALUES is left for the database to say. */
function rowsPart(query: Node, extent: Extent, { source, text }: Reader): Filled {
  const lists = "SelectStmt" in query ? query.SelectStmt.valuesLists ?? [] : [];
  const filled: (string | { defaultOf: number })[] = [];
  let first = extent.first;
  for (const list of lists) {
    const items = "List" in list ? list.List.items ?? [] : [];
    items.forEach((item, i) => {
      if (!("SetToDefault" in item)) return;
      const at = tokenAtLocation(source, item.SetToDefault.location);
      filled.push(text({ first, end: at }), { defaultOf: i });
      first = at + 1;
    });
  }
  return [...filled, text({ first, end: extent.end })];
}

function conflictPart(clause: OnConflictClause, extent: Extent, reader: Reader): Conflict {
  const { infer, action, targetList } = clause;
  if (infer?.whereClause) {
    throw new PgError("0A000", "ON CONFLICT with a predicate of an index is not supported here");
  }
  const columns = infer?.indexElems?.map((node) => {
    const name = "IndexElem" in node ? node.IndexElem.name : undefined;
    if (name === undefined) {
      throw new PgError("0A000", "ON CONFLICT with an expression is not supported here");
    }
    return name;
  });
  const found = clauses(reader.source, extent, ["set", "where"]);
  if (action === "ONCONFLICT_UPDATE" && targetList?.some(isFromSubselect)) {
    throw new PgError("0A000", "assigning a row of a sub-select in ON CONFLICT is not supported here");
  }
  return {
    columns: columns ?? null,
    constraint: infer?.conname ?? null,
    update: action === "ONCONFLICT_UPDATE"
      ? {
        sets: assignments(targetList ?? [], found.set!, reader).sets,
        where: found.where ? reader.text(found.where) : null,
      }
      : null,
  };
}

/** SET's list: `a = 1`, `(a, b) = (1, 2)`, `(a, b) = (SELECT …)`. */
function assignments(
  targets: readonly Node[],
  extent: Extent,
  reader: Reader,
): { sets: Assignment[]; subselects: string[] } {
  const { source, text } = reader;
  const sets: Assignment[] = [];
  const subselects: string[] = [];
  const items = splitAtCommas(source, extent);
  let item = -1;
  targets.forEach((node) => {
    if (!("ResTarget" in node)) return;
    const { name: column = "", val, indirection } = node.ResTarget;
    if (indirection) throw new PgError("0A000", "assigning to a part of a column is not supported here");
    const multi = val && "MultiAssignRef" in val ? val.MultiAssignRef : null;
    if (!multi || multi.colno === 1) item++;
    const value = valueOf(source, items[item]);
    if (!multi) {
      sets.push({ column, value: val && "SetToDefault" in val ? null : text(value) });
    } else if (multi.source && "RowExpr" in multi.source) {
      const open = isKeyword(source.text, source.tokens[value.first], "row") ? value.first + 1 : value.first;
      const inner = splitAtCommas(source, { first: open + 1, end: value.end - 1 });
      const at = (multi.colno ?? 1) - 1;
      const given = multi.source.RowExpr.args?.[at];
      sets.push({ column, value: given && "SetToDefault" in given ? null : text(inner[at]) });
    } else {
      if (multi.colno === 1) subselects.push(text(value));
      sets.push({ column, value: { subselect: subselects.length, item: multi.colno ?? 1 } });
    }
  });
  return { sets, subselects };
}

function valueOf({ text, tokens }: Source, { first, end }: Extent): Extent {
  let at = first;
  for (let depth = 0; at < end; at++) {
    if (depth === 0 && isSymbol(text, tokens[at], "=")) break;
    depth += depthStep(text, tokens[at]);
  }
  return { first: at + 1, end };
}

function fromPart(
  nodes: readonly Node[] | undefined,
  extent: Extent | undefined,
  reader: Reader,
): WritePart["from"] {
  if (!nodes || !extent) return null;
  return { text: reader.text(extent), names: nodes.flatMap(fromNames) };
}

function fromNames(node: Node): FromName[] {
  if ("JoinExpr" in node) {
    const { larg, rarg, alias } = node.JoinExpr;
    if (alias?.aliasname) return [{ name: alias.aliasname, column: null }];
    return [larg, rarg].flatMap((side) => side ? fromNames(side) : []);
  }
  if ("RangeVar" in node) return [{ name: nameOf(node.RangeVar), column: null }];
  if ("RangeSubselect" in node) return [{ name: node.RangeSubselect.alias?.aliasname ?? "", column: null }];
  if ("RangeFunction" in node && node.RangeFunction.alias && !node.RangeFunction.coldeflist) {
    const { aliasname = "", colnames } = node.RangeFunction.alias;
    return [{ name: aliasname, column: nameParts(colnames)[0] ?? aliasname }];
  }
  throw new PgError("0A000", "what RETURNING tells of this FROM clause is not supported");
}

function returningPart(
  clause: ReturningClause | undefined,
  extent: Extent | undefined,
  { source, text }: Reader,
): Returning | null {
  if (!clause || !extent) return null;
  if (clause.options) throw new PgError("0A000", "RETURNING WITH is not supported");
  const exprs = clause.exprs ?? [];
  const used = new Set<string | null>();
  const items = splitAtCommas(source, extent).map((item, i) => {
    const expr = exprs[i];
    walk(expr, (type, node) => {
      if (type === "ColumnRef") used.add(oldOrNew(node.fields as Node[]));
    });
    const value = "ResTarget" in expr ? expr.ResTarget.val : undefined;
    const named = "ResTarget" in expr && expr.ResTarget.name !== undefined;
    if (value && "ColumnRef" in value) {
      const { fields = [] } = value.ColumnRef;
      if (fields.length === 1 && "A_Star" in fields[0]) return "*";
      if (named || "A_Star" in fields.at(-1)!) return text(item);
    }
    const name = targetName(expr);
    return named || name === null ? text(item) : `${text(item)} AS ${quoteName(name)}`;
  });
  return { items, old: used.has("old"), new: used.has("new") };
}

/** Clauses by the keywords they begin with, in this order, outside all brackets. */
function clauses<K extends string>(
  { text, tokens }: Source,
  { first, end }: Extent,
  keywords: readonly K[],
): Partial<Record<K, Extent>> {
  const found: Partial<Record<K, Extent>> = {};
  let open: K | null = null;
  let depth = 0;
  let next = 0;
  for (let i = first; i < end; i++) {
    depth += depthStep(text, tokens[i]);
    if (depth > 0 || tokens[i].kind !== "word") continue;
    const keyword = keywords.findIndex((word, k) => k >= next && isKeyword(text, tokens[i], word));
    if (keyword < 0 || (isKeyword(text, tokens[i], "from") && isKeyword(text, tokens[i - 1], "distinct"))) {
      continue;
    }
    if (keywords[keyword] === "on" && !isKeyword(text, tokens[i + 1], "conflict")) continue;
    if (open) found[open] = { first: found[open]!.first, end: i };
    open = keywords[keyword];
    found[open] = { first: i + 1, end };
    next = keyword + 1;
  }
  return found;
}
