/** Runs statements of several writes: `WITH … AS (DELETE … RETURNING *) INSERT …`. */
import { PgError } from "../../../worker/api/error.ts";
import type { Column } from "../../../worker/api/executor.ts";
import { duckdbTypeName, oids } from "../../../worker/api/types.ts";
import { relationName } from "../../sql/ddl/relation.ts";
import { type Program, programOf, type WritePart } from "../../sql/dml/program.ts";
import { tokenize } from "../../sql/lexer.ts";
import { commandTag, type Statement, treeOf } from "../../sql/mod.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { sourceOf } from "../../sql/source.ts";
import type { PreparedStatement, SessionAnswer, SessionContext } from "../context.ts";
import { noteChanged } from "../ddl/changed_tables.ts";
import { engine, rowsOf } from "../ddl/steps.ts";
import { type ChangedRows, enforceKeys } from "../keys/enforce.ts";
import type { Portal } from "../portal.ts";
import { tellingDuplicates } from "./duplicate_key.ts";
import { freeRows, noteFreed } from "./freed_rows.ts";
import type { Change } from "./referenced.ts";
import { type StepTarget, targetOf } from "./targets.ts";
import { changes, returningQuery, workQuery } from "./work.ts";

/** Compiles what tells a statement's columns and parameters. */
export type Compile = (sql: string) => Promise<PreparedStatement>;

/**
 * The plan of a statement that writes in several places. All its parts see the database as it was before, and each other
 * only through what RETURNING tells: first each part's rows are worked out into a temporary table, then all changes are
 * made, in one transaction.
 *
 * @see https://www.postgresql.org/docs/16/queries-with.html#QUERIES-WITH-MODIFYING
 */
export async function programPlan(
  session: SessionContext,
  statement: Statement,
  compile: Compile,
): Promise<PreparedStatement> {
  const tree = treeOf(statement)!;
  const program = programOf(tree, sourceOf(statement.source), statement.engineText);
  const steps = await stepsOf(session, program);
  const { plan: shape, parameterTypes } = await compile(shapeOf(program, steps)).catch(withoutPosition);
  const returns = program.main.kind === "select" || program.main.returning !== null;
  const columns = returns && shape.kind === "engine" ? shape.columns : [];
  if (shape.kind === "engine") shape.prepared.close();
  return {
    plan: {
      kind: "session",
      statement,
      columns,
      run: (portal) => run(session, statement, program, steps, columns, portal),
    },
    parameterTypes,
  };
}

function withoutPosition(error: unknown): never {
  throw error instanceof PgError ? error.with({ position: undefined }) : error;
}

/** A part that writes, with the table it writes to. */
interface Step {
  part: WritePart;
  target: StepTarget;
  /** The work table. */
  work: string;
}

async function stepsOf(session: SessionContext, { parts, main }: Program): Promise<Step[]> {
  const writes = [...parts, main].filter((part): part is WritePart =>
    part.kind !== "read" && part.kind !== "select"
  );
  const steps: Step[] = [];
  for (const part of writes) {
    const target = await targetOf(session, part);
    const kind = part.conflict?.update ? "_upsert" : "";
    steps.push({ part, target, work: `duckgres_work_${steps.length + 1}${kind}` });
  }
  for (const step of steps) {
    if (step.part.kind !== "insert" || step.part.columns !== null) continue;
    step.target.given = await countGiven(session, parts, steps, step);
  }
  return steps;
}

/** INSERT without a list of columns gives the first ones: as many as its rows have. */
async function countGiven(
  session: SessionContext,
  parts: Program["parts"],
  steps: readonly Step[],
  { part, target }: Step,
): Promise<number> {
  const rows = part.rows?.map((piece) => typeof piece === "string" ? piece : "NULL").join(" ");
  if (rows === undefined) return 0;
  const before = prefix({ parts: partsBefore(parts, part), recursive: false }, steps, true);
  const sql = `${before}SELECT * FROM (${part.ownWith} ${rows}) AS dg_given`;
  const prepared = await session.executor.prepare(sql).catch(() => null);
  prepared?.close();
  const given = prepared?.columns?.length ?? target.columns.length;
  if (given > target.columns.length) {
    throw new PgError("42601", "INSERT has more expressions than target columns");
  }
  return given;
}

function partsBefore(parts: Program["parts"], part: WritePart): Program["parts"] {
  const at = parts.indexOf(part);
  return at < 0 ? parts : parts.slice(0, at);
}

/**
 * The WITH clause in front of a part's query.
 *
 * @param inline work tables are WITH queries themselves: nothing is stored, so that it can be compiled
 */
function prefix(
  { parts, recursive }: Pick<Program, "parts" | "recursive">,
  steps: readonly Step[],
  inline: boolean,
): string {
  const queries = parts.flatMap((part) => {
    if (part.kind === "read") return [part.text];
    const { target, work } = steps.find((step) => step.part === part)!;
    const queries = inline ? [`${work} AS (${workQuery(part, target)})`] : [];
    if (part.returning && part.cte) {
      queries.push(
        `${quoteName(part.cte.name)}${part.cte.columns} AS (${returningQuery(part, target, work)})`,
      );
    }
    return queries;
  });
  return queries.length === 0 ? "" : `WITH ${recursive ? "RECURSIVE " : ""}${queries.join(", ")} `;
}

