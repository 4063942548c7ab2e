import type {
  A_ArrayExpr,
  A_Const,
  A_Expr,
  A_Indirection,
  BooleanTest,
  BoolExpr,
  CaseExpr,
  CoalesceExpr,
  FuncCall,
  MinMaxExpr,
  Node,
  SelectStmt,
  SubLink,
  TypeCast,
} from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { typeByName } from "../../../worker/api/types.ts";
import { namedType } from "../types/type_name.ts";
import { lastPart } from "../constant.ts";
import { isStar } from "../column_names.ts";
import { isArithmetic, isComparison, kindOf, type KnownType, knownType } from "../known_type.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";
import { castLiteral } from "./untyped_literals.ts";

/**
 * Types that do not go together, where DuckDB would convert one into the other: `1 = true`, `1 || 2`, `NOT 1`,
 * `SELECT 1 UNION SELECT true`. Only where the text tells the types: of columns nothing is known here.
 *
 * @see https://www.postgresql.org/docs/16/typeconv.html
 */
export const typeMistakes: Transform = {
  visit: {
    A_Expr: operator,
    SubLink: inQuery,
    BoolExpr: boolean,
    BooleanTest: booleanTest,
    SelectStmt: select,
    CaseExpr: caseWhen,
    CoalesceExpr: (node, input) => alike((node as CoalesceExpr).args, "COALESCE", input),
    MinMaxExpr: (node, input) => {
      const { op, args } = node as MinMaxExpr;
      alike(args, op === "IS_LEAST" ? "LEAST" : "GREATEST", input);
    },
    FuncCall: (node, input) => {
      ambiguous(node, input);
      mustBeBoolean((node as FuncCall).agg_filter, "FILTER", input);
    },
    TypeCast: cast,
    A_Indirection: subscript,
    A_ArrayExpr: (node, input) => alike((node as A_ArrayExpr).elements, "ARRAY", input),
  },
};

function operator(fields: Fields, input: TransformInput): void {
  const { kind, name, lexpr, rexpr, location } = fields as A_Expr;
  if (!lexpr || !rexpr || name?.length !== 1) return;
  const symbol = lastPart(name)!;
  switch (kind) {
    case "AEXPR_OP":
      if (isComparison(symbol) || isArithmetic(symbol) || symbol === "||") {
        pair(symbol, lexpr, rexpr, location, input);
      }
      return;
    case "AEXPR_DISTINCT":
    case "AEXPR_NOT_DISTINCT":
    case "AEXPR_NULLIF":
      return pair("=", lexpr, rexpr, location, input);
    case "AEXPR_OP_ANY":
    case "AEXPR_OP_ALL":
      return anyOf(symbol, lexpr, rexpr, location, input);
    case "AEXPR_IN":
      if (!("List" in rexpr)) return;
      for (const item of rexpr.List.items ?? []) pair(symbol, lexpr, item, location, input);
      return;
    case "AEXPR_BETWEEN":
      if (!("List" in rexpr)) return;
      rexpr.List.items?.forEach((item, i) => pair(i === 0 ? ">=" : "<=", lexpr, item, location, input));
  }
}

/** `x IN (SELECT …)`: what a query gives of no type is a text. */
function inQuery(fields: Fields, input: TransformInput): void {
  const { subLinkType, testexpr, operName, subselect, location } = fields as SubLink;
  if (subLinkType !== "ANY_SUBLINK" || !testexpr || !subselect || !("SelectStmt" in subselect)) return;
  const [column, ...more] = targetsOf(subselect.SelectStmt) ?? [];
  if (!column || more.length > 0) return;
  const symbol = operName ? lastPart(operName)! : "=";
  const [left, right] = [knownType(testexpr), column.type === "unknown" ? "text" : column.type];
  if (!canMeet(symbol, left, right)) refuseOperator(symbol, left, right, location, input);
}

