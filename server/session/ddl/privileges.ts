/**
 * GRANT, REVOKE and what says whose an object is. A database has one user here, who may do everything in it: what is
 * granted is checked for sense and then is so already.
 */
import type {
  AccessPriv,
  AlterDefaultPrivilegesStmt,
  AlterOwnerStmt,
  DropOwnedStmt,
  GrantRoleStmt,
  GrantStmt,
  Node,
  ReassignOwnedStmt,
  RoleSpec,
} from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { constantText } from "../../sql/constant.ts";
import { objectName, relationName, writtenName } from "../../sql/ddl/relation.ts";
import type { SessionContext } from "../context.ts";
import { schemaExists } from "./drop.ts";
import { findType, requireRelation } from "./objects.ts";
import { requireRole, roleExists } from "./roles.ts";
import { rowsOf } from "./steps.ts";
import { quoteText } from "../../../worker/api/quote.ts";

/** What can be granted, by what it is granted on, and what PostgreSQL calls that. */
const privileges: Record<string, { what: string; names: readonly string[] }> = {
  OBJECT_TABLE: {
    what: "relation",
    names: [
      "select",
      "insert",
      "update",
      "delete",
      "truncate",
      "references",
      "trigger",
      "maintain",
      "usage",
    ],
  },
  OBJECT_SEQUENCE: { what: "sequence", names: ["usage", "select", "update"] },
  OBJECT_DATABASE: { what: "database", names: ["create", "connect", "temporary", "temp"] },
  OBJECT_SCHEMA: { what: "schema", names: ["create", "usage"] },
  OBJECT_FUNCTION: { what: "function", names: ["execute"] },
  OBJECT_PROCEDURE: { what: "procedure", names: ["execute"] },
  OBJECT_ROUTINE: { what: "function", names: ["execute"] },
  OBJECT_LANGUAGE: { what: "language", names: ["usage"] },
  OBJECT_TYPE: { what: "type", names: ["usage"] },
  OBJECT_DOMAIN: { what: "domain", names: ["usage"] },
  OBJECT_TABLESPACE: { what: "tablespace", names: ["create"] },
};

const allNames = new Set(Object.values(privileges).flatMap(({ names }) => names));

/** GRANT … ON, REVOKE … ON. @throws PgError 42601, 42704, 42P01, 3F000, 0LP01 */
export async function grant(session: SessionContext, tree: GrantStmt): Promise<void> {
  await requireRoles(session, tree.grantees);
  const kind = tree.objtype ?? "OBJECT_TABLE";
  for (const node of tree.privileges ?? []) if ("AccessPriv" in node) requirePrivilege(kind, node.AccessPriv);
  for (const node of tree.objects ?? []) await requireObject(session, tree.targtype, kind, node);
}

function requirePrivilege(kind: string, { priv_name = "" }: AccessPriv): void {
  if (priv_name === "") return;
  if (!allNames.has(priv_name)) throw new PgError("42601", `unrecognized privilege type "${priv_name}"`);
  const { what, names } = privileges[kind] ?? { what: "object", names: [priv_name] };
  if (names.includes(priv_name)) return;
  throw new PgError("0LP01", `invalid privilege type ${priv_name.toUpperCase()} for ${what}`);
}

async function requireObject(
  session: SessionContext,
  target: string | undefined,
  kind: string,
  node: Node,
): Promise<void> {
  if ("RangeVar" in node) {
    await requireRelation(session, relationName(node.RangeVar));
    return;
  }
  if (kind === "OBJECT_SCHEMA" || target === "ACL_TARGET_ALL_IN_SCHEMA") {
    const name = constantText(node) ?? "";
    if (!await schemaExists(session, name)) throw new PgError("3F000", `schema "${name}" does not exist`);
    return;
  }
  if (kind === "OBJECT_DATABASE") await requireDatabase(session, constantText(node) ?? "");
  if (kind !== "OBJECT_TYPE" && kind !== "OBJECT_DOMAIN") return;
  const name = objectName(node);
  if (!await findType(session, name)) {
    throw new PgError("42704", `type "${writtenName(name)}" does not exist`);
  }
}

