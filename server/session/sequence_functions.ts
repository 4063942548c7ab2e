/**
 * `setval()` and `lastval()`, which DuckDB has not: the session sets its sequences, and knows what drew from one last.
 *
 * @see https://www.postgresql.org/docs/16/functions-sequence.html
 */
import type { InsertStmt, Node } from "libpg-query";
import { PgError } from "../../worker/api/error.ts";
import type { Column } from "../../worker/api/executor.ts";
import { defaultRenderSettings } from "../../worker/api/executor.ts";
import { oids } from "../../worker/api/types.ts";
import { lastPart } from "../sql/constant.ts";
import { inBrackets, splitAtCommas, tokenAtLocation } from "../sql/ddl/extents.ts";
import { type ObjectName, relationName } from "../sql/ddl/relation.ts";
import { identifierOf, isSymbol, tokenize } from "../sql/lexer.ts";
import { analyze, analyzeWith, type MoreEdits, type Statement, treeOf } from "../sql/mod.ts";
import { quoteName, quoteText } from "../../worker/api/quote.ts";
import { type Source, sourceOf } from "../sql/source.ts";
import { sequenceLiteral } from "../sql/transforms/sequence_calls.ts";
import { walk } from "../sql/walk.ts";
import type { PreparedStatement, SessionAnswer, SessionContext } from "./context.ts";
import { findRelation, pathOf } from "./ddl/objects.ts";
import { drawnSequence, setSequence } from "./ddl/sequences.ts";
import { rowsOf } from "./ddl/steps.ts";
import { readRows } from "./engine_rows.ts";
import { portalColumns } from "./portal.ts";
import { refuseWriteWhenReadOnly } from "./read_only.ts";
import { sqlContext } from "./sql_context.ts";
import type { Planner } from "./sql_statements.ts";

