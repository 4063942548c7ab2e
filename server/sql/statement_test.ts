import assert from "node:assert/strict";
import type { Command } from "./command.ts";
import { splitStatements } from "./split.ts";
import { analyze, type Statement } from "./statement.ts";

function understand(sql: string): Statement {
  return analyze({ text: sql, start: 0 });
}

const query: Command = { kind: "query" };
const utility = (tag: string) => ({ kind: "utility" as const, tag });
const native = (word: string, tag: string | null = null): Command => ({ kind: "native", word, tag });
const unsupported = (feature: string): Command => ({ kind: "unsupported", feature, sqlstate: "0A000" });
const dml = (kind: "insert" | "update" | "delete" | "merge", returning = false): Command => ({
  kind,
  returning,
});

/** A command; a utility's tree is the parser's and is not looked at. */
const commands: [string, Command | { kind: "utility"; tag: string }][] = [
  ["select 1", query],
  ["(select 1)", query],
  ["values (1)", query],
  ["table t", query],
  ["with x as (select 1) select * from x", query],
  ["select 1 union select 2", query],
  ["insert into t values (1)", dml("insert")],
  ["insert into t select 1 returning a", dml("insert", true)],
  ["with x as (select 1) insert into t select * from x", dml("insert")],
  ["update t set a = 1", dml("update")],
  ["update t set a = 1 returning *", dml("update", true)],
  ["delete from t", dml("delete")],
  ["delete from t using u returning t.a", dml("delete", true)],
  ["merge into t using s on t.a = s.a when matched then delete", dml("merge")],

  ["begin", { kind: "begin", tag: "BEGIN" }],
  ["BEGIN WORK", { kind: "begin", tag: "BEGIN" }],
  ["start transaction", { kind: "begin", tag: "START TRANSACTION" }],
  [
    "begin isolation level REPEATABLE READ, read only, deferrable",
    { kind: "begin", tag: "BEGIN", isolation: "repeatable read", readOnly: true, deferrable: true },
  ],
  ["start transaction read write", { kind: "begin", tag: "START TRANSACTION", readOnly: false }],
  ["commit", { kind: "commit", chain: false }],
  ["end", { kind: "commit", chain: false }],
  ["commit and chain", { kind: "commit", chain: true }],
  ["rollback", { kind: "rollback", chain: false }],
  ["abort work and chain", { kind: "rollback", chain: true }],
  ["savepoint a", { kind: "savepoint", name: "a" }],
  ["release a", { kind: "release", name: "a" }],
  ['rollback to savepoint "A b"', { kind: "rollbackTo", name: "A b" }],
  ["prepare transaction 'x'", { kind: "prepareTransaction", gid: "x" }],
  ["commit prepared 'x'", { kind: "commitPrepared", gid: "x" }],
  ["rollback prepared 'x'", { kind: "rollbackPrepared", gid: "x" }],
  [
    "set transaction isolation level serializable",
    { kind: "setTransaction", scope: "transaction", isolation: "serializable" },
  ],
  [
    "set session characteristics as transaction read only",
    { kind: "setTransaction", scope: "session", readOnly: true },
  ],
  ["set transaction snapshot '1'", unsupported("SET TRANSACTION SNAPSHOT")],

  ["set x = 1", { kind: "set", name: "x", values: ["1"], local: false }],
  ["set X to 0", { kind: "set", name: "x", values: ["0"], local: false }],
  ["set x = -1.5", { kind: "set", name: "x", values: ["-1.5"], local: false }],
  ["set x to on", { kind: "set", name: "x", values: ["on"], local: false }],
  ["set x to true", { kind: "set", name: "x", values: ["true"], local: false }],
  ["set x = ''", { kind: "set", name: "x", values: [""], local: false }],
  ["set local x = 'a'", { kind: "set", name: "x", values: ["a"], local: true }],
  ["set session x to default", { kind: "set", name: "x", values: "default", local: false }],
  ["set search_path = a, \"B\", '$user'", {
    kind: "set",
    name: "search_path",
    values: ["a", "B", "$user"],
    local: false,
  }],
  ["set my.option = 'x'", { kind: "set", name: "my.option", values: ["x"], local: false }],
  ["set DateStyle to ISO, mdy", { kind: "set", name: "datestyle", values: ["iso", "mdy"], local: false }],
  ["set time zone 'UTC'", { kind: "set", name: "timezone", values: ["UTC"], local: false }],
  ["set time zone -8", { kind: "set", name: "timezone", values: ["-8"], local: false }],
  ["set time zone local", { kind: "set", name: "timezone", values: "default", local: false }],
  [
    "set time zone interval '+02:00' hour to minute",
    { kind: "set", name: "timezone", values: ["interval '+02:00'"], local: false },
  ],
  ["set names 'utf8'", { kind: "set", name: "client_encoding", values: ["utf8"], local: false }],
  ["set role none", { kind: "set", name: "role", values: ["none"], local: false }],
  ["set session authorization 'x'", {
    kind: "set",
    name: "session_authorization",
    values: ["x"],
    local: false,
  }],
  ["reset x", { kind: "reset", name: "x" }],
  ["reset all", { kind: "reset", name: "all" }],
  ["reset time zone", { kind: "reset", name: "timezone" }],
  ["reset session authorization", { kind: "reset", name: "session_authorization" }],
  ["show X", { kind: "show", name: "x" }],
  ["show all", { kind: "show", name: "all" }],
  ["show time zone", { kind: "show", name: "timezone" }],
  ["show transaction isolation level", { kind: "show", name: "transaction_isolation" }],
  ["show my.option", { kind: "show", name: "my.option" }],
  ["discard all", { kind: "discard", what: "all" }],
  ["discard plans", { kind: "discard", what: "plans" }],
  ["discard sequences", { kind: "discard", what: "sequences" }],
  ["discard temporary", { kind: "discard", what: "temp" }],

  ["prepare p as select 1", { kind: "prepare", name: "p" }],
  ["execute p (1)", { kind: "executePrepared", name: "p" }],
  ["deallocate p", { kind: "deallocate", name: "p" }],
  ["deallocate prepare all", { kind: "deallocate", name: null }],
  [
    "declare c cursor for select 'for'",
    { kind: "declareCursor", name: "c", query: "select 'for'", hold: false, scroll: null, binary: false },
  ],
  [
    "declare c binary scroll cursor with hold for select 1",
    { kind: "declareCursor", name: "c", query: "select 1", hold: true, scroll: true, binary: true },
  ],
  [
    "declare c no scroll cursor without hold for values (1)",
    { kind: "declareCursor", name: "c", query: "values (1)", hold: false, scroll: false, binary: false },
  ],
  ["fetch c", { kind: "fetch", cursor: "c", move: false, direction: "forward", count: 1 }],
  ["fetch 5 from c", { kind: "fetch", cursor: "c", move: false, direction: "forward", count: 5 }],
  ["fetch all in c", { kind: "fetch", cursor: "c", move: false, direction: "forward", count: "all" }],
  ["fetch backward all c", { kind: "fetch", cursor: "c", move: false, direction: "backward", count: "all" }],
  ["fetch first c", { kind: "fetch", cursor: "c", move: false, direction: "absolute", count: 1 }],
  ["fetch last c", { kind: "fetch", cursor: "c", move: false, direction: "absolute", count: -1 }],
  ["fetch relative 0 c", { kind: "fetch", cursor: "c", move: false, direction: "relative", count: 0 }],
  ["move 3 c", { kind: "fetch", cursor: "c", move: true, direction: "forward", count: 3 }],
  ["close c", { kind: "closeCursor", name: "c" }],
  ["close all", { kind: "closeCursor", name: null }],

  ["create table t (a int)", utility("CREATE TABLE")],
  ["create temp table t (a int)", utility("CREATE TABLE")],
  ["create table t as select 1", utility("CREATE TABLE AS")],
  ["create table if not exists t as values (1)", utility("CREATE TABLE AS")],
  ["select 1 into t", utility("SELECT INTO")],
  ["create view v as select 1", utility("CREATE VIEW")],
  ["create or replace view v as select 1", utility("CREATE VIEW")],
  ["create unique index i on t (a)", utility("CREATE INDEX")],
  ["create schema s", utility("CREATE SCHEMA")],
  ["create sequence s", utility("CREATE SEQUENCE")],
  ["create type m as enum ('a')", utility("CREATE TYPE")],
  ["create type m as (a int)", utility("CREATE TYPE")],
  ["create domain d as int", utility("CREATE DOMAIN")],
  ["create extension x", utility("CREATE EXTENSION")],
  ["drop table a, b", utility("DROP TABLE")],
  ["drop view a", utility("DROP VIEW")],
  ["drop materialized view a", utility("DROP MATERIALIZED VIEW")],
  ["drop index a", utility("DROP INDEX")],
  ["drop schema a cascade", utility("DROP SCHEMA")],
  ["drop sequence a", utility("DROP SEQUENCE")],
  ["drop type a", utility("DROP TYPE")],
  ["drop function f(int)", utility("DROP FUNCTION")],
  ["alter table t add column a int", utility("ALTER TABLE")],
  ["alter table t rename to u", utility("ALTER TABLE")],
  ["alter table t rename a to b", utility("ALTER TABLE")],
  ["alter table t set schema s", utility("ALTER TABLE")],
  ["alter table t owner to x", utility("ALTER TABLE")],
  ["alter view v rename to w", utility("ALTER VIEW")],
  ["alter index i rename to j", utility("ALTER INDEX")],
  ["alter sequence s restart", utility("ALTER SEQUENCE")],
  ["alter schema s rename to t", utility("ALTER SCHEMA")],
  ["alter type m add value 'b'", utility("ALTER TYPE")],
  ["truncate t", utility("TRUNCATE TABLE")],
  ["vacuum", utility("VACUUM")],
  ["analyze t", utility("ANALYZE")],
  ["comment on table t is 'x'", utility("COMMENT")],
  ["explain analyze select 1", utility("EXPLAIN")],
  ["checkpoint", utility("CHECKPOINT")],
  ["call f(1)", utility("CALL")],
  ["load 'x'", utility("LOAD")],

  ["listen c", unsupported("LISTEN")],
  ["notify c, 'x'", unsupported("NOTIFY")],
  ["unlisten *", utility("UNLISTEN")],
  ["lock table t", utility("LOCK TABLE")],
  ["do $$ begin end $$", unsupported("DO")],
  ["create function f() returns int language sql as 'select 1'", utility("CREATE FUNCTION")],
  ["create procedure f() language sql as 'select 1'", utility("CREATE PROCEDURE")],
  ["create trigger t after insert on t execute function f()", utility("CREATE TRIGGER")],
  ["grant select on t to x", utility("GRANT")],
  ["revoke all on t from x", utility("REVOKE")],
  ["grant a to b", utility("GRANT ROLE")],
  ["create role x", utility("CREATE ROLE")],
  ["create user x", utility("CREATE ROLE")],
  ["create database x", utility("CREATE DATABASE")],
  ["create materialized view v as select 1", utility("CREATE MATERIALIZED VIEW")],
  ["alter system set x = 1", unsupported("ALTER SYSTEM")],

  ["from t", native("FROM")],
  ["FROM t SELECT a", native("FROM")],
  ["select * exclude (a) from t", native("SELECT")],
  ["summarize t", native("SUMMARIZE")],
  ["describe t", native("DESCRIBE")],
  ["pivot t on a", native("PIVOT")],
  ["show all tables", native("SHOW", "SHOW")],
  ["create or replace table t (a int)", native("CREATE", "CREATE TABLE")],
  ["create or replace temp table t as from u", native("CREATE", "CREATE TABLE AS")],
  ["create table t (a struct(x int)[])", native("CREATE", "CREATE TABLE")],
  ["create macro m(a) as a + 1", native("CREATE", "CREATE MACRO")],
  ["create or replace persistent secret s (type s3)", native("CREATE", "CREATE SECRET")],
  ["drop macro m", native("DROP", "DROP MACRO")],
  ["attach 'x.db' as x", native("ATTACH", "ATTACH")],
  ["detach x", native("DETACH", "DETACH")],
  ["use x", native("USE", "USE")],
  ["install x", native("INSTALL", "INSTALL")],
  ["force install x", native("FORCE", "INSTALL")],
  ["load x", native("LOAD", "LOAD")],
  ["update extensions", native("UPDATE", "UPDATE EXTENSIONS")],
  ["pragma version", native("PRAGMA")],
  ["export database 'x'", native("EXPORT", "EXPORT DATABASE")],
  ["set global threads = 1", native("SET", "SET")],
  ["set variable x = 1", native("SET", "SET")],
  ["insert or replace into t values (1)", native("INSERT", "INSERT")],
  ["selec 1", native("SELEC")],
  ["'a'", native("")],
];

