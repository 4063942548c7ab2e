import { lookup } from "../../../worker/api/lookup.ts";
import type { A_Expr, FuncCall, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { type CallText, callText } from "../call.ts";
import { constantText, lastPart } from "../constant.ts";
import { firstTokenOf } from "../extent.ts";
import { closingIndex, isKeyword, isSymbol } from "../lexer.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import { endOfJoined } from "../operand.ts";
import { type Condition, conditionsOf } from "../look_around.ts";
import { re2Pattern, similarPattern } from "../regex.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Patterns that are literals are put into RE2's words here, where that costs a row nothing; what RE2 has no word for is
 * refused. `substring(x from 'pattern')`, SIMILAR TO and `LIKE ANY (array)` become what DuckDB has for them.
 *
 * @see https://www.postgresql.org/docs/18/functions-matching.html
 */
export const regularExpressions: Transform = { visit: { A_Expr: expression, FuncCall: call } };

const regular = new Set(["~", "!~", "~*", "!~*"]);

function expression(fields: Fields, input: TransformInput): void {
  const node = fields as A_Expr;
  if (node.kind === "AEXPR_SIMILAR") similar(node, input);
  else if (node.kind === "AEXPR_OP_ANY" || node.kind === "AEXPR_OP_ALL") quantified(node, input);
  else if (node.kind === "AEXPR_OP" && node.lexpr && node.rexpr) {
    const name = lastPart(node.name) ?? "";
    if (regular.has(name)) matched(node, name, input);
  }
}

/** Whether a text matches may be asked with several patterns, where RE2 has no word for the one. */
function matched(node: A_Expr, name: string, input: TransformInput): void {
  const are = literal(node.rexpr);
  const known = are === null || typeof re2Pattern(are) === "string" ? null : conditionsOf(are);
  if (!known || !conditions(node, name, known, input)) replacePattern(node.rexpr!, "", input);
}

/** Writes the first condition in place of the pattern, and the others behind it. */
function conditions(
  { lexpr, rexpr }: A_Expr,
  name: string,
  [first, ...others]: readonly Condition[],
  input: TransformInput,
): boolean {
  const patterns = [first, ...others].map(({ pattern }) => re2Pattern(pattern));
  if (patterns.some((pattern) => typeof pattern !== "string") || !rexpr || !("A_Const" in rexpr)) {
    return false;
  }
  const { source, edits } = input;
  const [short, ...more] = patterns.map((pattern) => String(pattern).replace(/^\(\?s\)/, ""));
  // What is asked several times is a column or a constant.
  if (more.length > 0 && !("ColumnRef" in lexpr! || "A_Const" in lexpr!)) return false;
  replaceLiteral(rexpr, short, input);
  if (more.length === 0) return true;
  const at = source.tokenAt(source.offsetOfByte(rexpr.A_Const.location ?? 0));
  const start = source.tokens[firstTokenOf(lexpr!, source, at - 1)].start;
  const subject = source.text.slice(start, source.tokens[at - 2].end);
  const not = name.startsWith("!");
  const flags = name.endsWith("*") ? "si" : "s";
  const rest = more.map((pattern, i) => {
    const call = `system.main.regexp_matches(${subject}, ${quoteText(pattern)}, '${flags}')`;
    return others[i].negated === not ? call : `NOT ${call}`;
  });
  const glue = not ? " OR " : " AND ";
  edits.wrap(start, source.tokens[at].end, "(", `${glue}${rest.join(glue)})`);
  return true;
}

/** A text literal without a cast. */
function literal(node: Node | undefined): string | null {
  return node && "A_Const" in node && node.A_Const.sval ? constantText(node) : null;
}

/** The macros say `(?s)` themselves. */
function replacePattern(node: Node, flags: string, input: TransformInput): string | null {
  const are = literal(node);
  if (are === null) return null;
  const pattern = patternOf(are, flags, node, input);
  if (pattern === null) return null;
  const short = pattern.replace(/^\(\?s\)/, "");
  if (short !== are) replaceLiteral(node, short, input);
  return pattern;
}

function patternOf(
  are: string,
  flags: string,
  node: Node,
  { source, refuse }: TransformInput,
): string | null {
  const pattern = re2Pattern(are, flags);
  if (typeof pattern === "string") return pattern;
  const location = "A_Const" in node ? node.A_Const.location ?? 0 : 0;
  refuse(new PgError("0A000", `${pattern.unsupported} are not supported`), source.offsetOfByte(location));
  return null;
}

function replaceLiteral(node: Node, text: string, { source, edits }: TransformInput): void {
  if (!("A_Const" in node)) return;
  const token = source.tokens[source.tokenAt(source.offsetOfByte(node.A_Const.location ?? 0))];
  edits.replace(token.start, token.end, quoteText(text));
}

/** `a SIMILAR TO pattern ESCAPE c`: DuckDB's takes a regular expression, and no escape. */
function similar(node: A_Expr, input: TransformInput): void {
  const { rexpr } = node;
  if (!rexpr || !("FuncCall" in rexpr)) return;
  const [pattern, escape] = rexpr.FuncCall.args ?? [];
  const are = literal(pattern);
  const escapeText = escape === undefined ? "\\" : literal(escape);
  if (escapeText === null) {
    return input.refuse(new PgError("0A000", "an ESCAPE that is no literal is not supported"));
  }
  if (escapeText.length > 1) return input.refuse(invalidEscape());
  if (are === null || !("A_Const" in pattern)) {
    return similarToRows(node, escape !== undefined, escapeText, input);
  }
  const translated = similarPattern(are, escapeText);
  if (translated === null) return;
  replaceLiteral(pattern, translated, input);
  if (!escape || !("A_Const" in escape)) return;
  const { source, edits } = input;
  const start = source.tokens[source.tokenAt(source.offsetOfByte(pattern.A_Const.location ?? 0))].end;
  const end = source.tokens[source.tokenAt(source.offsetOfByte(escape.A_Const.location ?? 0))].end;
  edits.replace(start, end, "");
}

/** A pattern that is no literal is translated row by row. */
function similarToRows(
  { location = 0 }: A_Expr,
  hasEscape: boolean,
  escape: string,
  { source, edits }: TransformInput,
): void {
  const { text, tokens } = source;
  let first = source.tokenAt(source.offsetOfByte(location));
  while (!isKeyword(text, tokens[first - 1], "to")) first++;
  const end = endOfJoined(source, first);
  edits.wrap(
    tokens[first].start,
    tokens[end - 1].end,
    "__duckgres.main.duckgres_similar(",
    `, ${quoteText(escape)})`,
  );
  if (!hasEscape) return;
  edits.replace(tokens[end - 1].end, tokens[endOfJoined(source, end + 1) - 1].end, "");
}

function invalidEscape(): PgError {
  return new PgError("22025", "invalid escape string", {
    hint: "Escape string must be empty or one character.",
  });
}

const matching = new Set(["~~", "!~~", "~~*", "!~~*", "~", "!~", "~*", "!~*"]);

/** `a LIKE ANY (patterns)`; DuckDB compares so with `=` and the like only. */
function quantified(node: A_Expr, { source, edits }: TransformInput): void {
  const name = lastPart(node.name) ?? "";
  if (!matching.has(name) || !node.lexpr || !node.rexpr) return;
  const { text, tokens } = source;
  const operator = source.tokenAt(source.offsetOfByte(node.location ?? 0));
  const open = tokens.findIndex((token, i) => i > operator && isSymbol(text, token, "("));
  const close = closingIndex(text, tokens, open);
  const first = firstTokenOf(node.lexpr, source, operator);
  edits.wrap(tokens[first].start, tokens[close].end, "__duckgres.main.duckgres_quantified(", "");
  edits.replace(tokens[operator].start, tokens[open].end, `, '${name}', CAST(`);
  const quantifier = node.kind === "AEXPR_OP_ANY" ? "any" : "all";
  edits.replace(tokens[close].start, tokens[close].end, ` AS VARCHAR[]), '${quantifier}')`);
}

/** Functions with a pattern as their second argument, and which argument has the flags. */
const flagsAt: Readonly<Record<string, readonly number[]>> = lookup({
  regexp_like: [2],
  regexp_match: [2],
  regexp_matches: [2],
  regexp_count: [3],
  regexp_instr: [5],
  regexp_substr: [4],
  regexp_replace: [3, 5],
  regexp_split_to_array: [2],
  regexp_split_to_table: [2],
});

function call(fields: Fields, input: TransformInput): void {
  const node = fields as FuncCall;
  const name = lastPart(node.funcname) ?? "";
  if (name === "substring") return substring(node, input);
  const places = flagsAt[name];
  const [, pattern] = node.args ?? [];
  const are = literal(pattern);
  if (!places || are === null) return;
  const flagsNode = places.map((at) => node.args?.[at]).findLast((one) => one && literal(one) !== null);
  const flags = flagsNode ? literal(flagsNode)! : "";
  // What is no flag is for the function to refuse.
  if (!/^[bceimnpqstwxg]*$/.test(flags)) return;
  const re2 = patternOf(are, flags, pattern, input);
  if (re2 === null) return;
  if (name === "regexp_replace" && replaceDirectly(node, re2, flags, input)) return;
  const short = re2.replace(/^\(\?s\)/, "");
  if (short !== are) replaceLiteral(pattern, short, input);
  const left = flags.includes("g") ? "g" : "";
  if (flagsNode && flags !== left) replaceLiteral(flagsNode, left, input);
}

/** With nothing but literals DuckDB's own function does it. */
function replaceDirectly(node: FuncCall, re2: string, flags: string, input: TransformInput): boolean {
  const args = node.args ?? [];
  const replacement = literal(args[2]);
  if (replacement === null || args.length > 4 || (args[3] && literal(args[3]) === null)) return false;
  const text = callText(input.source, node);
  if (!text || text.arguments.length !== args.length) return false;
  const { source, edits } = input;
  const name = source.tokens[text.name];
  edits.replace(name.start, source.tokens[text.open - 1].end, "system.main.regexp_replace");
  replaceLiteral(args[1], re2, input);
  replaceLiteral(args[2], rewriteOf(replacement, groupsOf(re2)), input);
  if (args[3]) replaceLiteral(args[3], flags.includes("g") ? "g" : "", input);
  return true;
}

function groupsOf(re2: string): number {
  return (re2.match(/\\.|\[\^?\]?[^\]]*\]|\(\??/gs) ?? []).filter((part) => part === "(").length;
}

