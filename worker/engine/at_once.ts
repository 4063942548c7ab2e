/**
 * Statements so small that handing them to another thread costs several times what they cost: `select 1`, which pools and
 * drivers send to see whether the connection lives. They run on this thread, which serves all clients, so nothing may be
 * among them that can take long.
 */
import duckdb from "@duckdb/node-bindings";
import type { Column, Format, RenderSettings, RowBlock } from "../api/executor.ts";
import { type RowEncoder, rowEncoder } from "../rows/encoder.ts";
import { takePending } from "./native_result.ts";
import { type Plan, resultColumns } from "./plan.ts";
import { allBlocks } from "./rows.ts";

/**
 * Literals, parameters, casts and sums of them: no table, no function (which takes a bracket), no operator that is more
 * than linear in its operands.
 */
const onlyValues = /^\s*select\s[\w\s$'.,:+*\/-]*$/i;
const otherWork = /\b(from|table|like|ilike|similar|glob|pivot|unpivot)\b/i;

/** Whether a statement surely takes no longer than a few microseconds, by its text. */
export function runsAtOnce({ sql, kind, columns, parameters }: Plan): boolean {
  if (kind !== "select" || columns === null || parameters.includes(null)) return false;
  return sql.length <= 1000 && onlyValues.test(sql) && !otherWork.test(sql);
}

/** A way to run one plan again at once; made of a result of it, which is then reused. */
export interface AtOnce {
  readonly columns: readonly Column[];
  /**
   * Runs the bound statement and encodes its rows.
   *
   * @returns the rows, or, where DuckDB did not finish at once, what to wait for
   * @throws whatever the encoder throws
   */
  run(formats: readonly Format[], render: RenderSettings): RowBlock[] | duckdb.PendingResult;
}

/** How many steps DuckDB may take; what stands here takes two or three, and more only while its own threads help. */
const maxSteps = 1000;

/** @param result an earlier result of the plan, read to its end: what it held is lost */
export function atOnce(plan: Plan, result: duckdb.Result): AtOnce {
  const { columns, types } = resultColumns(result, plan.ownTypes);
  const ids = types.map((type) => duckdb.get_type_id(type));
  let encoder: RowEncoder | null = null;
  let encodes: { formats: readonly Format[]; render: RenderSettings } | null = null;

  function encoderFor(formats: readonly Format[], render: RenderSettings): RowEncoder {
    const same = encodes?.render === render && sameFormats(encodes.formats, formats);
    if (encoder !== null && same) return encoder;
    encoder = rowEncoder(types, formats, render, plan.ownTypes);
    encodes = { formats, render };
    return encoder;
  }

  return {
    columns,
    run(formats, render) {
      const wanted = encoderFor(formats, render);
      const pending = duckdb.pending_prepared(plan.statement);
      if (!finishes(pending) || !takePending(pending, result)) return pending;
      if (!hasTypes(result, ids)) throw new Error("a plan's columns have changed");
      return allBlocks(result, wanted);
    },
  };
}

/** Whether it has a result without waiting; an error is left to whoever waits for it. */
function finishes(pending: duckdb.PendingResult): boolean {
  for (let step = 0; step < maxSteps; step++) {
    const state = duckdb.pending_execute_task(pending);
    if (state === duckdb.PendingState.RESULT_READY) return true;
    if (state === duckdb.PendingState.ERROR) return false;
  }
  return false;
}

/** An encoder must not read columns of other types than its own. */
function hasTypes(result: duckdb.Result, ids: readonly duckdb.Type[]): boolean {
  if (duckdb.column_count(result) !== ids.length) return false;
  return ids.every((id, i) => duckdb.column_type(result, i) === id);
}

function sameFormats(a: readonly Format[], b: readonly Format[]): boolean {
  return a.length === b.length && a.every((format, i) => format === b[i]);
}
