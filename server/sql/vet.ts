import { PgError } from "../../worker/api/error.ts";
import type { Command, CopyCommand } from "./command.ts";
import { isRestrictedSetting } from "./engine_settings.ts";
import { closingIndex, identifierOf, isKeyword, isSymbol, stringValue, textOf } from "./lexer.ts";
import { leadingWords } from "./native.ts";
import { type Source, sourceOf } from "./source.ts";
import type { Statement } from "./statement.ts";

/** Who wants to run a statement. */
export interface Runner {
  superuser: boolean;
  /** The operator gave some locations free; the engine's own sandbox keeps the session to them. */
  locationsAllowed?: boolean;
}

/**
 * Refuses what a user may not run. This is the half of the sandbox that DuckDB's own (`enable_external_access = false`)
 * lets through: logs and profiles written to files, other servers' data through helper functions, SQL hidden in
 * strings, settings of the whole instance. A superuser may do all of it, as in PostgreSQL.
 *
 * @throws PgError 42501; 0A000 for COPY … PROGRAM
 */
export function vet(statement: Statement, runner: Runner): void {
  const { command } = statement;
  if (command.kind === "copy" && command.program) {
    throw new PgError("0A000", "COPY to or from an external program is not supported");
  }
  if (namesCatalog.test(statement.source)) throw catalogRefusal();
  if (runner.superuser) return;
  const refusal = remembered(statement, runner);
  if (refusal) throw refusal;
}

/** The database behind `pg_catalog` is this server's own; nobody names it, so nobody can change it. */
const namesCatalog = /\b__duckgres\b/i;

function catalogRefusal(): PgError {
  return new PgError("42501", 'permission denied: "__duckgres" is a system catalog');
}

/** Verdicts by command: all copies of a cached statement share its command. */
const verdicts: Record<"sandbox" | "locations", WeakMap<Command, PgError | null>> = {
  sandbox: new WeakMap(),
  locations: new WeakMap(),
};

function remembered(statement: Statement, runner: Runner): PgError | null {
  const known = verdicts[runner.locationsAllowed ? "locations" : "sandbox"];
  const verdict = known.get(statement.command);
  if (verdict !== undefined) return verdict;
  const source = sourceOf(statement.source);
  const fresh = refuseCommand(statement.command, source, runner) ?? refuseReferences(source);
  known.set(statement.command, fresh);
  return fresh;
}

function denied(action: string, hint?: string): PgError {
  return new PgError("42501", `permission denied to ${action}`, {
    detail: `Only superusers may ${action}.`,
    hint,
  });
}

function refuseCommand(command: Command, source: Source, runner: Runner): PgError | null {
  switch (command.kind) {
    case "copy":
      return command.file === null || runner.locationsAllowed ? null : deniedCopy(command);
    case "set":
    case "reset":
      return refuseSetting(command.name);
    case "utility":
      return refuseUtility(command.tag, source);
    case "unsupported":
    case "native":
    case "prepare":
      return refuseNative(source, 0, runner);
    default:
      return null;
  }
}

/** PostgreSQL's own words. */
function deniedCopy({ direction }: Pick<CopyCommand, "direction">): PgError {
  const role = direction === "to" ? "pg_write_server_files" : "pg_read_server_files";
  return new PgError("42501", `permission denied to COPY ${direction} a file`, {
    detail: `Only roles with privileges of the "${role}" role may COPY ${direction} a file.`,
    hint: "Anyone can COPY to stdout or from stdin. psql's \\copy command also works for anyone.",
  });
}

function refuseSetting(name: string): PgError | null {
  if (!isRestrictedSetting(name)) return null;
  return new PgError("42501", `permission denied to set parameter "${name}"`);
}

function refuseUtility(tag: string, source: Source): PgError | null {
  if (tag === "LOAD") return denied("load extensions");
  if (tag.endsWith(" EXTENSION")) return denied("create or change extensions");
  if (forbidden[tag]) return denied(forbidden[tag]);
  return tag === "CALL" ? refuseCall(source, 0) : null;
}