Deno.test("statements are told apart", () => {
  for (const [sql, expected] of commands) {
    const { command } = understand(sql);
    assert.deepEqual(command.kind === "utility" ? utility(command.tag) : command, expected, sql);
  }
});

const copies: [string, Record<string, unknown>, [string, unknown][]][] = [
  [
    "copy t from stdin",
    { direction: "from", file: null, table: { schema: null, name: "t", columns: [] } },
    [],
  ],
  [
    "copy s.t (a, \"B\") to stdout with (format csv, header, delimiter E'\\t', null '')",
    { direction: "to", file: null, table: { schema: "s", name: "t", columns: ["a", "B"] } },
    [["format", "csv"], ["header", true], ["delimiter", "\t"], ["null", ""]],
  ],
  [
    "copy t from '/x' csv header force quote *",
    { direction: "from", file: "/x", table: { schema: null, name: "t", columns: [] } },
    [["format", "csv"], ["header", "true"], ["force_quote", "*"]],
  ],
  [
    "copy t to stdout (format csv, force_quote (a, b), header off)",
    { direction: "to", file: null, table: { schema: null, name: "t", columns: [] } },
    [["format", "csv"], ["force_quote", ["a", "b"]], ["header", "off"]],
  ],
  [
    "copy (select ')' as a from (values (1)) t) to stdout",
    { direction: "to", file: null, query: "select ')' as a from (values (1)) t" },
    [],
  ],
  [
    "copy t to program 'gzip'",
    { direction: "to", file: "gzip", program: true, table: { schema: null, name: "t", columns: [] } },
    [],
  ],
  ["copy (from t) to stdout", { direction: "to", file: null, query: "from t" }, []],
  ["copy t to 'x.parquet' (format parquet, row_group_size 1000)", {
    direction: "to",
    file: "x.parquet",
    table: { schema: null, name: "t", columns: [] },
  }, [["format", "parquet"], ["row_group_size", "1000"]]],
];

