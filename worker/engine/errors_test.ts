import assert from "node:assert/strict";
import { PgError } from "../api/error.ts";
import type { Executor } from "../api/executor.ts";
import { pgErrorOf } from "./errors.ts";
import { ann, query, withDatabase, withExecutor } from "./testing.ts";

/** The error a statement ends with, when prepared, executed or read. */
async function errorOf(executor: Executor, sql: string): Promise<PgError> {
  const error = await query(executor, sql).then(() => null, (error) => error);
  assert(error instanceof PgError, `${sql} gave ${error}`);
  return error;
}

const setup = [
  "create table t (i integer primary key, s varchar not null, d decimal(4,2), check (i < 1000))",
  "create table f (a integer references t(i), u integer unique)",
  "create table p2 (a integer, b integer, primary key (a, b))",
  "create schema s1",
  "create table s1.x (i integer)",
  "create type mood as enum ('happy')",
  "create sequence sq",
  "create view v as select 1 as a",
  "create macro mm(a) as a + 1",
  "create index ix on t(d)",
  "insert into t values (1, 'a', 1)",
  "insert into f values (1, 1)",
  "insert into p2 values (1, 2)",
];

interface Case {
  sql: string;
  code: string;
  /** The exact message. */
  says?: string;
  /** What the statement has at the error's position. */
  at?: string;
  detail?: RegExp;
  hint?: RegExp;
}