/** Whether there is a database of this name: a session sees its own. */
export async function databaseExists(session: SessionContext, name: string): Promise<boolean> {
  const rows = await rowsOf(
    session,
    `FROM __duckgres.main.pg_database WHERE datname = ${quoteText(name)} LIMIT 1`,
  );
  return rows.length > 0;
}

async function requireDatabase(session: SessionContext, name: string): Promise<void> {
  if (!await databaseExists(session, name)) {
    throw new PgError("3D000", `database "${name}" does not exist`);
  }
}

async function requireRoles(session: SessionContext, nodes: readonly Node[] | undefined): Promise<void> {
  for (const node of nodes ?? []) if ("RoleSpec" in node) await requireRole(session, node.RoleSpec);
}

/** GRANT and REVOKE of roles: a role cannot be its own member. @throws PgError 42704, 0LP01 */
export async function grantRole(session: SessionContext, tree: GrantRoleStmt): Promise<void> {
  const granted = (tree.granted_roles ?? []).flatMap((node) =>
    "AccessPriv" in node ? [node.AccessPriv.priv_name ?? ""] : []
  );
  for (const role of granted) {
    if (!await roleExists(session, role)) throw new PgError("42704", `role "${role}" does not exist`);
  }
  await requireRoles(session, tree.grantee_roles);
  if (!tree.is_grant) return;
  for (const node of tree.grantee_roles ?? []) {
    const member = "RoleSpec" in node ? roleName(session, node.RoleSpec) : "";
    if (!granted.includes(member)) continue;
    throw new PgError("0LP01", `role "${member}" is a member of role "${member}"`);
  }
}

function roleName(session: SessionContext, { roletype, rolename }: RoleSpec): string {
  return roletype === "ROLESPEC_CSTRING" ? rolename ?? "" : session.user;
}

/** ALTER DEFAULT PRIVILEGES. */
export async function alterDefaultPrivileges(
  session: SessionContext,
  tree: AlterDefaultPrivilegesStmt,
): Promise<void> {
  for (const node of tree.options ?? []) {
    const arg = "DefElem" in node ? node.DefElem.arg : undefined;
    const items = arg && "List" in arg ? arg.List.items ?? [] : [];
    for (const item of items) {
      if ("RoleSpec" in item) await requireRole(session, item.RoleSpec);
      const schema = constantText(item);
      if (schema !== null && !await schemaExists(session, schema)) {
        throw new PgError("3F000", `schema "${schema}" does not exist`);
      }
    }
  }
  await requireRoles(session, tree.action?.grantees);
}

/** ALTER … OWNER TO, but for tables: there is one owner. @throws PgError 42704, 3F000 */
export async function alterOwner(session: SessionContext, tree: AlterOwnerStmt): Promise<void> {
  const { object, objectType, newowner } = tree;
  if (object && objectType === "OBJECT_SCHEMA") {
    await requireObject(session, undefined, "OBJECT_SCHEMA", object);
  }
  if (object && (objectType === "OBJECT_TYPE" || objectType === "OBJECT_DOMAIN")) {
    await requireObject(session, undefined, objectType, object);
  }
  if (object && objectType === "OBJECT_DATABASE") await requireDatabase(session, constantText(object) ?? "");
  await requireRole(session, newowner);
}

/** REASSIGN OWNED. */
export async function reassignOwned(session: SessionContext, tree: ReassignOwnedStmt): Promise<void> {
  await requireRoles(session, tree.roles);
  await requireRole(session, tree.newrole);
}

/** DROP OWNED: all there is belongs to one role. @throws PgError 42704, 0A000 */
export async function dropOwned(session: SessionContext, tree: DropOwnedStmt): Promise<void> {
  await requireRoles(session, tree.roles);
  throw new PgError("0A000", "DROP OWNED is not supported", { hint: "Drop the schemas instead." });
}