/** The plan of a statement that calls one of them; `null` for any other. */
export async function sequencePlan(
  session: SessionContext,
  statement: Statement,
  hints: readonly number[],
  planner: Planner,
): Promise<PreparedStatement | null> {
  if (!/\b(?:setval|lastval)\s*\(/i.test(statement.source)) return null;
  const tree = treeOf(statement);
  if (!tree || statement.added) return null;
  if (calls(tree, "setval")) return await setvalPlan(session, statement, tree, hints, planner);
  return calls(tree, "lastval") ? await lastvalPlan(session, statement, hints, planner) : null;
}

function calls(tree: Node, name: string): boolean {
  let found = false;
  walk(tree, (type, node) => {
    if (type === "FuncCall" && lastPart(node.funcname as Node[]) === name) found = true;
  });
  return found;
}

/** A column of the result: a call, and what its three arguments are. */
interface Setting {
  name: string;
  /** Offsets of the call. */
  start: number;
  end: number;
  /** Sequence, value, and whether it was called, as SQL. */
  values: string;
}

async function setvalPlan(
  session: SessionContext,
  statement: Statement,
  tree: Node,
  hints: readonly number[],
  planner: Planner,
): Promise<PreparedStatement> {
  const select = "SelectStmt" in tree ? tree.SelectStmt : null;
  const found = (select?.targetList ?? []).map((target) => settingOf(target, sourceOf(statement.source)));
  const settings = found.filter((setting) => setting !== null);
  if (settings.length === 0 || (settings.length < found.length && (select?.fromClause || !found[0]))) {
    throw new PgError("0A000", "setval() is supported only as a column of a query of its own");
  }
  if (settings.length < found.length) return await besideOthers(session, statement, settings, hints, planner);
  let text = statement.source;
  for (const { start, end, values } of settings.toReversed()) {
    text = text.slice(0, start) + values + text.slice(end);
  }
  const context = sqlContext(session.settings.render());
  const asked = await planner(session, analyze({ text, start: 0 }, context), hints);
  const columns = settings.map(({ name }): Column => ({
    name,
    type: { oid: oids.int8, length: 8, modifier: -1 },
  }));
  const run = async (
    { parameters }: { parameters: SessionAnswerParameters },
  ): Promise<SessionAnswer> => {
    const answers = await askAndSet(session, statement, asked, parameters);
    const answer = analyze({ text: valuesText(columns, answers), start: 0 }, context);
    return { execute: await planner(session, answer, []), parameters: [] };
  };
  const plan = { kind: "session" as const, statement, columns, inner: asked.plan, run };
  return { plan, parameterTypes: asked.parameterTypes };
}

/** Runs the query for the calls' arguments and sets the sequences, row by row. */
async function askAndSet(
  session: SessionContext,
  statement: Statement,
  { plan, parameterTypes }: PreparedStatement,
  parameters: SessionAnswerParameters,
): Promise<(string | null)[][]> {
  if (plan.kind !== "engine") throw new PgError("0A000", "setval() is not supported here");
  refuseWriteWhenReadOnly(session, { ...statement, command: { kind: "update", returning: false } });
  await session.transaction.openImplicit();
  session.transaction.noteWrite();
  const rows = await readRows(plan.prepared, {
    parameters,
    parameterTypes,
    formats: [],
    render: defaultRenderSettings,
    small: true,
  });
  const answers: (string | null)[][] = [];
  for (const row of rows) answers.push(await setAll(session, row));
  return answers;
}

/** `SELECT setval('s', 1), nextval('s')`: the sequences are set, then the rest is answered. */
async function besideOthers(
  session: SessionContext,
  statement: Statement,
  settings: readonly Setting[],
  hints: readonly number[],
  planner: Planner,
): Promise<PreparedStatement> {
  const context = sqlContext(session.settings.render());
  const withValues = (values: readonly (string | null)[]) =>
    analyzeWith(statement, ({ edits }) => {
      settings.forEach(({ start, end }, i) =>
        edits.replace(start, end, `CAST(${values[i] ?? "NULL"} AS BIGINT)`)
      );
    }, context);
  const list = settings.map(({ values }) => values).join(", ");
  const asked = await planner(session, analyze({ text: `select ${list}`, start: 0 }, context), hints);
  const described = await planner(session, withValues(settings.map(() => "0")), hints);
  const run = async (
    { parameters }: { parameters: SessionAnswerParameters },
  ): Promise<SessionAnswer> => {
    const [values] = await askAndSet(session, statement, asked, parameters);
    return { execute: await planner(session, withValues(values), hints), parameters };
  };
  const columns = portalColumns(described.plan);
  const plan = { kind: "session" as const, statement, columns, inner: described.plan, run };
  return { plan, parameterTypes: described.parameterTypes };
}

type SessionAnswerParameters = Extract<SessionAnswer, { execute: unknown }>["parameters"];

/** `null` for an item of a select list that is something else. */
function settingOf(target: Node, source: Source): Setting | null {
  const { name, val } = "ResTarget" in target ? target.ResTarget : {};
  if (!val || !("FuncCall" in val) || lastPart(val.FuncCall.funcname) !== "setval") return null;
  const { args = [], location } = val.FuncCall;
  if (args.length < 2 || args.length > 3) return null;
  const first = tokenAtLocation(source, location);
  const list = inBrackets(source, first)!;
  const texts = splitAtCommas(source, list).map(({ first, end }) =>
    source.text.slice(source.tokens[first].start, source.tokens[end - 1].end)
  );
  const literal = sequenceLiteral(args[0]);
  const sequence = literal === null ? `CAST((${texts[0]}) AS text)` : quoteText(literal);
  return {
    name: name ?? "setval",
    start: source.tokens[first].start,
    end: source.tokens[list.end].end,
    values: `${sequence}, CAST((${texts[1]}) AS bigint), CAST((${texts[2] ?? "true"}) AS boolean)`,
  };
}

/** A NULL among the arguments sets nothing. */
async function setAll(session: SessionContext, row: readonly (string | null)[]): Promise<(string | null)[]> {
  const answers: (string | null)[] = [];
  for (let i = 0; i + 2 < row.length; i += 3) {
    const [sequence, value, called] = row.slice(i, i + 3);
    if (sequence === null || value === null || called === null) {
      answers.push(null);
      continue;
    }
    await setSequence(session, await sequenceName(session, sequence), BigInt(value), called === "t");
    answers.push(value);
  }
  return answers;
}

async function sequenceName(session: SessionContext, text: string): Promise<ObjectName> {
  const named = /^\d+$/.test(text)
    ? (await rowsOf(session, `SELECT __duckgres.main.duckgres_regclass_text(${text})`))[0][0]!
    : text;
  const names = tokenize(named).flatMap((token) => identifierOf(named, token) ?? []);
  return { schema: names.at(-2) ?? null, name: names.at(-1) ?? named };
}

function valuesText(columns: readonly Column[], rows: readonly (string | null)[][]): string {
  const list = (row: readonly (string | null)[]) =>
    columns.map(({ name }, i) => `CAST(${row[i] ?? "NULL"} AS bigint) AS ${quoteName(name)}`).join(", ");
  if (rows.length === 0) return `SELECT ${list([])} WHERE false`;
  return rows.map((row) => `SELECT ${list(row)}`).join(" UNION ALL ");
}

/** `lastval()` becomes `currval` of the sequence that was drawn from last, each time it runs. */
async function lastvalPlan(
  session: SessionContext,
  statement: Statement,
  hints: readonly number[],
  planner: Planner,
): Promise<PreparedStatement> {
  const context = sqlContext(session.settings.render());
  const described = await planner(
    session,
    analyzeWith(statement, inPlaceOfLastval("CAST(0 AS BIGINT)"), context),
    hints,
  );
  const columns = portalColumns(described.plan);
  const run = async (
    { parameters }: { parameters: SessionAnswerParameters },
  ): Promise<SessionAnswer> => {
    const sequence = await lastSequence(
      session,
      lastNamed(treeOf(statement)!) === null ? session.lastDraw : statement,
    );
    if (sequence === null) throw new PgError("55000", "lastval is not yet defined in this session");
    const edits = inPlaceOfLastval(`currval(${quoteText(sequence)})`);
    const execute = await planner(session, analyzeWith(statement, edits, context), hints);
    return { execute, parameters };
  };
  const plan = { kind: "session" as const, statement, columns, inner: described.plan, run };
  return { plan, parameterTypes: described.parameterTypes };
}

function inPlaceOfLastval(text: string): MoreEdits {
  return ({ source, edits }) => {
    const { tokens } = source;
    tokens.forEach((token, i) => {
      if (identifierOf(source.text, token) !== "lastval") return;
      if (!isSymbol(source.text, tokens[i + 1], "(") || !isSymbol(source.text, tokens[i + 2], ")")) return;
      edits.replace(token.start, tokens[i + 2].end, text);
    });
  };
}

/** The sequence that a statement drew from last, in DuckDB's SQL. */
async function lastSequence(
  session: SessionContext,
  statement: Statement | undefined,
): Promise<string | null> {
  const tree = statement && treeOf(statement);
  if (!tree) return null;
  const named = lastNamed(tree);
  const name = named === null ? null : await sequenceName(session, named);
  const found = name
    ? await findRelation(session, name)
    : "InsertStmt" in tree
    ? await drawnByInsert(session, tree.InsertStmt)
    : null;
  return found && pathOf(found);
}

/** The last `nextval('…')` of a statement. */
function lastNamed(tree: Node): string | null {
  let found: string | null = null;
  walk(tree, (type, node) => {
    if (type !== "FuncCall" || lastPart(node.funcname as Node[]) !== "nextval") return;
    const [arg] = (node.args ?? []) as Node[];
    found = (arg && sequenceLiteral(arg)) ?? found;
  });
  return found;
}

/** The sequence of the last column that an INSERT left to its default. */
async function drawnByInsert(session: SessionContext, { relation, cols }: InsertStmt) {
  const table = await findRelation(session, relationName(relation!));
  if (!table) return null;
  const given = (cols ?? []).flatMap((node) => "ResTarget" in node ? [node.ResTarget.name] : []);
  const rows = await rowsOf(
    session,
    `SELECT column_name, column_default FROM duckdb_columns()
     WHERE table_oid = ${table.oid} AND contains(column_default, 'nextval(') ORDER BY column_index DESC`,
  );
  const drawn = rows.find(([column]) => !given.includes(column!)) ?? rows[0];
  const name = drawnSequence(drawn?.[1] ?? null);
  const schema = table.database === "temp" ? "pg_temp" : table.schema;
  return name === null ? null : await findRelation(session, { schema, name });
}