const cases: Case[] = [
  // relations, schemas, databases
  { sql: "select * from nope", code: "42P01", says: 'relation "nope" does not exist', at: "nope" },
  { sql: "select * from Nope", code: "42P01", says: 'relation "nope" does not exist', at: "Nope" },
  { sql: 'select * from "No pe"', code: "42P01", says: 'relation "No pe" does not exist', at: '"No pe"' },
  { sql: "select 'äöü', * from nope", code: "42P01", says: 'relation "nope" does not exist', at: "nope" },
  { sql: "select '😀😀', * from nope", code: "42P01", says: 'relation "nope" does not exist', at: "nope" },
  { sql: "select * from s1.nope", code: "42P01", says: 'relation "s1.nope" does not exist', at: "s1.nope" },
  { sql: "select * from nos.t", code: "42P01", says: 'relation "nos.t" does not exist', at: "nos.t" },
  { sql: "insert into nope values (1)", code: "42P01", says: 'relation "nope" does not exist' },
  { sql: "update nope set a = 1", code: "42P01", says: 'relation "nope" does not exist', at: "nope" },
  { sql: "alter table nope add column a integer", code: "42P01", says: 'relation "nope" does not exist' },
  { sql: "drop table nope", code: "42P01", says: 'table "nope" does not exist' },
  { sql: "drop view nope", code: "42P01", says: 'view "nope" does not exist' },
  { sql: "drop sequence nope", code: "42P01", says: 'sequence "nope" does not exist' },
  { sql: "select nextval('nope')", code: "42P01", says: 'relation "nope" does not exist' },
  { sql: "drop index nope", code: "42704", says: 'index "nope" does not exist' },
  { sql: "drop schema nope", code: "3F000", says: 'schema "nope" does not exist' },
  { sql: "create table nos.x (i integer)", code: "3F000", says: 'schema "nos" does not exist' },
  { sql: "use nope", code: "3F000", says: 'schema "nope" does not exist' },
  { sql: "set search_path = 'nope'", code: "3F000", says: 'schema "nope" does not exist' },
  { sql: "select * from nodb.s1.nope", code: "3D000", says: 'database "nodb" does not exist' },
  { sql: "detach nope", code: "3D000" },
  { sql: "checkpoint nope", code: "3D000", says: 'database "nope" does not exist' },
  { sql: "create table t (i integer)", code: "42P07", says: 'relation "t" already exists' },
  { sql: "create view t as select 1", code: "42P07", says: 'relation "t" already exists' },
  { sql: "create view v as select 1", code: "42P07", says: 'relation "v" already exists' },
  { sql: "create sequence sq", code: "42P07", says: 'relation "sq" already exists' },
  { sql: "create index ix on t(s)", code: "42P07", says: 'relation "ix" already exists' },
  { sql: "alter table p2 rename to f", code: "42P07", says: 'relation "f" already exists' },
  { sql: "create schema s1", code: "42P06", says: 'schema "s1" already exists' },
  { sql: "create type mood as enum ('x')", code: "42710", says: 'type "mood" already exists' },
  { sql: "create macro mm(a) as a", code: "42723", says: 'function "mm" already exists' },
  {
    sql: "drop table v",
    code: "42809",
    says: '"v" is not a table',
    hint: /^Use DROP VIEW to remove a view\.$/,
  },
  {
    sql: "drop view t",
    code: "42809",
    says: '"t" is not a view',
    hint: /^Use DROP TABLE to remove a table\.$/,
  },
  {
    sql: "insert into v values (1)",
    code: "55000",
    says: 'cannot insert into view "v"',
    detail: /not automatically updatable/,
  },
  {
    sql: "drop schema s1",
    code: "2BP01",
    says: "cannot drop schema s1 because other objects depend on it",
    detail: /table "x" depends on schema "s1"/,
    hint: /CASCADE/,
  },
  { sql: "drop table t", code: "2BP01", detail: /f/ },
  { sql: "attach ':memory:' as memory", code: "42P04" },
  { sql: "detach memory", code: "55006" },

  // columns
  {
    sql: "select nope from t",
    code: "42703",
    says: 'column "nope" does not exist',
    at: "nope",
    hint: /^Perhaps you meant/,
  },
  { sql: "select 'ééé', nope", code: "42703", says: 'column "nope" does not exist', at: "nope" },
  { sql: "select t.x from t", code: "42703", says: "column t.x does not exist", at: "t.x" },
  {
    sql: "insert into t (nope) values (1)",
    code: "42703",
    says: 'column "nope" of relation "t" does not exist',
  },
  { sql: "update t set nope = 1", code: "42703", says: 'column "nope" does not exist' },
  {
    sql: "alter table t drop column nope",
    code: "42703",
    says: 'column "nope" of relation "t" does not exist',
  },
  {
    sql: "alter table p2 rename column nope to x",
    code: "42703",
    says: 'column "nope" of relation "p2" does not exist',
  },
  { sql: "create index i2 on t(nope)", code: "42703" },
  { sql: "select * exclude (nope) from t", code: "42703", says: 'column "nope" does not exist' },
  {
    sql: "select * from t join f using (nope)",
    code: "42703",
    says: 'column "nope" specified in USING clause does not exist in left table',
  },
  { sql: "select struct_pack(a := 1).b", code: "42703" },
  { sql: "create table q (a integer check (b > 1))", code: "42703", says: 'column "b" does not exist' },
  { sql: "select i from t a, t b", code: "42702", says: 'column reference "i" is ambiguous', at: "i" },
  { sql: "select zz.x from t", code: "42P01", says: 'missing FROM-clause entry for table "zz"', at: "zz.x" },
  {
    sql: "select * from t t1 join t t1 on true",
    code: "42712",
    says: 'table name "t1" specified more than once',
  },
  {
    sql: "with a as (select 1), a as (select 2) select * from a",
    code: "42712",
    says: 'WITH query name "a" specified more than once',
  },
  {
    sql: "create table q (a integer, a integer)",
    code: "42701",
    says: 'column "a" specified more than once',
  },
  { sql: "insert into t (i, i) values (1, 2)", code: "42701", says: 'column "i" specified more than once' },
  { sql: "alter table p2 add column a integer", code: "42701", says: 'column "a" already exists' },
  {
    sql: "create table q (a integer primary key, b integer primary key)",
    code: "42P16",
    says: 'multiple primary keys for table "q" are not allowed',
  },

  // functions, operators, types
  { sql: "select nofunc(1)", code: "42883", says: "function nofunc does not exist", at: "nofunc" },
  { sql: "select * from nofunc()", code: "42883", says: "function nofunc does not exist", at: "nofunc" },
  { sql: "call nofunc()", code: "42883", says: "function nofunc does not exist" },
  { sql: "pragma nofunc", code: "42883", says: "function nofunc does not exist" },
  { sql: "drop macro nope", code: "42883", says: "function nope does not exist" },
  {
    sql: "select abs(date '2020-01-01')",
    code: "42883",
    says: "function abs(date) does not exist",
    at: "abs",
    hint:
      /^No function matches the given name and argument types\. You might need to add explicit type casts\.$/,
    detail: /^Candidate functions: abs/,
  },
  {
    sql: "select substring(1, 2)",
    code: "42883",
    says: "function substring(integer, integer) does not exist",
  },
  {
    sql: "select [1] + date '2020-01-01'",
    code: "42883",
    says: "operator does not exist: integer[] + date",
    hint: /^No operator matches/,
  },
  {
    sql: "select date '2020-01-01' + 'a'",
    code: "42725",
    says: "operator is not unique: date + unknown",
    at: "+",
  },
  { sql: "select -'a'", code: "42725", says: "operator is not unique: - unknown" },
  { sql: "select 1::nosuch", code: "42704", says: 'type "nosuch" does not exist', at: "nosuch" },
  { sql: "create table q (a nosuch)", code: "42704", says: 'type "nosuch" does not exist', at: "nosuch" },
  { sql: "drop type nope", code: "42704", says: 'type "nope" does not exist' },
  { sql: "select 'a' collate nope", code: "42704", says: 'collation "nope" does not exist' },
  { sql: "set nope = 1", code: "42704", says: 'unrecognized configuration parameter "nope"' },
  { sql: "execute nope", code: "26000", says: 'prepared statement "nope" does not exist' },
  { sql: "select date '2020-01-01' = 5", code: "42846", says: "cannot cast type integer to date" },
  { sql: "select cast([1] as integer)", code: "42846", says: "cannot cast type integer[] to integer" },
  { sql: "select row(1, 2) = row(1)", code: "42804" },

  // grouping, set operations, clauses
  {
    sql: "select sum(i), s from t",
    code: "42803",
    says: 'column "s" must appear in the GROUP BY clause or be used in an aggregate function',
    at: "s from",
  },
  {
    sql: "select i from t having i > 1",
    code: "42803",
    says: 'column "i" must appear in the GROUP BY clause or be used in an aggregate function',
  },
  {
    sql: "select sum(sum(i)) from t",
    code: "42803",
    says: "aggregate function calls cannot be nested",
    at: "sum(i))",
  },
  {
    sql: "select i from t where sum(i) > 1",
    code: "42803",
    says: "aggregate functions are not allowed in WHERE",
    at: "sum(i)",
  },
  {
    sql: "select i from t group by sum(i)",
    code: "42803",
    says: "aggregate functions are not allowed in GROUP BY",
  },
  {
    sql: "select * from t where row_number() over () > 1",
    code: "42P20",
    says: "window functions are not allowed in WHERE",
  },
  {
    sql: "select 1 union select 1, 2",
    code: "42601",
    says: "each UNION query must have the same number of columns",
  },
  { sql: "select (select 1, 2)", code: "42601", says: "subquery must return only one column" },
  {
    sql: "select i from t order by 5",
    code: "42P10",
    says: "ORDER BY position 5 is not in select list",
    at: "5",
  },
  { sql: "select 1 limit -1", code: "2201W", says: "LIMIT must not be negative" },
  { sql: "select 1 offset -1", code: "2201X", says: "OFFSET must not be negative" },
  {
    sql: "insert into t values (1, 'a', 1, 1)",
    code: "42601",
    says: "INSERT has more expressions than target columns",
  },
  {
    sql: "insert into t (i, s) values (1)",
    code: "42601",
    says: "INSERT has more target columns than expressions",
  },
  {
    sql: "insert into t (i, s) values (1, 'x') on conflict (s) do nothing",
    code: "42P10",
    says: "there is no unique or exclusion constraint matching the ON CONFLICT specification",
  },
  {
    sql: "create table q (a integer references f(a))",
    code: "42830",
    says: 'there is no unique constraint matching given keys for referenced table "f"',
  },

  // syntax
  { sql: "selec 1", code: "42601", says: 'syntax error at or near "selec"', at: "selec" },
  { sql: "select ééé é é from", code: "42601", says: 'syntax error at or near "é"', at: "é from" },
  { sql: "select 1 +", code: "42601", says: "syntax error at end of input" },
  { sql: "select 'abc", code: "42601", says: 'unterminated quoted string at or near "\'abc"', at: "'abc" },
  { sql: "values (1), (2, 3)", code: "42601", says: "VALUES lists must all be the same length" },
  { sql: "select * from t for update", code: "0A000" },

  // values
  { sql: "select 'a'::int", code: "22P02", says: 'invalid input syntax for type integer: "a"', at: "'a'" },
  {
    sql: "select 'é', 'it''s'::int",
    code: "22P02",
    says: 'invalid input syntax for type integer: "it\'s"',
    at: "'it''s'",
  },
  { sql: "select cast('x' as bigint)", code: "22P02", says: 'invalid input syntax for type bigint: "x"' },
  { sql: "select 'x'::bool", code: "22P02", says: 'invalid input syntax for type boolean: "x"' },
  { sql: "select 'x'::double", code: "22P02", says: 'invalid input syntax for type double precision: "x"' },
  { sql: "select 'x'::decimal(4,2)", code: "22P02", says: 'invalid input syntax for type numeric: "x"' },
  { sql: "select 'x'::uuid", code: "22P02", says: 'invalid input syntax for type uuid: "x"' },
  { sql: "select 'sad'::mood", code: "22P02", says: 'invalid input value for enum mood: "sad"' },
  { sql: "select 'x'::json", code: "22P02", says: "invalid input syntax for type json" },
  { sql: "select '\\xZZ'::blob", code: "22P02", says: "invalid input syntax for type bytea" },
  { sql: "select '102'::bit", code: "22P02", says: '"2" is not a valid binary digit' },
  { sql: "select 'x'::int[]", code: "22P02", says: 'malformed array literal: "x"' },
  {
    sql: "select '99999999999'::int",
    code: "22003",
    says: 'value "99999999999" is out of range for type integer',
  },
  { sql: "select 9999999999::int", code: "22003", says: "integer out of range" },
  { sql: "select 100000::smallint", code: "22003", says: "smallint out of range" },
  { sql: "select 2147483647::int + 1::int", code: "22003", says: "integer out of range" },
  { sql: "select 9223372036854775807 + 1", code: "22003", says: "bigint out of range" },
  {
    sql: "select 1234::decimal(4,2)",
    code: "22003",
    says: "numeric field overflow",
    detail: /precision 4, scale 2 .* less than 10\^2\.$/,
  },
  { sql: "select '1234'::decimal(4,2)", code: "22003", says: "numeric field overflow" },
  { sql: "select 'x'::date", code: "22007", says: 'invalid input syntax for type date: "x"' },
  {
    sql: "select 'x'::time",
    code: "22007",
    says: 'invalid input syntax for type time without time zone: "x"',
  },
  {
    sql: "select 'x'::timestamp",
    code: "22007",
    says: 'invalid input syntax for type timestamp without time zone: "x"',
  },
  {
    sql: "select 'x'::timestamptz",
    code: "22007",
    says: 'invalid input syntax for type timestamp with time zone: "x"',
  },
  { sql: "select 'x'::interval", code: "22007", says: 'invalid input syntax for type interval: "x"' },
  {
    sql: "select '2024-13-45'::date",
    code: "22008",
    says: 'date/time field value out of range: "2024-13-45"',
  },
  { sql: "select '25:00:00'::time", code: "22008", says: 'date/time field value out of range: "25:00:00"' },
  {
    sql: "select '2020-01-01 25:00:00'::timestamp",
    code: "22008",
    says: 'date/time field value out of range: "2020-01-01 25:00:00"',
  },
  { sql: "select make_date(2020, 13, 1)", code: "22008" },
  { sql: "select sqrt(-1)", code: "2201F", says: "cannot take square root of a negative number" },
  { sql: "select ln(0)", code: "2201E", says: "cannot take logarithm of zero" },
  { sql: "select regexp_matches('a', '(')", code: "2201B" },
  {
    sql: "select (select i from range(3) x(i))",
    code: "21000",
    says: "more than one row returned by a subquery used as an expression",
  },
  { sql: "select error('boo')", code: "22023", says: "boo" },
  { sql: "set TimeZone = 'a/b'", code: "22023", says: 'invalid value for parameter "TimeZone": "a/b"' },
  { sql: "set threads = 'a'", code: "22023" },

  // constraints
  {
    sql: "insert into t values (1, 'b', 1)",
    code: "23505",
    says: "duplicate key value violates unique constraint",
    detail: /^Key \(i\)=\(1\) already exists\.$/,
  },
  { sql: "insert into p2 values (1, 2)", code: "23505", detail: /^Key \(a, b\)=\(1, 2\) already exists\.$/ },
  { sql: "insert into f values (1, 1)", code: "23505", detail: /^Key \(u\)=\(1\) already exists\.$/ },
  {
    sql: "insert into t values (2, null, 1)",
    code: "23502",
    says: 'null value in column "s" of relation "t" violates not-null constraint',
  },
  {
    sql: "insert into t values (2000, 'x', 1)",
    code: "23514",
    says: 'new row for relation "t" violates check constraint',
    detail: /i < 1000/,
  },
  { sql: "insert into f values (99, 2)", code: "23503", detail: /^Key \(i\)=\(99\) is not present/ },
  { sql: "delete from t", code: "23503", detail: /^Key \(a\)=\(1\) is still referenced/ },

  // files
  { sql: "select * from read_csv('/nope/x.csv')", code: "58P01" },
  { sql: "copy t to '/nope/dir/x.csv'", code: "58P01" },
  { sql: "attach '/nope/x.db'", code: "58P01" },
  { sql: "attach '/etc/passwd' as p", code: "58030" },
  { sql: "load nope", code: "58P01", says: 'extension "nope" is not available' },
];

