import { tableFromIPC } from "apache-arrow";
import assert from "node:assert/strict";
import { countRows, openFiles, query, request } from "../engine/testing.ts";
import { type ArrowMessage, ipcStream } from "./message.ts";
import { fails, fetchAll, readAllBatches, withLocal } from "./testing.ts";

const manyRows = 400_000;
const many = `select i, 'row ' || i as s from range(${manyRows}) t(i)`;

function tableOf(messages: readonly ArrowMessage[]) {
  return tableFromIPC(ipcStream(messages));
}

/** `name: type` of each field. */
function fieldsOf(schema: Uint8Array): string[] {
  return tableOf([{ header: schema, body: new Uint8Array(0) }]).schema.fields.map(String);
}

function checkMany(messages: readonly ArrowMessage[]): void {
  const table = tableOf(messages);
  assert.equal(table.numRows, manyRows);
  const [numbers, texts] = [table.getChildAt(0)!, table.getChildAt(1)!];
  for (let row = 0; row < manyRows; row += 997) {
    assert.equal(numbers.get(row), BigInt(row));
    assert.equal(texts.get(row), `row ${row}`);
  }
}

Deno.test("schemas are known before anything runs", () =>
  withLocal(async (executor) => {
    await executor.run("create table t (i integer, d decimal(4, 1), s varchar[])");
    const cases: [sql: string, columns: string[] | null, parameters: string[]][] = [
      ["select * from t", ["i: Int32", "d: Decimal[4e+1]", "s: List<Utf8>"], []],
      ["select 1 as a where $1 > 2.5::decimal(2, 1)", ["a: Int32"], ["$1: Decimal[2e+1]"]],
      ["insert into t values ($1, $2, $3)", [], ["$1: Int32", "$2: Decimal[4e+1]", "$3: List<Utf8>"]],
      ["insert into t values (1, 1, null) returning i", ["i: Int32"], []],
      ["create table u as select 1", [], []],
      ["select $1", null, ["$1: Null"]],
    ];
    for (const [sql, columns, parameters] of cases) {
      const prepared = await executor.prepare(sql);
      const schema = await prepared.arrowSchema();
      assert.deepEqual(schema && fieldsOf(schema), columns, sql);
      assert.deepEqual(fieldsOf(await prepared.arrowParameters()), parameters, sql);
      prepared.close();
    }
    assert.deepEqual(await query(executor, "select count(*) from t"), [["0"]]);
  }));

Deno.test("a statement that returns no rows says how many it changed", () =>
  withLocal(async (executor) => {
    const cases: [string, number | null][] = [
      ["create table t as select i from range(10) t(i)", 10],
      ["insert into t select i from range(5) t(i)", 5],
      ["update t set i = 0 where i > 7", 2],
      ["delete from t", 15],
      ["set variable x = 1", null],
    ];
    for (const [sql, changed] of cases) {
      const prepared = await executor.prepare(sql);
      const result = await prepared.executeArrow({});
      assert.deepEqual(fieldsOf(result.schema), [], sql);
      assert.equal(result.changed, changed, sql);
      assert.equal(await result.next(), null, sql);
      await result.close();
      prepared.close();
    }
  }));

Deno.test("the schema is that of the result, also after DDL", () =>
  withLocal(async (executor) => {
    await executor.run("create table t as select 1 as a");
    const prepared = await executor.prepare("select * from t");
    await executor.run("alter table t add column b varchar default 'x'");
    const messages = await readAllBatches(await prepared.executeArrow({}));
    assert.deepEqual(fieldsOf(messages[0].header), ["a: Int32", "b: Utf8"]);
    assert.deepEqual(tableOf(messages).toArray().map(String), ['{"a": 1, "b": "x"}']);
  }));

