/** Errors of ordinary statements: SQLSTATE, sentence, position, and that the session goes on. */
import { type Case, type CaseOptions, exchange } from "../case.ts";
import * as why from "../reasons.ts";
import { Q, X } from "../steps.ts";

const statements: Record<string, string> = {
  "a syntax error": "select * form people",
  "a syntax error at the end": "select * from",
  "an unknown table": "select * from nothing_there",
  "an unknown table in a schema": "select * from public.nothing_there",
  "an unknown schema": "select * from nowhere.people",
  "an unknown column": "select nonsense from people",
  "an unknown column of a table": "select people.nonsense from people",
  "an unknown alias": "select q.id from people p",
  "an ambiguous column": "select id from people a, people b",
  "an unknown function": "select no_such_function(1)",
  "an unknown type": "select 1::no_such_type",
  "an integer out of range": "select 2147483647 + 1",
  "a bigint out of range": "select 9223372036854775807 + 1",
  "no integer": "select 'abc'::int",
  "no date": "select '2020-13-01'::date",
  "no uuid": "select 'abc'::uuid",
  "no json": "select '{'::json",
  "a duplicate key": "insert into people values (1, 'again', 0)",
  "a duplicate key of an UPDATE": "update people set id = 2 where id = 1",
  "NULL in NOT NULL": "insert into people values (10, null, 0)",
  "too many values": "insert into people values (10, 'x', 1, 2)",
  "an INSERT into no column": "insert into people (nonsense) values (1)",
  "an UPDATE of no column": "update people set nonsense = 1",
  "a missing GROUP BY": "select id, count(*) from people",
  "an aggregate in WHERE": "select id from people where count(*) > 1",
  "a set operation of different widths": "select 1 union select 1, 2",
  "a subquery with several rows": "select (select id from people)",
  "a subquery with several columns": "select (select 1, 2)",
  "ORDER BY a position that is none": "select id from people order by 5",
  "DROP of no table": "drop table nothing_there",
  "DROP of no view": "drop view nothing_there",
  "CREATE of a table that is there": "create table people (i int)",
  "ALTER of no table": "alter table nothing_there add column x int",
  "a column twice": "create temp table w (i int, i int)",
  "an operator that is none": "select 1 + true",
  "a boolean that is none": "select 1 where 'maybe'",
};

/** What DuckDB does not tell, or tells in its own words. */
const options: Record<string, CaseOptions> = {
  "an unknown function": { ignore: { fields: "MH", why: "DuckDB does not tell the argument types" } },
  "no date": { ignore: { fields: "H", why: "PostgreSQL 18 names the setting in its own spelling" } },
  "no json": { ignore: { fields: "D", why: "each parser says in its own words what it expected" } },
  "NULL in NOT NULL": { ignore: { fields: "D", why: "DuckDB does not tell the row" } },
  "an INSERT into no column": { ignore: { fields: "P", why: "DuckDB does not tell the position" } },
  "an UPDATE of no column": {
    ignore: { fields: "MP", why: "DuckDB does not tell the table and the position" },
  },
  "too many values": { ignore: { fields: "P", why: "DuckDB does not tell the position" } },
  "a missing GROUP BY": { ignore: { fields: "M", why: "DuckDB names the column without its table" } },
  "a set operation of different widths": {
    ignore: { fields: "P", why: "DuckDB does not tell the position" },
  },
};

export const errors: Case[] = [
  ...Object.entries(statements).map(([name, sql]) =>
    exchange(`error: ${name}`, [Q(sql), Q("select 1")], options[name])
  ),
  exchange("error: division by zero", [Q("select 1/0")]),
  exchange("error: a table named twice", [Q("select 1 from people, people limit 0")], {
    differs: { reason: why.aliases, ours: ["T ?column?:23/4/-1/0", "C SELECT 0", "Z I", "closed"] },
  }),
  exchange("error: a LIMIT below zero", [Q("select 1 limit -1"), Q("select 1")], {
    ignore: { fields: "P", why: "PostgreSQL only finds it when it runs" },
  }),
  exchange("error: in the extended protocol", [X("select name::int from people"), X("select 1")], {
    ignore: { fields: "P", why: "PostgreSQL does not tell the position of what fails while it runs" },
  }),
  exchange("error: while rows flow", [
    Q("select (case when i = 900 then 'x' else '1' end)::int as q from many"),
  ], {
    differs: {
      reason: why.fewerRows,
      ours: ['E V:ERROR C:22P02 M:invalid input syntax for type integer: "x"', "Z I", "closed"],
    },
    ignore: { fields: "P", why: "PostgreSQL does not tell the position of what fails while it runs" },
  }),
  exchange("error: in a view's text", [Q("create temp view v as select nonsense from people")]),
];