Deno.test("COPY is taken apart", () => {
  for (const [sql, expected, options] of copies) {
    const { command } = understand(sql);
    const whole = { kind: "copy", program: false, ...expected, options: new Map(options) };
    assert.deepEqual(command, whole, sql);
  }
});

Deno.test("COPY to a file in DuckDB's own words is DuckDB's", () => {
  assert.deepEqual(understand("copy (from t) to 'x.csv'").command, native("COPY", "COPY"));
});

Deno.test("what nobody needs to change keeps its exact text", () => {
  const untouched = [
    "select  a.b , 'é' || \"ü\" from  t /* x */ where a like 'b%' -- y",
    "select count(*), a::int, now()::timestamptz from t group by 2",
    "select substring(a from 2 for 3), trim(both 'x' from a), d at time zone 'UTC' from t",
    "insert into t (a, b) values ($1, $2) on conflict do nothing",
    "with x as (select a, b as c, x.* from x) select * from x",
    "create table t (a int primary key, b timestamp with time zone default now(), c numeric(10,2)[])",
    "select ~ 5, a ~~ b, a && b, a <> c from t",
    "update t set a = b.a from b where b.id = t.id",
    "from t select a ~ 'x'",
  ];
  for (const sql of untouched) assert.equal(understand(sql).sql, sql);
});

