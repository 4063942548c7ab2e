/** Statements that define things: what the session does for them, in steps and as one. */
import type {
  AlterDefaultPrivilegesStmt,
  AlterDomainStmt,
  AlterEnumStmt,
  AlterObjectSchemaStmt,
  AlterOwnerStmt,
  AlterSeqStmt,
  AlterTableStmt,
  ClusterStmt,
  CommentStmt,
  CompositeTypeStmt,
  ConstraintsSetStmt,
  CreatedbStmt,
  CreateDomainStmt,
  CreateEnumStmt,
  CreateExtensionStmt,
  CreateFunctionStmt,
  CreatePolicyStmt,
  CreateRoleStmt,
  CreateSchemaStmt,
  CreateSeqStmt,
  CreateStmt,
  CreateTableAsStmt,
  CreateTrigStmt,
  DropdbStmt,
  DropOwnedStmt,
  DropRoleStmt,
  DropStmt,
  GrantRoleStmt,
  GrantStmt,
  IndexStmt,
  LockStmt,
  Node,
  ReassignOwnedStmt,
  RefreshMatViewStmt,
  ReindexStmt,
  RenameStmt,
  RuleStmt,
  SelectStmt,
  TruncateStmt,
  VacuumStmt,
  ViewStmt,
} from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import type { Command, Statement } from "../../sql/mod.ts";
import { nodeType } from "../../sql/utility.ts";
import type { Plan, SessionContext } from "../context.ts";
import { declarationsChanged, relationsDropped } from "../declared_columns.ts";
import { noteDefinition } from "../definitions.ts";
import { lastPart } from "../../sql/constant.ts";
import { refuseWriteWhenReadOnly } from "../read_only.ts";
import { refuseWhenInterrupted } from "../running.ts";
import {
  createDatabase,
  createExtension,
  createRole,
  dropAbsent,
  dropDatabase,
  dropRole,
  dropsAbsent,
  refuseForTable,
  refuseTrigger,
} from "./absent.ts";
import { alterTable } from "./alter_table.ts";
import { commentable, commentOn } from "./comments.ts";
import { alterNone } from "./changed_tables.ts";
import { createAs, needsSteps, refresh, selectInto } from "./create_as.ts";
import { createTable } from "./create_table.ts";
import { drop, drops } from "./drop.ts";
import { createFunction, dropFunctions } from "./functions.ts";
import { createIndex } from "./indexes.ts";
import { cluster, lock, reindex, setConstraints, vacuum } from "./maintenance.ts";
import {
  alterDefaultPrivileges,
  alterOwner,
  dropOwned,
  grant,
  grantRole,
  reassignOwned,
} from "./privileges.ts";
import { rename, renames, setSchema } from "./rename.ts";
import { createSchema } from "./schemas.ts";
import { alterSequence, createSequence } from "./sequences.ts";
import { truncate } from "./truncate.ts";
import { alterDomain, alterEnum, createComposite, createDomain, createEnum } from "./types.ts";
import { createView } from "./views.ts";

/** The plan of a statement that DuckDB cannot run as one of its own; `null` for any other. */
export function definitionPlan(
  session: SessionContext,
  statement: Statement,
  command: Extract<Command, { kind: "utility" }>,
): Plan | null {
  const own = stepsOf(command.tree, statement);
  if (!own) return null;
  const run = async () => {
    refuseWriteWhenReadOnly(session, statement);
    const isFirst = !session.transaction.open;
    // All of it or nothing: what several statements share is committed, or undone, when this one has ended.
    await session.transaction.openImplicit();
    session.transaction.noteWrite();
    refuseWhenInterrupted(session);
    try {
      const tag = await own(session).catch((error) => {
        if (!isFirst || !needsNewTable(error)) throw error;
        return again(session, own);
      }) ?? command.tag;
      noteNames(session, command.tree);
      return { tag };
    } finally {
      noteDefinition(session.executor);
    }
  };
  return { kind: "session", statement, columns: [], run };
}

/** What an older transaction may still see keeps DuckDB from an index. */
function needsNewTable(error: unknown): boolean {
  return error instanceof PgError && /outstanding updates/.test(error.message);
}

/** The error has ended DuckDB's transaction, in which nothing else was done. */
async function again(session: SessionContext, own: Steps): Promise<string | void> {
  await session.transaction.statementFailed();
  await session.transaction.openImplicit();
  session.transaction.noteWrite();
  alterNone(session);
  return await own(session);
}

/** Relations that go or get another name take with them what their columns were declared as. */
function noteNames({ executor }: SessionContext, tree: Node): void {
  if ("RenameStmt" in tree || "AlterObjectSchemaStmt" in tree) return declarationsChanged(executor, false);
  if (!("DropStmt" in tree)) return;
  const { objects = [], removeType } = tree.DropStmt;
  if (removeType === "OBJECT_SCHEMA") return declarationsChanged(executor, false);
  const names = objects.map((object) => "List" in object ? lastPart(object.List.items) ?? "" : "");
  relationsDropped(executor, names);
}

function stepsOf(tree: Node, statement: Statement): Steps | null {
  const type = nodeType(tree);
  const own = steps[type] as StepsOf | undefined;
  // Each of them is handed the kind of node it is listed with.
  return own?.((tree as unknown as Record<string, never>)[type], statement) ?? null;
}

/** What to do for a statement; `null` where it is DuckDB's to run. A string is the command tag. */
type Steps = (session: SessionContext) => Promise<string | void>;
type StepsOf = (tree: never, statement: Statement) => Steps | null;

