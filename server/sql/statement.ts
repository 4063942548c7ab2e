import type { Node } from "libpg-query";
import { type Notice, PgError } from "../../worker/api/error.ts";
import { classify } from "./classify.ts";
import { type ColumnNames, columnNames } from "./column_names.ts";
import { type ColumnTypes, columnTypes } from "./column_types.ts";
import type { Command } from "./command.ts";
import { isProgram } from "./dml/program.ts";
import { type WriteTarget, writeTarget } from "./dml/write_target.ts";
import { type Edited, editsOf } from "./edits.ts";
import { classifyNative, hasFactorial } from "./native.ts";
import { countParameters } from "./parameters.ts";
import { parse, SyntaxMistake } from "./parser.ts";
import { type Recent, recentlyUsed } from "./recent.ts";
import { isSmall } from "./small.ts";
import { characterOf, offsetOfCharacter, type Source, sourceOf } from "./source.ts";
import { refusalOf } from "./refusals.ts";
import type { RelationTypes } from "./relation_types.ts";
import { resolveColumns } from "./resolve_columns.ts";
import type { Piece } from "./split.ts";
import { transform } from "./transforms/mod.ts";
import { publicNames } from "./transforms/names.ts";
import type { SessionCall, SessionRelation } from "./transforms/session_state.ts";
import type { DoubtfulLiteral, SqlContext, TransformInput } from "./transforms/transform.ts";
import { type WholeRow, wholeRows } from "./whole_rows.ts";
import { withoutEscapes } from "./unicode_escapes.ts";

/** A statement, understood: what it is, and what to run for it on DuckDB. */
export interface Statement {
  /** The client's text. */
  readonly source: string;
  /** Characters of the client's query string before it. */
  readonly start: number;
  /** What to run on DuckDB. */
  readonly sql: string;
  readonly command: Command;
  /** The highest `$n`. */
  readonly parameterCount: number;
  /** `null` where DuckDB's names are right, or there are no columns. */
  readonly columnNames: ColumnNames | null;
  /** `null` where DuckDB's types are right, or there are no columns. */
  readonly columnTypes: ColumnTypes | null;
  /** Whether it may draw from a sequence. */
  readonly draws: boolean;
  /** Surely few rows, so that it may be answered in one step. A hint only. */
  readonly small: boolean;
  /**
   * Why PostgreSQL's parser refused it, for native statements: the answer when DuckDB's parser refuses it too. Its
   * position is in the client's query string.
   */
  readonly syntaxError: PgError | null;
  /** What it is refused for, whoever runs it: nesting that no parser survives, a parameter that cannot be. */
  readonly refusal: PgError | null;
  /**
   * What PostgreSQL's analysis has against it, where DuckDB would run it: told before it runs, but behind the statements
   * in front of it.
   */
  readonly mistake: PgError | null;
  /** What PostgreSQL's parser has to say of it. */
  readonly notices: readonly Notice[];
  /** Literals that DuckDB may read otherwise than PostgreSQL, by a type that only it can tell. */
  readonly doubtful: readonly DoubtfulLiteral[];
  /** Relations that the session fills before it runs. */
  readonly sessionRelations: readonly SessionRelation[];
  /** Calls of functions that the session runs before it. */
  readonly sessionCalls: readonly SessionCall[];
  /** It writes in several places, or tells more of it than DuckDB can (`dml/program.ts`). */
  readonly inSteps: boolean;
  /**
   * The relations whose columns' types may matter to it, by `relation` or `schema.relation`; `null` where none do, and when it
   * was analysed with them.
   */
  readonly typesAsked: readonly string[] | null;
  /** What it was analysed with. */
  readonly types: RelationTypes | null;
  /** The table it writes to. */
  readonly target: WriteTarget | null;
  /** It is only explained, or explained as it runs: as one statement of DuckDB's. */
  readonly explained?: boolean;
  /** Columns that it returns as texts to the session, and not to the client. */
  readonly returned?: readonly string[];
  /** Its rows go to a client as they are. */
  readonly shown: boolean;
  /** Columns of its result that may be whole rows. */
  readonly wholeRows: readonly WholeRow[];
  /** What {@linkcode analyzeWith} has added. */
  readonly added?: readonly MoreEdits[];
  /** From a 1-based character of `sql` to one of the client's query string. */
  mapPosition(position: number): number;
  /** What a range of `source` is in `sql`; both ends at the border of a token. */
  engineText(start: number, end: number): string;
}

/** Texts up to this long are remembered; longer ones are data, and rarely come twice. */
const cachedCharacters = 2 * 1024 * 1024;
const cachedStatements = 2048;