/** What a statement's first words forbid. */
const forbidden: Record<string, string> = {
  ATTACH: "attach databases",
  DETACH: "detach databases",
  INSTALL: "install extensions",
  LOAD: "load extensions",
  FORCE: "force checkpoints or install extensions",
  EXPORT: "export databases",
  IMPORT: "import databases",
  "UPDATE EXTENSIONS": "update extensions",
  "CREATE EXTENSION": "create extensions",
  "CREATE DATABASE": "create databases",
  "ALTER DATABASE": "alter databases",
  "DROP DATABASE": "drop databases",
};

/** @param first index of the token the statement begins with, behind EXPLAIN or PREPARE … AS */
function refuseNative(source: Source, first: number, runner: Runner): PgError | null {
  const { text, tokens } = source;
  const words = leadingWords(source, first);
  const [word, second] = words;
  if (word === "EXPLAIN") return refuseNative(source, behindExplain(source, first), runner);
  if (word === "PREPARE") return refuseNative(source, behindAs(source, first), runner);
  if (word === "COPY") {
    return runner.locationsAllowed ? null : deniedCopy({ direction: copyDirection(source) });
  }
  if (word === "PRAGMA") return refusePragma(source, first);
  if (word === "CALL") return refuseCall(source, first);
  if (word === "SET" || word === "RESET") return refuseNativeSetting(source, first);
  if (word === "CREATE" || word === "DROP") {
    const secret = words.includes("SECRET") ? refuseSecret(source, words) : null;
    if (secret) return secret;
  }
  if (runner.locationsAllowed && (word === "EXPORT" || word === "DETACH")) return null;
  if (runner.locationsAllowed && word === "ATTACH" && isPlainFile(source)) return null;
  const action = forbidden[word ?? ""] ?? forbidden[`${word} ${second}`];
  if (action) return denied(action);
  // Something odd in front (a bracket, a string): let the engine refuse it, but look behind it.
  return tokens[first] && isSymbol(text, tokens[first], "(") ? refuseNative(source, first + 1, runner) : null;
}

/** `ATTACH 'name.duckdb'`: not another kind of database, nor another server's. */
function isPlainFile({ text, tokens }: Source): boolean {
  const file = tokens.find((token) => token.kind === "string");
  const path = file ? stringValue(textOf(text, file)) : null;
  return path !== null && !/^\w+:/.test(path) &&
    !tokens.some((token) => identifierOf(text, token) === "type");
}

function behindExplain({ text, tokens }: Source, first: number): number {
  let at = first + 1;
  while (isKeyword(text, tokens[at], "analyze") || isKeyword(text, tokens[at], "verbose")) at++;
  return isSymbol(text, tokens[at], "(") ? closingIndex(text, tokens, at) + 1 : at;
}

function behindAs({ text, tokens }: Source, first: number): number {
  const as = tokens.findIndex((token, i) => i > first + 1 && isKeyword(text, token, "as"));
  return as < 0 ? tokens.length : as + 1;
}

function copyDirection({ text, tokens }: Source): "from" | "to" {
  return tokens.some((token) => isKeyword(text, token, "to")) ? "to" : "from";
}

/** Pragmas that only tell about the user's own database. */
const harmlessPragmas = new Set(
  ("collations database_size functions metadata_info platform show show_databases show_tables show_tables_expanded " +
    "storage_info table_info tpcds tpch user_agent version").split(" "),
);

function refusePragma({ text, tokens }: Source, first: number): PgError | null {
  const name = identifierOf(text, tokens[first + 1])?.toLowerCase() ?? "";
  const assigns = isSymbol(text, tokens[first + 2], "=");
  return harmlessPragmas.has(name) && !assigns ? null : denied(`run PRAGMA ${name}`);
}

/** Table functions that may stand behind CALL. */
const harmlessCalls = new Set(
  ("checkpoint dbgen dsdgen duckdb_columns duckdb_constraints duckdb_extensions duckdb_functions duckdb_indexes " +
    "duckdb_keywords duckdb_memory duckdb_optimizers duckdb_schemas duckdb_sequences duckdb_settings duckdb_tables " +
    "duckdb_types duckdb_variables duckdb_views generate_series pragma_collations pragma_database_size " +
    "pragma_metadata_info pragma_platform pragma_show pragma_storage_info pragma_table_info pragma_user_agent " +
    "pragma_version range repeat repeat_row test_all_types tpcds_answers tpcds_queries tpch_answers tpch_queries")
    .split(" "),
);

