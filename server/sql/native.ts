import { lookup } from "../../worker/api/lookup.ts";
import type { Command, CopyCommand } from "./command.ts";
import { closingIndex, identifierOf, isKeyword, isSymbol, textOf } from "./lexer.ts";
import type { Source } from "./source.ts";

/**
 * Classifies what PostgreSQL's parser refused, by its first words: DuckDB's own SQL, or a mistake that DuckDB will
 * refuse too.
 */
export function classifyNative(source: Source): Command {
  const words = leadingWords(source);
  const copy = words[0] === "COPY" ? nativeCopy(source) : null;
  return copy ?? { kind: "native", word: words[0] ?? "", tag: nativeTag(words, source) };
}

/** `5 !` was PostgreSQL's factorial as well, until it was taken out for being misread: it is none here either. */
export function hasFactorial({ text, tokens }: Source): boolean {
  return tokens.some((token, i) =>
    isSymbol(text, token, "!") &&
    (tokens[i + 1] === undefined || [")", ",", ";"].some((end) => isSymbol(text, tokens[i + 1], end)))
  );
}

/** The words a statement begins with, in upper case, up to the first token that is not a word. */
export function leadingWords(source: Source, from = 0): string[] {
  const words: string[] = [];
  for (let i = from; i < source.tokens.length && i < from + 8; i++) {
    if (source.tokens[i].kind !== "word") break;
    words.push(textOf(source.text, source.tokens[i]).toUpperCase());
  }
  return words;
}

/** Tags of statements that are told by their first word alone; `null` stands for rows: `SELECT n`. */
const tagOfWord: Record<string, string> = lookup({
  ATTACH: "ATTACH",
  DETACH: "DETACH",
  USE: "USE",
  INSTALL: "INSTALL",
  LOAD: "LOAD",
  CHECKPOINT: "CHECKPOINT",
  EXPORT: "EXPORT DATABASE",
  IMPORT: "IMPORT DATABASE",
  EXPLAIN: "EXPLAIN",
  CALL: "CALL",
  SHOW: "SHOW",
  SET: "SET",
  RESET: "RESET",
  COPY: "COPY",
  VACUUM: "VACUUM",
  ANALYZE: "ANALYZE",
  TRUNCATE: "TRUNCATE TABLE",
  COMMENT: "COMMENT",
  PREPARE: "PREPARE",
  DEALLOCATE: "DEALLOCATE",
  INSERT: "INSERT",
  UPDATE: "UPDATE",
  DELETE: "DELETE",
  MERGE: "MERGE",
});

function nativeTag(words: readonly string[], source: Source): string | null {
  const [first, second] = words;
  if (first === "FORCE") return second ?? null;
  if (first === "UPDATE" && second === "EXTENSIONS") return "UPDATE EXTENSIONS";
  if (first === "CREATE") return createTag(words, source);
  if (first === "DROP" || first === "ALTER") return `${first} ${objectWord(words.slice(1))}`;
  return tagOfWord[first ?? ""] ?? null;
}

/** Words between the verb and what it makes. */
const modifiers = new Set([
  "OR",
  "REPLACE",
  "TEMP",
  "TEMPORARY",
  "PERSISTENT",
  "LOCAL",
  "UNLOGGED",
  "RECURSIVE",
  "UNIQUE",
]);

function objectWord(words: readonly string[]): string {
  const kept = words.filter((word) => !modifiers.has(word));
  if (kept[0] === "MATERIALIZED") return "MATERIALIZED VIEW";
  return kept[0] ?? "TABLE";
}

function createTag(words: readonly string[], source: Source): string {
  const made = objectWord(words.slice(1));
  return made === "TABLE" && isTableAs(source) ? "CREATE TABLE AS" : `CREATE ${made}`;
}

/** `CREATE TABLE t AS …`: an AS outside all brackets. */
function isTableAs({ text, tokens }: Source): boolean {
  for (let i = 0; i < tokens.length; i++) {
    if (isSymbol(text, tokens[i], "(")) i = closingIndex(text, tokens, i);
    else if (isKeyword(text, tokens[i], "as")) return true;
  }
  return false;
}

/** `COPY (FROM t) TO STDOUT`: the client's end of the connection, which must not become a file named STDOUT. */
function nativeCopy(source: Source): CopyCommand | null {
  const { text, tokens } = source;
  const isQuery = isSymbol(text, tokens[1], "(");
  const end = isQuery ? closingIndex(text, tokens, 1) : endOfCopiedTable(source);
  const direction = identifierOf(text, tokens[end + 1]);
  if (direction !== "to" && direction !== "from") return null;
  const place = tokens[end + 2];
  if (!isKeyword(text, place, "stdin") && !isKeyword(text, place, "stdout")) return null;
  const command: CopyCommand = { kind: "copy", direction, file: null, program: false, options: new Map() };
  if (isQuery) return { ...command, query: text.slice(tokens[1].end, tokens[end].start).trim() };
  const names = [];
  for (let i = 1; i <= end && identifierOf(text, tokens[i]) !== null; i += 2) {
    names.push(identifierOf(text, tokens[i])!);
  }
  return { ...command, table: { schema: names.at(-2) ?? null, name: names.at(-1) ?? "", columns: [] } };
}

/** Index of the last token of `t`, `s.t` or `t (a, b)` behind COPY. */
function endOfCopiedTable({ text, tokens }: Source): number {
  let i = 1;
  while (isSymbol(text, tokens[i + 1], ".")) i += 2;
  return isSymbol(text, tokens[i + 1], "(") ? closingIndex(text, tokens, i + 1) : i;
}
