import type { Node, ObjectType } from "libpg-query";

/**
 * PostgreSQL's command tag of a utility statement, as `CreateCommandTag` gives it.
 *
 * @see https://www.postgresql.org/docs/16/protocol-message-formats.html CommandComplete
 */
export function utilityTag(tree: Node): string {
  if ("DropStmt" in tree) return `DROP ${objectName(tree.DropStmt.removeType)}`;
  if ("RenameStmt" in tree) {
    return `ALTER ${renamedObject(tree.RenameStmt.renameType, tree.RenameStmt.relationType)}`;
  }
  if ("AlterTableStmt" in tree) return `ALTER ${objectName(tree.AlterTableStmt.objtype)}`;
  if ("AlterObjectSchemaStmt" in tree) return `ALTER ${objectName(tree.AlterObjectSchemaStmt.objectType)}`;
  if ("AlterOwnerStmt" in tree) return `ALTER ${objectName(tree.AlterOwnerStmt.objectType)}`;
  if ("CreateTableAsStmt" in tree) {
    return tree.CreateTableAsStmt.objtype === "OBJECT_MATVIEW"
      ? "CREATE MATERIALIZED VIEW"
      : "CREATE TABLE AS";
  }
  if ("GrantStmt" in tree) return tree.GrantStmt.is_grant ? "GRANT" : "REVOKE";
  if ("GrantRoleStmt" in tree) return tree.GrantRoleStmt.is_grant ? "GRANT ROLE" : "REVOKE ROLE";
  if ("CreateFunctionStmt" in tree) {
    return tree.CreateFunctionStmt.is_procedure ? "CREATE PROCEDURE" : "CREATE FUNCTION";
  }
  if ("VacuumStmt" in tree) return tree.VacuumStmt.is_vacuumcmd ? "VACUUM" : "ANALYZE";
  return tags[nodeType(tree)] ?? nodeType(tree).replace(/Stmt$/, "").toUpperCase();
}

/** What PostgreSQL offers and this server does not, named for the client; `null` for what runs. */
export function unsupportedFeature(tree: Node): string | null {
  const type = nodeType(tree);
  return unsupported[type] ?? null;
}

/** The one key of a parse tree node: its type. */
export function nodeType(node: Node): string {
  for (const key in node) return key;
  return "";
}

const tags: Record<string, string> = {
  CreateStmt: "CREATE TABLE",
  IndexStmt: "CREATE INDEX",
  ViewStmt: "CREATE VIEW",
  CreateSchemaStmt: "CREATE SCHEMA",
  CreateSeqStmt: "CREATE SEQUENCE",
  AlterSeqStmt: "ALTER SEQUENCE",
  CreateEnumStmt: "CREATE TYPE",
  CompositeTypeStmt: "CREATE TYPE",
  CreateRangeStmt: "CREATE TYPE",
  AlterEnumStmt: "ALTER TYPE",
  AlterTypeStmt: "ALTER TYPE",
  CreateDomainStmt: "CREATE DOMAIN",
  AlterDomainStmt: "ALTER DOMAIN",
  CreateExtensionStmt: "CREATE EXTENSION",
  AlterExtensionStmt: "ALTER EXTENSION",
  TruncateStmt: "TRUNCATE TABLE",
  ExplainStmt: "EXPLAIN",
  CommentStmt: "COMMENT",
  CheckPointStmt: "CHECKPOINT",
  CallStmt: "CALL",
  LockStmt: "LOCK TABLE",
  CreateTrigStmt: "CREATE TRIGGER",
  RuleStmt: "CREATE RULE",
  CreatePolicyStmt: "CREATE POLICY",
  DropRoleStmt: "DROP ROLE",
  DropOwnedStmt: "DROP OWNED",
  ReassignOwnedStmt: "REASSIGN OWNED",
  AlterDefaultPrivilegesStmt: "ALTER DEFAULT PRIVILEGES",
  CreatedbStmt: "CREATE DATABASE",
  DropdbStmt: "DROP DATABASE",
  RefreshMatViewStmt: "REFRESH MATERIALIZED VIEW",
  ReindexStmt: "REINDEX",
  ClusterStmt: "CLUSTER",
  ConstraintsSetStmt: "SET CONSTRAINTS",
  CreateRoleStmt: "CREATE ROLE",
  LoadStmt: "LOAD",
  UnlistenStmt: "UNLISTEN",
};

