import { lookup } from "../../worker/api/lookup.ts";
import type {
  A_Const,
  A_Expr,
  CaseExpr,
  CoalesceExpr,
  CollateClause,
  ColumnRef,
  FuncCall,
  Node,
  SubLink,
  TypeCast,
} from "libpg-query";
import { typeByName } from "../../worker/api/types.ts";
import { nameParts } from "./constant.ts";
import { functionType } from "./function_types.ts";
import { jsonFunctionType, jsonOperatorType, sqlJsonType } from "./json_type.ts";
import { columnOf } from "./relation_types.ts";
import { fieldsOf, typeOf } from "./walk.ts";

/**
 * PostgreSQL's name for the type of an expression, as errors have it (`integer`, `text`); `unknown` for a literal that
 * takes its type from what stands beside it; `null` where nothing tells, as for a column of which nothing is known
 * (`relation_types.ts` says when one is).
 */
export type KnownType = string | null;

/** What kind of values a type has; values of different kinds do not meet in an operator or a UNION. */
export type Kind = "number" | "text" | "boolean" | "moment" | "interval" | "time" | "uuid" | "bytes" | "json";

const kinds: Record<string, Kind> = lookup({
  smallint: "number",
  integer: "number",
  bigint: "number",
  numeric: "number",
  real: "number",
  "double precision": "number",
  text: "text",
  "character varying": "text",
  character: "text",
  boolean: "boolean",
  date: "moment",
  "timestamp without time zone": "moment",
  "timestamp with time zone": "moment",
  interval: "interval",
  "time without time zone": "time",
  uuid: "uuid",
  bytea: "bytes",
  json: "json",
  jsonb: "json",
});

/** The kind of a type; `null` for `unknown` and all that are not listed. */
export function kindOf(type: KnownType): Kind | null {
  return type === null ? null : kinds[type] ?? null;
}

/** Types whose values are compared here, by the names the parser has for them. */
const typeNames = new Set(
  "int2 int4 int8 numeric float4 float8 text varchar bpchar bool date timestamp timestamptz interval time uuid bytea json jsonb"
    .split(" "),
);

/** What was found out of a node: an operand is asked for once by each operator above it, which in a chain doubles. */
const found = Symbol("type");

interface Kept {
  [found]?: KnownType;
}

/** The type of an expression by its text, and by the columns in it that are known. */
export function knownType(node: Node | undefined): KnownType {
  return node ? typeOfFields(typeOf(node), fieldsOf(node)) : null;
}

/** The same of a node's type and what stands behind it. */
export function typeOfFields(sort: string, fields: object): KnownType {
  if (sort === "ColumnRef") return columnOf(fields as ColumnRef)?.type ?? null;
  if (sort === "A_Const") return constantType(fields as A_Const);
  const before = (fields as Kept)[found];
  if (before !== undefined) return before;
  return (fields as Kept)[found] = typeOfExpression(sort, fields);
}

function typeOfExpression(sort: string, fields: object): KnownType {
  switch (sort) {
    case "A_Expr":
      return operatorType(fields as A_Expr) ?? jsonOperatorType(fields as A_Expr);
    case "FuncCall":
      return jsonFunctionType(fields as FuncCall) ?? functionType(fields as FuncCall);
    case "TypeCast":
      return castType(fields as TypeCast);
    case "BoolExpr":
    case "NullTest":
    case "BooleanTest":
      return "boolean";
    case "CollateClause":
      return knownType((fields as CollateClause).arg);
    case "SubLink":
      return subLinkType(fields as SubLink);
    case "CoalesceExpr":
    case "MinMaxExpr":
      return commonType(((fields as CoalesceExpr).args ?? []).map(knownType));
    case "CaseExpr":
      return commonType(resultsOf(fields as CaseExpr).map(knownType));
    default:
      return sqlJsonType(sort, fields);
  }
}

function castType({ typeName }: TypeCast): KnownType {
  const { names, arrayBounds } = typeName ?? {};
  const parts = nameParts(names);
  // What the parser calls `pg_catalog.int4` or the client `text`.
  const own = parts.length === 1 || parts[0] === "pg_catalog";
  const name = parts.at(-1) ?? "";
  return arrayBounds || !own || !typeNames.has(name) ? null : typeByName(name)!.sqlName;
}

/**
 * The type that values of several types have together, as in a UNION or a CASE; `null` where one of them is not known, or
 * they do not go together.
 *
 * @see https://www.postgresql.org/docs/18/typeconv-union-case.html
 */
export function commonType(types: readonly KnownType[]): KnownType {
  const told = types.filter((type) => type !== "unknown");
  if (told.length === 0) return types.length > 0 ? "unknown" : null;
  const [first] = told;
  if (told.every((type) => type === first)) return first;
  if (told.every((type) => kindOf(type) === "text")) return "text";
  return told.every((type) => kindOf(type) === "number") ? widest(told as string[]) : null;
}

/** The values of which a CASE has one. */
function resultsOf({ args = [], defresult }: CaseExpr): (Node | undefined)[] {
  const results = args.map((when) => "CaseWhen" in when ? when.CaseWhen.result : undefined);
  return defresult ? [...results, defresult] : results;
}

const tested = new Set(["EXISTS_SUBLINK", "ANY_SUBLINK", "ALL_SUBLINK", "ROWCOMPARE_SUBLINK"]);

