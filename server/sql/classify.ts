import type { CopyStmt, FetchStmt, InsertStmt, Node, TransactionStmt, VariableSetStmt } from "libpg-query";
import type { Command, CopyCommand, FetchDirection, TransactionModes } from "./command.ts";
import { constantText, lastPart, nameParts } from "./constant.ts";
import { closingIndex, isSymbol } from "./lexer.ts";
import type { Source } from "./source.ts";
import { unsupportedFeature, utilityTag } from "./utility.ts";

/** What the parse tree of one statement asks for. */
export function classify(tree: Node, source: Source): Command {
  if ("SelectStmt" in tree) {
    return tree.SelectStmt.intoClause ? utility("SELECT INTO", tree) : { kind: "query" };
  }
  if ("InsertStmt" in tree) return insert(tree.InsertStmt);
  if ("UpdateStmt" in tree) return { kind: "update", returning: Boolean(tree.UpdateStmt.returningClause) };
  if ("DeleteStmt" in tree) return { kind: "delete", returning: Boolean(tree.DeleteStmt.returningClause) };
  if ("MergeStmt" in tree) return { kind: "merge", returning: Boolean(tree.MergeStmt.returningClause) };
  if ("TransactionStmt" in tree) return transaction(tree.TransactionStmt);
  if ("VariableSetStmt" in tree) return variableSet(tree.VariableSetStmt);
  if ("VariableShowStmt" in tree) return { kind: "show", name: lower(tree.VariableShowStmt.name) };
  if ("DiscardStmt" in tree) {
    return { kind: "discard", what: discards[tree.DiscardStmt.target ?? "DISCARD_ALL"] };
  }
  if ("PrepareStmt" in tree) return { kind: "prepare", name: tree.PrepareStmt.name ?? "" };
  if ("ExecuteStmt" in tree) return { kind: "executePrepared", name: tree.ExecuteStmt.name ?? "" };
  if ("DeallocateStmt" in tree) return { kind: "deallocate", name: tree.DeallocateStmt.name ?? null };
  if ("DeclareCursorStmt" in tree) return declareCursor(tree, source);
  if ("FetchStmt" in tree) return fetch(tree.FetchStmt);
  if ("ClosePortalStmt" in tree) {
    return { kind: "closeCursor", name: tree.ClosePortalStmt.portalname ?? null };
  }
  if ("CopyStmt" in tree) return copy(tree.CopyStmt, source);
  const feature = unsupportedFeature(tree);
  if (feature) return { kind: "unsupported", feature, sqlstate: "0A000" };
  return utility(utilityTag(tree), tree);
}

function insert({ returningClause, onConflictClause, selectStmt }: InsertStmt): Command {
  const command = { kind: "insert", returning: Boolean(returningClause) } as const;
  if (onConflictClause?.action !== "ONCONFLICT_UPDATE" || onConflictClause.whereClause) return command;
  const rows = selectStmt && "SelectStmt" in selectStmt ? selectStmt.SelectStmt.valuesLists ?? [] : [];
  return rows.length > 1 ? { ...command, upserts: rows.length } : command;
}

const discards = {
  DISCARD_ALL: "all",
  DISCARD_PLANS: "plans",
  DISCARD_SEQUENCES: "sequences",
  DISCARD_TEMP: "temp",
} as const;

function utility(tag: string, tree: Node): Command {
  return { kind: "utility", tag, tree };
}

function lower(name: string | undefined): string {
  return (name ?? "").toLowerCase();
}

function transaction(statement: TransactionStmt): Command {
  const chain = statement.chain ?? false;
  const name = statement.savepoint_name ?? "";
  const gid = statement.gid ?? "";
  switch (statement.kind) {
    case "TRANS_STMT_START":
      return { kind: "begin", tag: "START TRANSACTION", ...modes(statement.options) };
    case "TRANS_STMT_COMMIT":
      return { kind: "commit", chain };
    case "TRANS_STMT_ROLLBACK":
      return { kind: "rollback", chain };
    case "TRANS_STMT_SAVEPOINT":
      return { kind: "savepoint", name };
    case "TRANS_STMT_RELEASE":
      return { kind: "release", name };
    case "TRANS_STMT_ROLLBACK_TO":
      return { kind: "rollbackTo", name };
    case "TRANS_STMT_PREPARE":
      return { kind: "prepareTransaction", gid };
    case "TRANS_STMT_COMMIT_PREPARED":
      return { kind: "commitPrepared", gid };
    case "TRANS_STMT_ROLLBACK_PREPARED":
      return { kind: "rollbackPrepared", gid };
    default:
      return { kind: "begin", tag: "BEGIN", ...modes(statement.options) };
  }
}