function differences({ sql, code, says, at, detail, hint }: Case, error: PgError): string[] {
  const start = (error.position ?? 0) - 1;
  const pointed = [...sql].slice(start, start + [...at ?? ""].length).join("");
  return [
    error.sqlstate !== code && `SQLSTATE ${error.sqlstate}, ${error.message}`,
    says !== undefined && error.message !== says && `message ${error.message}`,
    at !== undefined && pointed !== at && `points at ${error.position} ${pointed}`,
    detail && !detail.test(error.detail ?? "") && `detail ${error.detail}`,
    hint && !hint.test(error.hint ?? "") && `hint ${error.hint}`,
    /Error:|LINE \d|exception_type/.test(error.message) && `raw message ${error.message}`,
    error.severity !== "ERROR" && `severity ${error.severity}`,
  ].filter((what) => typeof what === "string");
}

Deno.test("each of DuckDB's errors has PostgreSQL's SQLSTATE, words and position", () =>
  withExecutor(async (executor) => {
    for (const sql of setup) await executor.run(sql);
    const wrong: string[] = [];
    for (const one of cases) {
      const error = await errorOf(executor, one.sql);
      wrong.push(...differences(one, error).map((what) => `${one.sql}: ${what}`));
    }
    assert.deepEqual(wrong, []);
  }));