const unsupported: Record<string, string> = {
  ListenStmt: "LISTEN",
  NotifyStmt: "NOTIFY",
  DoStmt: "DO",
  CreateEventTrigStmt: "CREATE EVENT TRIGGER",
  AlterEventTrigStmt: "ALTER EVENT TRIGGER",
  AlterPolicyStmt: "ALTER POLICY",
  CreatePLangStmt: "CREATE LANGUAGE",
  CreateCastStmt: "CREATE CAST",
  CreateConversionStmt: "CREATE CONVERSION",
  CreateTransformStmt: "CREATE TRANSFORM",
  CreateOpClassStmt: "CREATE OPERATOR CLASS",
  CreateOpFamilyStmt: "CREATE OPERATOR FAMILY",
  AlterOpFamilyStmt: "ALTER OPERATOR FAMILY",
  AlterOperatorStmt: "ALTER OPERATOR",
  CreateAmStmt: "CREATE ACCESS METHOD",
  DefineStmt: "CREATE AGGREGATE, OPERATOR, TYPE, COLLATION or TEXT SEARCH",
  AlterFunctionStmt: "ALTER FUNCTION",
  AlterCollationStmt: "ALTER COLLATION",
  AlterTSConfigurationStmt: "ALTER TEXT SEARCH CONFIGURATION",
  AlterTSDictionaryStmt: "ALTER TEXT SEARCH DICTIONARY",
  CreateStatsStmt: "CREATE STATISTICS",
  AlterStatsStmt: "ALTER STATISTICS",
  CreatePublicationStmt: "CREATE PUBLICATION",
  AlterPublicationStmt: "ALTER PUBLICATION",
  CreateSubscriptionStmt: "CREATE SUBSCRIPTION",
  AlterSubscriptionStmt: "ALTER SUBSCRIPTION",
  DropSubscriptionStmt: "DROP SUBSCRIPTION",
  CreateFdwStmt: "CREATE FOREIGN DATA WRAPPER",
  AlterFdwStmt: "ALTER FOREIGN DATA WRAPPER",
  CreateForeignServerStmt: "CREATE SERVER",
  AlterForeignServerStmt: "ALTER SERVER",
  CreateForeignTableStmt: "CREATE FOREIGN TABLE",
  ImportForeignSchemaStmt: "IMPORT FOREIGN SCHEMA",
  CreateUserMappingStmt: "CREATE USER MAPPING",
  AlterUserMappingStmt: "ALTER USER MAPPING",
  DropUserMappingStmt: "DROP USER MAPPING",
  CreateTableSpaceStmt: "CREATE TABLESPACE",
  DropTableSpaceStmt: "DROP TABLESPACE",
  AlterTableSpaceOptionsStmt: "ALTER TABLESPACE",
  AlterTableMoveAllStmt: "ALTER TABLE ALL",
  AlterRoleStmt: "ALTER ROLE",
  AlterRoleSetStmt: "ALTER ROLE",
  AlterDatabaseStmt: "ALTER DATABASE",
  AlterDatabaseSetStmt: "ALTER DATABASE",
  AlterDatabaseRefreshCollStmt: "ALTER DATABASE",
  AlterSystemStmt: "ALTER SYSTEM",
  SecLabelStmt: "SECURITY LABEL",
};

/** An object type as command tags spell it; what is not listed is spelled as its own name. */
const objectNames: Partial<Record<ObjectType, string>> = {
  OBJECT_MATVIEW: "MATERIALIZED VIEW",
  OBJECT_FDW: "FOREIGN DATA WRAPPER",
  OBJECT_FOREIGN_SERVER: "SERVER",
  OBJECT_OPCLASS: "OPERATOR CLASS",
  OBJECT_OPFAMILY: "OPERATOR FAMILY",
  OBJECT_STATISTIC_EXT: "STATISTICS",
  OBJECT_TSCONFIGURATION: "TEXT SEARCH CONFIGURATION",
  OBJECT_TSDICTIONARY: "TEXT SEARCH DICTIONARY",
  OBJECT_TSPARSER: "TEXT SEARCH PARSER",
  OBJECT_TSTEMPLATE: "TEXT SEARCH TEMPLATE",
  OBJECT_TABCONSTRAINT: "TABLE",
  OBJECT_DOMCONSTRAINT: "DOMAIN",
  OBJECT_ATTRIBUTE: "TYPE",
};

function objectName(type: ObjectType | undefined): string {
  if (!type) return "TABLE";
  return objectNames[type] ?? type.replace(/^OBJECT_/, "").replaceAll("_", " ");
}

/** `ALTER VIEW v RENAME COLUMN …` is about the view, not the column. */
function renamedObject(type: ObjectType | undefined, relation: ObjectType | undefined): string {
  return objectName(type === "OBJECT_COLUMN" ? relation : type);
}
