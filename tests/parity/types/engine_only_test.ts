/** Types that only DuckDB has: each looks, in text and in binary, as PostgreSQL shows the type it is announced as. */
import assert from "node:assert/strict";
import { startPostgres } from "../../support/postgres.ts";
import { errorOf, loggedIn, type RawClient, rowsOf, typesOf } from "../../support/raw_client.ts";
import { startServer } from "../../support/server.ts";
import { testOn } from "../../support/test_on.ts";
import { type Answer, askAll, linesOf, type Question } from "./ask.ts";
import { type EngineType, engineTypes } from "./table/engine_only.ts";

const formats = [0, 1] as const;

testOn(["postgres"], "types that only DuckDB has look as the types they are announced as", async (t) => {
  await using postgres = await startPostgres();
  await using server = await startServer();
  for (const line of engineTypes) {
    await t.step(line.type, async () => {
      await using theirs = await loggedIn(postgres);
      await using ours = await loggedIn(server);
      const sql = `create temp table samples (value ${line.type})`;
      assert.doesNotMatch(typesOf(await ours.query(sql)), /E/, sql);
      for (const [expression, shown] of [...line.values, ["null", null] as const]) {
        for (const format of formats) await compare({ line, expression, shown, format, theirs, ours });
      }
    });
  }
});

interface Comparison {
  line: EngineType;
  expression: string;
  shown: string | null;
  format: 0 | 1;
  theirs: RawClient;
  ours: RawClient;
}

async function compare({ line, expression, shown, format, theirs, ours }: Comparison): Promise<void> {
  const cast = `cast(${expression} as ${line.type})`;
  const castThere = `cast(${quoted(shown)} as ${line.as})`;
  const [scalar, array, bytes] = await askAll(theirs, [
    question(`select ${castThere}`, format),
    question(`select array[${castThere}, null]`, format),
    question(`select ${castThere}`, 1),
  ]);
  const expected: [string, Question, Answer][] = [["literal", question(`select ${cast}`, format), scalar]];
  expected.push(["array", question(`select array[${cast}, null]`, format), array]);
  if (line.takesShown) {
    for (const value of [shown, bytes.values[0]]) {
      const insert = {
        ...question("insert into samples values ($1) returning value", format),
        values: [value],
      };
      expected.push([value === shown ? "text parameter" : "binary parameter", insert, scalar]);
    }
  }
  const actual = await askAll(ours, expected.map(([, question]) => question));
  for (const [i, [way, , answer]] of expected.entries()) {
    const message = `${line.type} ${expression}, ${way}, format ${format}`;
    assert.deepEqual(lines(actual[i], format), lines(announced(answer, line), format), message);
  }
}

/** What is compared is the result: parameters' types have tests of their own. */
function lines(answer: Answer, format: 0 | 1): string[] {
  return linesOf({ ...answer, parameters: [] }, format);
}

/** The modifier of an array is that of its elements. */
function announced(answer: Answer, { column }: EngineType): Answer {
  if (column === null) return answer;
  const modifier = column.split("/")[2];
  return {
    ...answer,
    columns: answer.columns.map((theirs) => {
      const [oid, length, , format] = theirs.split("/");
      return [oid, length, modifier, format].join("/");
    }),
  };
}

function question(sql: string, resultFormat: 0 | 1): Question {
  return { name: sql, sql, types: [], values: [], resultFormat };
}

function quoted(text: string | null): string {
  return text === null ? "null" : `'${text.replaceAll("'", "''")}'`;
}

testOn([], "lists of unequal length are text, and no array in binary", async () => {
  await using server = await startServer();
  await using client = await loggedIn(server);
  const sql = "select [[1], [2, 3], NULL, []]";
  assert.deepEqual(rowsOf(await client.query(sql)), [["{{1},{2,3},NULL,{}}"]]);
  const [answer] = await askAll(client, [question(sql, 1)]);
  assert.match(answer.error, /^2202E /);
});

testOn([], "an enum type's OID is that of pg_type, whatever happens to the type", async (t) => {
  await using server = await startServer();
  await using client = await loggedIn(server);

  async function run(...statements: string[]): Promise<void> {
    for (const sql of statements) assert.deepEqual(errorOf(await client.query(sql)), {}, sql);
  }
  async function announcedOids(sql: string): Promise<number[]> {
    const [answer] = await askAll(client, [question(sql, 0)]);
    assert.equal(answer.error, "", sql);
    return answer.columns.map((column) => Number(column.split("/")[0]));
  }
  async function catalogueOids(name: string): Promise<number[]> {
    const rows = rowsOf(await client.query(`select oid, typarray from pg_type where typname = '${name}'`));
    assert.equal(rows.length, 1, name);
    return rows[0].map(Number);
  }

  await t.step("created, dropped and created again", async () => {
    await run("create type pet as enum ('cat', 'dog')", "create table pets (p pet, l pet[])");
    const first = await catalogueOids("pet");
    assert.deepEqual(await announcedOids("select p, l from pets"), first);
    await run("drop table pets", "drop type pet", "create type pet as enum ('cat', 'dog', 'eel')");
    const second = await catalogueOids("pet");
    assert.notDeepEqual(second, first);
    assert.deepEqual(await announcedOids("select 'cat'::pet, ['cat'::pet]"), second);
  });

  await t.step("a prepared statement of before", async () => {
    const sql = "select 'a'::letter, null::letter[]";
    await run("create type letter as enum ('a')");
    assert.deepEqual(await announcedOids(sql), await catalogueOids("letter"));
    await run("drop type letter", "create type letter as enum ('b', 'a')");
    assert.deepEqual(await announcedOids(sql), await catalogueOids("letter"));
  });

  await t.step("seen by another session", async () => {
    await using other = await loggedIn(server);
    assert.deepEqual(errorOf(await other.query("create type shade as enum ('dark', 'light')")), {});
    assert.deepEqual(
      await announcedOids("select 'dark'::shade, null::shade[]"),
      await catalogueOids("shade"),
    );
  });

  await t.step("created in a transaction that is rolled back", async () => {
    await run("begin", "create type gone as enum ('x', 'y')");
    assert.deepEqual(await announcedOids("select 'x'::gone, null::gone[]"), await catalogueOids("gone"));
    await run("rollback");
    assert.deepEqual(rowsOf(await client.query("select oid from pg_type where typname = 'gone'")), []);
    assert.deepEqual(await announcedOids("select 'x'::enum('x', 'y')"), [25]);
  });

  await t.step("temporary", async () => {
    await run("create temp type brief as enum ('now', 'then')");
    assert.deepEqual(await announcedOids("select 'now'::brief, null::brief[]"), await catalogueOids("brief"));
  });

  await t.step("without a name: text", async () => {
    assert.deepEqual(await announcedOids("select 'p'::enum('p', 'q'), ['p'::enum('p', 'q')]"), [25, 1009]);
  });

  await t.step("two with the same labels: the first", async () => {
    await run("create type one as enum ('m', 'n')", "create type two as enum ('m', 'n')");
    assert.deepEqual(await announcedOids("select 'm'::two, null::two[]"), await catalogueOids("one"));
  });
});
