import { lookup } from "../../worker/api/lookup.ts";
import type { A_Expr, FuncCall, Node } from "libpg-query";
import type { PgType } from "../../worker/api/executor.ts";
import { oids, typeLength } from "../../worker/api/types.ts";
import { lastPart } from "./constant.ts";

/**
 * What operators and functions make of addresses and money, which the engine keeps as texts and decimals: their types are in
 * the statement's text, or in what its columns were declared as.
 */

/** The type of an expression, as far as it is known. */
export type TypeOf = (node: Node) => PgType | null;

const typeOf = (oid: number): PgType => ({ oid, length: typeLength(oid), modifier: -1 });

/** Whether it is an `inet` or a `cidr`. */
export function isAddress(type: PgType | null): boolean {
  return type?.oid === oids.inet || type?.oid === oids.cidr;
}

/** Whether it is money. */
export function isMoney(type: PgType | null): boolean {
  return type?.oid === oids.money;
}

/** The type of an operator's result where it is one of these; `null` for every other. Each side is asked once. */
export function toldOperator({ kind, name, lexpr, rexpr }: A_Expr, of: TypeOf): PgType | null {
  const symbol = lastPart(name) ?? "";
  if (kind !== "AEXPR_OP" || !rexpr || !/^[-+*/]$/.test(symbol)) return null;
  const [left, right] = [lexpr ? of(lexpr) : null, of(rexpr)];
  if (isAddress(left) || isAddress(right)) {
    if (symbol === "-" && isAddress(left) && isAddress(right)) return null;
    return symbol === "*" || symbol === "/" ? null : typeOf(oids.inet);
  }
  if (!isMoney(left) && !isMoney(right)) return null;
  return symbol === "/" && isMoney(right) ? null : typeOf(oids.money);
}

const addressFunctions: Readonly<Record<string, number>> = lookup({
  broadcast: oids.inet,
  hostmask: oids.inet,
  netmask: oids.inet,
  network: oids.cidr,
  inet_client_addr: oids.inet,
  inet_server_addr: oids.inet,
});

const choosing = new Set(["min", "max", "sum", "any_value"]);

/** The type of a function's result where it is one of these. */
export function toldFunction({ funcname, args }: FuncCall, of: TypeOf): PgType | null {
  const name = lastPart(funcname) ?? "";
  const own = addressFunctions[name];
  if (own !== undefined) return typeOf(own);
  const [first] = args ?? [];
  if (!first) return null;
  if (name === "set_masklen") return of(first) ?? typeOf(oids.inet);
  if (!choosing.has(name)) return null;
  const type = of(first);
  if (isMoney(type)) return type;
  return isAddress(type) && name !== "sum" ? typeOf(oids.inet) : null;
}