const caches = new WeakMap<SqlContext, Recent<Statement>>();
const plain: SqlContext = { catalogRelations: new Set() };

function cacheOf(context: SqlContext): Recent<Statement> {
  let cache = caches.get(context);
  if (!cache) caches.set(context, cache = recentlyUsed(cachedStatements, cachedCharacters));
  return cache;
}

/**
 * Understands one statement of a query string. Cached by its text. Never throws: a statement that PostgreSQL's parser
 * refuses is left to DuckDB.
 *
 * @param context what is known of the database; keep it and hand the same object in, the cache hangs on it
 * @example analyze({ text: "select 1", start: 0 }).columnNames // { left: ["?column?"], right: null }
 */
export function analyze(piece: Piece, context: SqlContext = plain): Statement {
  const cache = cacheOf(context);
  let statement = cache.get(piece.text);
  if (!statement) {
    statement = understand(piece.text, context);
    cache.set(piece.text, statement);
  }
  return piece.start === 0 ? statement : moved(statement, piece.start);
}

/**
 * The same statement with the types of the columns of its relations known, so that transforms and checks see them. Cached
 * by its text and the types.
 */
export function analyzeTyped(
  { source, start, explained }: Pick<Statement, "source" | "start" | "explained">,
  types: RelationTypes,
  context: SqlContext = plain,
): Statement {
  const cache = cacheOf(context);
  const key = `${types.signature}\0${source}`;
  let statement = cache.get(key);
  if (!statement) cache.set(key, statement = understand(source, context, { types }));
  const placed = start === 0 ? statement : moved(statement, start);
  return explained ? { ...placed, explained } : placed;
}

/** Edits besides those of the transforms. */
export type MoreEdits = (input: TransformInput) => void;

/**
 * The same statement with further edits, which somebody who has asked the database for what they take adds to those of
 * the transforms. Not cached.
 */
export function analyzeWith(
  { source, start, shown, types, explained, added = [] }: Pick<
    Statement,
    "source" | "start" | "shown" | "added" | "types" | "explained"
  >,
  more: MoreEdits,
  context: SqlContext = plain,
): Statement {
  const all = [...added, more];
  const edited = understand(source, { ...context, shown }, {
    types: types ?? undefined,
    edit: (input) => all.forEach((edit) => edit(input)),
  });
  return { ...moved(edited, start), added: all, ...explained && { explained } };
}

/** The tree of a statement, read once more; `null` where PostgreSQL's parser refused it. */
export function treeOf({ source }: Pick<Statement, "source">): Node | null {
  const tree = treeOrError(source);
  return tree instanceof PgError ? null : tree;
}

/** The same statement further back in its query string. */
function moved(statement: Statement, start: number): Statement {
  const { syntaxError, refusal, mistake, mapPosition } = statement;
  const further = (error: PgError | null) =>
    error?.position ? error.with({ position: error.position + start }) : error;
  return {
    ...statement,
    start,
    syntaxError: further(syntaxError),
    refusal: further(refusal),
    mistake: further(mistake),
    mapPosition: (position) => mapPosition(position) + start,
  };
}

/** What is known besides the text. */
interface More {
  types?: RelationTypes;
  edit?: MoreEdits;
}

function understand(text: string, context: SqlContext, more: More = {}): Statement {
  const plain = withoutEscapes(text);
  if (plain instanceof PgError) return { ...native(sourceOf(text), null), refusal: plain };
  return plain === null
    ? understandPlain(text, context, more)
    : behind(plain, text, understandPlain(plain.text, context, more));
}

/** The statement of an edited text, with positions in the original. */
function behind(edited: Edited, original: string, statement: Statement): Statement {
  const back = (position: number) =>
    characterOf(original, edited.toOriginal(offsetOfCharacter(edited.text, position)));
  const moved = (error: PgError | null) =>
    error?.position ? error.with({ position: back(error.position) }) : error;
  return {
    ...statement,
    syntaxError: moved(statement.syntaxError),
    refusal: moved(statement.refusal),
    mistake: moved(statement.mistake),
    mapPosition: (position) => back(statement.mapPosition(position)),
  };
}

function understandPlain(text: string, context: SqlContext, more: More): Statement {
  const source = sourceOf(text);
  const refusal = refusalOf(source);
  if (refusal) return { ...native(source, null), refusal };
  try {
    return translated(source, context, more);
  } catch (error) {
    // A literal that is none of its type.
    if (error instanceof PgError) return { ...native(source, null), refusal: error };
    // A tree that is too deep to be walked, e.g. the sum of some thousand terms.
    if (!(error instanceof RangeError)) throw error;
    return { ...native(source, null), refusal: new PgError("54001", "stack depth limit exceeded") };
  }
}