/** The statement as one query that reads only: what its columns and parameters are. */
function shapeOf(program: Program, steps: readonly Step[]): string {
  const { main, parts } = program;
  if (main.kind === "select") return prefix(program, steps, true) + main.text;
  return prefix({ ...program, parts: [...parts, main] }, steps, true) +
    returningQuery(main, steps.at(-1)!.target, steps.at(-1)!.work);
}

const resultTable = "duckgres_result";
const parameterTable = "duckgres_parameters";

async function run(
  session: SessionContext,
  statement: Statement,
  program: Program,
  steps: readonly Step[],
  columns: readonly Column[],
  portal: Pick<Portal, "parameters" | "parameterTypes" | "formats">,
): Promise<SessionAnswer> {
  if (session.settings.show("transaction_read_only").value === "on") {
    throw new PgError(
      "25006",
      `cannot execute ${steps[0].part.kind.toUpperCase()} in a read-only transaction`,
    );
  }
  // All of it or nothing.
  await session.transaction.openImplicit();
  session.transaction.noteWrite();
  const made: string[] = [];
  const make = async (name: string, sql: string) => {
    await engine(session, `CREATE TEMP TABLE ${name} AS ${withValues(sql)}`);
    made.push(name);
  };
  if (portal.parameters.length > 0) {
    await keepParameters(session, portal);
    made.push(parameterTable);
  }
  for (const step of steps) await make(step.work, workSql(program, steps, step));
  const { main } = program;
  const last = steps.at(-1)!;
  if (columns.length > 0) {
    const names = columns.map((_, i) => `dg_r${i + 1}`).join(", ");
    const query = main.kind === "select" ? main.text : returningQuery(main, last.target, last.work);
    const whole = prefix(program, steps, false) + query;
    await make(resultTable, `SELECT * FROM (${whole}) AS dg_result(${names})`);
  }
  const counted = main.kind === "select" ? null : await countRows(session, last.work);
  for (const { part, target, work } of steps) {
    const change: Change = {
      kind: part.kind,
      table: part.relation.relname ?? "",
      assigned: part.sets.map(({ column }) => column),
      returns: false,
    };
    await freeRows(session, change);
    if (part.kind !== "insert" || part.conflict?.update) noteChanged(session, target.place.name);
    for (const sql of changes(part, target, work)) {
      if (part.kind === "delete") await engine(session, sql);
      else await tellingDuplicates(session, relationName(part.relation), null, () => engine(session, sql));
    }
    await noteFreed(session, change);
  }
  await enforceKeys(session, steps.map(changedRows));
  const tag = (sent: number) => commandTag(statement, "select", counted ?? sent);
  if (columns.length === 0) {
    await drop(session, made);
    return { tag: tag(0) };
  }
  const prepared = await session.executor.prepare(`SELECT * FROM ${resultTable}`);
  const { rows } = await prepared.execute({
    parameters: [],
    parameterTypes: [],
    formats: portal.formats.map((format) => format === 1 ? 1 : 0),
    render: session.settings.render(),
    query: session.query,
  });
  prepared.close();
  // The open result is put aside before its table goes.
  await drop(session, made);
  return { tag, stream: rows! };
}

/** What a step has changed, as its work table has it. */
function changedRows({ part, target, work }: Step): ChangedRows {
  const place = (column: string) => target.columns.findIndex(({ name }) => name === column) + 1;
  return {
    table: target.place,
    kind: part.conflict?.update ? "update" : part.kind,
    from: `${work} AS dg_w`,
    old: (column) => `dg_w.dg_o${place(column)}`,
    now: (column) => `dg_w.dg_n${place(column)}`,
  };
}

/** The query of a part's work table, with what it may refer to. */
function workSql(program: Program, steps: readonly Step[], { part, target }: Step): string {
  const before = prefix({ ...program, parts: partsBefore(program.parts, part) }, steps, false);
  const query = workQuery(part, target);
  return before !== "" && part.ownWith !== ""
    ? `${before}SELECT * FROM (${query}) AS dg_work`
    : before + query;
}

async function countRows(session: SessionContext, work: string): Promise<number> {
  const [[count]] = await rowsOf(session, `SELECT count(*) FROM ${work}`);
  return Number(count);
}

async function drop(session: SessionContext, tables: readonly string[]): Promise<void> {
  for (const name of tables) await engine(session, `DROP TABLE temp.main.${name}`);
}

/** Each step needs some of the parameters: they are kept in a table. */
async function keepParameters(
  session: SessionContext,
  { parameters, parameterTypes }: Pick<Portal, "parameters" | "parameterTypes">,
): Promise<void> {
  const types = parameterTypes.map((oid) => duckdbTypeName(oid || oids.text) ?? "VARCHAR");
  const values = types.map((type, i) => `CAST($${i + 1} AS ${type}) AS dg_p${i + 1}`);
  const prepared = await session.executor.prepare(
    `CREATE TEMP TABLE ${parameterTable} AS SELECT ${values.join(", ")}`,
    parameterTypes,
  );
  try {
    await prepared.execute({
      parameters,
      parameterTypes,
      formats: [],
      render: session.settings.render(),
      small: true,
    });
  } finally {
    prepared.close();
  }
}

/** Parameters become what is kept of them. */
function withValues(sql: string): string {
  if (!sql.includes("$")) return sql;
  let text = sql;
  for (const { kind, start, end } of tokenize(sql).toReversed()) {
    if (kind !== "parameter") continue;
    text = `${text.slice(0, start)}(SELECT dg_p${sql.slice(start + 1, end)} FROM ${parameterTable})${
      text.slice(end)
    }`;
  }
  return text;
}