Deno.test("not-null and check violations name their table and column in fields", () =>
  withExecutor(async (executor) => {
    for (const sql of setup) await executor.run(sql);
    assert.deepEqual((await errorOf(executor, "insert into t values (2, null, 1)")).fields, {
      t: "t",
      c: "s",
    });
  }));

Deno.test("transactions: states and conflicts", () =>
  withDatabase(async (database) => {
    const [one, two] = [await database.connect(ann), await database.connect(ann)];
    const both = async (sql: string) => {
      await one.run(sql);
      await two.run(sql);
    };
    const undo = async () => {
      for (const session of [one, two]) await session.run("rollback").catch(() => {});
    };
    await one.run("create table t (i integer primary key, s varchar)");
    await one.run("insert into t values (1, 'a')");

    await one.run("begin");
    assert.equal((await errorOf(one, "begin")).sqlstate, "25001");
    await one.run("commit");
    assert.equal((await errorOf(one, "commit")).sqlstate, "25P01");
    assert.equal((await errorOf(one, "rollback")).sqlstate, "25P01");

    await both("begin");
    await one.run("update t set s = 'b'");
    const conflict = await errorOf(two, "update t set s = 'c'");
    assert.deepEqual([conflict.sqlstate, conflict.message], [
      "40001",
      "could not serialize access due to concurrent update",
    ]);
    assert.equal((await errorOf(two, "select 1")).sqlstate, "25P02");
    await undo();

    await both("begin");
    await both("insert into t values (5, 'x')");
    await one.run("commit");
    assert.equal((await errorOf(two, "commit")).sqlstate, "23505");
    await undo();

    await both("begin");
    await one.run("create table c (i integer)");
    const create = await errorOf(two, "create table c (i integer)");
    assert.deepEqual([create.sqlstate, create.detail], [
      "40001",
      'Catalog write-write conflict on create with "c"',
    ]);
    await undo();
  }));

