import { lookup } from "../../../worker/api/lookup.ts";
import type {
  A_Const,
  A_Expr,
  CaseExpr,
  CoalesceExpr,
  FuncCall,
  MinMaxExpr,
  Node,
  TypeCast,
} from "libpg-query";
import { constantText, lastPart, nameParts } from "../constant.ts";
import {
  added,
  compared,
  type Decimal,
  divided,
  floored,
  multiplied,
  negated,
  readDecimal,
  remainder,
  rescaled,
  rounded,
  toDouble,
  trimmed,
  truncated,
} from "../../../worker/api/decimal.ts";
import { commonLogarithm, exponential, logarithm, naturalLogarithm, power, squareRoot } from "./functions.ts";
import { fieldsOf, typeOf } from "../walk.ts";

/**
 * What an expression of number literals comes to, by PostgreSQL's rules: its type, its value and the digits it is shown
 * with. `null` for everything with a column, a parameter or a function that is not listed here, and for what is an error.
 */
export type Value = Exact | Double;

interface Exact {
  type: "smallint" | "integer" | "bigint" | "numeric";
  decimal: Decimal;
  /** The engine would answer with other digits, or in double precision. */
  better: boolean;
}

interface Double {
  type: "double precision";
  double: number;
  /** What PostgreSQL raises (22003) where the result is infinite or 0 although no operand is. */
  outOfRange?: "overflow" | "underflow";
}

/** The literal NULL, of which a choice is made among others. */
const nothing = Symbol("NULL");

const known = Symbol("value");

interface Kept {
  [known]?: Value | null;
}

/** See {@linkcode Value}. */
export function valueOf(node: Node | undefined): Value | null {
  return node ? valueOfFields(typeOf(node), fieldsOf(node)) : null;
}

/** The same of a node's type and what stands behind it. */
export function valueOfFields(type: string, fields: object): Value | null {
  if (type === "ColumnRef") return null;
  if (type === "A_Const") return constant(fields);
  if (type === "A_Expr" ? !isCalculation(fields) : type === "FuncCall" && !isFunction(fields)) return null;
  const before = (fields as Kept)[known];
  if (before !== undefined) return before;
  return (fields as Kept)[known] = compound(type, fields);
}

function compound(type: string, fields: object): Value | null {
  switch (type) {
    case "A_Expr":
      return operation(fields);
    case "FuncCall":
      return call(fields);
    case "TypeCast":
      return cast(fields);
    case "CoalesceExpr":
      return chosen((fields as CoalesceExpr).args, (values) => values[0]);
    case "MinMaxExpr":
      return extreme(fields);
    case "CaseExpr":
      return caseWhen(fields);
    default:
      return null;
  }
}

function extreme({ op, args }: MinMaxExpr): Value | null {
  const sign = op === "IS_LEAST" ? -1 : 1;
  return chosen(
    args,
    (values) => values.reduce((best, value) => sign * compared(value, best) > 0 ? value : best),
  );
}

function constant({ ival, fval }: A_Const): Exact | null {
  if (ival) {
    return { type: "integer", decimal: { unscaled: BigInt(ival.ival ?? 0), scale: 0 }, better: false };
  }
  const decimal = fval ? readDecimal(fval.fval ?? "") : null;
  if (!decimal) return null;
  const isBig = /^-?\d+$/.test(fval!.fval ?? "") && fits(decimal.unscaled, 64);
  return { type: isBig ? "bigint" : "numeric", decimal, better: false };
}

const integerBits = { smallint: 16, integer: 32, bigint: 64 } as const;

function fits(value: bigint, bits: number): boolean {
  return BigInt.asIntN(bits, value) === value;
}

/** A number of a type; `null` where it is out of its range. */
function exact(type: Exact["type"], decimal: Decimal, better: boolean): Exact | null {
  return type === "numeric" || fits(decimal.unscaled, integerBits[type]) ? { type, decimal, better } : null;
}

const calculating = new Set(["+", "-", "*", "/", "%", "^"]);

function isCalculation({ kind, name }: A_Expr): boolean {
  return kind === "AEXPR_OP" && name?.length === 1 && calculating.has(lastPart(name)!);
}

function operation({ name, lexpr, rexpr }: A_Expr): Value | null {
  const symbol = lastPart(name)!;
  const right = valueOf(rexpr);
  if (!right) return null;
  if (!lexpr) return symbol === "-" ? opposite(right) : symbol === "+" ? right : null;
  const left = valueOf(lexpr);
  if (!left) return null;
  return left.type === "double precision" || right.type === "double precision"
    ? doubles(symbol, left, right)
    : exacts(symbol, left, right);
}

function opposite(value: Value): Value | null {
  if (value.type === "double precision") return { ...value, double: -value.double };
  return exact(value.type, negated(value.decimal), value.better);
}