function pair(
  symbol: string,
  left: Node,
  right: Node,
  location: number | undefined,
  input: TransformInput,
): void {
  if ("RowExpr" in left && "RowExpr" in right) {
    const [fields, others] = [left.RowExpr.args ?? [], right.RowExpr.args ?? []];
    fields.forEach((field, i) => others[i] && pair(symbol, field, others[i], location, input));
    return;
  }
  if (isOpen(left) || isOpen(right)) return;
  const [leftElement, rightElement] = [elementType(left), elementType(right)];
  const areArrays = leftElement !== null && rightElement !== null && isComparison(symbol);
  const leftType = areArrays ? `${leftElement}[]` : knownType(left);
  const rightType = areArrays ? `${rightElement}[]` : knownType(right);
  if (areArrays ? canMeet(symbol, leftElement, rightElement) : canMeet(symbol, leftType, rightType)) return;
  refuseOperator(symbol, leftType, rightType, location, input);
}

/** Whether it may be of any type, as most columns and parameters. */
function isOpen(node: Node): boolean {
  return knownType(node) === null && !("A_ArrayExpr" in node);
}

function refuseOperator(
  symbol: string,
  leftType: KnownType,
  rightType: KnownType,
  location: number | undefined,
  { source, refuse }: TransformInput,
): void {
  refuse(
    new PgError("42883", `operator does not exist: ${leftType} ${symbol} ${rightType}`, {
      hint:
        "No operator matches the given name and argument types. You might need to add explicit type casts.",
    }),
    source.offsetOfByte(location ?? 0),
  );
}

/** `x = ANY (array)`. */
function anyOf(
  symbol: string,
  left: Node,
  right: Node,
  location: number | undefined,
  input: TransformInput,
): void {
  const [type, element] = [knownType(left), elementType(right)];
  if (isComparison(symbol) && !canMeet(symbol, type, element)) {
    refuseOperator(symbol, type, element, location, input);
  }
}

/** Only an integer can be cast to a boolean, and a boolean to an integer. */
function cast(fields: Fields, { source, refuse }: TransformInput): void {
  const { arg, typeName, location } = fields as TypeCast;
  const named = namedType(typeName);
  const to = named && !named.isArray ? typeByName(named.name)?.sqlName ?? null : null;
  const from = knownType(arg);
  const isNumber = (type: KnownType) => kindOf(type) === "number" && type !== "integer";
  if (!(from === "boolean" && isNumber(to)) && !(to === "boolean" && isNumber(from))) return;
  refuse(
    new PgError("42846", `cannot cast type ${from} to ${to}`),
    location === undefined || location < 0 ? undefined : source.offsetOfByte(location),
  );
}

/** `x[1]` is for arrays and documents. */
function subscript(fields: Fields, { refuse }: TransformInput): void {
  const { arg, indirection = [] } = fields as A_Indirection;
  const type = knownType(arg);
  const kind = kindOf(type);
  if (kind === null || kind === "json" || !indirection.some((item) => "A_Indices" in item)) return;
  refuse(
    new PgError("42804", `cannot subscript type ${type} because it does not support subscripting`),
  );
}

/** The type of what an array holds; in one that is written out, a literal that meets no other type is text. */
function elementType(node: Node): KnownType {
  if (!("A_ArrayExpr" in node)) {
    const type = knownType(node);
    return type?.endsWith("[]") ? type.slice(0, -2) : null;
  }
  const types = (node.A_ArrayExpr.elements ?? []).map(knownType);
  const known = types.find((type) => type !== "unknown");
  return types.includes(null) || types.length === 0 ? null : known ?? "text";
}

const strict = new Set(["number", "text", "boolean"]);

