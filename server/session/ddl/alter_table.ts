/** ALTER TABLE: any number of changes, all or none. */
import type { AlterTableCmd, AlterTableStmt, AlterTableType } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { endOfName } from "../../sql/extent.ts";
import { lengthCheck } from "../../sql/ddl/declared_type.ts";
import { type Extent, splitAtCommas, tokenAtLocation } from "../../sql/ddl/extents.ts";
import {
  columnDefinition,
  type ConstraintDefinition,
  constraintDefinition,
  type ElementReader,
} from "../../sql/ddl/table.ts";
import { isSymbol } from "../../sql/lexer.ts";
import type { Statement } from "../../sql/mod.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { sourceOf } from "../../sql/source.ts";
import type { SessionContext } from "../context.ts";
import {
  addConstraint,
  type Alteration,
  alterationOf,
  applyAlteration,
  mentions,
  requireColumn,
  storedColumn,
} from "./alteration.ts";
import {
  addIdentity,
  alterType,
  dropExpression,
  dropIdentity,
  dropNotNull,
  setDefault,
  setExpression,
  setIdentity,
  setNotNull,
} from "./alter_column.ts";
import { requireMeaning, requireRowsFit } from "./constraints.ts";
import { nullIndex, settleColumn } from "./create_table.ts";
import { requireParents, settleKey } from "./foreign_keys.ts";
import { dependLines, dropViews, neededByOthers, shownName, tellCascade, watchViews } from "./dependents.ts";
import { rememberCluster } from "./maintenance.ts";
import { type DatabaseObject, pathOf } from "./objects.ts";
import { requireRole } from "./roles.ts";
import { ownedSequences } from "./sequences.ts";
import { engine, relationOrNotice, skipNotice } from "./steps.ts";
import {
  dropKeys,
  makeIndexes,
  referencesTo,
  referringTables,
  type StoredConstraint,
} from "./stored_table.ts";

/** ALTER TABLE, and what ALTER of other relations has in common with it. */
export async function alterTable(
  session: SessionContext,
  statement: Statement,
  tree: AlterTableStmt,
): Promise<void> {
  const object = await relationOrNotice(session, tree);
  if (!object) return;
  const actions = actionsOf(statement, tree);
  if (object.kind !== "table") return await alterOther(session, object, tree, actions);
  const alteration = await alterationOf(session, object);
  const broken = await watchViews(session, actions.some(mayBreak) ? [object.name] : []);
  for (const action of actions) await act(alteration, action);
  await applyAlteration(alteration);
  await settleViews(session, await broken(), object, actions);
}

/** One action of the statement, and where it is written. */
interface Action {
  cmd: AlterTableCmd;
  reader: ElementReader;
}

/** The order in which PostgreSQL goes through the actions; what is not listed comes last. */
const passes: Partial<Record<AlterTableType, number>> = {
  AT_DropColumn: 0,
  AT_DropConstraint: 0,
  AT_AlterColumnType: 1,
  AT_AddColumn: 2,
  AT_SetExpression: 2,
  AT_ColumnDefault: 3,
};

function actionsOf(statement: Statement, tree: AlterTableStmt): Action[] {
  const source = sourceOf(statement.source);
  let first = endOfName(source, tokenAtLocation(source, tree.relation!.location));
  if (isSymbol(source.text, source.tokens[first], "*")) first++;
  const items: Extent[] = splitAtCommas(source, { first, end: source.tokens.length });
  const actions = (tree.cmds ?? []).flatMap((node, i): Action[] => {
    if (!("AlterTableCmd" in node)) return [];
    return [{
      cmd: node.AlterTableCmd,
      reader: { source, engineText: statement.engineText, extent: items[i] },
    }];
  });
  const pass = ({ cmd }: Action) => passes[cmd.subtype!] ?? 4;
  return actions.sort((a, b) => pass(a) - pass(b));
}

const breaking = new Set<AlterTableType | undefined>(["AT_DropColumn", "AT_AlterColumnType"]);

function mayBreak({ cmd }: Action): boolean {
  return breaking.has(cmd.subtype);
}

