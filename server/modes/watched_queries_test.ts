import assert from "node:assert/strict";
import { PgError } from "../../worker/api/error.ts";
import {
  defaultRenderSettings,
  type ExecuteRequest,
  type Result,
  type RowBlock,
} from "../../worker/api/executor.ts";
import type { ArrowResult } from "../../worker/arrow/result.ts";
import type { LocalExecutor } from "../../worker/local_executor.ts";
import { watchQueries } from "./watched_queries.ts";

const session = { user: "ann", database: "sales", pid: 7 };
const query = { id: "q1", traceparent: "t1" };
const request: ExecuteRequest = {
  parameters: [],
  parameterTypes: [],
  formats: [],
  render: defaultRenderSettings,
  query,
};

/** An executor whose statements answer this, being watched, and what was heard. */
function setup(
  answer: () => Promise<Result>,
  arrow = () => Promise.reject<ArrowResult>(new Error("not Arrow")),
) {
  const heard: unknown[] = [];
  const executor: LocalExecutor = {
    prepare: () =>
      Promise.resolve({
        parameters: [],
        columns: [],
        kind: "select",
        lasting: true,
        execute: answer,
        executeArrow: arrow,
        arrowSchema: () => Promise.resolve(null),
        arrowParameters: () => Promise.resolve(new Uint8Array()),
        close: () => {},
      }),
    append: () => Promise.resolve(),
    run: () => Promise.resolve(),
    interrupt: () => {},
    progress: () => null,
    close: () => Promise.resolve(),
  };
  watchQueries(executor, session, {
    started(query, sql, session) {
      heard.push([query.id, sql, session.pid]);
      return ({ rows, error }) => heard.push([rows, error?.message ?? null]);
    },
  });
  return {
    heard,
    runArrow: async () => await (await executor.prepare("select x")).executeArrow({ query }),
    run: async (how = request) => await (await executor.prepare("select x")).execute(how),
  };
}

function result(blocks: (RowBlock | Error)[]): Promise<Result> {
  const rows = {
    next() {
      const block = blocks.shift() ?? null;
      return block instanceof Error ? Promise.reject(block) : Promise.resolve(block);
    },
    close: () => Promise.resolve(),
  };
  return Promise.resolve({ columns: [], rows, changed: null });
}

const block = { bytes: new Uint8Array(1), rows: 2 };

Deno.test("a query is over with its last row", async () => {
  const { heard, run } = setup(() => result([block, block]));
  const { rows } = await run();
  assert.deepEqual(heard, [["q1", "select x", 7]]);
  while (await rows!.next() !== null);
  await rows!.close();
  assert.deepEqual(heard.slice(1), [[4, null]]);
});

Deno.test("a query that is not read to its end is over when it is closed", async () => {
  const { heard, run } = setup(() => result([block, block]));
  const { rows } = await run();
  await rows!.next();
  await rows!.close();
  assert.deepEqual(heard.slice(1), [[2, null]]);
});

Deno.test("a query may fail on the way, or at once", async () => {
  const late = setup(() => result([block, new PgError("22012", "division by zero")]));
  const { rows } = await late.run();
  await rows!.next();
  await assert.rejects(rows!.next(), { sqlstate: "22012" });
  assert.deepEqual(late.heard.slice(1), [[2, "division by zero"]]);
  const early = setup(() => Promise.reject(new PgError("42P01", "no table")));
  await assert.rejects(early.run(), { sqlstate: "42P01" });
  assert.deepEqual(early.heard.slice(1), [[0, "no table"]]);
});

Deno.test("what returns no rows counts what it changed; what nobody knows by a context is not heard of", async () => {
  const { heard, run } = setup(() => Promise.resolve({ columns: [], rows: null, changed: 3 }));
  await run({ ...request, query: undefined });
  assert.deepEqual(heard, []);
  await run();
  assert.deepEqual(heard.slice(1), [[3, null]]);
});

Deno.test("what is read as Arrow is heard of as well", async () => {
  const batches = [{ rows: 2, header: new Uint8Array(), body: new Uint8Array() }];
  const { heard, runArrow } = setup(
    () => Promise.reject(new Error("not rows")),
    () =>
      Promise.resolve({
        schema: new Uint8Array(),
        changed: null,
        next: () => Promise.resolve(batches.shift() ?? null),
        close: () => Promise.resolve(),
      }),
  );
  const result = await runArrow();
  while (await result.next() !== null);
  await result.close();
  assert.deepEqual(heard, [["q1", "select x", 7], [2, null]]);
});