/** Kinds that have no operator with a value of another kind, whatever the operator. */
function canMeet(symbol: string, left: KnownType, right: KnownType): boolean {
  const [leftKind, rightKind] = [kindOf(left), kindOf(right)];
  if (leftKind === null || rightKind === null) return true;
  if (symbol === "||") {
    return leftKind === "text" || rightKind === "text" ||
      leftKind === rightKind && leftKind !== "number" && leftKind !== "boolean";
  }
  if (isComparison(symbol)) {
    if (leftKind === rightKind) return leftKind !== "json" || left === "jsonb" && right === "jsonb";
    // `time = interval` is one.
    return !strict.has(leftKind) && !strict.has(rightKind);
  }
  if (leftKind === rightKind) return leftKind !== "text" && leftKind !== "boolean";
  // Numbers are added to dates and multiplied with intervals.
  return ![leftKind, rightKind].some((kind) => kind === "text" || kind === "boolean") ||
    [leftKind, rightKind].includes("json");
}

/** Functions of dates and times of which several take two texts without a type. */
const severalFunctions: ReadonlySet<string> = new Set(["date_trunc", "extract", "date_part", "to_char"]);

function ambiguous(fields: Fields, { source, refuse }: TransformInput): void {
  const { funcname, args = [], location } = fields as FuncCall;
  const name = lastPart(funcname) ?? "";
  if (!severalFunctions.has(name) || args.length !== 2) return;
  const [value, template] = args.map(knownType);
  if (name === "to_char" && kindOf(value) === "text" && template !== null) {
    return refuse(
      new PgError("42883", `function to_char(${value}, ${template}) does not exist`, {
        hint:
          "No function matches the given name and argument types. You might need to add explicit type casts.",
      }),
      source.offsetOfByte(location ?? 0),
    );
  }
  if (value !== "unknown" || template !== "unknown") return;
  const shown = name === "extract" ? "pg_catalog.extract" : name;
  refuse(
    new PgError("42725", `function ${shown}(unknown, unknown) is not unique`, {
      hint: "Could not choose a best candidate function. You might need to add explicit type casts.",
    }),
    source.offsetOfByte(location ?? 0),
  );
}

const booleanWords: Record<string, string> = { AND_EXPR: "AND", OR_EXPR: "OR", NOT_EXPR: "NOT" };

function boolean(fields: Fields, input: TransformInput): void {
  const { boolop, args = [] } = fields as BoolExpr;
  for (const arg of args) mustBeBoolean(arg, booleanWords[boolop ?? ""], input);
}

function mustBeBoolean(node: Node | undefined, where: string, { refuse }: TransformInput): void {
  const type = knownType(node);
  if (type === "boolean" || kindOf(type) === null) return;
  refuse(new PgError("42804", `argument of ${where} must be type boolean, not type ${type}`));
}

const testWords: Record<string, string> = {
  IS_TRUE: "IS TRUE",
  IS_NOT_TRUE: "IS NOT TRUE",
  IS_FALSE: "IS FALSE",
  IS_NOT_FALSE: "IS NOT FALSE",
  IS_UNKNOWN: "IS UNKNOWN",
  IS_NOT_UNKNOWN: "IS NOT UNKNOWN",
};

function booleanTest(fields: Fields, input: TransformInput): void {
  const { arg, booltesttype } = fields as BooleanTest;
  mustBeBoolean(arg, testWords[booltesttype ?? ""], input);
}

/** Values of which one is chosen must have a type in common; what their literals become is the engine's to tell. */
function alike(nodes: readonly Node[] | undefined, word: string, input: TransformInput): void {
  let column: KnownColumn | null = null;
  for (const node of nodes ?? []) {
    const next = { type: knownType(node), literals: [] };
    if (next.type === null) continue;
    column = column === null ? next : common(column, next, word, input, "unknown");
  }
}

function caseWhen(fields: Fields, input: TransformInput): void {
  const { arg, args = [] } = fields as CaseExpr;
  const whens = args.flatMap((when) => "CaseWhen" in when ? [when.CaseWhen] : []);
  for (const { expr, location } of whens) {
    if (!arg) mustBeBoolean(expr, "CASE/WHEN", input);
    else if (expr) pair("=", arg, expr, location, input);
  }
  const { defresult } = fields as CaseExpr;
  alike([...defresult ? [defresult] : [], ...whens.flatMap((when) => when.result ?? [])], "CASE", input);
}