Deno.test("statements that surely give few rows are small", () => {
  const small = [
    "select 1",
    "select now(), (select count(*) from t), (select a from t)",
    "select * from t limit 1000",
    "select * from t fetch first 10 rows only",
    "select count(*), max(a) from t where b",
    "select 1 union all select 2",
    "values (1), (2)",
    "insert into t select * from u",
    "delete from t",
    "create table t as select * from u",
    "explain select * from t",
  ];
  const other = [
    "select * from t",
    "select * from t limit 1001",
    "select * from t limit $1",
    "select * from t limit all",
    "select * from t fetch first 1 row with ties",
    "select count(*) from t group by a",
    "select count(*) over () from t",
    "select (select count(*) from u), a from t",
    "select generate_series(1, 1000000)",
    "select unnest(array[1])",
    "select 1 union all select a from t",
    "insert into t select * from u returning a",
    "execute p",
    "call f()",
    "from t",
  ];
  for (const sql of small) assert.equal(understand(sql).small, true, sql);
  for (const sql of other) assert.equal(understand(sql).small, false, sql);
});

Deno.test("native statements keep PostgreSQL's syntax error, where the client has it", () => {
  const error = understand("selec 1").syntaxError;
  assert.equal(error?.sqlstate, "42601");
  assert.equal(error?.message, 'syntax error at or near "selec"');
  assert.equal(error?.position, 1);
  const second =
    splitStatements("select 'é\u{1f600}'; select \u{1f600} frm 1").map((piece) => analyze(piece))[1];
  assert.equal(second.syntaxError?.position, 27);
  assert.equal(
    understand("select 'abc").syntaxError?.message,
    'unterminated quoted string at or near "\'abc"',
  );
  assert.equal(understand("select 1").syntaxError, null);
});