function translated(source: Source, context: SqlContext, { types, edit }: More): Statement {
  const { text } = source;
  const parsed = treeOrError(text);
  if (parsed instanceof PgError) {
    return misreadNumber.test(parsed.message) || hasFactorial(source)
      ? { ...native(source, null), refusal: parsed }
      : native(source, parsed);
  }
  const command = classify(parsed, source);
  const edits = editsOf(text);
  let mistake: PgError | null = null;
  const notices: Notice[] = [];
  const doubtful: DoubtfulLiteral[] = [];
  const relations = new Set<SessionRelation>();
  const sessionCalls: SessionCall[] = [];
  const relationsRead = new Set<string>();
  const queriesRead = new Set<string | undefined>();
  let typesMatter = false;
  const input: TransformInput = {
    tree: parsed,
    source,
    edits,
    context,
    refuse: (error, offset) =>
      mistake ??= offset === undefined ? error : error.with({ position: characterOf(text, offset) }),
    notice: (notice) => notices.push(notice),
    doubt: (literal) => doubtful.push(literal),
    askTypes: () => typesMatter = true,
    readsColumns: (relation) => relationsRead.add(relation),
    readsQuery: (name) => queriesRead.add(name),
    askSession: (what) => {
      if (typeof what === "string") relations.add(what);
      else sessionCalls.push(what);
    },
  };
  if (types) {
    resolveColumns(parsed, types.columns, (node, error) => {
      input.refuse(error, source.offsetOfByte(node.location ?? 0));
    });
  }
  transform(input);
  edit?.(input);
  const edited = edits.apply();
  return {
    source: text,
    start: 0,
    sql: edited.text,
    command,
    parameterCount: countParameters(source),
    columnNames: columnNames(parsed),
    columnTypes: columnTypes(parsed),
    wholeRows: wholeRows(parsed),
    draws: command.kind === "insert" || /nextval/i.test(text),
    small: isSmall(parsed),
    inSteps: isProgram(parsed),
    target: writeTarget(parsed),
    syntaxError: null,
    refusal: null,
    mistake,
    notices,
    doubtful,
    sessionRelations: [...relations],
    sessionCalls,
    typesAsked: types || !typesMatter || relationsRead.size + queriesRead.size === 0
      ? null
      : [...relationsRead.difference(queriesRead)],
    types: types ?? null,
    shown: context.shown === true,
    mapPosition: positionMapper(text, edited),
    engineText: edited.slice,
  };
}

/** DuckDB would run it: for `123abc` it reads `123 AS abc`. */
const misreadNumber = /^(trailing junk after|invalid (hexadecimal|octal|binary) integer)/;

function native(source: Source, syntaxError: PgError | null): Statement {
  const edits = editsOf(source.text);
  publicNames({ source, edits });
  const edited = edits.apply();
  return {
    source: source.text,
    start: 0,
    sql: edited.text,
    command: classifyNative(source),
    parameterCount: countParameters(source),
    columnNames: null,
    columnTypes: null,
    wholeRows: [],
    draws: false,
    small: false,
    inSteps: false,
    target: null,
    syntaxError,
    refusal: null,
    mistake: null,
    notices: [],
    doubtful: [],
    sessionRelations: [],
    sessionCalls: [],
    typesAsked: null,
    types: null,
    shown: false,
    mapPosition: positionMapper(source.text, edited),
    engineText: edited.slice,
  };
}

function positionMapper(original: string, edited: Edited): Statement["mapPosition"] {
  if (edited.text === original) return (position) => position;
  return (position) => characterOf(original, edited.toOriginal(offsetOfCharacter(edited.text, position)));
}

/** The tree of a single statement, or why there is none. */
function treeOrError(text: string): Node | PgError {
  // The parser would read no further than the first zero byte.
  if (text.includes("\0")) return new PgError("22021", 'invalid byte sequence for encoding "UTF8": 0x00');
  try {
    const trees = parse(text);
    return trees.length === 1
      ? trees[0]
      : new PgError("42601", "cannot insert multiple commands into a prepared statement");
  } catch (error) {
    return parseError(error);
  }
}

function parseError(error: unknown): PgError {
  if (!(error instanceof SyntaxMistake)) {
    // WebAssembly's stack is smaller than PostgreSQL's.
    return new PgError("54001", "stack depth limit exceeded", { cause: error });
  }
  if (/^precision for type float must be/.test(error.message)) return new PgError("22023", error.message);
  const sqlstate = /not (yet )?(implemented|supported)/.test(error.message)
    ? "0A000"
    : /^frame (start|end)/.test(error.message)
    ? "42P20"
    : "42601";
  return new PgError(sqlstate, error.message, { position: error.position });
}
