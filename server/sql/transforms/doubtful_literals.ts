import type {
  A_Const,
  A_Expr,
  CaseExpr,
  CoalesceExpr,
  FuncCall,
  InsertStmt,
  MinMaxExpr,
  Node,
  RangeVar,
  UpdateStmt,
} from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { typeByName } from "../../../worker/api/types.ts";
import { lastPart } from "../constant.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import { commonType, isComparison, knownType } from "../known_type.ts";
import { columnOf, columnsOfRelation, insertedColumns, type TypedColumn } from "../relation_types.ts";
import { isDoubtful } from "../types/doubtful.ts";
import { defaultLiteralSettings, literalExpression } from "../types/literal.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Literals without a type of their own (`day = 'Jan 8, 1999'`, `INSERT INTO t VALUES ('\x00ff')`) take the one of what
 * they meet. Where the text tells which that is they are read here; where it is a column's, DuckDB has to be asked, and
 * the statement's `doubtful` says which literals are worth it: those whose text DuckDB may read otherwise.
 *
 * @see https://www.postgresql.org/docs/18/typeconv.html
 */
export const doubtfulLiterals: Transform = {
  visit: {
    A_Expr: (node, input) => operator(node as A_Expr, input),
    CaseExpr: (node, input) => {
      const { args = [], defresult } = node as CaseExpr;
      const results = args.map((when) => "CaseWhen" in when ? when.CaseWhen.result : undefined);
      together([...results, defresult], input);
    },
    CoalesceExpr: (node, input) => together((node as CoalesceExpr).args ?? [], input),
    FuncCall: (node, input) => bytes(node as FuncCall, input),
    MinMaxExpr: (node, input) => together((node as MinMaxExpr).args ?? [], input, true),
    InsertStmt: (node, input) => {
      const insert = node as InsertStmt;
      insertValues(insert, input);
      targets(insert.relation, insert.onConflictClause?.targetList, input);
    },
    UpdateStmt: (node, input) => {
      const { relation, targetList } = node as UpdateStmt;
      targets(relation, targetList, input);
    },
    MergeWhenClause: (node, input) => {
      targets(undefined, node.targetList as Node[] | undefined, input);
      for (const value of node.values as Node[] | undefined ?? []) doubt(literalOf(value), input);
    },
  },
};

function operator({ kind, name, lexpr, rexpr }: A_Expr, input: TransformInput): void {
  if (!lexpr || !rexpr || name?.length !== 1) return;
  const symbol = lastPart(name)!;
  switch (kind) {
    case "AEXPR_OP":
      if (isComparison(symbol)) together([lexpr, rexpr], input, symbol !== "=" && symbol !== "<>");
      else if (symbol === "+" || symbol === "-") moved(symbol, lexpr, rexpr, input);
      return;
    case "AEXPR_DISTINCT":
    case "AEXPR_NOT_DISTINCT":
    case "AEXPR_NULLIF":
      return together([lexpr, rexpr], input);
    case "AEXPR_IN":
    case "AEXPR_BETWEEN":
    case "AEXPR_NOT_BETWEEN":
      if ("List" in rexpr) together([lexpr, ...rexpr.List.items ?? []], input, kind !== "AEXPR_IN");
  }
}

/** Functions that only take bytes. */
const ofBytes = new Set([
  "encode",
  "sha224",
  "sha256",
  "sha384",
  "sha512",
  "get_byte",
  "set_byte",
  "convert_from",
]);

function bytes({ funcname, args = [] }: FuncCall, input: TransformInput): void {
  const literal = literalOf(args[0]);
  if (literal && ofBytes.has(lastPart(funcname) ?? "")) readLiteral(literal, "bytea", input);
}

/** `date - '2001-09-27'` is one of two dates, `timestamp + '1 day'` takes an interval. */
function moved(symbol: string, left: Node, right: Node, input: TransformInput): void {
  const literal = literalOf(right);
  const type = literal && knownType(left);
  if (!literal || !type) return;
  const isMoment = type === "date" || type.startsWith("time");
  if (type === "interval" || (isMoment && symbol === "+" && type !== "date")) {
    return readLiteral(literal, "interval", input, true);
  }
  if (isMoment && symbol === "-") readLiteral(literal, type, input, true);
}

