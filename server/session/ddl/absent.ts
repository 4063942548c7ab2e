/** What cannot be here: it cannot be dropped either, but in the words in which PostgreSQL says that there is none. */
import type {
  CreatedbStmt,
  CreateExtensionStmt,
  CreateRoleStmt,
  CreateTrigStmt,
  DropdbStmt,
  DropRoleStmt,
  DropStmt,
  Node,
  ObjectType,
} from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import { typeByName } from "../../../worker/api/types.ts";
import { lastPart, nameParts } from "../../sql/constant.ts";
import { type ObjectName, relationName, writtenName } from "../../sql/ddl/relation.ts";
import type { SessionContext } from "../context.ts";
import { findRelation, missingRelation, requireRelation } from "./objects.ts";
import { databaseExists } from "./privileges.ts";
import { roleExists } from "./roles.ts";
import { rowsOf, skipNotice } from "./steps.ts";

/** Objects named by themselves. */
const named: Partial<Record<ObjectType, string>> = {
  OBJECT_EXTENSION: "extension",
  OBJECT_COLLATION: "collation",
  OBJECT_CONVERSION: "conversion",
  OBJECT_LANGUAGE: "language",
  OBJECT_EVENT_TRIGGER: "event trigger",
  OBJECT_PUBLICATION: "publication",
  OBJECT_FDW: "foreign-data wrapper",
  OBJECT_FOREIGN_SERVER: "server",
  OBJECT_FOREIGN_TABLE: "foreign table",
  OBJECT_STATISTIC_EXT: "statistics object",
  OBJECT_ACCESS_METHOD: "access method",
  OBJECT_TSCONFIGURATION: "text search configuration",
  OBJECT_TSDICTIONARY: "text search dictionary",
  OBJECT_TSPARSER: "text search parser",
  OBJECT_TSTEMPLATE: "text search template",
};

/** Objects of a table. */
const ofTable: Partial<Record<ObjectType, string>> = {
  OBJECT_TRIGGER: "trigger",
  OBJECT_RULE: "rule",
  OBJECT_POLICY: "policy",
};

/** Objects with arguments. */
const withArguments: Partial<Record<ObjectType, string>> = {
  OBJECT_AGGREGATE: "aggregate",
  OBJECT_OPERATOR: "operator",
};

/** Whether this is a DROP of something that there cannot be. */
export function dropsAbsent({ removeType }: DropStmt): boolean {
  return [named, ofTable, withArguments].some((kinds) => kinds[removeType!] !== undefined);
}

/** @throws PgError 42704, 42883, 42P01 */
export async function dropAbsent(session: SessionContext, tree: DropStmt): Promise<void> {
  const type = tree.removeType!;
  for (const node of tree.objects ?? []) {
    const { sqlstate, message } = ofTable[type]
      ? await missingOfTable(session, ofTable[type], node)
      : withArguments[type]
      ? { sqlstate: "42883", message: `${withArguments[type]} ${signature(node)} does not exist` }
      : {
        sqlstate: type === "OBJECT_FOREIGN_TABLE" ? "42P01" : "42704",
        message: `${named[type]} "${writtenName(nameOf(node))}" does not exist`,
      };
    if (!tree.missing_ok) throw new PgError(sqlstate, message);
    skipNotice(session, "00000", message);
  }
}

function nameOf(node: Node): ObjectName {
  const parts = "List" in node ? nameParts(node.List.items) : nameParts([node]);
  return { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? "" };
}

async function missingOfTable(session: SessionContext, what: string, node: Node) {
  const parts = "List" in node ? nameParts(node.List.items) : [];
  const table = { schema: parts.at(-3) ?? null, name: parts.at(-2) ?? "" };
  const found = await findRelation(session, table);
  if (!found) return { sqlstate: "42P01", message: missingRelation(table) };
  const of = what === "trigger" ? "table" : "relation";
  return { sqlstate: "42704", message: `${what} "${parts.at(-1)}" for ${of} "${found.name}" does not exist` };
}

/** `f(integer, text)`; without arguments where none are told. */
export function signature(node: Node): string {
  if (!("ObjectWithArgs" in node)) return lastPart([node]) ?? "";
  const { objname, objargs, args_unspecified } = node.ObjectWithArgs;
  const name = nameParts(objname).join(".");
  return args_unspecified ? name : `${name}(${(objargs ?? []).map(typeWord).join(", ")})`;
}