function subLinkType({ subLinkType, subselect }: SubLink): KnownType {
  if (tested.has(subLinkType ?? "")) return "boolean";
  if (subLinkType !== "EXPR_SUBLINK") return null;
  const [target] = subselect && "SelectStmt" in subselect ? subselect.SelectStmt.targetList ?? [] : [];
  if (!target || !("ResTarget" in target)) return null;
  const type = knownType(target.ResTarget.val);
  return type === "unknown" ? "text" : type;
}

function constantType(constant: A_Const): KnownType {
  if (constant.ival) return "integer";
  if (constant.boolval) return "boolean";
  if (constant.sval || constant.isnull) return "unknown";
  if (!constant.fval) return null;
  const digits = constant.fval.fval ?? "";
  return /^-?\d+$/.test(digits) && BigInt.asIntN(64, BigInt(digits)) === BigInt(digits)
    ? "bigint"
    : "numeric";
}

const comparisons = new Set(["=", "<>", "<", ">", "<=", ">="]);
const arithmetic = new Set(["+", "-", "*", "/", "%"]);
const widening = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];

/** Whether an operator compares. */
export function isComparison(name: string): boolean {
  return comparisons.has(name);
}

/** Whether an operator calculates. */
export function isArithmetic(name: string): boolean {
  return arithmetic.has(name);
}

const tests = new Set([
  "AEXPR_IN",
  "AEXPR_LIKE",
  "AEXPR_ILIKE",
  "AEXPR_SIMILAR",
  "AEXPR_BETWEEN",
  "AEXPR_NOT_BETWEEN",
  "AEXPR_DISTINCT",
  "AEXPR_NOT_DISTINCT",
  "AEXPR_OP_ANY",
  "AEXPR_OP_ALL",
]);

function operatorType({ kind, name, lexpr, rexpr }: A_Expr): KnownType {
  if (tests.has(kind ?? "")) return "boolean";
  if (kind === "AEXPR_NULLIF") return nullifType(knownType(lexpr), knownType(rexpr));
  if (kind !== "AEXPR_OP" || name?.length !== 1) return null;
  const operator = nameParts(name)[0];
  // Rows are compared by fields.
  if (isComparison(operator)) return "boolean";
  const right = knownType(rexpr);
  if (!lexpr) return (operator === "-" || operator === "+") && kindOf(right) === "number" ? right : null;
  const left = knownType(lexpr);
  if (isArithmetic(operator)) return arithmeticType(left, right) ?? momentType(operator, left, right);
  if (operator === "^") return powerType(left, right);
  return operator === "||" && joins(left, right) ? "text" : null;
}

/** A text, or what is taken for one, is joined with all but arrays and documents. */
function joins(left: KnownType, right: KnownType): boolean {
  const [one, two] = [kindOf(left), kindOf(right)];
  if (one === "text" || two === "text") {
    return [left, right].every((type, i) => type === "unknown" || [one, two][i] !== null);
  }
  return left === "unknown" && right === "unknown";
}

/** That of the first, as it is compared with the second. */
function nullifType(first: KnownType, second: KnownType): KnownType {
  if (first === "unknown") return null;
  if (second === first || second === "unknown" || integers.has(first ?? "") && integers.has(second ?? "")) {
    return first;
  }
  return arithmeticType(first, second);
}

const integers: ReadonlySet<string> = new Set(["smallint", "integer", "bigint"]);

function powerType(left: KnownType, right: KnownType): KnownType {
  if (kindOf(left) !== "number" || kindOf(right) !== "number") return null;
  const isFloat = [left, right].some((type) => type === "real" || type === "double precision");
  return !isFloat && (left === "numeric" || right === "numeric") ? "numeric" : "double precision";
}

function arithmeticType(left: KnownType, right: KnownType): KnownType {
  const number = (type: KnownType) => kindOf(type) === "number";
  if (left === "unknown" && number(right)) return right;
  if (right === "unknown" && number(left)) return left;
  if (!number(left) || !number(right)) return null;
  // Of another number and a real the sum is double precision.
  if (left !== right && (left === "real" || right === "real")) return "double precision";
  return widest([left!, right!]);
}

const date = "date";
const time = "time without time zone";

/**
 * What comes of calculating with dates, times and intervals.
 *
 * @see https://www.postgresql.org/docs/18/functions-datetime.html#OPERATORS-DATETIME-TABLE
 */
function momentType(operator: string, left: KnownType, right: KnownType): KnownType {
  const kinds = [kindOf(left), kindOf(right)].join(` ${operator} `);
  switch (kinds) {
    case "moment + interval":
    case "moment - interval":
      return left === date ? "timestamp without time zone" : left;
    case "interval + moment":
      return momentType("+", right, left);
    case "moment - moment":
      return left === date && right === date ? "integer" : "interval";
    case "moment + number":
    case "moment - number":
      return left === date && right === "integer" ? date : null;
    case "moment + time":
      return left === date && right === time ? "timestamp without time zone" : null;
    case "time + interval":
    case "time - interval":
      return left;
    case "time - time":
    case "interval + interval":
    case "interval - interval":
    case "interval * number":
    case "number * interval":
    case "interval / number":
      return "interval";
    default:
      return null;
  }
}

function widest(types: readonly string[]): string {
  return widening[Math.max(...types.map((type) => widening.indexOf(type)))];
}