Deno.test("running out of memory is 53200 and leaves the session usable", () =>
  withExecutor(async (executor) => {
    await executor.run("set max_temp_directory_size = '0KB'");
    const error = await errorOf(
      executor,
      "select count(*) from (select i from range(30000000) t(i) order by hash(i))",
    );
    assert.match(error.sqlstate, /^53[12]00$/);
    assert.deepEqual(await query(executor, "select 1"), [["1"]]);
  }, { memoryLimit: "40MB" }));

Deno.test("what is not DuckDB's is an internal error", () => {
  for (
    const thrown of [
      new Error("Failed to bind varchar"),
      new TypeError("x is not a function"),
      "text",
      undefined,
    ]
  ) {
    assert.equal(pgErrorOf(thrown).sqlstate, "XX000");
  }
  const own = new PgError("22023", "own");
  assert.equal(pgErrorOf(own), own);
});

Deno.test("an error without a mapping keeps DuckDB's sentence, and its advice becomes the hint", () => {
  const text = JSON.stringify({
    exception_type: "Not implemented",
    exception_message: 'Unrecognized option "nope" for csv\n\nCandidate options: "quote", "append"',
  });
  const error = pgErrorOf(new Error(text));
  assert.equal(error.sqlstate, "22023");
  assert.equal(error.message, 'Unrecognized option "nope" for csv');
  assert.equal(error.hint, 'Candidate options: "quote", "append"');
});

Deno.test("a position outside the statement is dropped", () => {
  const text = JSON.stringify({
    exception_type: "Parser",
    exception_message: "syntax error",
    position: "50",
  });
  assert.equal(pgErrorOf(new Error(text), "select 1").position, undefined);
  assert.equal(pgErrorOf(new Error(text)).position, undefined);
});
