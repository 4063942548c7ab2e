import type { A_Expr, FuncCall, Node, SortBy, TypeCast } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { cidrText, inetText, macaddrText, parseText } from "../../../worker/api/input.ts";
import type { PgType } from "../../../worker/api/executor.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import { oids } from "../../../worker/api/types.ts";
import { callText } from "../call.ts";
import { toldType } from "../column_types.ts";
import { constantText, lastPart } from "../constant.ts";
import { extentOf } from "../expression_extent.ts";
import { isAddress, isMoney, type TypeOf } from "../told_operators.ts";
import { castExtent } from "../types/cast_extent.ts";
import { defaultLiteralSettings } from "../types/literal.ts";
import { namedType } from "../types/type_name.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Addresses (`inet`, `cidr`, `macaddr`), which are texts here, and money, which is a decimal: operators and casts of DuckDB's
 * mean something else by these. Columns that were declared so are dealt with in the same way once they are known
 * (`stored_told.ts`).
 *
 * @see https://www.postgresql.org/docs/18/functions-net.html
 */
export const network: Transform = {
  visit: {
    A_Expr: (fields, input) => {
      if (mayBeTold(fields)) operatorEdits(fields as A_Expr, toldType)?.(input);
    },
    FuncCall: (fields, input) => callEdits(fields as FuncCall, toldType)?.(input),
    TypeCast: (fields, input) => castEdits(fields as TypeCast, toldType)?.(input),
  },
};

/** Of columns and parameters the text tells nothing, but what is beside them. */
function mayBeTold({ name, lexpr, rexpr }: A_Expr): boolean {
  return !isUntold(lexpr) || !isUntold(rexpr) || addressOperators.has(lastPart(name) ?? "");
}

const addressOperators = new Set(["<<", ">>", "<<=", ">>=", "&&"]);

function isUntold(node: Node | undefined): boolean {
  return node === undefined || "ColumnRef" in node || "A_Const" in node;
}

type Edit = (input: TransformInput) => void;

const comparisons = new Set(["<", ">", "<=", ">="]);
const equalities = new Set(["=", "<>"]);
const containing: Readonly<Record<string, string>> = { "<<": "<<~", ">>": ">>~", "&&": "&&~" };

/** What an operator becomes; `null` where it stays as it is. */
export function operatorEdits(node: A_Expr, of: TypeOf): Edit | null {
  const { kind, name, lexpr, rexpr } = node;
  if (!lexpr || !rexpr) return null;
  const symbol = lastPart(name) ?? "";
  if (kind === "AEXPR_IN") return literalEdits(of(lexpr), "List" in rexpr ? rexpr.List.items ?? [] : []);
  if (kind !== "AEXPR_OP") return null;
  if (!known.test(symbol)) return null;
  const [left, right] = [of(lexpr), of(rexpr)];
  if (symbol === "<<=" || symbol === ">>=") return addressLiterals(left ?? right ?? inet, [lexpr, rexpr]);
  const type = toldOf(left) ?? toldOf(right) ?? (containing[symbol] ? literalAddress(lexpr, rexpr) : null);
  if (!type) return null;
  const literals = literalEdits(type, [lexpr, rexpr]);
  if (isMoney(type)) return both(literals, moneyOperator(node, symbol, isMoney(right)));
  if (type.oid === oids.macaddr) return literals;
  if (containing[symbol]) {
    return both(addressLiterals(type, [lexpr, rexpr]), ({ source, edits }) => {
      const { start, end } = source.tokens[source.tokenAt(source.offsetOfByte(node.location ?? 0))];
      edits.replace(start, end, containing[symbol]);
    });
  }
  if (equalities.has(symbol)) return literals;
  if (comparisons.has(symbol)) return both(literals, keyed([lexpr, rexpr]));
  if (symbol !== "+" && symbol !== "-") return null;
  return both(literals, arithmetic(node, symbol, isAddress(left) && isAddress(right)));
}

const known = /^(?:<<=?|>>=?|&&|=|<>|[<>]=?|[-+*/])$/;
const inet: PgType = { oid: oids.inet, length: -1, modifier: -1 };

function toldOf(type: PgType | null): PgType | null {
  return isAddress(type) || isMoney(type) || type?.oid === oids.macaddr ? type : null;
}

function both(one: Edit | null, other: Edit | null): Edit | null {
  if (!one || !other) return one ?? other;
  return (input) => {
    one(input);
    other(input);
  };
}