/** Views that an action broke go with CASCADE, and keep it from happening without. */
async function settleViews(
  session: SessionContext,
  views: Awaited<ReturnType<Awaited<ReturnType<typeof watchViews>>>>,
  { name }: DatabaseObject,
  actions: readonly Action[],
): Promise<void> {
  if (views.length === 0) return;
  const drops = actions.find(({ cmd }) => cmd.subtype === "AT_DropColumn");
  if (!drops) {
    throw new PgError("0A000", "cannot alter type of a column used by a view or rule", {
      detail: dependLines(views, `table ${shownName(name)}`),
    });
  }
  const column = `column ${shownName(drops.cmd.name ?? "")} of table ${shownName(name)}`;
  if (drops.cmd.behavior !== "DROP_CASCADE") throw neededByOthers(column, dependLines(views, column));
  await dropViews(session, views);
  tellCascade(session, views.map((view) => `${view.kind} ${shownName(view.name)}`));
}

async function act(alteration: Alteration, { cmd, reader }: Action): Promise<void> {
  const { session, object } = alteration;
  const name = cmd.name ?? "";
  switch (cmd.subtype) {
    case "AT_AddColumn":
      return await addColumn(alteration, cmd, reader);
    case "AT_DropColumn":
      return await removeColumn(alteration, cmd);
    case "AT_AlterColumnType":
      return await alterType(alteration, cmd, reader);
    case "AT_ColumnDefault":
      return await setDefault(alteration, cmd, reader);
    case "AT_SetNotNull":
      return setNotNull(alteration, name);
    case "AT_DropNotNull":
      return dropNotNull(alteration, name);
    case "AT_AddIdentity":
      return await addIdentity(alteration, cmd);
    case "AT_SetIdentity":
      return setIdentity(alteration, cmd);
    case "AT_DropIdentity":
      return await dropIdentity(alteration, cmd);
    case "AT_SetExpression":
      return setExpression(alteration, cmd, reader);
    case "AT_DropExpression":
      return dropExpression(alteration, cmd);
    case "AT_AddConstraint":
      return await addTableConstraint(alteration, cmd, reader);
    case "AT_DropConstraint":
      return await dropConstraint(alteration, cmd);
    case "AT_ValidateConstraint":
      return validate(alteration, name);
    case "AT_ChangeOwner":
      return requireRole(session, cmd.newowner);
    case "AT_ClusterOn":
      return clusterOn(alteration, name);
    case "AT_DropCluster":
      alteration.after.push(() => rememberCluster(session, object, undefined));
      return;
    case "AT_SetStatistics":
    case "AT_SetStorage":
    case "AT_SetCompression":
    case "AT_SetOptions":
    case "AT_ResetOptions":
      if (cmd.num === undefined) requireColumn(alteration, name);
      return;
    default:
      return ignoreOrRefuse(alteration, cmd);
  }
}

/** What is about PostgreSQL's storage, and what is as it is asked to be. */
const ignored = new Set<AlterTableType | undefined>([
  "AT_SetRelOptions",
  "AT_ResetRelOptions",
  "AT_ReplaceRelOptions",
  "AT_SetLogged",
  "AT_SetUnLogged",
  "AT_ReplicaIdentity",
  "AT_DisableRowSecurity",
  "AT_NoForceRowSecurity",
  "AT_EnableTrigUser",
  "AT_DisableTrigUser",
  "AT_EnableTrigAll",
]);

/** CLUSTER ON: what CLUSTER without an index goes by. @throws PgError 42704 */
function clusterOn({ indexes, constraints, object, session, after }: Alteration, name: string): void {
  const isIndex = indexes.some((index) => index.name === name);
  if (!isIndex && !constraints.some((one) => one.name === name && isKey(one))) {
    throw new PgError("42704", `index "${name}" for table "${object.name}" does not exist`);
  }
  after.push(() => rememberCluster(session, object, name));
}

function ignoreOrRefuse({ object, constraints }: Alteration, cmd: AlterTableCmd): void {
  const { subtype, name = "" } = cmd;
  if (ignored.has(subtype)) return;
  if (subtype === "AT_SetTableSpace") {
    if (name === "pg_default") return;
    throw new PgError("42704", `tablespace "${name}" does not exist`);
  }
  if (subtype === "AT_SetAccessMethod") {
    if (name === "heap" || name === "") return;
    throw new PgError("42704", `access method "${name}" does not exist`);
  }
  if (subtype === "AT_DisableTrigAll" && constraints.every(({ kind }) => kind !== "foreign")) return;
  if (/Trig$/.test(subtype ?? "")) {
    throw new PgError("42704", `trigger "${name}" for table "${object.name}" does not exist`);
  }
  if (/Rule$/.test(subtype ?? "")) {
    throw new PgError("42704", `rule "${name}" for relation "${object.name}" does not exist`);
  }
  throw new PgError("0A000", `${refused[subtype ?? ""] ?? "this form of ALTER TABLE"} is not supported`);
}