/** `\&` is the whole match, a group that is none is empty, a backslash before anything else is itself. */
function rewriteOf(replacement: string, groups: number): string {
  return replacement.replace(/\\(.?)/gs, (all, c: string) => {
    if (c === "&") return "\\0";
    if (/[1-9]/.test(c)) return Number(c) <= groups ? all : "";
    return c === "\\" ? all : `\\${all}`;
  });
}

/** `substring(a from 'pattern')`, `substring(a similar 'pattern' escape 'c')`, `substring(a from 'pattern' for 'c')`. */
function substring(node: FuncCall, input: TransformInput): void {
  const [, pattern, escape] = node.args ?? [];
  const are = literal(pattern);
  if (are === null || !("A_Const" in pattern)) return;
  const text = callText(input.source, node);
  if (!text) return;
  const escapeText = escape === undefined ? null : literal(escape);
  if (escape !== undefined && escapeText === null) return;
  const re2 = escapeText === null ? patternOf(are, "", pattern, input) : similarPattern(are, escapeText);
  if (re2 !== null) writeSubstring(text, re2, pattern.A_Const.location ?? 0, input);
}

function writeSubstring(
  call: CallText,
  re2: string,
  location: number,
  { source, edits }: TransformInput,
): void {
  const { text, tokens } = source;
  const at = source.tokenAt(source.offsetOfByte(location));
  const before = tokens[at - 1];
  const divided = isSymbol(text, before, ",") || isKeyword(text, before, "from") ||
    isKeyword(text, before, "similar");
  if (!divided) return;
  edits.replace(
    tokens[call.name].start,
    tokens[call.open - 1].end,
    "__duckgres.main.duckgres_regexp_substring",
  );
  edits.replace(before.start, tokens[call.close].start, `, ${quoteText(re2.replace(/^\(\?s\)/, ""))}`);
}
