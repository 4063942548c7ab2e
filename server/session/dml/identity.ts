/** What may be written to identity columns. DuckDB knows only that they have a default. */
import type { InsertStmt, Node, UpdateStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { inBrackets, offsetsOf, splitAtCommas } from "../../sql/ddl/extents.ts";
import { relationName } from "../../sql/ddl/relation.ts";
import { endOfInsertTarget } from "../../sql/dml/insert_target.ts";
import { isStar } from "../../sql/column_names.ts";
import { isKeyword } from "../../sql/lexer.ts";
import { analyzeWith, type MoreEdits, type Statement, treeOf } from "../../sql/mod.ts";
import type { SessionContext } from "../context.ts";
import { remembered } from "../definitions.ts";
import { readComment } from "../ddl/notes.ts";
import { findRelation } from "../ddl/objects.ts";
import { drawnSequence } from "../ddl/sequences.ts";
import { rowsOf } from "../ddl/steps.ts";
import { sqlContext } from "../sql_context.ts";

interface IdentityColumn {
  tableOid: string;
  table: string;
  column: string;
  /** Its place among the table's columns, from 0. */
  place: number;
  always: boolean;
}

/**
 * GENERATED ALWAYS columns take nothing but DEFAULT, unless OVERRIDING SYSTEM VALUE says so; OVERRIDING USER VALUE makes
 * DEFAULT of whatever an identity column is given.
 *
 * @throws PgError 428C9
 * @see https://www.postgresql.org/docs/18/sql-insert.html
 */
export async function keepIdentities(session: SessionContext, statement: Statement): Promise<Statement> {
  const { kind } = statement.command;
  if (kind !== "insert" && kind !== "update") return statement;
  const all = await identityColumns(session);
  const tree = all.length > 0 ? treeOf(statement) : null;
  if (!tree) return statement;
  if ("UpdateStmt" in tree) checkUpdate(tree.UpdateStmt, await columnsOf(session, tree.UpdateStmt, all));
  if (!("InsertStmt" in tree)) return statement;
  const more = checkInsert(tree.InsertStmt, await columnsOf(session, tree.InsertStmt, all));
  if (!more) return statement;
  const edited = analyzeWith(statement, more, sqlContext(session.settings.render()));
  if (edited.mistake) throw edited.mistake;
  return edited;
}

const identityColumns = remembered(async (session: SessionContext): Promise<IdentityColumn[]> => {
  const sequences = await rowsOf(
    session,
    `SELECT database_name, schema_name, sequence_name, comment FROM duckdb_sequences()
     WHERE contains(comment, '"identity":')`,
  );
  if (sequences.length === 0) return [];
  const key = (...parts: (string | null)[]) => JSON.stringify(parts);
  const kinds = new Map(
    sequences.map(([database, schema, name, text]) =>
      [key(database, schema, name), readComment(text).notes.identity] as const
    ),
  );
  const columns = await rowsOf(
    session,
    `SELECT database_name, schema_name, table_oid, table_name, column_name, column_default, column_index
     FROM duckdb_columns() WHERE contains(column_default, 'nextval(')`,
  );
  return columns.flatMap(([database, schema, tableOid, table, column, initial, index]) => {
    const identity = kinds.get(key(database, schema, drawnSequence(initial)));
    const found = { tableOid: tableOid!, table: table!, column: column!, place: Number(index) - 1 };
    return identity ? [{ ...found, always: identity === "always" }] : [];
  });
});

async function columnsOf(
  session: SessionContext,
  { relation }: Pick<InsertStmt, "relation">,
  all: readonly IdentityColumn[],
): Promise<IdentityColumn[]> {
  const name = relation && relationName(relation);
  if (!name || !all.some(({ table }) => table.toLowerCase() === name.name.toLowerCase())) return [];
  const object = await findRelation(session, name);
  return all.filter(({ tableOid }) => tableOid === object?.oid);
}

function checkUpdate({ targetList = [] }: UpdateStmt, columns: readonly IdentityColumn[]): void {
  for (const target of targetList) {
    const { name, val } = "ResTarget" in target ? target.ResTarget : {};
    const always = columns.some((one) => one.always && one.column === name);
    if (!always || !val || "SetToDefault" in val) continue;
    throw new PgError("428C9", `column "${name}" can only be updated to DEFAULT`, { detail: about(name!) });
  }
}

function about(column: string): string {
  return `Column "${column}" is an identity column defined as GENERATED ALWAYS.`;
}

/** @returns what makes DEFAULT of the values, where they are to be overridden */
function checkInsert(insert: InsertStmt, columns: readonly IdentityColumn[]): MoreEdits | null {
  const { cols, override } = insert;
  if (override === "OVERRIDING_SYSTEM_VALUE") return null;
  const named = cols?.map((node) => "ResTarget" in node ? node.ResTarget.name : undefined);
  const placed = columns.map((one) => ({ ...one, place: named ? named.indexOf(one.column) : one.place }));
  const given = placed.filter(({ place }) => place >= 0 && gives(insert, place));
  if (override === "OVERRIDING_USER_VALUE") return given.length > 0 ? defaultsInstead(insert, given) : null;
  const [refused] = given.filter(({ always }) => always);
  if (!refused) return null;
  throw new PgError("428C9", `cannot insert a non-DEFAULT value into column "${refused.column}"`, {
    detail: about(refused.column),
    hint: "Use OVERRIDING SYSTEM VALUE to override.",
  });
}

/** Whether a row has something else than DEFAULT at a place; what a star stands for is not known. */
function gives({ selectStmt }: InsertStmt, place: number): boolean {
  const { valuesLists, targetList = [] } = selectStmt && "SelectStmt" in selectStmt
    ? selectStmt.SelectStmt
    : {};
  if (!valuesLists) return place < targetList.length && !targetList.slice(0, place + 1).some(isStar);
  return valuesLists.some((row: Node) => {
    const item = "List" in row ? row.List.items?.[place] : undefined;
    return item !== undefined && !("SetToDefault" in item);
  });
}

function defaultsInstead(insert: InsertStmt, columns: readonly IdentityColumn[]): MoreEdits {
  return ({ source, edits, refuse }) => {
    const { text, tokens } = source;
    let at = source.tokenAt(endOfInsertTarget(insert, source));
    while (!isKeyword(text, tokens[at - 1], "value") || !isKeyword(text, tokens[at - 3], "overriding")) at++;
    if (!isKeyword(text, tokens[at], "values")) {
      return refuse(new PgError("0A000", "OVERRIDING USER VALUE of a query's rows is not supported"));
    }
    do {
      const row = inBrackets(source, at + 1)!;
      const items = splitAtCommas(source, row);
      for (const { place } of columns) {
        if (items[place]) edits.replace(...offsetsOf(source, items[place]), "DEFAULT");
      }
      at = row.end + 1;
    } while (text[tokens[at]?.start] === ",");
  };
}
