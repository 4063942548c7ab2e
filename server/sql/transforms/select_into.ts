import type { Node, RangeVar, SelectStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { endOfName } from "../extent.ts";
import { isKeyword } from "../lexer.ts";
import type { Fields } from "../walk.ts";
import { nameTargets } from "./target_names.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `SELECT … INTO t FROM …` is `CREATE TABLE t AS SELECT … FROM …`; DuckDB has only the second.
 *
 * @see https://www.postgresql.org/docs/16/sql-selectinto.html
 */
export const selectInto: Transform = { visit: { SelectStmt: select } };

function select(fields: Fields, input: TransformInput): void {
  const into = (fields as SelectStmt).intoClause;
  // What EXPLAIN shows is looked at as a statement of its own.
  if (!into?.rel || "ExplainStmt" in input.tree) return;
  const { source, edits } = input;
  const at = source.offsetOfByte((into.rel as RangeVar).location ?? 0);
  if (!isFirst(fields, input.tree)) return input.refuse(misplaced(fields, input.tree), at);
  const first = source.tokenAt(at);
  const end = source.tokens[endOfName(source, first) - 1].end;
  let keyword = first - 1;
  while (keyword > 0 && !isKeyword(source.text, source.tokens[keyword], "into")) keyword--;
  const temporary = into.rel.relpersistence === "t" ? "TEMP " : "";
  const name = tableName(into.rel as RangeVar);
  edits.wrap(source.tokens[0].start, source.tokens[0].start, `CREATE ${temporary}TABLE ${name} AS `, "");
  edits.replace(source.tokens[keyword].start, end, "");
  nameTargets({ SelectStmt: fields as SelectStmt }, 0, input);
}

/** Whether `select` is the first SELECT of `query` and its UNIONs. */
function isFirst(select: Fields, query: Node | undefined): boolean {
  if (query === undefined || !("SelectStmt" in query)) return false;
  for (let first: SelectStmt | undefined = query.SelectStmt; first; first = first.larg) {
    if (first as Fields === select) return true;
  }
  return false;
}

/** What PostgreSQL's parse analysis says, which names the statement whose own query it is. */
function misplaced(select: Fields, tree: Node): PgError {
  if ("InsertStmt" in tree && isFirst(select, tree.InsertStmt.selectStmt)) {
    return new PgError("42601", "INSERT ... SELECT cannot specify INTO");
  }
  if ("ViewStmt" in tree && isFirst(select, tree.ViewStmt.query)) {
    return new PgError("0A000", "views must not contain SELECT INTO");
  }
  if ("CopyStmt" in tree && isFirst(select, tree.CopyStmt.query)) {
    return new PgError("0A000", "COPY (SELECT INTO) is not supported");
  }
  if ("SelectStmt" in tree && isArm(select, tree.SelectStmt)) {
    return new PgError("42601", "INTO is only allowed on first SELECT of UNION/INTERSECT/EXCEPT");
  }
  return new PgError("42601", "SELECT ... INTO is not allowed here");
}

/** Whether `select` is one of the SELECTs of `query` and its UNIONs. */
function isArm(select: Fields, query: SelectStmt | undefined): boolean {
  if (query === undefined) return false;
  return query as Fields === select || isArm(select, query.larg) || isArm(select, query.rarg);
}

function tableName({ catalogname, schemaname, relname }: RangeVar): string {
  const schema = schemaname === "public" ? "main" : schemaname;
  const parts = [catalogname, schema, relname].filter((part) => part !== undefined);
  return parts.map(quoteName).join(".");
}
