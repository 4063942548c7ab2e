/** VACUUM, ANALYZE, REINDEX, CLUSTER and LOCK TABLE. */
import type { ClusterStmt, ConstraintsSetStmt, LockStmt, ReindexStmt, VacuumStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { nameParts } from "../../sql/constant.ts";
import { relationName } from "../../sql/ddl/relation.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import type { SessionContext } from "../context.ts";
import { setMode } from "../keys/deferred.ts";
import { knownKeys } from "../keys/known.ts";
import { schemaExists } from "./drop.ts";
import { type DatabaseObject, findRelation, pathOf, requireRelation } from "./objects.ts";
import { databaseExists } from "./privileges.ts";
import { comment, engine, rowsOf } from "./steps.ts";

/** VACUUM and ANALYZE: DuckDB's own statistics; it gives space back by itself. @throws PgError 42P01, 42703 */
export async function vacuum(session: SessionContext, tree: VacuumStmt): Promise<void> {
  const options = (tree.options ?? []).flatMap((node) =>
    "DefElem" in node ? [node.DefElem.defname ?? ""] : []
  );
  refuseUnknown(options, tree.is_vacuumcmd ?? false);
  const analyze = !tree.is_vacuumcmd || options.includes("analyze");
  const verbose = options.includes("verbose");
  for (const node of tree.rels ?? []) {
    if (!("VacuumRelation" in node) || !node.VacuumRelation.relation) continue;
    const object = await requireRelation(session, relationName(node.VacuumRelation.relation));
    if (object.kind !== "table" && object.kind !== "materialized view") {
      session.notice({
        severity: "WARNING",
        sqlstate: "01000",
        message: `skipping "${object.name}" --- cannot ${
          tree.is_vacuumcmd ? "vacuum" : "analyze"
        } non-tables or special system tables`,
      });
      continue;
    }
    const columns = nameParts(node.VacuumRelation.va_cols);
    for (const column of columns) await requireColumn(session, object.oid, object.name, column);
    if (verbose && tree.is_vacuumcmd) await tellVacuumed(session, object);
    const list = columns.length > 0 ? ` (${columns.map(quoteName).join(", ")})` : "";
    if (!analyze) continue;
    await engine(session, `ANALYZE ${pathOf(object)}${list}`);
    if (verbose) await tellAnalyzed(session, object);
  }
  if ((tree.rels ?? []).length === 0 && analyze) await engine(session, "ANALYZE");
}

/** VERBOSE: of PostgreSQL's reports what is true of DuckDB's tables too. */
function tell(session: SessionContext, message: string): void {
  session.notice({ severity: "INFO", sqlstate: "00000", message });
}

async function tellVacuumed(session: SessionContext, object: DatabaseObject): Promise<void> {
  const name = `${session.database}.${shownName(object)}`;
  tell(session, `vacuuming "${name}"`);
  tell(
    session,
    `finished vacuuming "${name}"\ntuples: 0 removed, ${await countRows(session, object)} remain`,
  );
}

async function tellAnalyzed(session: SessionContext, object: DatabaseObject): Promise<void> {
  tell(session, `analyzing "${shownName(object)}"`);
  tell(session, `"${object.name}": containing ${await countRows(session, object)} live rows and 0 dead rows`);
  tell(session, `finished analyzing table "${session.database}.${shownName(object)}"`);
}

function shownName({ schema, name }: DatabaseObject): string {
  return `${schema === "main" ? "public" : schema}.${name}`;
}

async function countRows(session: SessionContext, object: DatabaseObject): Promise<string> {
  return (await rowsOf(session, `SELECT count(*) FROM ${pathOf(object)}`))[0][0]!;
}

const vacuumOptions = new Set(
  ("full freeze verbose analyze disable_page_skipping skip_locked index_cleanup process_main process_toast truncate " +
    "parallel skip_database_stats only_database_stats buffer_usage_limit").split(" "),
);
const analyzeOptions = new Set(["verbose", "skip_locked", "buffer_usage_limit"]);

function refuseUnknown(options: readonly string[], isVacuum: boolean): void {
  const known = isVacuum ? vacuumOptions : analyzeOptions;
  const unknown = options.find((option) => !known.has(option.toLowerCase()));
  if (unknown === undefined) return;
  throw new PgError("42601", `unrecognized ${isVacuum ? "VACUUM" : "ANALYZE"} option "${unknown}"`);
}

async function requireColumn(
  session: SessionContext,
  oid: string,
  table: string,
  column: string,
): Promise<void> {
  const rows = await rowsOf(
    session,
    `FROM duckdb_columns() WHERE table_oid = ${oid} AND column_name = ${quoteText(column)}`,
  );
  if (rows.length === 0) {
    throw new PgError("42703", `column "${column}" of relation "${table}" does not exist`);
  }
}

/** REINDEX: DuckDB's indexes are always in shape. @throws PgError 42P01, 42809, 3F000 */
export async function reindex(session: SessionContext, tree: ReindexStmt): Promise<void> {
  const { kind, name = "", relation } = tree;
  if (relation) {
    const object = await requireRelation(session, relationName(relation));
    if (kind === "REINDEX_OBJECT_INDEX" && object.kind !== "index") {
      throw new PgError("42809", `"${object.name}" is not an index`);
    }
    if (kind === "REINDEX_OBJECT_TABLE" && object.kind !== "table" && object.kind !== "materialized view") {
      throw new PgError("42809", `"${object.name}" is not a table or materialized view`);
    }
    return;
  }
  if (kind === "REINDEX_OBJECT_SCHEMA" && !await schemaExists(session, name)) {
    throw new PgError("3F000", `schema "${name}" does not exist`);
  }
  if (kind === "REINDEX_OBJECT_DATABASE" && name !== "" && !await databaseExists(session, name)) {
    throw new PgError("0A000", "can only reindex the currently open database");
  }
}

/**
 * CLUSTER: rows stay where they are, which no answer can tell, and the index is remembered.
 *
 * @throws PgError 42P01, 42704
 */
export async function cluster(session: SessionContext, tree: ClusterStmt): Promise<void> {
  if (!tree.relation) return;
  const table = await requireRelation(session, relationName(tree.relation));
  const index = tree.indexname ?? table.notes.clustered;
  const rows = index === undefined ? [] : await rowsOf(
    session,
    `FROM __duckgres.main.duckgres_index WHERE table_oid = ${table.oid} AND name = ${quoteText(index)}`,
  );
  if (rows.length > 0) return await rememberCluster(session, table, index);
  throw tree.indexname === undefined
    ? new PgError("42704", `there is no previously clustered index for table "${table.name}"`)
    : new PgError("42704", `index "${tree.indexname}" for table "${table.name}" does not exist`);
}

/** Notes which index a table is clustered by. */
export async function rememberCluster(
  session: SessionContext,
  { schema, name, database }: DatabaseObject,
  index: string | undefined,
): Promise<void> {
  // What else is noted may have changed in the same statement.
  const table = await findRelation(session, { schema: database === "temp" ? "pg_temp" : schema, name });
  if (!table || index === table.notes.clustered) return;
  await comment(session, "TABLE", table, table.comment, { ...table.notes, clustered: index });
}

/**
 * LOCK TABLE. DuckDB has no locks to wait for: transactions that write the same rows conflict (40001), which keeps what a
 * lock is taken for from going wrong.
 *
 * @throws PgError 25P01, 42P01
 */
export async function lock(session: SessionContext, tree: LockStmt): Promise<void> {
  if (!session.transaction.inBlock) {
    throw new PgError("25P01", "LOCK TABLE can only be used in transaction blocks");
  }
  for (const node of tree.relations ?? []) {
    if (!("RangeVar" in node)) continue;
    const object = await requireRelation(session, relationName(node.RangeVar));
    if (object.kind === "table" || object.kind === "view") continue;
    throw new PgError("42809", `"${object.name}" is not a table or view`);
  }
}

/** SET CONSTRAINTS: foreign keys that are DEFERRABLE wait, or do not. @throws PgError 42704, 42809, 23503 */
export async function setConstraints(session: SessionContext, tree: ConstraintsSetStmt): Promise<void> {
  const mode = tree.deferred ? "deferred" : "immediate";
  const names = (tree.constraints ?? []).flatMap((node) =>
    "RangeVar" in node ? relationName(node.RangeVar).name : []
  );
  for (const name of names) await requireDeferrable(session, name);
  if (!session.transaction.inBlock) {
    session.notice({
      severity: "WARNING",
      sqlstate: "25P01",
      message: "SET CONSTRAINTS can only be used in transaction blocks",
    });
    return;
  }
  for (const name of names) await setMode(session, name, mode);
  if (names.length === 0) await setMode(session, null, mode);
}

async function requireDeferrable(session: SessionContext, name: string): Promise<void> {
  if ((await knownKeys(session)).all.some((key) => key.name === name && key.deferrable)) return;
  const rows = await rowsOf(
    session,
    `FROM __duckgres.main.duckgres_named_constraint WHERE name = ${quoteText(name)} LIMIT 1`,
  );
  if (rows.length === 0) throw new PgError("42704", `constraint "${name}" does not exist`);
  throw new PgError("42809", `constraint "${name}" is not deferrable`);
}