Deno.test("an expression too deep for the parser is DuckDB's to refuse", () => {
  const deep = understand(`select ${"1+".repeat(100_000)}1`);
  assert.equal(deep.command.kind, "native");
  assert.equal(deep.syntaxError?.sqlstate, "54001");
  assert.deepEqual(understand("select 2").command, query);
});

Deno.test("a zero byte hides nothing from the parser", () => {
  const statement = understand("select 1\0 from t");
  assert.equal(statement.command.kind, "native");
  assert.equal(statement.syntaxError?.sqlstate, "22021");
});

Deno.test("positions lead from the engine's text to the client's query string", () => {
  const sql = "select 'é\u{1f600}';\n select '\u{1f600}', pg_catalog.f(x), public.t.y, z from public.t";
  const statement = analyze(splitStatements(sql)[1]);
  assert.equal(statement.sql, "select '\u{1f600}', f(x), main.t.y, z from main.t");
  const characters = (text: string): number => Array.from(text).length;
  for (const word of ["'\u{1f600}',", "x)", "y, z", "z from", "from "]) {
    const inSql: number = characters(statement.sql.slice(0, statement.sql.indexOf(word))) + 1;
    const inClient: number = characters(sql.slice(0, sql.lastIndexOf(word))) + 1;
    assert.equal(statement.mapPosition(inSql), inClient, word);
  }
  assert.equal(analyze(splitStatements("select 1; select x")[1]).mapPosition(8), 18);
});

Deno.test("a statement is understood once, wherever it stands", () => {
  const here = understand("select 1 as cached");
  assert.equal(understand("select 1 as cached"), here);
  const there = analyze({ text: "select 1 as cached", start: 10 });
  assert.equal(there.command, here.command);
  assert.equal(there.start, 10);
  assert.equal(here.start, 0);
});

Deno.test("the cache belongs to a context", () => {
  const catalogue = { catalogRelations: new Set(["pg_class"]) };
  const piece = { text: "select * from pg_catalog.pg_class", start: 0 };
  assert.equal(analyze(piece).sql, piece.text);
  assert.equal(analyze(piece, catalogue).sql, "select * from __duckgres.main.pg_class");
  assert.equal(analyze(piece).sql, piece.text);
});