export function typeWord(node: Node): string {
  if (!("TypeName" in node)) return "*";
  const name = lastPart(node.TypeName.names) ?? "";
  return (typeByName(name)?.sqlName ?? name) + (node.TypeName.arrayBounds ? "[]" : "");
}

/** CREATE EXTENSION: there are none. @throws PgError 0A000 */
export function createExtension(
  _session: SessionContext,
  { extname = "" }: CreateExtensionStmt,
): Promise<void> {
  throw new PgError("0A000", `extension "${extname}" is not available`, {
    hint: "PostgreSQL's extensions cannot be installed here. DuckDB's own are loaded with LOAD.",
  });
}

/** CREATE ROLE, USER and GROUP. @throws PgError 42710, 0A000 */
export async function createRole(
  session: SessionContext,
  { role = "", stmt_type }: CreateRoleStmt,
): Promise<void> {
  if (await roleExists(session, role)) throw new PgError("42710", `role "${role}" already exists`);
  const what = stmt_type === "ROLESTMT_USER" ? "CREATE USER" : "CREATE ROLE";
  throw new PgError("0A000", `${what} is not supported`, {
    hint: "Users are part of the server's configuration.",
  });
}

/** DROP ROLE. @throws PgError 42704, 55006 */
export async function dropRole(session: SessionContext, tree: DropRoleStmt): Promise<void> {
  for (const node of tree.roles ?? []) {
    const { rolename, roletype } = "RoleSpec" in node ? node.RoleSpec : {};
    const name = roletype === "ROLESPEC_CSTRING" ? rolename ?? "" : session.user;
    if (await roleExists(session, name)) throw new PgError("55006", "current user cannot be dropped");
    const missing = `role "${name}" does not exist`;
    if (!tree.missing_ok) throw new PgError("42704", missing);
    skipNotice(session, "00000", missing);
  }
}

/** CREATE DATABASE. @throws PgError 42P04, 0A000 */
export async function createDatabase(session: SessionContext, { dbname = "" }: CreatedbStmt): Promise<void> {
  if (await databaseExists(session, dbname)) {
    throw new PgError("42P04", `database "${dbname}" already exists`);
  }
  throw new PgError("0A000", "CREATE DATABASE is not supported", {
    hint: "Databases are part of the server's configuration.",
  });
}

/** DROP DATABASE. @throws PgError 3D000, 55006 */
export async function dropDatabase(session: SessionContext, tree: DropdbStmt): Promise<void> {
  const { dbname = "" } = tree;
  if (await databaseExists(session, dbname)) {
    throw new PgError("55006", "cannot drop the currently open database");
  }
  const missing = `database "${dbname}" does not exist`;
  if (!tree.missing_ok) throw new PgError("3D000", missing);
  skipNotice(session, "00000", missing);
}

/** What acts for a table: refused once the table is known to be there. @throws PgError 42P01, 0A000 */
export async function refuseForTable(
  session: SessionContext,
  relation: Parameters<typeof relationName>[0] | undefined,
  what: string,
): Promise<void> {
  if (relation) await requireRelation(session, relationName(relation));
  throw new PgError("0A000", `${what} is not supported`);
}

/**
 * CREATE TRIGGER: no function here can be a trigger's, so that the function it names is what is missing first.
 *
 * @throws PgError 42P01, 42883, 0A000
 */
export async function refuseTrigger(
  session: SessionContext,
  { relation, funcname }: CreateTrigStmt,
): Promise<void> {
  if (relation) await requireRelation(session, relationName(relation));
  const [name] = nameParts(funcname).slice(-1);
  const refusal = new PgError("0A000", "CREATE TRIGGER is not supported");
  const rows = await rowsOf(
    session,
    `SELECT 1 FROM __duckgres.main.pg_proc WHERE proname = ${quoteText(name ?? "")} LIMIT 1`,
  );
  if (rows.length > 0) throw refusal;
  throw new PgError("42883", `function ${nameParts(funcname).join(".")}() does not exist`, {
    hint: "Triggers are not supported.",
  });
}