const refused: Record<string, string> = {
  AT_EnableRowSecurity: "row-level security",
  AT_ForceRowSecurity: "row-level security",
  AT_AddInherit: "table inheritance",
  AT_DropInherit: "table inheritance",
  AT_AttachPartition: "partitioning of tables",
  AT_DetachPartition: "partitioning of tables",
  AT_DetachPartitionFinalize: "partitioning of tables",
  AT_AddOf: "a typed table",
  AT_DropOf: "a typed table",
  AT_AlterConstraint: "ALTER CONSTRAINT",
  AT_DisableTrigAll: "switching foreign keys off",
};

async function addColumn(alteration: Alteration, cmd: AlterTableCmd, reader: ElementReader): Promise<void> {
  const { session, object, columns } = alteration;
  if (!cmd.def || !("ColumnDef" in cmd.def)) return;
  const { column, constraints } = columnDefinition(cmd.def.ColumnDef, reader);
  if (columns.some(({ name }) => name === column.name)) {
    const taken = `column "${column.name}" of relation "${object.name}" already exists`;
    if (!cmd.missing_ok) throw new PgError("42701", taken);
    return skipNotice(session, "42701", taken);
  }
  constraints.push(...await settleColumn(session, object, column));
  columns.push(storedColumn(column));
  alteration.commented.add(column.name);
  for (const constraint of constraints) {
    requireMeaning(columns, constraint);
    const table = { place: object, columns, constraints: alteration.constraints };
    const settled = await settleKey(session, table, constraint);
    const added = addConstraint(alteration, {
      ...settled,
      columns: settled.columns.length ? settled.columns : [column.name],
    });
    if (added.references) alteration.after.push(() => requireParents(session, object, added));
  }
  if (column.generated !== null || lengthCheck(column.name, column.declared)) alteration.rebuild = true;
  const initial = column.default === null ? "" : ` DEFAULT ${column.default}`;
  alteration.steps.push(`ADD COLUMN ${quoteName(column.name)} ${column.type}${initial}`);
  if (!column.notNull) return;
  alteration.unindex = true;
  alteration.steps.push(`ALTER COLUMN ${quoteName(column.name)} SET NOT NULL`);
}

async function removeColumn(alteration: Alteration, cmd: AlterTableCmd): Promise<void> {
  const { session, object, columns, constraints } = alteration;
  const name = cmd.name ?? "";
  const at = columns.findIndex((column) => column.name === name);
  if (at < 0) {
    const missing = `column "${name}" of relation "${object.name}" does not exist`;
    if (!cmd.missing_ok) throw new PgError("42703", missing);
    return skipNotice(session, "00000", missing);
  }
  const cascade = cmd.behavior === "DROP_CASCADE";
  const what = `column ${shownName(name)} of table ${shownName(object.name)}`;
  const computed = columns.filter(({ generated }) => generated !== null && mentions(generated, name));
  if (computed.length > 0 && !cascade) {
    const about = (other: string) => `column ${shownName(other)} of table ${shownName(object.name)}`;
    throw neededByOthers(what, computed.map((one) => `${about(one.name)} depends on ${what}`).join("\n"));
  }
  const about = (one: StoredConstraint) =>
    one.columns.includes(name) || (one.expression !== null && mentions(one.expression, name));
  for (const gone of constraints.filter(about)) await freeKey(alteration, gone, cascade);
  alteration.constraints = constraints.filter((one) => !about(one));
  const gone = new Set([name, ...computed.map((column) => column.name)]);
  // DuckDB's indexes know columns by their place, and are looked at as they were when the transaction began.
  const behind = columns.slice(at).map((column) => column.name);
  const keyed =
    alteration.constraints.some((one) =>
      (isKey(one) || one.references?.byEngine) && one.columns.some((key) => behind.includes(key))
    ) || alteration.before.indexes.some(({ items }) => behind.some((column) => mentions(items, column)));
  const lost = constraints.some((one) => about(one) && (!one.references || one.references.byEngine));
  if (keyed || lost || computed.length > 0) {
    alteration.rebuild = true;
  }
  alteration.columns = columns.filter((column) => !gone.has(column.name));
  alteration.indexes = alteration.indexes.filter(({ items }) => !mentions(items, name));
  alteration.unindex = true;
  gone.forEach((column) => alteration.values.delete(column));
  alteration.steps.push(`DROP COLUMN ${quoteName(name)}`);
  const owned = await ownedSequences(session, object, name);
  alteration.after.push(async () => {
    for (const sequence of owned) await engine(session, `DROP SEQUENCE IF EXISTS ${pathOf(sequence)}`);
  });
}