/** Expressions that get one type: the literals among them get that of the others. */
function together(nodes: readonly (Node | undefined)[], input: TransformInput, isOrdered = false): void {
  if (!nodes.some(literalOf)) return;
  const literals = nodes.map(literalOf);
  const known: string[] = [];
  nodes.forEach((node, i) => {
    const type = literals[i] ? null : knownType(node);
    if (type !== null && type !== "unknown") known.push(type);
  });
  const type = known.length === 0 ? null : commonType(known) ?? known[0];
  const isOpen = nodes.some((node, i) => node && !literals[i] && !type);
  const isOwn = nodes.some(isOfOwnType);
  for (const literal of literals) {
    if (!literal) continue;
    if (type) readLiteral(literal, type, input);
    // An enum's labels have an order of their own.
    else if (isOpen) doubt(literal, input, isOwn || isOrdered && /^[a-z]/i.test(literal.sval?.sval ?? ""));
  }
}

/** A column of an enum: a text that is none of its labels is refused. */
function isOfOwnType(node: Node | undefined): boolean {
  return node !== undefined && "ColumnRef" in node && columnOf(node.ColumnRef)?.isOwn === true;
}

function targets(
  relation: RangeVar | undefined,
  list: readonly Node[] | undefined,
  input: TransformInput,
): void {
  const columns = relation ? columnsOfRelation(relation) : null;
  for (const target of list ?? []) {
    if (!("ResTarget" in target) || target.ResTarget.indirection) continue;
    const { name, val } = target.ResTarget;
    settle(literalOf(val), columns?.find((column) => column.name === name), input);
  }
}

/** The values of a column are all of its type, so one question is enough for all rows. */
function insertValues({ relation, cols, selectStmt }: InsertStmt, input: TransformInput): void {
  const rows = selectStmt && "SelectStmt" in selectStmt ? selectStmt.SelectStmt.valuesLists ?? [] : [];
  const targets = relation ? insertedColumns(relation, cols) : [];
  for (const row of rows) {
    if (!("List" in row)) continue;
    row.List.items?.forEach((item, column) => settle(literalOf(item), targets[column], input, column));
  }
}

/** Reads a literal that is stored in a column whose type is known. (The text of a json is kept by what stores it.) */
function settle(
  literal: A_Const | null,
  target: TypedColumn | undefined,
  input: TransformInput,
  column?: number,
): void {
  if (literal && target?.type && target.type !== "json") readLiteral(literal, target.type, input);
  else doubt(literal, input, false, column);
}

function literalOf(node: Node | undefined): A_Const | null {
  return node && "A_Const" in node && node.A_Const.sval ? node.A_Const : null;
}

function doubt(literal: A_Const | null, input: TransformInput, always = false, column?: number): void {
  const text = literal?.sval?.sval ?? "";
  if (!literal || !(always || isDoubtful(text))) return;
  input.doubt({ ...extentOf(literal, input), text, column });
}

function extentOf(literal: A_Const, { source }: TransformInput): { start: number; end: number } {
  const first = source.tokenAt(source.offsetOfByte(literal.location ?? 0));
  let last = first;
  while (source.tokens[last + 1]?.kind === "string") last++;
  return { start: source.tokens[first].start, end: source.tokens[last].end };
}

/** Reads a literal as one of a type, by PostgreSQL's name for it; `cast` where DuckDB cannot tell that it is one. */
function readLiteral(literal: A_Const, sqlName: string, input: TransformInput, cast = false): void {
  const isArray = sqlName.endsWith("[]");
  const { name, duckdb: engineType } = typeByName(isArray ? sqlName.slice(0, -2) : sqlName) ?? {};
  const text = literal.sval?.sval ?? "";
  // An integer or numeric that is well-formed is DuckDB's to fit in.
  if (!name || (name === "numeric" && /^[-+]?[\d.]+$/.test(text))) return;
  const { start, end } = extentOf(literal, input);
  try {
    const settings = input.context.literals ?? defaultLiteralSettings;
    const expression = literalExpression({ name, modifiers: [], isArray }, text, settings);
    if (expression !== null) input.edits.replace(start, end, expression);
    else if (cast) input.edits.replace(start, end, `CAST(${quoteText(text)} AS ${engineType})`);
  } catch (error) {
    if (!(error instanceof PgError)) throw error;
    input.refuse(error, start);
  }
}
