import type { InsertStmt, Node, ResTarget } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { constantText } from "../constant.ts";
import { type Extent, inBrackets, splitAtCommas } from "../ddl/extents.ts";
import { endOfInsertTarget } from "../dml/insert_target.ts";
import { isKeyword, isSymbol } from "../lexer.ts";
import type { Source } from "../source.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `INSERT INTO t (a[1], a[2]) VALUES (7, 8)` gives an array item by item; DuckDB only takes whole columns: `(a) VALUES ([7, 8])`.
 * Items that do not begin at 1, or are not written in VALUES, are refused.
 *
 * @see https://www.postgresql.org/docs/current/sql-insert.html
 */
export const insertTargets: Transform = { visit: { InsertStmt: insert } };

function insert(fields: Fields, input: TransformInput): void {
  const statement = fields as InsertStmt;
  const targets = (statement.cols ?? []).flatMap((node) => "ResTarget" in node ? node.ResTarget : []);
  const partial = targets.find(({ indirection }) => indirection);
  if (!partial) return;
  const { source, edits, refuse } = input;
  const runs = runsOf(targets);
  const rows = runs && rowsOf(statement, targets.length, source);
  if (!rows) {
    const error = new PgError("0A000", "inserting into a part of a column is not supported");
    return refuse(error, source.offsetOfByte(partial.location ?? 0));
  }
  const { tokens } = source;
  const list = listOf(statement, source);
  edits.replace(
    tokens[list.first].start,
    tokens[list.end - 1].end,
    runs.map(({ name }) => quoteName(name)).join(", "),
  );
  for (const row of rows) {
    for (const { first, last, isArray } of runs) {
      if (isArray) edits.wrap(tokens[row[first].first].start, tokens[row[last].end - 1].end, "[", "]");
    }
  }
}

/** Targets that are one column. */
interface Run {
  name: string;
  first: number;
  last: number;
  isArray: boolean;
}

/** `null` where an item is not the next one of its array. */
function runsOf(targets: readonly ResTarget[]): Run[] | null {
  const runs: Run[] = [];
  for (const [i, { name = "", indirection }] of targets.entries()) {
    const before = runs.at(-1);
    if (!indirection) {
      runs.push({ name, first: i, last: i, isArray: false });
      continue;
    }
    const item = indirection.length === 1 ? itemOf(indirection[0]) : null;
    const next = before?.name === name && before.isArray ? before.last - before.first + 2 : 1;
    if (item !== next) return null;
    if (next > 1) before!.last = i;
    else runs.push({ name, first: i, last: i, isArray: true });
  }
  const names = new Set(runs.map(({ name }) => name));
  return names.size === runs.length ? runs : null;
}

function itemOf(node: Node): number | null {
  if (!("A_Indices" in node) || node.A_Indices.is_slice) return null;
  const text = constantText(node.A_Indices.uidx);
  return text === null ? null : Number(text);
}

/** What stands in the brackets behind the table. */
function listOf(statement: InsertStmt, source: Source): Extent {
  const at = endOfInsertTarget(statement, source);
  return inBrackets(source, source.tokens.findIndex((token) => token.start >= at))!;
}

/** The values of VALUES, row by row; `null` where there is something else. */
function rowsOf(statement: InsertStmt, width: number, source: Source): Extent[][] | null {
  const select = statement.selectStmt && "SelectStmt" in statement.selectStmt
    ? statement.selectStmt.SelectStmt
    : {};
  const lists = select.valuesLists?.map((node) => "List" in node ? node.List.items ?? [] : []);
  const isWhole = lists?.every((items) =>
    items.length === width && !items.some((item) => "SetToDefault" in item)
  );
  if (!lists || !isWhole || select.withClause) return null;
  const { text, tokens } = source;
  let at = listOf(statement, source).end + 1;
  while (at < tokens.length && !isKeyword(text, tokens[at], "values")) at++;
  const rows: Extent[][] = [];
  for (at++; rows.length < lists.length && isSymbol(text, tokens[at], "("); at++) {
    const row = inBrackets(source, at)!;
    rows.push(splitAtCommas(source, row));
    at = row.end + 1;
  }
  return rows.length === lists.length ? rows : null;
}