const steps: Record<string, StepsOf> = {
  CreateStmt: (tree: CreateStmt, statement) => (session) => createTable(session, statement, tree),
  CreateTableAsStmt: (tree: CreateTableAsStmt, statement) =>
    needsSteps(statement, tree) ? (session) => createAs(session, statement, tree) : null,
  SelectStmt: (tree: SelectStmt, statement) =>
    statement.parameterCount === 0 ? (session) => selectInto(session, statement, tree) : null,
  RefreshMatViewStmt: (tree: RefreshMatViewStmt) => (session) => refresh(session, tree),
  ViewStmt: (tree: ViewStmt, statement) => (session) => createView(session, statement, tree),
  IndexStmt: (tree: IndexStmt, statement) => (session) => createIndex(session, statement, tree),
  CreateSeqStmt: (tree: CreateSeqStmt) => (session) => createSequence(session, tree),
  AlterSeqStmt: (tree: AlterSeqStmt) => (session) => alterSequence(session, tree),
  CreateEnumStmt: (tree: CreateEnumStmt) => (session) => createEnum(session, tree),
  AlterEnumStmt: (tree: AlterEnumStmt) => (session) => alterEnum(session, tree),
  CompositeTypeStmt: (tree: CompositeTypeStmt, statement) => (session) =>
    createComposite(session, statement, tree),
  CreateDomainStmt: (tree: CreateDomainStmt, statement) => (session) =>
    createDomain(session, statement, tree),
  AlterDomainStmt: (tree: AlterDomainStmt, statement) => (session) => alterDomain(session, statement, tree),
  CreateSchemaStmt: (tree: CreateSchemaStmt, statement) => (session) =>
    createSchema(session, statement, tree, (element) => runElement(session, element)),
  AlterTableStmt: (tree: AlterTableStmt, statement) =>
    tree.objtype === "OBJECT_TYPE" ? null : (session) => alterTable(session, statement, tree),
  RenameStmt: (tree: RenameStmt) => renames(tree) ? (session) => rename(session, tree) : null,
  AlterObjectSchemaStmt: (tree: AlterObjectSchemaStmt) =>
    movable.has(tree.objectType) ? (session) => setSchema(session, tree) : null,
  AlterOwnerStmt: (tree: AlterOwnerStmt) => (session) => alterOwner(session, tree),
  DropStmt: (tree: DropStmt) =>
    drops(tree)
      ? (session) => drop(session, tree)
      : functions.has(tree.removeType)
      ? (session) => dropFunctions(session, tree)
      : dropsAbsent(tree)
      ? (session) => dropAbsent(session, tree)
      : null,
  CreateFunctionStmt: (tree: CreateFunctionStmt, statement) => (session) =>
    createFunction(session, statement, tree),
  TruncateStmt: (tree: TruncateStmt) => (session) => truncate(session, tree),
  CommentStmt: (tree: CommentStmt) => commentable(tree) ? (session) => commentOn(session, tree) : null,
  GrantStmt: (tree: GrantStmt) => (session) => grant(session, tree),
  GrantRoleStmt: (tree: GrantRoleStmt) => (session) => grantRole(session, tree),
  AlterDefaultPrivilegesStmt: (tree: AlterDefaultPrivilegesStmt) => (session) =>
    alterDefaultPrivileges(session, tree),
  ReassignOwnedStmt: (tree: ReassignOwnedStmt) => (session) => reassignOwned(session, tree),
  DropOwnedStmt: (tree: DropOwnedStmt) => (session) => dropOwned(session, tree),
  CreateRoleStmt: (tree: CreateRoleStmt) => (session) => createRole(session, tree),
  DropRoleStmt: (tree: DropRoleStmt) => (session) => dropRole(session, tree),
  CreatedbStmt: (tree: CreatedbStmt) => (session) => createDatabase(session, tree),
  DropdbStmt: (tree: DropdbStmt) => (session) => dropDatabase(session, tree),
  CreateExtensionStmt: (tree: CreateExtensionStmt) => (session) => createExtension(session, tree),
  VacuumStmt: (tree: VacuumStmt) => (session) => vacuum(session, tree),
  ReindexStmt: (tree: ReindexStmt) => (session) => reindex(session, tree),
  ClusterStmt: (tree: ClusterStmt) => (session) => cluster(session, tree),
  // Nobody can be listening.
  UnlistenStmt: () => () => Promise.resolve(),
  LockStmt: (tree: LockStmt) => (session) => lock(session, tree),
  ConstraintsSetStmt: (tree: ConstraintsSetStmt) => (session) => setConstraints(session, tree),
  CreateTrigStmt: (tree: CreateTrigStmt) => (session) => refuseTrigger(session, tree),
  RuleStmt: (tree: RuleStmt) => (session) => refuseForTable(session, tree.relation, "CREATE RULE"),
  CreatePolicyStmt: (tree: CreatePolicyStmt) => (session) =>
    refuseForTable(session, tree.table, "CREATE POLICY"),
};

const functions = new Set<string | undefined>(["OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE"]);

const movable = new Set<string | undefined>([
  "OBJECT_TABLE",
  "OBJECT_VIEW",
  "OBJECT_MATVIEW",
  "OBJECT_SEQUENCE",
  "OBJECT_TYPE",
  "OBJECT_DOMAIN",
]);

/** What CREATE SCHEMA makes with the schema. */
async function runElement(session: SessionContext, element: Statement): Promise<void> {
  const { command } = element;
  const own = command.kind === "utility" ? stepsOf(command.tree, element) : null;
  if (own) await own(session);
  else throw element.syntaxError ?? new PgError("0A000", "this element of a schema is not supported");
}
