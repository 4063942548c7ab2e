/** SQL's own PREPARE and EXECUTE, on the same statements as the protocol's. */
import { PgError } from "../../worker/api/error.ts";
import type { Parameter } from "../../worker/api/executor.ts";
import { duckdbTypeName } from "../../worker/api/types.ts";
import { analyze, type Statement } from "../sql/mod.ts";
import { executeArguments, preparationOf } from "../sql/prepare.ts";
import type { Plan, PreparedStatement, SessionAnswer, SessionContext } from "./context.ts";
import { engineRows } from "./engine_rows.ts";
import { sqlContext } from "./sql_context.ts";
import { addStatement, findStatement, requireRoomFor } from "./statements.ts";

/** Makes a statement ready to run. */
export type Planner = (
  session: SessionContext,
  statement: Statement,
  types: readonly number[],
) => Promise<PreparedStatement>;

/**
 * The plan of a PREPARE or EXECUTE; `null` for any other statement, and for the EXECUTE of what the session does not know:
 * a statement that only DuckDB could parse is prepared there.
 */
export function statementPlan(session: SessionContext, statement: Statement, planner: Planner): Plan | null {
  const { command } = statement;
  if (command.kind === "prepare") {
    return {
      kind: "session",
      statement,
      columns: [],
      run: () => prepare(session, statement, command.name, planner),
    };
  }
  if (command.kind !== "executePrepared") return null;
  const { name } = command;
  const known = session.statements.get(name);
  if (known === undefined) return null;
  const columns = known.plan.kind === "empty" ? [] : known.plan.columns;
  return {
    kind: "session",
    statement,
    columns,
    run: () => execute(session, name, executeArguments(statement.source)),
  };
}

async function prepare(
  session: SessionContext,
  statement: Statement,
  name: string,
  planner: Planner,
): Promise<SessionAnswer> {
  const { query, types } = preparationOf(statement);
  requireRoomFor(session, name, query.text);
  addStatement(session, name, await planner(session, analyze(query, sqlContext), types));
  return { tag: "PREPARE" };
}

async function execute(
  session: SessionContext,
  name: string,
  values: readonly string[],
): Promise<SessionAnswer> {
  const prepared = findStatement(session, name);
  const types = prepared.parameterTypes;
  if (values.length !== types.length) {
    throw new PgError("42601", `wrong number of parameters for prepared statement "${name}"`, {
      detail: `Expected ${types.length} parameters but got ${values.length}.`,
    });
  }
  return { execute: prepared, parameters: values.length === 0 ? [] : await evaluate(session, values, types) };
}

const encoder = new TextEncoder();

/** The arguments are expressions: DuckDB works them out, and what they look like as text is bound. */
async function evaluate(
  session: SessionContext,
  values: readonly string[],
  types: readonly number[],
): Promise<Parameter[]> {
  const casts = values.map((value, i) => `CAST((${value}) AS ${duckdbTypeName(types[i]) ?? "VARCHAR"})`);
  const { sql } = analyze({ text: `SELECT ${casts.join(", ")}`, start: 0 }, sqlContext);
  const [row] = await engineRows(session.executor, sql);
  return row.map((text) => ({ format: 0, bytes: text === null ? null : encoder.encode(text) }));
}