/** `a << '10.0.0.0/8'`: nothing else is shifted by such a text. */
function literalAddress(...sides: Node[]): PgType | null {
  const isOne = (node: Node) => {
    const text = "A_Const" in node && node.A_Const.sval ? constantText(node) ?? "" : "";
    return /[.:]/.test(text) && read(oids.inet, text) !== null;
  };
  return sides.some(isOne) ? inet : null;
}

/** A literal in the form that its type's values have here; `null` for what is none. */
function read(oid: number, text: string): string | null {
  try {
    return readOrThrow(oid, text);
  } catch {
    return null;
  }
}

/**
 * A literal of one of these types in the form its values have here; `null` for other types.
 *
 * @throws PgError 22P02, 22003
 */
export function toldLiteral(oid: number, text: string): string | null {
  return toldOf({ oid, length: -1, modifier: -1 }) ? readOrThrow(oid, text) : null;
}

function readOrThrow(oid: number, text: string): string {
  if (oid === oids.inet) return quoteText(inetText(text));
  if (oid === oids.cidr) return quoteText(cidrText(text));
  if (oid === oids.macaddr) return quoteText(macaddrText(text));
  const value = parseText(text, oid, { ...defaultLiteralSettings, index: 1, timeZone: "UTC" });
  if (value.kind !== "numeric") return quoteText(text);
  const digits = String(value.unscaled).replace(/(\d*)$/, (all) => all.padStart(3, "0"));
  return `CAST('${digits.slice(0, -2)}.${digits.slice(-2)}' AS DECIMAL(18, 2))`;
}

/** Literals beside an address or money are read as its type. */
export function literalEdits(type: PgType | null, nodes: readonly Node[]): Edit | null {
  const told = toldOf(type);
  const literals = told ? nodes.filter((node) => "A_Const" in node && node.A_Const.sval) : [];
  if (literals.length === 0) return null;
  return (input) => literals.forEach((node) => replaceLiteral(node, told!.oid, input));
}

/** An `inet` is what a literal beside a `cidr` is read as, where its host may have bits. */
function addressLiterals(type: PgType, nodes: readonly Node[]): Edit | null {
  return literalEdits(isAddress(type) ? inet : null, nodes);
}

function replaceLiteral(node: Node, oid: number, { source, edits, refuse }: TransformInput): void {
  const text = constantText(node) ?? "";
  const { tokens } = source;
  const first = "A_Const" in node ? source.tokenAt(source.offsetOfByte(node.A_Const.location ?? 0)) : 0;
  let last = first;
  while (tokens[last + 1]?.kind === "string") last++;
  try {
    const value = readOrThrow(oid, text);
    if (value !== quoteText(text)) edits.replace(tokens[first].start, tokens[last].end, value);
  } catch (error) {
    if (!(error instanceof PgError)) throw error;
    refuse(error, tokens[first].start);
  }
}

/** Addresses are ordered by their networks. */
function keyed(nodes: readonly Node[]): Edit {
  return ({ source, edits }) => {
    const extents = nodes.map((node) => extentOf(node, source));
    for (const extent of extents.every(Boolean) ? extents : []) {
      edits.wrap(extent!.start, extent!.end, "duckgres_net_key(", ")");
    }
  };
}

/** What addresses are sorted by. */
export function sortEdits({ node }: SortBy, of: TypeOf): Edit | null {
  return node && "ColumnRef" in node && isAddress(of(node)) ? keyed([node]) : null;
}

function arithmetic(node: A_Expr, symbol: string, distance: boolean): Edit {
  return ({ source, edits }) => {
    const whole = extentOf({ A_Expr: node }, source);
    if (!whole) return;
    const { start, end } = source.tokens[source.tokenAt(source.offsetOfByte(node.location ?? 0))];
    const called = distance ? "duckgres_inet_distance" : `duckgres_inet_${symbol === "+" ? "plus" : "minus"}`;
    edits.wrap(whole.start, whole.end, `${called}(`, ")");
    edits.replace(start, end, ",");
  };
}

/** A sum of money has two places as well; what is multiplied or divided is rounded to them. */
function moneyOperator(node: A_Expr, symbol: string, byMoney: boolean): Edit | null {
  if (symbol !== "*" && symbol !== "/") return null;
  return ({ source, edits }) => {
    const whole = extentOf({ A_Expr: node }, source);
    if (!whole) return;
    if (symbol === "*" || !byMoney) return edits.wrap(whole.start, whole.end, "CAST(", " AS DECIMAL(18, 2))");
    const extents = [extentOf(node.lexpr!, source), extentOf(node.rexpr!, source)];
    for (const extent of extents) edits.wrap(extent!.start, extent!.end, "CAST(", " AS DOUBLE)");
  };
}

