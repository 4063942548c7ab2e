/** EXPLAIN, in PostgreSQL's shape. */
import type { ExplainStmt, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { oids } from "../../../worker/api/types.ts";
import { constantText } from "../../sql/constant.ts";
import { closingIndex, isKeyword, isSymbol, tokenize } from "../../sql/lexer.ts";
import { analyze, type Statement } from "../../sql/mod.ts";
import { executeArguments } from "../../sql/prepare.ts";
import { countCharacters } from "../../sql/split.ts";
import { nodeType } from "../../sql/utility.ts";
import type { EnginePlan, Plan, PreparedStatement, SessionAnswer, SessionContext } from "../context.ts";
import { decodeRows } from "../engine_rows.ts";
import type { Portal } from "../portal.ts";
import { refuseWriteWhenReadOnly } from "../read_only.ts";
import { sqlContext } from "../sql_context.ts";
import { enforceWrite } from "../keys/enforce.ts";
import { keyedWrite } from "../keys/writes.ts";
import { execute, type Planner } from "../sql_statements.ts";
import { findStatement } from "../statements.ts";
import { type EngineNode, planNode } from "./nodes.ts";
import { asJson, asXml, asYaml, planText, planTree } from "./print.ts";

type Format = "text" | "json" | "xml" | "yaml";

interface Options {
  analyze: boolean;
  costs: boolean;
  timing: boolean | null;
  summary: boolean | null;
  format: Format;
}

const columnTypes = { text: oids.text, json: oids.json, xml: 142, yaml: oids.text };

/** The plan of EXPLAIN; `null` for any other statement, and for what only DuckDB explains. */
export async function explainPlan(
  session: SessionContext,
  statement: Statement,
  hints: readonly number[],
  planner: Planner,
): Promise<PreparedStatement | null> {
  const { command } = statement;
  if (command.kind !== "utility" || !("ExplainStmt" in command.tree)) return null;
  const tree = command.tree.ExplainStmt;
  const options = optionsOf(tree);
  const inner = { ...innerStatement(session, statement, tree), explained: true };
  const { plan: explained, parameterTypes } = await planner(session, inner, hints);
  const engine = enginePlanOf(session, explained, inner);
  if (!engine) {
    throw new PgError("0A000", "EXPLAIN of a statement that runs in several steps is not supported");
  }
  const plan: Plan = {
    kind: "session",
    statement,
    inner: engine,
    columns: [{ name: "QUERY PLAN", type: { oid: columnTypes[options.format], length: -1, modifier: -1 } }],
    run: async (portal) => {
      const { command, source } = inner;
      if (command.kind !== "executePrepared") {
        return await explain(session, engine, options, tree.query!, portal);
      }
      const { execute: run, parameters } = await execute(session, command.name, executeArguments(source));
      return await explain(session, engine, options, tree.query!, { ...run, parameters });
    },
  };
  return { plan, parameterTypes };
}

/** What is explained: of EXECUTE the prepared statement, of a cursor and CREATE TABLE AS their query. */
function innerStatement(session: SessionContext, statement: Statement, tree: ExplainStmt): Statement {
  const { source, start } = statement;
  const tokens = tokenize(source);
  let first = 1;
  if (tree.options && isSymbol(source, tokens[1], "(")) first = closingIndex(source, tokens, 1) + 1;
  else {while (["analyze", "analyse", "verbose"].some((word) => isKeyword(source, tokens[first], word))) {
      first++;
    }}
  const at = tokens[first].start;
  const context = sqlContext(session.settings.render());
  const inner = analyze({ text: source.slice(at), start: start + countCharacters(source, 0, at) }, context);
  const { command } = inner;
  if (command.kind === "declareCursor") return analyze({ text: command.query, start: 0 }, context);
  if (
    command.kind === "utility" && "CreateTableAsStmt" in command.tree &&
    isQueryOf(command.tree.CreateTableAsStmt.query)
  ) {
    const as = tokenize(inner.source).findIndex((token) => isKeyword(inner.source, token, "as"));
    return analyze({ text: inner.source.slice(tokenize(inner.source)[as + 1].start), start: 0 }, context);
  }
  return inner;
}

function isQueryOf(query: Node | undefined): boolean {
  return query !== undefined && "SelectStmt" in query;
}

/** What the engine runs for it; `null` where the session runs it itself. */
function enginePlanOf(session: SessionContext, plan: Plan, { command }: Statement): EnginePlan | null {
  if (plan.kind === "engine") return plan;
  if (command.kind !== "executePrepared") return null;
  const prepared = findStatement(session, command.name).plan;
  return prepared.kind === "engine" ? prepared : null;
}

async function explain(
  session: SessionContext,
  { statement, prepared }: EnginePlan,
  options: Options,
  query: Node,
  { parameters, parameterTypes }: Pick<Portal, "parameters" | "parameterTypes">,
): Promise<SessionAnswer> {
  const ask = async (sql: string) => {
    const began = performance.now();
    const compiled = await session.executor.prepare(sql, parameterTypes);
    const planned = performance.now();
    try {
      const { rows } = await compiled.execute({
        parameters: parameters.slice(0, compiled.parameters.length),
        parameterTypes: parameterTypes.slice(0, compiled.parameters.length),
        formats: [],
        render: session.settings.render(),
        query: session.query,
      });
      const found: (string | null)[][] = [];
      for (let block = await rows?.next(); block; block = await rows?.next()) {
        found.push(...decodeRows(block.bytes));
      }
      return { rows: found, planning: planned - began, execution: performance.now() - planned };
    } finally {
      compiled.close();
    }
  };
  if (options.analyze) refuseWriteWhenReadOnly(session, statement);
  // DuckDB has no profile of what changes data: it is explained, and then run.
  const reads = prepared.kind === "select";
  const asked = await ask(
    `EXPLAIN (${options.analyze && reads ? "ANALYZE, " : ""}FORMAT JSON) ${statement.sql}`,
  );
  const read: EngineNode | EngineNode[] = JSON.parse(asked.rows[0]?.[1] ?? "[]");
  const root = Array.isArray(read) ? { children: read } : read;
  const plan = planNode(root, targetOf(query));
  let { execution } = asked;
  if (options.analyze && !reads) {
    const keyed = await keyedWrite(session, statement);
    if (keyed) await session.transaction.openImplicit();
    session.transaction.noteWrite();
    const done = await ask(statement.sql);
    if (keyed) await enforceWrite(session, keyed, null);
    execution = done.execution;
    plan.actual = { milliseconds: execution, rows: 0 };
  }
  const summary = options.summary ?? options.analyze;
  const shown = {
    costs: options.costs,
    timing: options.timing ?? true,
    planning: summary ? asked.planning : null,
    execution: summary && options.analyze ? execution : null,
  };
  if (options.format === "text") return { tag: "EXPLAIN", rows: planText(plan, shown).map((line) => [line]) };
  const print = { json: asJson, xml: asXml, yaml: asYaml }[options.format];
  return { tag: "EXPLAIN", rows: [[print(planTree(plan, shown))]] };
}

/** The table that is changed. */
function targetOf(query: Node): string | null {
  const { relation } =
    (query as unknown as Record<string, { relation?: { relname?: string } }>)[nodeType(query)];
  return relation?.relname ?? null;
}

const switches = new Set([
  "analyze",
  "verbose",
  "costs",
  "settings",
  "generic_plan",
  "buffers",
  "wal",
  "timing",
  "summary",
  "memory",
]);

/** @throws PgError 42601, 22023 as PostgreSQL does */
function optionsOf({ options = [] }: ExplainStmt): Options {
  const found = new Map<string, boolean>();
  let format: Format = "text";
  for (const node of options) {
    if (!("DefElem" in node)) continue;
    const { defname = "", arg } = node.DefElem;
    const value = constantText(arg);
    if (defname === "format") format = formatOf(value ?? "");
    else if (switches.has(defname)) found.set(defname, isOn(defname, value));
    else if (defname !== "serialize") throw new PgError("42601", `unrecognized EXPLAIN option "${defname}"`);
  }
  const analyze = found.get("analyze") ?? false;
  for (const name of ["wal", "timing"]) {
    if (found.get(name) && !analyze) {
      throw new PgError("22023", `EXPLAIN option ${name.toUpperCase()} requires ANALYZE`);
    }
  }
  if (found.get("generic_plan") && analyze) {
    throw new PgError("22023", "EXPLAIN options ANALYZE and GENERIC_PLAN cannot be used together");
  }
  return {
    analyze,
    costs: found.get("costs") ?? true,
    timing: found.get("timing") ?? null,
    summary: found.get("summary") ?? null,
    format,
  };
}

function formatOf(value: string): Format {
  const format = value.toLowerCase();
  if (format === "text" || format === "json" || format === "xml" || format === "yaml") return format;
  throw new PgError("22023", `unrecognized value for EXPLAIN option "format": "${value}"`);
}

function isOn(name: string, value: string | null): boolean {
  const word = (value ?? "on").toLowerCase();
  if (["on", "true", "1"].includes(word)) return true;
  if (["off", "false", "0"].includes(word)) return false;
  throw new PgError("42601", `${name} requires a Boolean value`);
}