function doubles(symbol: string, left: Value, right: Value): Double | null {
  const [a, b] = [doubleOf(left), doubleOf(right)];
  if (symbol === "/" && b === 0) return null;
  const computed = { "+": a + b, "-": a - b, "*": a * b, "/": a / b }[symbol];
  if (computed === undefined) return null;
  const told = [left, right].find((side): side is Double => "outOfRange" in side)?.outOfRange;
  const outOfRange = told ?? rangeError(symbol, computed, a, b);
  return { type: "double precision", double: computed, ...outOfRange ? { outOfRange } : {} };
}

function rangeError(symbol: string, computed: number, a: number, b: number): Double["outOfRange"] {
  if (Math.abs(computed) === Infinity) {
    return Math.abs(a) === Infinity || Math.abs(b) === Infinity ? undefined : "overflow";
  }
  const vanished = computed === 0 && a !== 0 && b !== 0 && Math.abs(b) !== Infinity;
  return vanished && (symbol === "*" || symbol === "/") ? "underflow" : undefined;
}

function doubleOf(value: Value): number {
  return value.type === "double precision" ? value.double : toDouble(value.decimal);
}

const widening: readonly Value["type"][] = ["smallint", "integer", "bigint", "numeric", "double precision"];

function wider<T extends Value["type"]>(a: T, b: T): T {
  return widening.indexOf(a) > widening.indexOf(b) ? a : b;
}

function exacts(symbol: string, left: Exact, right: Exact): Exact | null {
  const type = wider(left.type, right.type);
  const better = left.better || right.better;
  const [a, b] = [left.decimal, right.decimal];
  switch (symbol) {
    case "+":
      return exact(type, added(a, b), better);
    case "-":
      return exact(type, added(a, negated(b)), better);
    case "*":
      return exact(type, multiplied(a, b), better);
    case "^":
      return type === "numeric" ? numeric(power(a, b)) : null;
  }
  if (b.unscaled === 0n) return null;
  if (symbol === "%") return exact(type, remainder(a, b), better);
  return type === "numeric"
    ? numeric(divided(a, b))
    : exact(type, { unscaled: a.unscaled / b.unscaled, scale: 0 }, better);
}

function numeric(decimal: Decimal | null): Exact | null {
  return decimal && { type: "numeric", decimal, better: true };
}

/** Functions of one numeric; of an integer they are in double precision. */
const ofNumeric: Readonly<Record<string, (a: Decimal) => Decimal | null>> = lookup({
  sqrt: squareRoot,
  exp: exponential,
  ln: naturalLogarithm,
  log: commonLogarithm,
  log10: commonLogarithm,
  trim_scale: trimmed,
});

/** Functions of two numbers of which one is numeric, or which make them so. */
const ofTwo: Readonly<Record<string, (a: Decimal, b: Decimal) => Decimal | null>> = lookup({
  log: logarithm,
  power,
  pow: power,
});

/** Those that the engine answers as PostgreSQL does, but not of what it has no right answer for. */
const plain: Readonly<Record<string, (a: Decimal) => Decimal>> = lookup({
  abs: (a) => a.unscaled < 0n ? negated(a) : a,
  round: (a) => rounded(a, 0),
  trunc: (a) => truncated(a, 0),
  floor: floored,
  ceil: (a) => negated(floored(negated(a))),
  ceiling: (a) => negated(floored(negated(a))),
});

const functions = new Set([ofNumeric, ofTwo, plain].flatMap(Object.keys));

/** A scale that somebody asks for. */
const maxAsked = 100;

function isFunction({ funcname }: FuncCall): boolean {
  return functions.has(lastPart(funcname)!);
}

function call(
  { funcname, args = [], agg_distinct, agg_filter, over, func_variadic }: FuncCall,
): Exact | null {
  const parts = nameParts(funcname);
  if (parts.length === 2 && parts[0] !== "pg_catalog") return null;
  if (agg_distinct || agg_filter || over || func_variadic || args.length > 2) return null;
  const name = parts.at(-1)!;
  const values = args.map(valueOf);
  const exacts = values.filter((value): value is Exact =>
    value !== null && value.type !== "double precision"
  );
  if (exacts.length !== args.length) return null;
  const [first, second] = exacts;
  if (!first) return null;
  if (!second) return ofOne(name, first);
  if (name === "round" || name === "trunc") return toDigits(name, first, second);
  const some = first.type === "numeric" || second.type === "numeric" || name === "log";
  return some && ofTwo[name] ? numeric(ofTwo[name](first.decimal, second.decimal)) : null;
}

function ofOne(name: string, { type, decimal, better }: Exact): Exact | null {
  if (type !== "numeric") return null;
  if (plain[name]) return { type, decimal: plain[name](decimal), better };
  return ofNumeric[name] ? numeric(ofNumeric[name](decimal)) : null;
}

