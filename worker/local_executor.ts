/** The {@linkcode Executor} whose DuckDB is in this process. */
import duckdb from "@duckdb/node-bindings";
import { PgError } from "./api/error.ts";
import type { ArrowRequest, ArrowResult } from "./arrow/result.ts";
import type { Column, EngineKind, ExecuteRequest, Executor, Prepared, Result } from "./api/executor.ts";
import type { CatalogVersion } from "./engine/catalog_version.ts";
import { EngineConnection } from "./engine/connection.ts";
import { effectOf, effectOfText } from "./engine/effects.ts";
import type { Effect } from "./engine/effects.ts";
import { lostError } from "./engine/lost_error.ts";
import { readTypes } from "./engine/own_types.ts";
import { type AtOnce, atOnce, runsAtOnce } from "./engine/at_once.ts";
import { compile, isSuccessOnly, prepareLast, resultColumns } from "./engine/plan.ts";
import type { Plan } from "./engine/plan.ts";
import { isOutdated, planCache } from "./engine/plan_cache.ts";
import type { PlanEntry } from "./engine/plan_cache.ts";
import { fetchChunk } from "./engine/native_result.ts";
import { allBlocks, type ChunkEncoder, materializedRows, readyRows, StreamedRows } from "./engine/rows.ts";
import { bindParameter } from "./parameters/bind.ts";
import { rowEncoder } from "./rows/encoder.ts";
import type { OwnTypes } from "./types/own_types.ts";
import { pgTypeOf } from "./types/mod.ts";

/** What an executor is made of. */
export interface LocalSettings {
  /** The executor's own from now on. */
  native: duckdb.Connection;
  /** Shared by the executors of one database. */
  catalog: CatalogVersion;
  /** Where rows put aside go when there are many. */
  spillDirectory: string;
  /** Another connection, set up as this one. */
  spare(): Promise<duckdb.Connection>;
  /** Called once, when the executor has ended. */
  onClose(): void;
}

/** What an executor in DuckDB's own process can do besides. */
export interface LocalExecutor extends Executor {
  prepare(sql: string, parameterTypes?: readonly number[]): Promise<LocalPrepared>;
  /**
   * Hands `fill` an appender on a table of its own making, which is flushed and closed behind it. All of it runs on this
   * thread and cannot be interrupted: a few thousand rows at a time.
   *
   * @throws PgError 42P01 for a table that is not there, or as INSERT does
   */
  append(
    catalog: string,
    schema: string,
    table: string,
    fill: (appender: duckdb.Appender) => void,
  ): Promise<void>;
  /**
   * Called, before the statement that caused it is answered, when what was prepared before may now mean something else
   * (DDL in any session, `SET` in this one): descriptions of statements are to be forgotten.
   */
  onStale?: () => void;
}

/** See {@linkcode LocalExecutor}. */
export interface LocalPrepared extends Prepared {
  /** Whether its description holds for every statement of the same text until {@linkcode LocalExecutor.onStale}. */
  readonly lasting: boolean;
  /**
   * As {@linkcode Prepared.execute}, with Arrow's parameters and record batches.
   *
   * @throws PgError also 0A000 for a result of a type that has no form in Arrow
   */
  executeArrow(request: ArrowRequest): Promise<ArrowResult>;
  /**
   * The schema of the result, as the metadata of an IPC message; without fields for a statement that returns no rows, `null`
   * where DuckDB cannot tell until the parameters have types.
   */
  arrowSchema(): Promise<Uint8Array | null>;
  /** The schema of the parameters, `$1…`; of type Null where DuckDB cannot tell. */
  arrowParameters(): Promise<Uint8Array>;
}

/** Loaded when it is first needed: a server without Flight does not. */
const arrow = () => import("./arrow/mod.ts");

/** Binds all parameters of an execution. */
type Bind = (statement: duckdb.PreparedStatement, plan: Plan) => void;

/** Makes the encoder for a result's columns. */
type Encoding = (columns: readonly Column[], types: readonly duckdb.LogicalType[]) => ChunkEncoder;

