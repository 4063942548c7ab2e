import { PgError } from "../../worker/api/error.ts";
import { elementOidOf, typeByOid } from "../../worker/api/types.ts";
import { queryParts } from "../sql/dml/parts.ts";
import { analyze, analyzeWith, type Statement } from "../sql/statement.ts";
import { quoteName, quoteText } from "../../worker/api/quote.ts";
import type { DoubtfulLiteral } from "../sql/transforms/transform.ts";
import { arrayExpression, literalExpression, type LiteralSettings } from "../sql/types/literal.ts";
import type { SessionContext } from "./context.ts";
import { engineRows } from "./engine_rows.ts";
import { sqlContext } from "./sql_context.ts";

/**
 * Reads the literals of a statement that take a column's type by PostgreSQL's rules. DuckDB tells the types: it is asked
 * for the statement with parameters in the literals' places.
 *
 * @param hints the types the client gave its own parameters
 * @throws PgError as PostgreSQL's input functions do, at the literal
 */
export async function settleLiterals(
  session: SessionContext,
  statement: Statement,
  hints: readonly number[],
): Promise<Statement> {
  if (statement.doubtful.length === 0) return statement;
  const types = await literalTypes(session, statement, hints);
  if (types.every((oid) => oid === 0)) return statement;
  const context = sqlContext(session.settings.render());
  const enums = await enumNames(session, types);
  const settled = analyzeWith(statement, ({ edits, refuse }) => {
    statement.doubtful.forEach((literal, i) => {
      try {
        const expression = expressionOf(literal.text, types[i], enums, context.literals!);
        if (expression !== null) edits.replace(literal.start, literal.end, expression);
      } catch (error) {
        if (!(error instanceof PgError)) throw error;
        refuse(error, literal.start);
      }
    });
  }, context);
  if (settled.mistake) throw settled.mistake;
  return { ...settled, doubtful: [] };
}

/** The OIDs of the literals' types, 0 where DuckDB cannot tell. */
async function literalTypes(
  session: SessionContext,
  statement: Statement,
  hints: readonly number[],
): Promise<number[]> {
  const { doubtful, parameterCount } = statement;
  const places = new Map<string, number>();
  const placeOf = ({ start, column }: DoubtfulLiteral) => {
    const key = column === undefined ? `at ${start}` : `column ${column}`;
    const place = places.get(key) ?? parameterCount + places.size + 1;
    places.set(key, place);
    return place;
  };
  const probe = analyzeWith(statement, ({ edits }) => {
    for (const literal of doubtful) edits.replace(literal.start, literal.end, `$${placeOf(literal)}`);
  }, sqlContext(session.settings.render()));
  try {
    const prepared = await session.executor.prepare(probe.sql, hints);
    prepared.close();
    return doubtful.map((literal) => prepared.parameters[placeOf(literal) - 1] ?? 0);
  } catch {
    // Where it has no parts that DuckDB knows by themselves, the statement will tell what is wrong.
    return await typesInParts(session, statement, hints);
  }
}

/** The types of the literals of a statement that writes in several places, or has a query in it. */
async function typesInParts(
  session: SessionContext,
  statement: Statement,
  hints: readonly number[],
): Promise<number[]> {
  const types = new Map<number, number>();
  for (const [start, end] of queryParts(statement)) {
    const text = statement.source.slice(start, end);
    const part = analyze({ text, start: 0 }, sqlContext(session.settings.render()));
    if (part.doubtful.length === 0 || part.inSteps) continue;
    const found = await literalTypes(session, part, hints);
    part.doubtful.forEach((literal, i) => types.set(start + literal.start, found[i]));
  }
  return statement.doubtful.map(({ start }) => types.get(start) ?? 0);
}

const firstUserOid = 16384;

/** What to cast a literal of an enum to, by the type's OID. */
async function enumNames(
  session: SessionContext,
  types: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const single = types.map((oid) => elementOidOf(oid) || oid);
  const own = [...new Set(single.filter((oid) => oid >= firstUserOid))];
  if (own.length === 0) return new Map();
  const rows = await engineRows(
    session.executor,
    `SELECT CAST(type_oid AS VARCHAR), database_name, schema_name, type_name FROM system.main.duckdb_types()
     WHERE logical_type = 'ENUM' AND type_oid IN (${own.join(", ")})`,
  );
  return new Map(
    rows.map(([oid, ...name]) => [Number(oid), name.map((part) => quoteName(part ?? "")).join(".")]),
  );
}

function expressionOf(
  text: string,
  oid: number,
  enums: ReadonlyMap<number, string>,
  settings: LiteralSettings,
): string | null {
  const element = elementOidOf(oid);
  const enumName = enums.get(element || oid);
  if (enumName) {
    return element === 0
      ? `CAST(${quoteText(text)} AS ${enumName})`
      : arrayExpression({ name: "text", modifiers: [], isArray: true }, text, settings, enumName);
  }
  const name = typeByOid(element || oid)?.name;
  // Digits fit into whatever precision the column has.
  if (!name || (name === "numeric" && /^[-+]?[\d.]+$/.test(text))) return null;
  return literalExpression({ name, modifiers: [], isArray: element !== 0 }, text, settings);
}