function modes(options: readonly Node[] | undefined): TransactionModes {
  const found: TransactionModes = {};
  for (const option of options ?? []) {
    if (!("DefElem" in option)) continue;
    const value = constantText(option.DefElem.arg) ?? "";
    if (option.DefElem.defname === "transaction_isolation") found.isolation = value.toLowerCase();
    if (option.DefElem.defname === "transaction_read_only") found.readOnly = value === "1";
    if (option.DefElem.defname === "transaction_deferrable") found.deferrable = value === "1";
  }
  return found;
}

function variableSet(statement: VariableSetStmt): Command {
  const name = lower(statement.name);
  const local = statement.is_local ?? false;
  switch (statement.kind) {
    case "VAR_RESET_ALL":
      return { kind: "reset", name: "all" };
    case "VAR_RESET":
      return { kind: "reset", name };
    case "VAR_SET_MULTI":
      return setMulti(name, statement);
    case "VAR_SET_VALUE":
      return { kind: "set", name, values: settingValues(statement.args), local };
    default:
      return { kind: "set", name, values: "default", local };
  }
}

/** `SET TIME ZONE INTERVAL '-08:00'` is a span, which a text of those digits is not. */
function settingValues(args: VariableSetStmt["args"]): string[] {
  return nameParts(args).map((value, i) => {
    const node = args![i];
    const isInterval = "TypeCast" in node && lastPart(node.TypeCast.typeName?.names) === "interval";
    return isInterval ? `interval '${value}'` : value;
  });
}

function setMulti(name: string, statement: VariableSetStmt): Command {
  if (name === "transaction snapshot") {
    return { kind: "unsupported", feature: "SET TRANSACTION SNAPSHOT", sqlstate: "0A000" };
  }
  const scope = name === "transaction" ? "transaction" : "session";
  return { kind: "setTransaction", scope, ...modes(statement.args) };
}

/** Bits of `DeclareCursorStmt.options` (PostgreSQL's `CURSOR_OPT_…`). */
const cursorOption = { binary: 1, scroll: 2, noScroll: 4, hold: 32 };

function declareCursor(tree: Extract<Node, { DeclareCursorStmt: unknown }>, source: Source): Command {
  const { portalname, options = 0 } = tree.DeclareCursorStmt;
  const begins = source.tokens.findIndex((token, i) =>
    i > 2 && source.text.slice(token.start, token.end).toLowerCase() === "for"
  );
  return {
    kind: "declareCursor",
    name: portalname ?? "",
    query: source.text.slice(source.tokens[begins + 1]?.start ?? 0),
    hold: (options & cursorOption.hold) !== 0,
    scroll: (options & cursorOption.scroll) !== 0
      ? true
      : (options & cursorOption.noScroll) !== 0
      ? false
      : null,
    binary: (options & cursorOption.binary) !== 0,
  };
}

const fetchDirections: Record<string, FetchDirection> = {
  FETCH_FORWARD: "forward",
  FETCH_BACKWARD: "backward",
  FETCH_ABSOLUTE: "absolute",
  FETCH_RELATIVE: "relative",
};

/** PostgreSQL's `FETCH_ALL` is the largest integer; JSON may have rounded it. */
const fetchAll = 2 ** 31 - 1;

function fetch(statement: FetchStmt): Command {
  const howMany = Number(statement.howMany ?? 0);
  return {
    kind: "fetch",
    cursor: statement.portalname ?? "",
    move: statement.ismove ?? false,
    direction: fetchDirections[statement.direction ?? "FETCH_FORWARD"],
    count: howMany >= fetchAll ? "all" : howMany,
  };
}

function copy(statement: CopyStmt, source: Source): CopyCommand {
  const command: CopyCommand = {
    kind: "copy",
    direction: statement.is_from ? "from" : "to",
    file: statement.filename ?? null,
    program: statement.is_program ?? false,
    options: copyOptions(statement.options),
  };
  const { relation } = statement;
  if (!relation) return { ...command, query: textInBrackets(source) };
  const columns = nameParts(statement.attlist);
  return {
    ...command,
    table: { schema: relation.schemaname ?? null, name: relation.relname ?? "", columns },
  };
}

function textInBrackets(source: Source): string {
  const { text, tokens } = source;
  const open = tokens.findIndex((token) => isSymbol(text, token, "("));
  return text.slice(tokens[open].end, tokens[closingIndex(text, tokens, open)].start).trim();
}

function copyOptions(options: readonly Node[] | undefined): CopyCommand["options"] {
  const found = new Map<string, string | true | string[]>();
  for (const option of options ?? []) {
    if (!("DefElem" in option)) continue;
    const { defname, arg } = option.DefElem;
    const value = arg && "List" in arg ? nameParts(arg.List.items) : constantText(arg) ?? true;
    found.set(lower(defname), value);
  }
  return found;
}
