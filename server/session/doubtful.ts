import { PgError } from "../../worker/api/error.ts";
import { queryParts } from "../sql/dml/parts.ts";
import { analyze, analyzeWith, type Statement } from "../sql/statement.ts";
import type { DoubtfulLiteral } from "../sql/transforms/transform.ts";
import type { SessionContext } from "./context.ts";
import { expressionOf, readOwnTypes } from "./own_types.ts";
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
  const ownTypes = await readOwnTypes(session.executor, types);
  const settled = analyzeWith(statement, ({ edits, refuse }) => {
    statement.doubtful.forEach((literal, i) => {
      try {
        const expression = expressionOf(literal.text, types[i], ownTypes, context.literals!);
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
