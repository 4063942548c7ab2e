import type { Node } from "libpg-query";
import { PgError } from "../../worker/api/error.ts";
import type { Parameter } from "../../worker/api/executor.ts";
import { oids } from "../../worker/api/types.ts";
import { textOf, tokenize } from "../sql/lexer.ts";
import { analyze, type Statement, treeOf } from "../sql/mod.ts";
import { walk } from "../sql/walk.ts";
import type { PreparedStatement, SessionAnswer, SessionContext } from "./context.ts";
import { portalColumns } from "./portal.ts";
import { shownContext } from "./sql_context.ts";
import type { Planner } from "./sql_statements.ts";

/**
 * `LIMIT $1` in a sub-select that speaks of the query around it, where DuckDB takes constants only: the statement is
 * compiled once more at each execution, with the numbers in it.
 *
 * @returns `null` where that is not what is wrong
 */
export async function constantLimits(
  session: SessionContext,
  statement: Statement,
  hints: readonly number[],
  error: unknown,
  planner: Planner,
): Promise<PreparedStatement | null> {
  if (!(error instanceof PgError) || !/^Non-constant (limit|offset)/i.test(error.message)) return null;
  const limits = limitParameters(treeOf(statement));
  if (limits.size === 0) return null;
  const all = Array.from({ length: statement.parameterCount }, (_, i) => i + 1);
  const rest = all.filter((number) => !limits.has(number));
  const planWith = (values: ReadonlyMap<number, string>, types: readonly number[]) => {
    const text = withConstants(statement.source, values, rest);
    return planner(session, analyze({ text, start: 0 }, shownContext(session.settings.render())), types);
  };
  const shape = await planWith(new Map([...limits].map((n) => [n, "1"])), rest.map((n) => hints[n - 1] ?? 0));
  const parameterTypes = all.map((n) =>
    limits.has(n) ? hints[n - 1] || oids.int8 : shape.parameterTypes[rest.indexOf(n)]
  );
  const run = async ({ parameters }: { parameters: readonly Parameter[] }): Promise<SessionAnswer> => {
    const values = new Map([...limits].map((n) => [n, numberText(parameters[n - 1])]));
    const execute = await planWith(values, shape.parameterTypes);
    return { execute, parameters: rest.map((n) => parameters[n - 1]) };
  };
  const { plan } = shape;
  return {
    plan: { kind: "session", statement, columns: portalColumns(plan), inner: plan, run },
    parameterTypes,
  };
}

/** The numbers of parameters that stand behind LIMIT or OFFSET, and nowhere else. */
function limitParameters(tree: Node | null): Set<number> {
  const limits = new Map<number, number>();
  const uses = new Map<number, number>();
  if (!tree) return new Set();
  walk(tree, (type, fields) => {
    if (type === "ParamRef") add(uses, fields.number as number);
    for (const limit of type === "SelectStmt" ? [fields.limitCount, fields.limitOffset] : []) {
      const node = limit as Node | undefined;
      if (node && "ParamRef" in node) add(limits, node.ParamRef.number ?? 0);
    }
  });
  return new Set([...limits].flatMap(([number, times]) => uses.get(number) === times ? [number] : []));
}

function add(counts: Map<number, number>, number: number): void {
  counts.set(number, (counts.get(number) ?? 0) + 1);
}

/** The text with constants for some parameters; the others are numbered anew. */
function withConstants(
  source: string,
  values: ReadonlyMap<number, string>,
  rest: readonly number[],
): string {
  let text = source;
  for (const token of tokenize(source).toReversed()) {
    if (token.kind !== "parameter") continue;
    const number = Number(textOf(source, token).slice(1));
    const value = values.get(number) ?? `$${rest.indexOf(number) + 1}`;
    text = text.slice(0, token.start) + value + text.slice(token.end);
  }
  return text;
}

/** @throws PgError 22P02 */
function numberText({ format, bytes }: Parameter): string {
  if (bytes === null) return "NULL";
  if (format === 1) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const widths: Record<number, () => string> = {
      2: () => String(view.getInt16(0)),
      4: () => String(view.getInt32(0)),
      8: () => String(view.getBigInt64(0)),
    };
    const read = widths[bytes.length];
    if (read) return read();
    throw new PgError("22P03", "incorrect binary data format in bind parameter");
  }
  const text = new TextDecoder().decode(bytes).trim();
  if (/^[+-]?\d+$/.test(text)) return text;
  throw new PgError("22P02", `invalid input syntax for type bigint: "${text}"`);
}