/** Kinds whose rows are computed while they are read; all others run to their end first. */
const streamedKinds: ReadonlySet<EngineKind> = new Set(["select", "execute"]);

/** An executor on a connection of its own. */
export function localExecutor(settings: LocalSettings): LocalExecutor {
  const { native, catalog } = settings;
  const connection = new EngineConnection(native);
  const plans = planCache();
  let plansVersion = catalog.version;
  let catalogChanged = false;
  /** Whether the open transaction may have changed rows. */
  let dataChanged = false;
  /** Read when a statement first needs them; `null` again when the catalogue has changed. */
  let ownTypes: OwnTypes | null = null;
  const streams = new Set<StreamedRows>();
  let closing: Promise<void> | null = null;

  function note(effect: Effect): void {
    if (effect === "none") return;
    if (effect === "data" || (effect === "transaction" && dataChanged)) catalog.dataChanged();
    if (effect !== "session") dataChanged = effect === "data";
    if (effect === "data") return;
    const changed = effect === "catalog" || (effect === "transaction" && catalogChanged);
    if (changed) catalog.changed();
    catalogChanged = effect === "catalog" || (catalogChanged && effect === "session");
    if (effect !== "session") return;
    plans.clear();
    ownTypes = null;
    executor.onStale?.();
  }

  function dropStalePlans(): void {
    if (plansVersion === catalog.version) return;
    plans.clear();
    ownTypes = null;
    plansVersion = catalog.version;
  }

  /** Only within `connection.use`. */
  async function readOwnTypes(): Promise<OwnTypes> {
    return ownTypes ??= await readTypes(native);
  }

  /** Only within `connection.use`. */
  async function compiled(sql: string): Promise<PlanEntry> {
    dropStalePlans();
    const kept = plans.take(sql);
    if (kept && !isOutdated(kept, catalog.dataVersion)) return kept;
    if (kept) plans.giveBack(kept);
    const { dataVersion } = catalog;
    return plans.add(await compile(native, sql, readOwnTypes), dataVersion);
  }

  function preparedFrom(first: PlanEntry, parameterTypes: readonly number[]): LocalPrepared {
    let entry: PlanEntry | null = first;
    const { sql, kind, columns } = first.plan;

    /** The plan to run, compiled again where it is stale; in use until given back. */
    async function fresh(): Promise<PlanEntry> {
      if (entry === null) throw new PgError("26000", "prepared statement does not exist");
      dropStalePlans();
      if (entry.stale || isOutdated(entry, catalog.dataVersion)) {
        const next = await compiled(sql);
        plans.giveBack(entry);
        entry = next;
      }
      entry.users++;
      return entry;
    }

    async function run(request: ExecuteRequest): Promise<Result> {
      const used = await fresh();
      try {
        return executeAtOnce(used, request) ?? await execute(used, request);
      } finally {
        plans.giveBack(used);
      }
    }

    async function runArrow(request: ArrowRequest): Promise<ArrowResult> {
      const { arrowExecution } = await arrow();
      const used = await fresh();
      try {
        const { bind, encoding, resultOf } = arrowExecution(request);
        return resultOf(
          await running(used.plan, bind, false, (result) => answer(result, used.plan, bind, encoding)),
        );
      } finally {
        plans.giveBack(used);
      }
    }

    function currentPlan(): Plan {
      if (closing !== null) throw new PgError("08003", "connection does not exist");
      if (entry === null) throw new PgError("26000", "prepared statement does not exist");
      return entry.plan;
    }

    return {
      parameters: parameterOids(first.plan, parameterTypes),
      columns,
      kind,
      lasting: first.kept,
      execute: (request) => connection.use(() => run(request), sql),
      executeArrow: (request) => connection.use(() => runArrow(request), sql),
      arrowSchema: async () => (await arrow()).planSchema(currentPlan()),
      arrowParameters: async () => (await arrow()).parameterSchema(currentPlan()),
      close() {
        if (entry !== null) plans.giveBack(entry);
        entry = null;
      },
    };
  }

  /** Runs what runs at once; `null` for everything else, and the first time. */
  function executeAtOnce({ atOnce, plan }: PlanEntry, request: ExecuteRequest): Promise<Result> | null {
    if (atOnce === null) return null;
    checkFormats(plan, request);
    const done = boundAtOnce(plan, request, atOnce);
    if (!Array.isArray(done)) {
      return duckdb.execute_pending(done).then((result) => answerRows(result, plan, request));
    }
    return Promise.resolve({ columns: atOnce.columns, rows: readyRows(done), changed: null });
  }

  function execute(entry: PlanEntry, request: ExecuteRequest): Promise<Result> {
    const { plan } = entry;
    checkFormats(plan, request);
    const small = request.small ?? false;
    return running(plan, bindOf(request), small, (result) => {
      if (small && runsAtOnce(plan)) return answerForGood(entry, result, request);
      return answerRows(result, plan, request);
    });
  }

  /** Binds, runs, and gives the result to `take`. */
  async function running<T>(
    plan: Plan,
    bind: Bind,
    small: boolean,
    take: (result: duckdb.Result) => T | Promise<T>,
  ): Promise<T> {
    const statement = plan.several ? await prepareLast(native, plan.sql) : plan.statement;
    try {
      bind(statement, plan);
      const streamed = streamedKinds.has(plan.kind) && !small;
      const result = await (streamed ? duckdb.execute_prepared_streaming : duckdb.execute_prepared)(
        statement,
      );
      return await take(result);
    } finally {
      if (plan.parameters.length > 0) duckdb.clear_bindings(statement);
      if (plan.several) duckdb.destroy_prepare_sync(statement);
      note(effectOf(plan.kind));
    }
  }

  /** Reads the whole result, so that the next execution can have its place. */
  function answerForGood(entry: PlanEntry, result: duckdb.Result, request: ExecuteRequest): Result {
    const { plan } = entry;
    const { columns, types } = resultColumns(result, plan.ownTypes);
    const encoder = rowEncoder(types, request.formats, request.render, plan.ownTypes);
    const blocks = allBlocks(result, encoder);
    entry.atOnce = atOnce(plan, result);
    return { columns, rows: readyRows(blocks), changed: null };
  }

  function answerRows(result: duckdb.Result, plan: Plan, request: ExecuteRequest): Promise<Result> {
    const encoding: Encoding = (_columns, types) =>
      rowEncoder(types, request.formats, request.render, plan.ownTypes);
    return answer(result, plan, bindOf(request), encoding);
  }

  async function answer(
    result: duckdb.Result,
    plan: Plan,
    bind: Bind,
    encoding: Encoding,
  ): Promise<Result> {
    const { columns, types } = resultColumns(result, plan.ownTypes);
    const returnsRows = duckdb.result_return_type(result) === duckdb.ResultType.QUERY_RESULT;
    if (!returnsRows || isSuccessOnly(plan.kind, columns)) {
      return { columns: [], rows: null, changed: await changedRows(result) };
    }
    const encoder = encoding(columns, types);
    if (!duckdb.result_is_streaming(result)) {
      return { columns, rows: materializedRows(result, encoder, plan.sql), changed: null };
    }
    const rows = new StreamedRows(result, {
      connection,
      encoder,
      sql: plan.sql,
      spillDirectory: settings.spillDirectory,
      finish: plan.kind !== "select",
      lostError: () =>
        lostError({
          sql: plan.sql,
          native,
          bind: (statement) => bind(statement, plan),
          spare: settings.spare,
        }),
      onClose: () => streams.delete(rows),
    });
    streams.add(rows);
    return { columns, rows, changed: null };
  }

  const executor: LocalExecutor = {
    async prepare(sql, parameterTypes = []) {
      dropStalePlans();
      return preparedFrom(plans.take(sql) ?? await connection.use(() => compiled(sql), sql), parameterTypes);
    },
    run(sql) {
      return connection.use(async () => {
        try {
          await duckdb.query(native, sql);
        } finally {
          note(effectOfText(sql));
        }
      }, sql);
    },
    append(catalog, schema, table, fill) {
      // deno-lint-ignore require-await -- errors must reject
      return connection.use(async () => {
        const appender = duckdb.appender_create_ext(native, catalog, schema, table);
        try {
          fill(appender);
        } catch (error) {
          duckdb.appender_clear(appender);
          throw error;
        } finally {
          duckdb.appender_close_sync(appender);
          note("data");
        }
      });
    },
    interrupt: () => connection.interrupt(),
    progress: () => connection.progress(),
    close() {
      closing ??= connection.close(async () => {
        for (const stream of [...streams]) await stream.close();
        plans.close();
      }).finally(settings.onClose);
      forget();
      return closing;
    },
  };
  const forget = catalog.watch(() => executor.onStale?.());
  return executor;
}

