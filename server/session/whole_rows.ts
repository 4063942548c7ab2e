import type { PgType } from "../../worker/api/executor.ts";
import { oids } from "../../worker/api/types.ts";
import type { RangeVar } from "libpg-query";
import { analyzeWith, type Statement } from "../sql/mod.ts";
import { relationName } from "../sql/ddl/relation.ts";
import type { PreparedStatement, SessionContext } from "./context.ts";
import { findRelation } from "./ddl/objects.ts";
import { sqlContext } from "./sql_context.ts";

/**
 * `SELECT t FROM t` has rows, of the relation's own type, where DuckDB has structs, which clients see as json. Once it is
 * compiled it is known whether `t` is the relation or a column of it; then it is compiled again.
 *
 * @see https://www.postgresql.org/docs/18/rowtypes.html#ROWTYPES-USAGE
 */
export async function withWholeRows(
  session: SessionContext,
  statement: Statement,
  compile: (statement: Statement) => Promise<PreparedStatement>,
): Promise<PreparedStatement> {
  const prepared = await compile(statement);
  const { plan } = prepared;
  if (statement.wholeRows.length === 0 || plan.kind !== "engine") return prepared;
  const rows = statement.wholeRows.filter(({ column }) => plan.columns[column]?.type.oid === oids.json);
  if (rows.length === 0) return prepared;
  plan.prepared.close();
  const edited = analyzeWith(statement, ({ source, edits }) => {
    for (const { reference } of rows) {
      const { start, end } = source.tokens[source.tokenAt(source.offsetOfByte(reference.location ?? 0))];
      edits.wrap(start, end, "struct_values(", ")");
    }
  }, sqlContext(session.settings.render()));
  const types: (PgType | null)[] = plan.columns.map((_, i) => statement.columnTypes?.left[i] ?? null);
  for (const { column, relation } of rows) types[column] = await rowType(session, relation);
  return await compile({
    ...edited,
    doubtful: [],
    columnTypes: { left: types, right: null, star: new Map() },
  });
}

/** The type of a relation's rows, by the OID that `pg_class.reltype` has; `null` for those of a query, which are records. */
async function rowType(session: SessionContext, relation: RangeVar | null): Promise<PgType | null> {
  const found = relation && await findRelation(session, relationName(relation));
  return found ? { oid: rowTypeOid(Number(found.oid)), length: -1, modifier: -1 } : null;
}

/** As `duckgres_derived_oid(oid, 254)`. */
function rowTypeOid(relation: number): number {
  return 2 ** 30 + relation * 256 + 254;
}