function toDigits(name: "round" | "trunc", { decimal }: Exact, { type, decimal: digits }: Exact) {
  const count = Number(digits.unscaled);
  if (type !== "integer" || Math.abs(count) > maxAsked) return null;
  return numeric(name === "round" ? rounded(decimal, count) : truncated(decimal, count));
}

function cast({ arg, typeName }: TypeCast): Value | null {
  const parts = nameParts(typeName?.names);
  if (typeName?.arrayBounds || parts.length === 2 && parts[0] !== "pg_catalog") return null;
  const value = castable(arg);
  if (!value) return null;
  switch (parts.at(-1)) {
    case "numeric":
      return toNumeric(value, typeName?.typmods);
    case "float8":
      return value.type === "double precision"
        ? value
        : { type: "double precision", double: toDouble(value.decimal) };
    case "int2":
      return toInteger(value, "smallint");
    case "int4":
      return toInteger(value, "integer");
    case "int8":
      return toInteger(value, "bigint");
    default:
      return null;
  }
}

/** A number, or a literal that is read as one. */
function castable(node: Node | undefined): Value | null {
  const text = node && "A_Const" in node ? node.A_Const.sval?.sval : undefined;
  if (text === undefined) return valueOf(node);
  const decimal = readDecimal(text);
  return decimal && { type: "numeric", decimal, better: false };
}

function toNumeric(value: Value, typmods: readonly Node[] | undefined): Exact | null {
  if (value.type === "double precision") return null;
  const { decimal, better } = value;
  if (!typmods) return { type: "numeric", decimal, better };
  const [precision, scale] = [...typmods.map((node) => Number(constantText(node))), 0];
  if (!(precision >= 1 && precision <= 1000 && Math.abs(scale) <= 1000)) return null;
  const wanted = rounded(decimal, scale);
  const digits = String(wanted.unscaled).replace("-", "").length - Math.max(wanted.scale, 0);
  const isUsual = precision <= 38 && scale >= 0 && scale <= precision;
  return wanted.unscaled !== 0n && digits > precision - scale
    ? null
    : { type: "numeric", decimal: wanted, better: better || !isUsual };
}

function toInteger(value: Value, type: "smallint" | "integer" | "bigint"): Exact | null {
  // Half to even of a double precision number is the engine's.
  if (value.type === "double precision") return null;
  return exact(type, rescaled(value.decimal, 0), value.better);
}

/** The value of one of several numbers, in the type they have in common. */
function chosen(
  nodes: readonly Node[] | undefined,
  choose: (values: Decimal[]) => Decimal | undefined,
): Exact | null {
  const values = (nodes ?? []).map((node) => isNull(node) ? nothing : valueOf(node));
  const numbers: Exact[] = [];
  for (const value of values) {
    if (value === nothing) continue;
    if (value === null || value.type === "double precision") return null;
    numbers.push(value);
  }
  const type = numbers.map((value) => value.type).reduce(wider, "smallint");
  if (type !== "numeric") return null;
  const decimal = choose(numbers.map((value) => value.decimal));
  if (!decimal) return null;
  // DuckDB gives all the largest scale among them.
  const scale = Math.max(...numbers.map((value) => value.decimal.scale));
  return { type, decimal, better: decimal.scale < scale || numbers.some((value) => value.better) };
}

function isNull(node: Node | undefined): boolean {
  return node !== undefined && "A_Const" in node && node.A_Const.isnull === true;
}

function caseWhen({ arg, args = [], defresult }: CaseExpr): Exact | null {
  if (arg || !defresult) return null;
  const whens = args.flatMap((when) => "CaseWhen" in when ? [when.CaseWhen] : []);
  const tests = whens.map((when) => truth(when.expr));
  if (tests.includes(null)) return null;
  const results = [...whens.map((when) => when.result), defresult];
  if (results.some((result) => !result || isNull(result))) return null;
  const at = tests.indexOf(true);
  return chosen(results as Node[], (values) => values.at(at));
}

/** A condition of literals. */
function truth(node: Node | undefined): boolean | null {
  if (node && "A_Const" in node) return node.A_Const.boolval ? node.A_Const.boolval.boolval ?? false : null;
  if (!node || !("A_Expr" in node) || node.A_Expr.kind !== "AEXPR_OP") return null;
  const [left, right] = [valueOf(node.A_Expr.lexpr), valueOf(node.A_Expr.rexpr)];
  if (!left || !right || left.type === "double precision" || right.type === "double precision") return null;
  const order = compared(left.decimal, right.decimal);
  const tests: Record<string, boolean> = {
    "=": order === 0,
    "<>": order !== 0,
    "<": order < 0,
    ">": order > 0,
    "<=": order <= 0,
    ">=": order >= 0,
  };
  return tests[nameParts(node.A_Expr.name)[0]] ?? null;
}
