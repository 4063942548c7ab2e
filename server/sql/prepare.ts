/** What is inside `PREPARE … AS …` and `EXECUTE …(…)`. */
import type { Node } from "libpg-query";
import { PgError } from "../../worker/api/error.ts";
import { arrayOidOf, typeByName } from "../../worker/api/types.ts";
import { closingIndex, depthStep, identifierOf, isKeyword, isSymbol, tokenize } from "./lexer.ts";
import { parseOne } from "./parser.ts";
import { countCharacters, type Piece } from "./split.ts";
import type { Statement } from "./statement.ts";

/** What PREPARE makes ready. */
export interface Preparation {
  name: string;
  /** OIDs of the declared parameters. */
  types: number[];
  query: Piece;
}

/**
 * Takes a PREPARE apart; also one of a statement that only DuckDB can parse. `null` for any other statement.
 *
 * @throws PgError 42704 for a type that is not there
 */
export function preparationOf({ source, start, command }: Statement): Preparation | null {
  if (command.kind !== "prepare" && !(command.kind === "native" && command.word === "PREPARE")) return null;
  const tokens = tokenize(source);
  const name = identifierOf(source, tokens[1]);
  const open = tokens.findIndex((token) => isSymbol(source, token, "("));
  const firstAs = tokens.findIndex((token) => isKeyword(source, token, "as"));
  const declared = open >= 0 && open < firstAs;
  const from = declared ? closingIndex(source, tokens, open) + 1 : firstAs;
  const begin = tokens[from + 1]?.start;
  if (name === null || firstAs < 0 || begin === undefined) return null;
  return {
    name,
    types: typesOf(source),
    query: { text: source.slice(begin), start: start + countCharacters(source, 0, begin) },
  };
}

function typesOf(source: string): number[] {
  // What stands behind AS may be DuckDB's own SQL.
  const tree = parseOne(source);
  if (tree === null || !("PrepareStmt" in tree)) return [];
  return (tree.PrepareStmt.argtypes ?? []).map(oidOf);
}

function oidOf(node: Node): number {
  const { names = [], arrayBounds = [] } = "TypeName" in node ? node.TypeName : {};
  const last = names.at(-1);
  const name = last && "String" in last ? last.String.sval ?? "" : "";
  const type = typeByName(name);
  if (!type) throw new PgError("42704", `type "${name}" does not exist`);
  return arrayBounds.length > 0 ? arrayOidOf(type.oid) : type.oid;
}

/**
 * The arguments of an EXECUTE as they are written; the statement's command must be `executePrepared`.
 *
 * @example executeArguments("execute s (1, f(2, 3))") // ["1", "f(2, 3)"]
 */
export function executeArguments(source: string): string[] {
  const tokens = tokenize(source);
  const open = tokens.findIndex((token) => isSymbol(source, token, "("));
  if (open < 0) return [];
  const close = closingIndex(source, tokens, open);
  const found: string[] = [];
  let begin = tokens[open].end;
  let depth = 0;
  for (const token of tokens.slice(open + 1, close)) {
    depth += depthStep(source, token);
    if (depth > 0 || !isSymbol(source, token, ",")) continue;
    found.push(source.slice(begin, token.start).trim());
    begin = token.end;
  }
  return [...found, source.slice(begin, tokens[close].start).trim()];
}