const functions = new Set(
  ("abbrev broadcast family host hostmask inet_same_family masklen netmask network set_masklen").split(" "),
);

/** What a call becomes. */
export function callEdits(node: FuncCall, of: TypeOf): Edit | null {
  const name = lastPart(node.funcname) ?? "";
  const [first] = node.args ?? [];
  if (!first) return null;
  if (functions.has(name)) {
    const literal = "A_Const" in first && first.A_Const.sval ? constantText(first) ?? "" : null;
    if (literal !== null && read(oids.inet, literal) !== null) {
      return literalEdits(inet, node.args!.slice(0, 1));
    }
  }
  if (name === "min" || name === "max") return isAddress(of(first)) ? extreme(node, name) : null;
  const type = name === "abbrev" || name === "text" || name === "set_masklen" ? of(first) : null;
  if (!isAddress(type)) return null;
  const isNetwork = type?.oid === oids.cidr;
  if (name === "text") return renamed(node, "duckgres_net_shown");
  if (name === "abbrev") return isNetwork ? renamed(node, "duckgres_cidr_abbrev") : null;
  return isNetwork ? renamed(node, "duckgres_cidr_set_masklen") : null;
}

/** The first or last by the order of addresses. What is no column is not written out twice: a macro does that. */
function extreme(node: FuncCall, name: "min" | "max"): Edit | null {
  const [arg] = node.args!;
  if (node.agg_order || node.args!.length > 1) return null;
  if (!("ColumnRef" in arg)) {
    return node.over || node.agg_filter ? null : renamed(node, `duckgres_net_${name}`);
  }
  return ({ source, edits }) => {
    const call = callText(source, node);
    const extent = extentOf(arg, source);
    if (!call || !extent) return;
    const { start, end } = extent;
    edits.replace(source.tokens[call.name].start, source.tokens[call.open - 1].end, `arg_${name}`);
    edits.wrap(end, end, "", `, duckgres_net_key(${source.text.slice(start, end)})`);
  };
}

function renamed(node: FuncCall, name: string): Edit {
  return ({ source, edits }) => {
    const call = callText(source, node);
    if (call) edits.replace(source.tokens[call.name].start, source.tokens[call.open - 1].end, name);
  };
}

const texts = new Set(["text", "varchar"]);

/** What a cast becomes, to one of these types or from it. */
export function castEdits(node: TypeCast, of: TypeOf): Edit | null {
  const type = namedType(node.typeName);
  if (!type || type.isArray || !node.arg) return null;
  if (texts.has(type.name)) {
    const from = "A_Const" in node.arg ? null : of(node.arg);
    if (isAddress(from)) return argumentWrapped(node, "duckgres_net_shown(");
    return isMoney(from) ? argumentWrapped(node, "duckgres_money_text(") : null;
  }
  if (type.name === "numeric" && type.modifiers.length === 0 && isMoney(of(node.arg))) {
    return wrapped(node, "CAST(", " AS DECIMAL(18, 2))");
  }
  if (!["inet", "cidr", "macaddr"].includes(type.name) || "A_Const" in node.arg) return null;
  const from = of(node.arg);
  if (type.name === "cidr" && from?.oid === oids.inet) return wrapped(node, "network(");
  return from && nameOf(from) === type.name ? null : wrapped(node, `duckgres_${type.name}(`);
}

function nameOf({ oid }: PgType): string | null {
  return oid === oids.inet ? "inet" : oid === oids.cidr ? "cidr" : oid === oids.macaddr ? "macaddr" : null;
}

function wrapped(node: TypeCast, before: string, after = ")"): Edit {
  return ({ source, edits }) => {
    const extent = castExtent(node, source);
    if (extent) edits.wrap(extent.start, extent.end, before, after);
  };
}

function argumentWrapped(node: TypeCast, before: string): Edit {
  return ({ source, edits }) => {
    const extent = castExtent(node, source);
    if (extent) edits.wrap(extent.argument.start, extent.argument.end, before, ")");
  };
}

/** Whether a statement may have something to do with one of these types, by the nodes it has. */
export function toldEdits(type: string, fields: Fields, of: TypeOf): Edit | null {
  if (type === "A_Expr") return operatorEdits(fields as A_Expr, of);
  if (type === "FuncCall") return callEdits(fields as FuncCall, of);
  if (type === "TypeCast") return castEdits(fields as TypeCast, of);
  return type === "SortBy" ? sortEdits(fields as SortBy, of) : null;
}
