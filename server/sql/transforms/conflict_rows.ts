import type { InsertStmt, Node, OnConflictClause } from "libpg-query";
import { raise } from "../catalog/raise.ts";
import { isStar } from "../column_names.ts";
import { endOfInsertTarget } from "../dml/insert_target.ts";
import { closingIndex, isKeyword } from "../lexer.ts";
import { columnsOfRelation } from "../relation_types.ts";
import type { Source } from "../source.ts";
import { anyNode } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `INSERT … SELECT … ON CONFLICT DO UPDATE` refuses rows of one key, of which DuckDB takes some one without a word. The
 * query's rows are kept while their keys are looked at, which costs the INSERT nothing that could be measured.
 *
 * @see https://www.postgresql.org/docs/18/sql-insert.html#SQL-ON-CONFLICT
 */
export const conflictRows: Transform = {
  visit: {
    InsertStmt: (node, input) => {
      const insert = node as InsertStmt;
      const { onConflictClause, selectStmt } = insert;
      if (!onConflictClause || !selectStmt || !("InsertStmt" in input.tree)) return;
      if (onConflictClause.action !== "ONCONFLICT_UPDATE" || !mayRepeat(selectStmt)) return;
      const keys = keyPositions(insert, onConflictClause);
      if (keys) refuseRepeated(insert, keys, input);
    },
  },
};

/** A list of values is told by how many rows were changed; a single row repeats none. Parameters get their types from the INSERT. */
function mayRepeat(query: Node): boolean {
  if (!("SelectStmt" in query)) return false;
  const { valuesLists, fromClause, larg, targetList = [] } = query.SelectStmt;
  if (valuesLists || !fromClause && !larg) return false;
  return !anyNode({ List: { items: targetList } } as Node, (type) => type === "ParamRef");
}

/** Which of the inserted columns the conflict is about, from 0; `null` where the text does not tell. */
function keyPositions(insert: InsertStmt, { infer }: OnConflictClause): number[] | null {
  const { relation, cols, selectStmt } = insert;
  if (!infer?.indexElems || infer.whereClause || !relation) return null;
  const names = cols
    ? cols.map((col) => "ResTarget" in col ? col.ResTarget.name : undefined)
    : columnsOfRelation(relation)?.map(({ name }) => name) ?? [];
  const found = infer.indexElems.map((elem) => "IndexElem" in elem ? elem.IndexElem.name : undefined);
  const positions = found.map((name) => name === undefined ? -1 : names.indexOf(name));
  const width = widthOf(selectStmt!);
  return positions.some((at) => at < 0 || width !== null && at >= width) ? null : positions;
}

function widthOf(query: Node): number | null {
  if (!("SelectStmt" in query)) return null;
  const { larg, targetList = [] } = query.SelectStmt;
  if (larg) return widthOf({ SelectStmt: larg });
  return targetList.some(isStar) ? null : targetList.length;
}

const affectedTwice = raise("21000", "ON CONFLICT DO UPDATE command cannot affect row a second time");

function refuseRepeated(
  insert: InsertStmt,
  keys: readonly number[],
  { source, edits }: TransformInput,
): void {
  const range = queryRange(insert, source);
  if (!range) return;
  const names = Array.from({ length: Math.max(...keys) + 1 }, (_, i) => `dg_c${i + 1}`);
  const key = keys.map((at) => names[at]);
  const repeated = `SELECT 1 FROM dg_rows WHERE ${key.map((name) => `${name} IS NOT NULL`).join(" AND ")} ` +
    `GROUP BY ${key.join(", ")} HAVING count(*) > 1`;
  edits.wrap(
    ...range,
    `WITH dg_rows(${names.join(", ")}) AS MATERIALIZED (`,
    `) SELECT * FROM dg_rows WHERE CASE WHEN EXISTS (${repeated}) THEN ${affectedTwice} ELSE true END`,
  );
}

/** The offsets of the query behind the list of columns. */
function queryRange(insert: InsertStmt, source: Source): [start: number, end: number] | null {
  const { text, tokens } = source;
  const behind = endOfInsertTarget(insert, source);
  let first = tokens.findIndex((token) => token.start >= behind);
  if (insert.cols) first = closingIndex(text, tokens, first) + 1;
  if (isKeyword(text, tokens[first], "overriding")) first += 3;
  const conflict = source.tokenAt(source.offsetOfByte(insert.onConflictClause?.location ?? 0));
  if (!isKeyword(text, tokens[conflict], "on") || conflict <= first) return null;
  return [tokens[first].start, tokens[conflict - 1].end];
}