/** Drops a column, whatever depends on it. */
export async function dropColumn(
  session: SessionContext,
  object: DatabaseObject,
  name: string,
): Promise<void> {
  const alteration = await alterationOf(session, object);
  const broken = await watchViews(session, [object.name]);
  await removeColumn(alteration, { subtype: "AT_DropColumn", name, behavior: "DROP_CASCADE" });
  await applyAlteration(alteration);
  await dropViews(session, await broken());
}

async function addTableConstraint(
  alteration: Alteration,
  cmd: AlterTableCmd,
  reader: ElementReader,
): Promise<void> {
  const { session, object, columns } = alteration;
  const node = cmd.def && "Constraint" in cmd.def ? cmd.def.Constraint : null;
  if (!node) return;
  if (node.contype === "CONSTR_NOTNULL") {
    for (const key of node.keys ?? []) if ("String" in key) setNotNull(alteration, key.String.sval ?? "");
    return;
  }
  const read = node.indexname === undefined
    ? constraintDefinition(node, [], reader)
    : fromIndex(alteration, node.indexname, node.conname, node.contype === "CONSTR_PRIMARY");
  requireMeaning(columns, read);
  if (read.kind === "foreign") return await addForeignKey(alteration, read);
  if ("nullsNotDistinct" in read && read.nullsNotDistinct) {
    const index = nullIndex(object, read);
    if (alteration.indexes.some(({ name }) => name === index.name)) {
      throw new PgError("42P07", `relation "${index.name}" already exists`);
    }
    alteration.after.push(() => makeIndexes(session, object, [index]));
    return;
  }
  // What PostgreSQL names a check after is known once DuckDB has read it.
  const named = read.kind === "check" && read.name === null
    ? {
      ...read,
      columns: columns.filter(({ name }) => mentions(read.expression!, name)).map(({ name }) => name),
    }
    : read;
  const naming = named.columns.length === 1 || named.kind !== "check" ? named : { ...named, columns: [] };
  const added = addConstraint(alteration, naming);
  if (!columns.some((column) => !alteration.before.columns.some(({ name }) => name === column.name))) {
    await requireRowsFit(session, object, added).catch((error) => {
      if (!node.skip_validation) throw error;
      throw new PgError("0A000", "NOT VALID constraints are not supported where rows violate them", {
        detail: error instanceof PgError ? error.message : undefined,
      });
    });
  }
  if (added.kind !== "primary") return;
  for (const column of columns) if (added.columns.includes(column.name)) column.notNull = true;
}

/** Nothing of DuckDB's changes: the key is noted, and the rows are looked through, unless they need not be. */
async function addForeignKey(alteration: Alteration, read: ConstraintDefinition): Promise<void> {
  const { session, object, columns, constraints } = alteration;
  const added = addConstraint(
    alteration,
    await settleKey(session, { place: object, columns, constraints }, read),
  );
  if (!added.references!.unchecked) alteration.after.push(() => requireParents(session, object, added));
}

/** VALIDATE CONSTRAINT: of a foreign key that is not yet. */
function validate(alteration: Alteration, name: string): void {
  const { session, object, constraints } = alteration;
  const found = requireConstraint(alteration, name);
  if (!found.references?.unchecked) return;
  const valid = { ...found, references: { ...found.references, unchecked: undefined } };
  alteration.constraints = constraints.map((one) => one === found ? valid : one);
  alteration.after.push(() => requireParents(session, object, valid));
}