/** What the client said each parameter is, otherwise what DuckDB infers, otherwise 0. */
function parameterOids(plan: Plan, given: readonly number[]): number[] {
  const length = Math.max(plan.parameters.length, given.length);
  return Array.from({ length }, (_, i) => {
    const type = plan.parameters[i] ?? null;
    return given[i] || (type === null ? 0 : pgTypeOf(type, plan.ownTypes).oid);
  });
}

/** Before anything runs: a statement that fails for its formats must not have changed data. */
function checkFormats({ columns }: Plan, { formats }: ExecuteRequest): void {
  if (columns === null || formats.length <= 1 || formats.length === columns.length) return;
  throw new PgError(
    "08P01",
    `bind message has ${formats.length} result formats but query has ${columns.length} columns`,
  );
}

function bindOf(request: ExecuteRequest): Bind {
  return (statement, plan) => bindAll(statement, plan, request);
}

function bindAll(statement: duckdb.PreparedStatement, plan: Plan, request: ExecuteRequest): void {
  const { parameters, parameterTypes, render } = request;
  if (parameters.length < plan.parameters.length) {
    throw new PgError(
      "08P01",
      `bind message supplies ${parameters.length} parameters, but prepared statement "" requires ${plan.parameters.length}`,
    );
  }
  for (let i = 0; i < plan.parameters.length; i++) {
    bindParameter(
      statement,
      i + 1,
      plan.parameters[i],
      parameters[i],
      parameterTypes[i] ?? 0,
      render,
      plan.ownTypes,
    );
  }
}

