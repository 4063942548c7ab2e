/** SQL's own PREPARE, EXECUTE and DEALLOCATE, on the same statements as the protocol's. */
import { PgError } from "../../worker/api/error.ts";
import type { Parameter } from "../../worker/api/executor.ts";
import { duckdbTypeName } from "../../worker/api/types.ts";
import { analyze, type Command, type Statement, vet } from "../sql/mod.ts";
import { executeArguments, type Preparation, preparationOf } from "../sql/prepare.ts";
import type { Plan, PreparedStatement, SessionAnswer, SessionContext } from "./context.ts";
import { engineRows } from "./engine_rows.ts";
import { portalColumns } from "./portal.ts";
import { shownContext, sqlContext } from "./sql_context.ts";
import {
  addStatement,
  dropNamedStatements,
  dropStatement,
  findStatement,
  requireRoomFor,
} from "./statements.ts";

/** Makes a statement ready to run. */
export type Planner = (
  session: SessionContext,
  statement: Statement,
  types: readonly number[],
) => Promise<PreparedStatement>;

/** The plan of a PREPARE, EXECUTE or DEALLOCATE; `null` for any other statement. */
export function statementPlan(session: SessionContext, statement: Statement, planner: Planner): Plan | null {
  const { command, source } = statement;
  const preparation = preparationOf(statement);
  if (preparation) {
    return {
      kind: "session",
      statement,
      columns: [],
      run: () => prepare(session, preparation, source, planner),
    };
  }
  if (command.kind === "deallocate") {
    const run = () => Promise.resolve(deallocate(session, command.name));
    return { kind: "session", statement, columns: [], run };
  }
  if (command.kind !== "executePrepared") return null;
  const plan = session.statements.get(command.name)?.plan;
  const run = () => execute(session, command.name, executeArguments(source));
  return { kind: "session", statement, columns: plan ? portalColumns(plan) : [], run };
}

/** What stands behind `PREPARE … AS`; DuckDB's own SQL may, too. */
const preparable: ReadonlySet<Command["kind"]> = new Set([
  "query",
  "insert",
  "update",
  "delete",
  "merge",
  "native",
]);

async function prepare(
  session: SessionContext,
  { name, query, types }: Preparation,
  source: string,
  planner: Planner,
): Promise<SessionAnswer> {
  requireRoomFor(session, name, query.text);
  const statement = analyze(query, shownContext(session.settings.render()));
  if (!preparable.has(statement.command.kind)) {
    const [word] = /^\w+/.exec(query.text) ?? [""];
    throw new PgError("42601", `syntax error at or near "${word}"`, { position: query.start + 1 });
  }
  addStatement(session, name, await planner(session, statement, types), { text: source, bySql: true });
  return { tag: "PREPARE" };
}

function deallocate(session: SessionContext, name: string | null): SessionAnswer {
  if (name === null) {
    dropNamedStatements(session);
    return { tag: "DEALLOCATE ALL" };
  }
  findStatement(session, name);
  dropStatement(session, name);
  return { tag: "DEALLOCATE" };
}

/** The statement that an EXECUTE runs, and its arguments as what is bound. */
export async function execute(
  session: SessionContext,
  name: string,
  values: readonly string[],
): Promise<{ execute: PreparedStatement; parameters: readonly Parameter[] }> {
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
  const statement = analyze(
    { text: `SELECT ${casts.join(", ")}`, start: 0 },
    sqlContext(session.settings.render()),
  );
  if (statement.refusal ?? statement.mistake) throw statement.refusal ?? statement.mistake;
  vet(statement, { superuser: session.superuser, locationsAllowed: session.locationsAllowed });
  const [row] = await engineRows(session.executor, statement.sql).catch((error) => {
    throw error instanceof PgError && error.sqlstate === "42846" ? error.with({ sqlstate: "42804" }) : error;
  });
  return row.map((text) => ({ format: 0, bytes: text === null ? null : encoder.encode(text) }));
}
