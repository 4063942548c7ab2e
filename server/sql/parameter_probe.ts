import type { Node } from "libpg-query";
import { type Edits, editsOf } from "./edits.ts";
import { endOfName, firstTokenOf } from "./extent.ts";
import { closingIndex, isSymbol } from "./lexer.ts";
import { parseOne } from "./parser.ts";
import { type Source, sourceOf } from "./source.ts";
import { type Fields, walk } from "./walk.ts";

/**
 * Where a parameter meets an operator, PostgreSQL gives it the type of the other side (`score + $1`), or of an array of
 * those (`id = ANY($1)`); DuckDB leaves it open. This is the same statement with each such parameter written as
 * `CASE WHEN true THEN $1 ELSE score END`, where DuckDB does infer it: compile it, ask for the parameters' types, and
 * do not run it. `null` where there is nothing to infer so.
 *
 * @example probeParameters("select score + $1 from t") // "select score + CASE WHEN true THEN $1 ELSE score END from t"
 * @see https://www.postgresql.org/docs/16/typeconv-oper.html
 */
export function probeParameters(sql: string): string | null {
  const tree = parseOne(sql);
  if (tree === null) return null;
  const source = sourceOf(sql);
  const edits = editsOf(sql);
  walk(tree, (type, node) => {
    if (type === "A_Expr") probeOperator(node, source, edits);
  });
  return edits.size === 0 ? null : edits.apply().text;
}

/** Operators whose result is of their arguments' type; with a comparison DuckDB infers by itself. */
const arithmetic = new Set(["+", "-", "*", "/", "%", "&", "|"]);

function probeOperator(node: Fields, source: Source, edits: Edits): void {
  const { kind, lexpr, rexpr, location } = node as unknown as Operator;
  if (!lexpr || !rexpr || location === undefined) return;
  const operator = source.tokenAt(source.offsetOfByte(location));
  const left = () => textBetween(source, firstTokenOf(lexpr, source, operator), operator);
  if ((kind === "AEXPR_OP_ANY" || kind === "AEXPR_OP_ALL") && "ParamRef" in rexpr) {
    return probe(rexpr, `[${left()}]`, source, edits);
  }
  if (kind !== "AEXPR_OP" || !arithmetic.has(nameOf(node))) return;
  if ("ParamRef" in rexpr && !("ParamRef" in lexpr)) return probe(rexpr, left(), source, edits);
  if ("ParamRef" in lexpr && !("ParamRef" in rexpr)) {
    probe(lexpr, textBetween(source, operator + 1, endOfPrimary(source, operator + 1)), source, edits);
  }
}

interface Operator {
  kind?: string;
  lexpr?: Node;
  rexpr?: Node;
  location?: number;
}

function nameOf(node: Fields): string {
  const [name] = node.name as { String?: { sval?: string } }[];
  return name?.String?.sval ?? "";
}

function probe(parameter: Node, other: string, source: Source, edits: Edits): void {
  const { location = 0 } = (parameter as { ParamRef: { location?: number } }).ParamRef;
  const { start, end } = source.tokens[source.tokenAt(source.offsetOfByte(location))];
  edits.replace(start, end, `CASE WHEN true THEN ${source.text.slice(start, end)} ELSE ${other} END`);
}

function textBetween(source: Source, first: number, behind: number): string {
  return source.text.slice(source.tokens[first].start, source.tokens[behind - 1].end);
}

/** Index of the token behind a constant, name, call or bracketed expression, with the casts that follow it. */
function endOfPrimary(source: Source, first: number): number {
  const { text, tokens } = source;
  let at = isSymbol(text, tokens[first], "(") ? first : endOfName(source, first);
  for (;;) {
    if (isSymbol(text, tokens[at], "(") || isSymbol(text, tokens[at], "[")) {
      at = closingIndex(text, tokens, at) + 1;
    } else if (isSymbol(text, tokens[at], "::")) at = endOfName(source, at + 1);
    else return at;
  }
}