/** Sides of a UNION that were looked at with it. */
const sides = new WeakSet<SelectStmt>();

function select(fields: Fields, input: TransformInput): void {
  const node = fields as SelectStmt;
  mustBeBoolean(node.whereClause, "WHERE", input);
  mustBeBoolean(node.havingClause, "HAVING", input);
  if (node.larg && node.rarg && !sides.has(node)) columnsOf(node, input);
  // Many rows are data; the engine reads them.
  if (node.valuesLists && node.valuesLists.length > 1 && node.valuesLists.length <= 100) {
    valuesAlike(node, input);
  }
}

function valuesAlike({ valuesLists = [] }: SelectStmt, input: TransformInput): void {
  const rows = valuesLists.map((row) => "List" in row ? row.List.items ?? [] : []);
  rows[0].forEach((_, i) => alike(rows.flatMap((row) => row[i] ?? []), "VALUES", input));
}

const setWords: Record<string, string> = {
  SETOP_UNION: "UNION",
  SETOP_INTERSECT: "INTERSECT",
  SETOP_EXCEPT: "EXCEPT",
};

/** A column of a query: its type, and the literals that are to become of the type of the column they meet. */
interface KnownColumn {
  type: KnownType;
  literals: readonly A_Const[];
}

/** `null` where a star stands for any number of columns. */
function columnsOf(node: SelectStmt, input: TransformInput): KnownColumn[] | null {
  if (!node.larg || !node.rarg) return targetsOf(node);
  sides.add(node.larg).add(node.rarg);
  const left = columnsOf(node.larg, input);
  const right = columnsOf(node.rarg, input);
  if (left === null || right === null || left.length !== right.length) return null;
  return left.map((column, i) => common(column, right[i], setWords[node.op ?? ""], input));
}

function targetsOf({ targetList, valuesLists }: SelectStmt): KnownColumn[] | null {
  if (valuesLists) {
    const [row] = valuesLists;
    return valuesLists.length === 1 && "List" in row ? (row.List.items ?? []).map(columnOf) : null;
  }
  if (!targetList || targetList.some(isStar)) return null;
  return targetList.map((target) => columnOf("ResTarget" in target ? target.ResTarget.val : undefined));
}

function columnOf(node: Node | undefined): KnownColumn {
  const isLiteral = node !== undefined && "A_Const" in node && node.A_Const.sval !== undefined;
  return { type: knownType(node), literals: isLiteral ? [node.A_Const] : [] };
}

/** Literals that stay unknown on both sides are texts. */
function common(
  left: KnownColumn,
  right: KnownColumn,
  word: string,
  input: TransformInput,
  unknowns = "text",
): KnownColumn {
  if (left.type === "unknown" && right.type === "unknown") return { type: unknowns, literals: [] };
  if (left.type === "unknown") return becomes(left, right.type, input);
  if (right.type === "unknown") return becomes(right, left.type, input);
  const [leftKind, rightKind] = [kindOf(left.type), kindOf(right.type)];
  if (leftKind === null || rightKind === null) return { type: null, literals: [] };
  if (leftKind === rightKind) return { type: left.type, literals: [] };
  if (new Set([leftKind, rightKind]).isSubsetOf(new Set(["time", "interval"]))) {
    return { type: "interval", literals: [] };
  }
  input.refuse(new PgError("42804", `${word} types ${left.type} and ${right.type} cannot be matched`));
  return { type: null, literals: [] };
}

function becomes({ literals }: KnownColumn, type: KnownType, input: TransformInput): KnownColumn {
  if (type !== null) { for (const literal of literals) castLiteral(literal, type, input); }
  return { type, literals: [] };
}