/** `ADD … USING INDEX i`: the index becomes the constraint's. */
function fromIndex(alteration: Alteration, index: string, name: string | undefined, primary: boolean) {
  const { object, indexes } = alteration;
  const found = indexes.find((one) => one.name === index);
  if (!found) throw new PgError("42704", `index "${index}" does not exist`);
  if (!found.unique) {
    throw new PgError("42809", `"${index}" is not a unique index`, {
      detail: "Cannot create a primary key or unique constraint using such an index.",
    });
  }
  const columns = found.items.split(",").map((item) => item.trim().replace(/^"(.*)"$/, "$1"));
  for (const column of columns) {
    if (alteration.columns.some((one) => one.name === column)) continue;
    throw new PgError("42809", `index "${index}" contains expressions`, {
      detail: "Cannot create a primary key or unique constraint using such an index.",
    });
  }
  alteration.indexes = indexes.filter((one) => one !== found);
  if (name !== undefined && name !== index) {
    alteration.session.notice({
      severity: "NOTICE",
      sqlstate: "00000",
      message: `ALTER TABLE / ADD CONSTRAINT USING INDEX will rename index "${index}" to "${name}"`,
    });
  }
  const kind = primary ? "primary" as const : "unique" as const;
  return { kind, name: name ?? index, columns, expression: null, references: null, table: object.name };
}

function requireConstraint({ constraints, object }: Alteration, name: string): StoredConstraint {
  const found = constraints.find((one) => one.name === name);
  if (found) return found;
  throw new PgError("42704", `constraint "${name}" of relation "${object.name}" does not exist`);
}

async function dropConstraint(alteration: Alteration, cmd: AlterTableCmd): Promise<void> {
  const { session, object, constraints, indexes, columns } = alteration;
  const name = cmd.name ?? "";
  const index = indexes.find((one) => one.name === name && one.notes.constraint);
  if (index) {
    alteration.indexes = indexes.filter((one) => one !== index);
    return;
  }
  const notNull = columns.find((column) =>
    column.notNull && name === `${object.name}_${column.name}_not_null`
  );
  if (notNull) return dropNotNull(alteration, notNull.name);
  if (cmd.missing_ok && !constraints.some((one) => one.name === name)) {
    const missing = `constraint "${name}" of relation "${object.name}" does not exist`;
    return skipNotice(session, "00000", missing);
  }
  const found = requireConstraint(alteration, name);
  await freeKey(alteration, found, cmd.behavior === "DROP_CASCADE");
  alteration.constraints = constraints.filter((one) => one !== found);
  if (!found.references || found.references.byEngine) alteration.rebuild = true;
}

function isKey({ kind }: StoredConstraint): boolean {
  return kind === "primary" || kind === "unique";
}

/** Foreign keys of other tables need the key that they refer to. */
async function freeKey(alteration: Alteration, key: StoredConstraint, cascade: boolean): Promise<void> {
  if (!isKey(key)) return;
  const { session, object } = alteration;
  const sameColumns = ({ references }: StoredConstraint) =>
    references!.columns.toSorted().join() === key.columns.toSorted().join();
  const shown: string[] = [];
  const children = (await referringTables(session, object)).filter((child) =>
    child.object.oid !== object.oid
  );
  const tied = children.flatMap((child) => {
    const keys = referencesTo(child, object).filter(sameColumns);
    shown.push(
      ...keys.map(({ name }) => `constraint ${shownName(name)} on table ${shownName(child.object.name)}`),
    );
    return keys.length > 0 ? { child, keys } : [];
  });
  if (tied.length === 0) return;
  if (!cascade) {
    const what = `constraint ${shownName(key.name)} on table ${shownName(object.name)}`;
    throw neededByOthers(what, shown.map((one) => `${one} depends on index ${key.name}`).join("\n"));
  }
  for (const { child, keys } of tied) await dropKeys(session, child, keys);
  tellCascade(session, shown);
}

/** ALTER VIEW, SEQUENCE, INDEX, MATERIALIZED VIEW, also where ALTER TABLE is said of them. */
async function alterOther(
  session: SessionContext,
  { kind, name }: DatabaseObject,
  tree: AlterTableStmt,
  actions: readonly Action[],
): Promise<void> {
  const wanted = (tree.objtype ?? "").replace(/^OBJECT_/, "").replace("MATVIEW", "MATERIALIZED VIEW")
    .toLowerCase();
  if (wanted !== "table" && wanted !== kind) {
    throw new PgError("42809", `"${name}" is not ${/^[aeiou]/.test(wanted) ? "an" : "a"} ${wanted}`);
  }
  for (const { cmd } of actions) {
    if (cmd.subtype === "AT_ChangeOwner") await requireRole(session, cmd.newowner);
    else if (!ignored.has(cmd.subtype) && cmd.subtype !== "AT_SetStatistics") {
      throw new PgError("42809", `ALTER action cannot be performed on relation "${name}"`, {
        detail: `This operation is not supported for ${kind}s.`,
      });
    }
  }
}
