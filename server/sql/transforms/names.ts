import type { Node } from "libpg-query";
import { nameParts } from "../constant.ts";
import { endOfName } from "../extent.ts";
import { reservedWords } from "../catalog/keywords_data.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { identifierOf, isSymbol, type Token } from "../lexer.ts";
import type { Source } from "../source.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * PostgreSQL's schemas are not DuckDB's: `public` is DuckDB's `main`, and what stands in `pg_catalog` is either a view
 * of this server's (in the attached catalogue `__duckgres`), or built in and found without a schema.
 */
export const names: Transform = {
  visit: {
    RangeVar: relation,
    ColumnRef: column,
    FuncCall: (node, input) => callOrType(node.funcname, node, input),
    TypeName: (node, input) => callOrType(node.names, node, input),
    CollateClause: collation,
    // These name what they are about without saying where; they hold no expressions, so every name in them is meant.
    DropStmt: (_, input) => everyName(input),
    CommentStmt: (_, input) => everyName(input),
    RenameStmt: (_, input) => everyName(input),
    AlterObjectSchemaStmt: (node, input) => {
      everyName(input);
      if (node.newschema === "public") schemaItself(input);
    },
    CreateEnumStmt: (_, input) => everyName(input),
    AlterEnumStmt: (_, input) => everyName(input),
    CreateSchemaStmt: (node, input) => {
      if (node.schemaname === "public") schemaItself(input);
    },
  },
};

function relation(node: Fields, { source, edits, context }: TransformInput): void {
  const { schemaname } = node;
  if (schemaname !== "public" && schemaname !== "pg_catalog" && schemaname !== "information_schema") return;
  const first = tokenOf(node, source) + (node.catalogname === undefined ? 0 : 2);
  const schema = source.tokens[first];
  if (identifierOf(source.text, schema) !== node.schemaname) return;
  if (node.schemaname === "public") edits.replace(schema.start, schema.end, "main");
  else if (schemaname === "information_schema") {
    if (!context.catalogRelations.has(`information_schema.${node.relname}`)) return;
    const name = source.tokens[first + 2];
    edits.replace(schema.start, name.end, `__duckgres.main.duckgres_information_${node.relname}`);
    if (node.alias === undefined) edits.wrap(name.end, name.end, "", ` AS "${node.relname}"`);
  } else if (context.catalogRelations.has(String(node.relname)) && node.catalogname === undefined) {
    edits.replace(schema.start, schema.end, "__duckgres.main");
  }
}

/** `public.t.a`; in `public.a`, `public` is a table. */
function column(node: Fields, input: TransformInput): void {
  const fields = node.fields as Node[];
  if (fields.length < 3) return;
  qualifier(tokenOf(node, input.source), nameParts(fields)[0], input);
}

function callOrType(nodes: unknown, node: Fields, input: TransformInput): void {
  const parts = nodes as Node[] | undefined;
  if (!parts || parts.length < 2) return;
  qualifier(tokenOf(node, input.source), nameParts(parts)[0], input);
}

/** The text must say it too: the parser adds `pg_catalog` to names of its own accord (`int`, `extract`). */
function qualifier(first: number, schema: string, { source, edits }: TransformInput): void {
  const [token, dot, name] = source.tokens.slice(first, first + 3);
  if (identifierOf(source.text, token) !== schema || !isSymbol(source.text, dot, ".")) return;
  if (schema === "public") edits.replace(token.start, token.end, "main");
  if (schema === "pg_catalog" || schema === "information_schema") dropSchema(token, name, { source, edits });
}

/** The name behind it stands alone then, where a reserved word would be none. */
function dropSchema(
  schema: Token,
  name: Token,
  { source: { text }, edits }: Pick<TransformInput, "source" | "edits">,
) {
  const word = name.kind === "word" ? identifierOf(text, name)! : "";
  if (reservedWords.has(word)) edits.replace(schema.start, name.end, quoteName(word));
  else edits.replace(schema.start, name.start, "");
}

/**
 * The default collation compares bytes, as DuckDB does without any, and as `C` does; DuckDB's own `C` breaks RETURNING (1.5:
 * an internal error where the column is JSON).
 */
function collation(node: Fields, { source, edits }: TransformInput): void {
  const parts = nameParts(node.collname as Node[]);
  const first = tokenOf(node, source);
  const end = endOfName(source, first + 1);
  const keyword = source.tokens[first];
  if (!keyword || identifierOf(source.text, keyword) !== "collate") return;
  const last = source.tokens[end - 1];
  if (bytewise.has(parts.at(-1)!)) edits.replace(keyword.start, last.end, "");
  else if (parts.length === 2 && parts[0] === "pg_catalog") {
    dropSchema(source.tokens[first + 1], last, { source, edits });
  }
}

const bytewise = new Set(["default", "C", "POSIX", "ucs_basic"]);

/**
 * The same for a statement without a tree, DuckDB's own SQL: every `public.x` is taken for a name in the default schema,
 * unless something else in the statement is called `public`.
 */
export function publicNames({ source, edits }: Pick<TransformInput, "source" | "edits">): void {
  const { text, tokens } = source;
  if (!/public/i.test(text)) return;
  const isPublic = (i: number) => identifierOf(text, tokens[i]) === "public";
  if (tokens.some((_, i) => isPublic(i) && !isSymbol(text, tokens[i + 1], "."))) return;
  everyName({ source, edits });
}

function everyName({ source, edits }: Pick<TransformInput, "source" | "edits">): void {
  const { text, tokens } = source;
  tokens.forEach((token, i) => {
    if (identifierOf(text, token) !== "public" || !isSymbol(text, tokens[i + 1], ".")) return;
    if (!isSymbol(text, tokens[i - 1], ".")) edits.replace(token.start, token.end, "main");
  });
}

/** The statement is about the schema itself: its last word that says `public`. */
function schemaItself({ source, edits }: TransformInput): void {
  const token = source.tokens.findLast((candidate) => identifierOf(source.text, candidate) === "public");
  if (token) edits.replace(token.start, token.end, "main");
}

function tokenOf(node: Fields, source: Source): number {
  return source.tokenAt(source.offsetOfByte(Math.max(0, Number(node.location ?? 0))));
}
