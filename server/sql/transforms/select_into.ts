import type { RangeVar, SelectStmt } from "libpg-query";
import { endOfName } from "../extent.ts";
import { isKeyword } from "../lexer.ts";
import type { Fields } from "../walk.ts";
import { nameTargets } from "./target_names.ts";
import type { Transform, TransformInput } from "./transform.ts";
import { quoteName } from "../../../worker/api/quote.ts";

/**
 * `SELECT … INTO t FROM …` is `CREATE TABLE t AS SELECT … FROM …`; DuckDB has only the second.
 *
 * @see https://www.postgresql.org/docs/16/sql-selectinto.html
 */
export const selectInto: Transform = { visit: { SelectStmt: select } };

function select(fields: Fields, input: TransformInput): void {
  const into = (fields as SelectStmt).intoClause;
  if (!into?.rel) return;
  const { source, edits } = input;
  const first = source.tokenAt(source.offsetOfByte((into.rel as RangeVar).location ?? 0));
  const end = source.tokens[endOfName(source, first) - 1].end;
  let keyword = first - 1;
  while (keyword > 0 && !isKeyword(source.text, source.tokens[keyword], "into")) keyword--;
  const temporary = into.rel.relpersistence === "t" ? "TEMP " : "";
  const name = tableName(into.rel as RangeVar);
  edits.wrap(source.tokens[0].start, source.tokens[0].start, `CREATE ${temporary}TABLE ${name} AS `, "");
  edits.replace(source.tokens[keyword].start, end, "");
  nameTargets({ SelectStmt: fields as SelectStmt }, 0, input);
}

function tableName({ catalogname, schemaname, relname }: RangeVar): string {
  const schema = schemaname === "public" ? "main" : schemaname;
  const parts = [catalogname, schema, relname].filter((part) => part !== undefined);
  return parts.map(quoteName).join(".");
}
