/** CREATE VIEW. */
import type { ViewStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { nameParts } from "../../sql/constant.ts";
import { relationName } from "../../sql/ddl/relation.ts";
import { closingIndex, isKeyword, isSymbol } from "../../sql/lexer.ts";
import type { Statement } from "../../sql/mod.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { sourceOf } from "../../sql/source.ts";
import type { SessionContext } from "../context.ts";
import { declaredOfQuery } from "../declared_columns.ts";
import { settleLiterals } from "../doubtful.ts";
import { compileRepaired } from "../dml/repair.ts";
import { creationSchema, type DatabaseObject, findRelation, pathOf, type Place } from "./objects.ts";
import { alreadyExists } from "./sequences.ts";
import { comment, rowsOf } from "./steps.ts";
import { writeColumnComment } from "./stored_table.ts";

interface ViewColumn {
  name: string;
  type: string;
}

/**
 * CREATE [OR REPLACE] VIEW. A view may be replaced by one that has the same columns, and perhaps more.
 *
 * @throws PgError 42P07, 42809, 42P16, 0A000 for WITH CHECK OPTION
 */
export async function createView(
  session: SessionContext,
  statement: Statement,
  tree: ViewStmt,
): Promise<void> {
  refuse(tree);
  const name = relationName(tree.view!);
  const temporary = tree.view!.relpersistence === "t";
  const place = { ...await creationSchema(session, name, temporary), name: name.name };
  const schema = place.database === "temp" ? "pg_temp" : place.schema;
  const before = await findRelation(session, { schema, name: name.name });
  if (before && !tree.replace) throw alreadyExists(name.name);
  if (before && before.kind !== "view") throw new PgError("42809", `"${name.name}" is not a view`);
  const was = before ? await columnsOf(session, before) : [];
  // An error's position is one of this text, so that it can be told where the mistake is.
  const settled = await settleLiterals(session, statement, []);
  await compileRepaired(session, settled, ({ sql }) => session.executor.run(sql));
  await keepTypes(session, place, tree);
  if (!before && !tree.aliases) return;
  const made = await findRelation(session, { schema, name: name.name });
  if (!made) return;
  const now = await columnsOf(session, made);
  if (nameParts(tree.aliases).length > now.length) {
    throw new PgError("42601", "CREATE VIEW specifies more column names than columns");
  }
  was.forEach((column, i) => requireKept(column, now[i]));
  if (before?.comment) await comment(session, "VIEW", made, before.comment, before.notes);
}

/** Notes what the view's columns are where DuckDB does not keep it: `varchar(5)`, json. It finds none that got another name. */
async function keepTypes(session: SessionContext, place: Place, { query, aliases }: ViewStmt): Promise<void> {
  if (!query || aliases) return;
  const prepared = await session.executor.prepare(`FROM ${pathOf(place)}`);
  prepared.close();
  const columns = prepared.columns ?? [];
  const declared = await declaredOfQuery(session, query, columns);
  for (const [i, type] of declared.entries()) {
    if (type !== null) await writeColumnComment(session, place, columns[i].name, null, type);
  }
}

function refuse(tree: ViewStmt): void {
  const options = (tree.options ?? []).flatMap((node) => "DefElem" in node ? [node.DefElem.defname] : []);
  if (tree.withCheckOption !== "NO_CHECK_OPTION" || options.includes("check_option")) {
    throw new PgError("0A000", "WITH CHECK OPTION is not supported", { hint: "Views cannot be written to." });
  }
}

async function columnsOf(session: SessionContext, { oid }: DatabaseObject): Promise<ViewColumn[]> {
  const rows = await rowsOf(
    session,
    `SELECT column_name, data_type FROM duckdb_columns() WHERE table_oid = ${oid} ORDER BY column_index`,
  );
  return rows.map(([name, type]) => ({ name: name!, type: type! }));
}

function requireKept(was: ViewColumn, now: ViewColumn | undefined): void {
  if (!now) throw new PgError("42P16", "cannot drop columns from view");
  if (was.name !== now.name) {
    throw new PgError("42P16", `cannot change name of view column "${was.name}" to "${now.name}"`, {
      hint: "Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.",
    });
  }
  if (was.type === now.type) return;
  const types = `from ${was.type.toLowerCase()} to ${now.type.toLowerCase()}`;
  throw new PgError("42P16", `cannot change data type of view column "${was.name}" ${types}`);
}

/** A view's text with other names for its columns. */
export function renamedColumns(
  view: DatabaseObject,
  sql: string,
  columns: readonly string[],
): string {
  const kind = view.database === "temp" ? "TEMP VIEW" : "VIEW";
  return `CREATE ${kind} ${pathOf(view)} (${columns.map(quoteName).join(", ")}) AS ${viewQuery(sql)}`;
}

/** What a view selects, from DuckDB's text of it. */
export function viewQuery(sql: string): string {
  const { text, tokens } = sourceOf(sql);
  let at = tokens.findIndex((token) => isKeyword(text, token, "view")) + 1;
  while (!isSymbol(text, tokens[at], "(") && !isKeyword(text, tokens[at], "as")) at++;
  if (isSymbol(text, tokens[at], "(")) at = closingIndex(text, tokens, at) + 1;
  return text.slice(tokens[at + 1].start).replace(/;\s*$/, "");
}