Deno.test("Arrow and rows of one statement by turns", () =>
  withLocal(async (executor) => {
    const prepared = await executor.prepare("select 1 as a");
    for (let turn = 0; turn < 3; turn++) {
      const { rows } = await prepared.execute(request([], { small: true }));
      assert.equal(await countRows(rows!), 1);
      const messages = await readAllBatches(await prepared.executeArrow({}));
      assert.deepEqual(tableOf(messages).toArray().map(String), ['{"a": 1}']);
    }
    prepared.close();
  }));

Deno.test("open results are put aside, also to a file, and read on", () =>
  withLocal(async (executor, folder) => {
    const [one, two] = [await executor.prepare(many), await executor.prepare(many)];
    const first = await one.executeArrow({});
    const second = await two.executeArrow({});
    assert.deepEqual(await query(executor, "select 42"), [["42"]]);
    if (Deno.build.os === "linux") assert.equal(openFiles(`${folder}/rows-`).length, 2);
    checkMany(await readAllBatches(second));
    checkMany(await readAllBatches(first));
    assert.equal(openFiles(`${folder}/rows-`).length, 0);
  }));

Deno.test("an interrupt ends a running statement and an open result, not the session", () =>
  withLocal(async (executor) => {
    const endless = await executor.prepare("select count(*) from range(100000000000) t(i) where i % 7 = 3");
    const running = fails(endless.executeArrow({}).then(readAllBatches), "57014");
    while (executor.progress() === null) await new Promise((resolve) => setTimeout(resolve, 1));
    executor.interrupt();
    await running;
    const open = await (await executor.prepare("select i from range(100000000000) t(i)")).executeArrow({});
    assert.notEqual(await open.next(), null);
    executor.interrupt();
    await fails(readAllBatches(open), "57014");
    assert.deepEqual(await query(executor, "select 42"), [["42"]]);
  }));

Deno.test("an error on the way is the query's own", () =>
  withLocal(async (executor) => {
    const late =
      "select 10 / (i - 300000)::decimal(18, 0), cast(case when i = 300000 then 'x' else '1' end as int)";
    await fails(fetchAll(executor, `${late} from range(1000000) t(i)`), "22P02");
    await fails(
      fetchAll(executor, `select (10::hugeint * i * 1${"0".repeat(33)}) from range(100000) t(i)`),
      "22003",
    );
    assert.deepEqual(await query(executor, "select 42"), [["42"]]);
  }));

Deno.test("closed early: a query is left, a change is made whole", () =>
  withLocal(async (executor) => {
    const open = await (await executor.prepare(many)).executeArrow({});
    await open.next();
    await open.close();
    await open.close();
    assert.equal(await open.next(), null);
    await executor.run("create table t (i bigint)");
    const inserting = await executor.prepare("insert into t select i from range(100000) t(i) returning i");
    const inserted = await inserting.executeArrow({});
    await inserted.next();
    await inserted.close();
    assert.deepEqual(await query(executor, "select count(*) from t"), [["100000"]]);
  }));

Deno.test("after the end", () =>
  withLocal(async (executor) => {
    const prepared = await executor.prepare("select 1");
    const closed = await executor.prepare("select 2");
    closed.close();
    await fails(closed.executeArrow({}), "26000");
    await fails(closed.arrowSchema(), "26000");
    await executor.close();
    await fails(prepared.executeArrow({}), "08003");
    await fails(prepared.arrowSchema(), "08003");
    await fails(prepared.arrowParameters(), "08003");
  }));

Deno.test("PIVOT, EXPLAIN, CALL and EXECUTE", () =>
  withLocal(async (executor) => {
    await executor.run("create table t as select i % 2 as a, i as b from range(6) t(i)");
    const pivot = tableOf(await fetchAll(executor, "pivot t on a using sum(b)"));
    assert.equal(pivot.numRows, 1);
    assert.equal(tableOf(await fetchAll(executor, "explain select 1")).numRows, 1);
    assert.ok(tableOf(await fetchAll(executor, "call duckdb_settings()")).numRows > 50);
    await executor.run("prepare p as select 7 as x");
    assert.deepEqual(tableOf(await fetchAll(executor, "execute p")).toArray().map(String), ['{"x": 7}']);
  }));
