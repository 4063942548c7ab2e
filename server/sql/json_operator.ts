import type { A_Expr, Node } from "libpg-query";
import { lastPart } from "./constant.ts";
import { knownType } from "./known_type.ts";

/** What each operator is called here, whatever its operands. */
const operators: ReadonlyMap<string, string> = new Map([
  ["->", "<~->"],
  ["->>", "<~->>"],
  ["#>", "<~^>"],
  ["#>>", "<~^>>"],
  ["?", "<~^@>"],
  ["?|", "<~^|>"],
  ["?&", "<~^&>"],
  ["#-", "<~^^>"],
]);

/** Operators that other types have as well. */
const shared: ReadonlyMap<string, string> = new Map([
  ["@>", "<~@>"],
  ["<@", "<~<@>"],
  ["||", "<~||>"],
  ["-", "<~%>"],
]);

/** The macro's operator that one of json's becomes; `null` for what is none, as far as the text tells. */
export function jsonOperator({ kind, name, lexpr, rexpr }: A_Expr): string | null {
  if (kind !== "AEXPR_OP" || !lexpr || !rexpr) return null;
  const symbol = lastPart(name) ?? "";
  const own = operators.get(symbol);
  if (own !== undefined) return own;
  const called = shared.get(symbol);
  return called === undefined ? null : sharedOperator(symbol, called, lexpr, rexpr);
}

/** Whether one of the operands is surely jsonb; a literal that is an object or an array is, beside what is unknown. */
function sharedOperator(symbol: string, called: string, left: Node, right: Node): string | null {
  const types = [knownType(left), knownType(right)];
  const isJson = types.includes("jsonb");
  if (symbol === "-") return minus(isJson && types[0] === "jsonb", left, right);
  if (isJson) return called;
  const mayBe = (i: number) => types[i] === null || types[i] === "unknown";
  const looks = symbol === "||" ? isObjectText : isJsonText;
  if (!mayBe(0) || !mayBe(1)) return null;
  return looks(literalText(left)) || looks(literalText(right)) ? called : null;
}

function minus(isJson: boolean, left: Node, right: Node): string | null {
  const type = knownType(right);
  if ("A_ArrayExpr" in right || isTextArray(right)) return isJson || "ColumnRef" in left ? "<~%%%>" : null;
  if (isJson) return type === "integer" || type === "bigint" ? "<~%%>" : "<~%>";
  // Of a column, only a word that is no date, number or interval can be meant as a key.
  const text = "ColumnRef" in left ? literalText(right) : null;
  return text !== null && /^[a-z_]+$/i.test(text) && !momentWords.has(text.toLowerCase()) ? "<~%>" : null;
}

const momentWords = new Set([
  "now",
  "today",
  "tomorrow",
  "yesterday",
  "epoch",
  "infinity",
  "nan",
  "allballs",
]);

function isTextArray(node: Node): boolean {
  return "TypeCast" in node && node.TypeCast.typeName?.arrayBounds !== undefined;
}

/** The value of a string literal. */
export function literalText(node: Node): string | null {
  return "A_Const" in node && node.A_Const.sval ? node.A_Const.sval.sval ?? "" : null;
}

function isObjectText(text: string | null): boolean {
  return text !== null && /^\s*\{\s*"/.test(text) && isJsonText(text);
}

function isJsonText(text: string | null): boolean {
  if (text === null || !/^\s*[{["]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