function refuseCall({ text, tokens }: Source, first: number): PgError | null {
  const open = tokens.findIndex((token, i) => i > first && isSymbol(text, token, "("));
  const name = identifierOf(text, tokens[open - 1])?.toLowerCase() ?? "";
  return harmlessCalls.has(name) ? null : denied(`call ${name}`);
}

function refuseNativeSetting({ text, tokens }: Source, first: number): PgError | null {
  const scope = identifierOf(text, tokens[first + 1])?.toLowerCase() ?? "";
  const scoped = ["session", "local", "global", "persist", "variable"].includes(scope);
  const name = scoped ? identifierOf(text, tokens[first + 2])?.toLowerCase() ?? "" : scope;
  if (scope === "global" || scope === "persist") return denied("change settings of the whole database");
  // The server tells the engine who the session is in variables of its own.
  if (scope === "variable") return name.startsWith("duckgres_") ? denied(`set variable ${name}`) : null;
  return refuseSetting(name);
}

/** A secret that outlives the session, or one that fetches the server's own credentials. */
function refuseSecret(source: Source, words: readonly string[]): PgError | null {
  if (words.includes("PERSISTENT")) return denied("create or drop persistent secrets");
  const { text, tokens } = source;
  const provider = tokens.findIndex((token) => isKeyword(text, token, "provider"));
  const given = tokens[provider + 1];
  if (provider < 0 || identifierOf(text, given) === "config") return null;
  return denied("use a secret provider");
}

/** Functions that reach files, other servers, or the server itself, sandbox or not. */
const forbiddenFunctions = new Set(
  ("add_parquet_key arrow_scan arrow_scan_dumb copy_database disable_logging disable_peg_parser disable_profiling " +
    "enable_logging enable_peg_parser enable_profiling from_substrait from_substrait_json get_substrait " +
    "get_substrait_json import_database json_execute_serialized_sql load_aws_credentials pragma_database_list " +
    "seq_scan truncate_duckdb_logs").split(" "),
);
const forbiddenFamilies =
  /^(postgres|mysql|sqlite|odbc|mssql|bigquery|snowflake)_(scan|query|execute|attach|hstore)/;

/** Relations that show where databases lie, and with which password. */
const hiddenRelations = /\b(duckdb_databases|pragma_database_list)\b/i;

/** Looks through a whole text, and the SQL in strings that `query(…)` runs. */
function refuseReferences(source: Source): PgError | null {
  const { text, tokens } = source;
  const hidden = hiddenRelations.exec(text);
  if (hidden) return denied(`read ${hidden[1].toLowerCase()}`);
  for (let i = 0; i + 1 < tokens.length; i++) {
    if (!isSymbol(text, tokens[i + 1], "(")) continue;
    const name = identifierOf(text, tokens[i])?.toLowerCase();
    if (name === undefined) continue;
    if (forbiddenFunctions.has(name) || forbiddenFamilies.test(name)) return denied(`call ${name}`);
    const refusal = name === "query" || name === "query_table" ? refuseQuery(name, source, i + 1) : null;
    if (refusal) return refusal;
  }
  return null;
}

/** SQL in a string is vetted like any other, so it must be a literal. */
function refuseQuery(name: string, { text, tokens }: Source, open: number): PgError | null {
  const close = closingIndex(text, tokens, open);
  for (let i = open + 1; i < close; i++) {
    if (isSymbol(text, tokens[i], ",") || isSymbol(text, tokens[i], "[") || isSymbol(text, tokens[i], "]")) {
      continue;
    }
    if (isKeyword(text, tokens[i], "true") || isKeyword(text, tokens[i], "false")) continue;
    const inner = tokens[i].kind === "string" ? stringValue(textOf(text, tokens[i])) : null;
    if (inner === null) return denied(`call ${name}`, `${name}() takes only string literals here.`);
    const refusal = refuseReferences(sourceOf(inner));
    if (refusal) return refusal;
  }
  return null;
}
