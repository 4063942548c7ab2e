/** Errors of ordinary statements: SQLSTATE, sentence, position, and that the session goes on. */
import { type Case, exchange } from "../case.ts";
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
  "division by zero": "select 1/0",
  "an integer out of range": "select 2147483647 + 1",
  "a bigint out of range": "select 9223372036854775807 + 1",
  "no integer": "select 'abc'::int",
  "no date": "select '2020-13-01'::date",
  "no uuid": "select 'abc'::uuid",
  "no json": "select '{'::json",
  "a duplicate key": "insert into people values (1, 'again', 0)",
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
  "a duplicate alias": "select 1 from people, people",
  "DROP of no table": "drop table nothing_there",
  "DROP of no view": "drop view nothing_there",
  "CREATE of a table that is there": "create table people (i int)",
  "ALTER of no table": "alter table nothing_there add column x int",
  "a column twice": "create temp table w (i int, i int)",
  "a LIMIT below zero": "select 1 limit -1",
  "an operator that is none": "select 1 + true",
  "a boolean that is none": "select 1 where 'maybe'",
};

const same = (name: string, sql: string): Case => exchange(`error: ${name}`, [Q(sql), Q("select 1")]);

export const errors: Case[] = [
  ...Object.entries(statements).map(([name, sql]) => same(name, sql)),
  exchange("error: in the extended protocol", [X("select 1/$1", ["0"], [23]), X("select 1")]),
  exchange("error: while rows flow", [Q("select 10 / (500 - i) as q from many order by i limit 1000")], {
    ignore: { fields: "", why: "" },
  }),
  exchange("error: in a view's text", [Q("create temp view v as select nonsense from people")]),
];
