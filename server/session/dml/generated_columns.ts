import type { InsertStmt, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { inBrackets, tokenAtLocation } from "../../sql/ddl/extents.ts";
import { relationName } from "../../sql/ddl/relation.ts";
import { endOfInsertTarget } from "../../sql/dml/insert_target.ts";
import { isSymbol } from "../../sql/lexer.ts";
import type { MoreEdits } from "../../sql/mod.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import type { Source } from "../../sql/source.ts";
import type { SessionContext } from "../context.ts";
import { findRelation } from "../ddl/objects.ts";
import { readTable } from "../ddl/stored_table.ts";

/**
 * A generated column may be given DEFAULT and nothing else. DuckDB takes it for none of the columns, so what is DEFAULT is
 * left out. It is asked only once DuckDB has refused the statement.
 *
 * @returns `null` where that is not what is wrong
 * @throws PgError 428C9
 * @see https://www.postgresql.org/docs/16/ddl-generated-columns.html
 */
export async function generatedColumns(
  session: SessionContext,
  insert: InsertStmt,
  error: PgError,
): Promise<MoreEdits | null> {
  const tooMany = error.message === "INSERT has more expressions than target columns";
  if (!tooMany && !error.message.startsWith("Cannot insert into a generated column")) return null;
  const object = await findRelation(session, relationName(insert.relation!));
  if (!object) return null;
  const { columns } = await readTable(session, object);
  const named = insert.cols?.flatMap((node) => "ResTarget" in node ? [node.ResTarget.name ?? ""] : []);
  const targets = named ?? columns.map(({ name }) => name);
  const generated = new Set(columns.filter((column) => column.generated !== null).map(({ name }) => name));
  const places = targets.flatMap((name, i) => generated.has(name) ? [i] : []);
  const rows = rowsOf(insert);
  if (places.length === 0 || rows?.some((row) => row.length > targets.length)) return null;
  for (const place of places) {
    if (rows?.every((row) => !row[place] || "SetToDefault" in row[place])) continue;
    const name = targets[place];
    throw new PgError("428C9", `cannot insert a non-DEFAULT value into column "${name}"`, {
      detail: `Column "${name}" is a generated column.`,
    });
  }
  const width = rows![0].length;
  const kept = targets.slice(0, width).filter((name) => !generated.has(name));
  return ({ source, edits }) => {
    const at = endOfInsertTarget(insert, source);
    const list = ` (${kept.map(quoteName).join(", ")})`;
    const after = source.tokens.find((token) => token.start >= at);
    if (named && after && isSymbol(source.text, after, "(")) {
      const written = inBrackets(source, source.tokens.indexOf(after))!;
      edits.replace(after.start, source.tokens[written.end].end, list);
    } else edits.wrap(at, at, "", list);
    for (const row of rows!) {
      for (const [start, end] of defaultsOf(source, row, places)) edits.replace(start, end, "");
    }
  };
}

/** The rows of VALUES; `null` for any other query. */
function rowsOf({ selectStmt }: InsertStmt): Node[][] | null {
  const lists = selectStmt && "SelectStmt" in selectStmt ? selectStmt.SelectStmt.valuesLists : undefined;
  return lists?.map((node) => "List" in node ? node.List.items ?? [] : []) ?? null;
}

/** Where the DEFAULTs of a row stand, each with a comma beside it. */
function* defaultsOf(source: Source, row: readonly Node[], places: readonly number[]) {
  const { text, tokens } = source;
  for (const place of places) {
    const node = row[place];
    if (!node || !("SetToDefault" in node)) continue;
    const at = tokenAtLocation(source, node.SetToDefault.location);
    const commaBefore = isSymbol(text, tokens[at - 1], ",");
    const commaAfter = isSymbol(text, tokens[at + 1], ",");
    const first = commaBefore ? tokens[at - 1].start : tokens[at].start;
    yield [first, !commaBefore && commaAfter ? tokens[at + 1].end : tokens[at].end] as const;
  }
}