function boundAtOnce(plan: Plan, request: ExecuteRequest, atOnce: AtOnce): ReturnType<AtOnce["run"]> {
  try {
    bindAll(plan.statement, plan, request);
    return atOnce.run(request.formats, request.render);
  } finally {
    if (plan.parameters.length > 0) duckdb.clear_bindings(plan.statement);
  }
}

/** What DuckDB counted: in the result itself, or (CREATE TABLE AS, EXECUTE) as its one row `Count`. */
async function changedRows(result: duckdb.Result): Promise<number | null> {
  const counted = duckdb.result_return_type(result) === duckdb.ResultType.CHANGED_ROWS;
  if (!duckdb.result_is_streaming(result)) {
    if (counted) return duckdb.rows_changed(result);
    return duckdb.row_count(result) === 1 ? firstInteger(duckdb.result_get_chunk(result, 0)) : null;
  }
  const chunk = await fetchChunk(result);
  if (chunk === null) return null;
  await fetchChunk(result); // the end: the statement is complete
  return duckdb.data_chunk_get_size(chunk) === 1 ? firstInteger(chunk) : null;
}

function firstInteger(chunk: duckdb.DataChunk): number | null {
  const vector = duckdb.data_chunk_get_vector(chunk, 0);
  if (duckdb.get_type_id(duckdb.vector_get_column_type(vector)) !== duckdb.Type.BIGINT) return null;
  const bytes = duckdb.vector_get_data(vector, 8);
  return Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true));
}
