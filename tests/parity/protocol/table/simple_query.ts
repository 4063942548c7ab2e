/** Query messages. */
import { type Case, exchange } from "../case.ts";
import * as why from "../reasons.ts";
import { Q, together } from "../steps.ts";

export const simpleQuery: Case[] = [
  exchange("simple: select", [Q("select 1")]),
  exchange("simple: named columns", [Q("select 1 as a, 'x' as b, null::text as c")]),
  exchange("simple: no columns", [Q("select from people")], {
    differs: {
      reason: why.noColumns,
      ours: ["E V:ERROR C:42601 M:SELECT clause without selection list", "Z I", "closed"],
    },
  }),
  exchange("simple: a bare NULL", [Q("select null")]),
  exchange("simple: no rows", [Q("select * from people where id < 0")]),
  exchange("simple: rows", [Q("select * from people order by id")]),
  exchange("simple: a thousand rows", [Q("select i from many order by i")]),
  exchange("simple: values", [Q("values (1, 'a'), (2, 'b')")]),
  exchange("simple: table", [Q("table people")]),
  exchange("simple: with", [Q("with a as (select 1 as x) select x + 1 as y from a")]),
  exchange("simple: empty", [Q("")]),
  exchange("simple: blanks", [Q("  \n\t ")]),
  exchange("simple: a comment", [Q("-- nothing")]),
  exchange("simple: a nested comment", [Q("/* a /* b */ c */")]),
  exchange("simple: a semicolon", [Q(";")]),
  exchange("simple: semicolons", [Q(";;; ;")]),
  exchange("simple: a statement behind semicolons", [Q(";;select 1;;")]),
  exchange("simple: two statements", [Q("select 1; select 2")]),
  exchange("simple: two statements and an empty one", [Q("select 1; ; select 2;")]),
  exchange("simple: three statements of kinds", [
    Q("create temp table w (i int); insert into w values (1), (2); select i from w order by i"),
  ]),
  exchange("simple: the second fails", [Q("select 1; select 1/'a'; select 2")], {
    ignore: { fields: "M", why: "which text DuckDB has for it is the error table's business" },
  }),
  exchange("simple: an error undoes the statements before it", [
    Q("create temp table w (i int)"),
    Q("insert into w values (1); insert into w values (2); select nonsense from w"),
    Q("select count(*) from w"),
  ]),
  exchange("simple: a syntax error stops all", [
    Q("create temp table w (i int)"),
    Q("insert into w values (1); selec nonsense"),
    Q("select count(*) from w"),
  ]),
  exchange("simple: COMMIT inside keeps what was before", [
    Q("create temp table w (i int)"),
    Q("insert into w values (1); commit; insert into w values (2); select nonsense from w"),
    Q("select count(*) from w"),
  ]),
  exchange("simple: ROLLBACK inside undoes what was before", [
    Q("create temp table w (i int)"),
    Q("insert into w values (1); rollback; insert into w values (2)"),
    Q("select i from w"),
  ]),
  exchange("simple: BEGIN inside takes in what was before", [
    Q("create temp table w (i int)"),
    Q("insert into w values (1); begin; insert into w values (2)"),
    Q("rollback"),
    Q("select count(*) from w"),
  ]),
  exchange("simple: BEGIN and COMMIT inside", [
    Q("create temp table w (i int)"),
    Q("begin; insert into w values (1); commit; insert into w values (2); select 1/'a'"),
    Q("select i from w"),
  ], { ignore: { fields: "M", why: "see above" } }),
  exchange("simple: BEGIN left open", [Q("begin; select 1"), Q("select 2; commit"), Q("select 3")]),
  exchange("simple: an error after BEGIN", [Q("begin; select nonsense; commit"), Q("select 1"), Q("commit")]),
  exchange("simple: COMMIT alone inside", [Q("commit; select 1")]),
  exchange("simple: two BEGIN", [Q("begin; begin; commit")]),
  exchange("simple: BEGIN behind a statement", [Q("select 1; begin; select 2; rollback; select 3")]),
  exchange("simple: several in one write", [together(Q("select 1"), Q("select 2"), Q("select 3"))]),
  exchange("simple: an error does not skip the next", [
    together(Q("select 1"), Q("select nonsense"), Q("select 3")),
  ]),
  exchange("simple: hundreds in one write", [
    together(...Array.from({ length: 300 }, (_, i) => Q(`select ${i} as n`))),
  ]),
  exchange("simple: a long string", [Q(`select '${"x".repeat(100_000)}' as long`)]),
  exchange("simple: a quoted semicolon", [Q("select ';' as a; select ';;' as b")]),
  exchange("simple: a dollar-quoted semicolon", [Q("select $$;$$ as a; select $x$;$x$ as b")]),
  exchange("simple: an unterminated string", [Q("select 'abc")]),
  exchange("simple: an unterminated identifier", [Q('select "abc')]),
  exchange("simple: an unterminated comment", [Q("select 1 /* abc")]),
  exchange("simple: other scripts", [Q("select 'žluťoučký 😀' as \"šířka\"")]),
  exchange("simple: a position behind other scripts", [Q("select 'žluťoučký 😀', nonsense")]),
  exchange("simple: a position in the second statement", [Q("select 1; select nonsense")]),
  exchange("simple: a position on a later line", [Q("select 1,\n  nonsense\nfrom people")]),
  exchange("simple: a parameter", [Q("select $1")]),
  exchange("simple: a parameter with a type", [Q("select $1::int")]),

  exchange("tag: INSERT", [Q("create temp table w (i int)"), Q("insert into w values (1), (2), (3)")]),
  exchange("tag: INSERT of a query", [
    Q("create temp table w (i int)"),
    Q("insert into w select i from many"),
  ]),
  exchange("tag: INSERT nothing", [
    Q("create temp table w (i int)"),
    Q("insert into w select 1 where false"),
  ]),
  exchange("tag: INSERT RETURNING", [
    Q("create temp table w (i int)"),
    Q("insert into w values (1), (2) returning i, i + 1 as j"),
  ]),
  exchange("tag: INSERT RETURNING *", [
    Q("create temp table w (i int, t text)"),
    Q("insert into w values (1, 'a') returning *"),
  ]),
  exchange("tag: UPDATE", [
    Q("create temp table w (i int)"),
    Q("insert into w values (1), (2)"),
    Q("update w set i = i + 1"),
    Q("update w set i = 0 where i > 100"),
    Q("update w set i = 5 where i = 2 returning i"),
  ]),
  exchange("tag: DELETE", [
    Q("create temp table w (i int)"),
    Q("insert into w values (1), (2), (3)"),
    Q("delete from w where i = 1"),
    Q("delete from w where i = 2 returning i"),
    Q("delete from w"),
    Q("delete from w"),
  ]),
  exchange("tag: TRUNCATE", [Q("create temp table w (i int)"), Q("truncate w")]),
  exchange("tag: CREATE TABLE AS", [Q("create temp table w as select i from many")]),
  exchange("tag: SELECT INTO", [Q("select i into temp w from many where i < 4")]),
  exchange("tag: CREATE and DROP TABLE", [Q("create temp table w (i int)"), Q("drop table w")]),
  exchange("tag: CREATE TABLE again", [Q("create temp table w (i int)"), Q("create temp table w (i int)")]),
  exchange("tag: CREATE TABLE IF NOT EXISTS", [
    Q("create temp table w (i int)"),
    Q("create temp table if not exists w (i int)"),
  ]),
  exchange("tag: DROP TABLE IF EXISTS", [Q("drop table if exists nothing_there")]),
  exchange("tag: CREATE and DROP VIEW", [
    Q("create temp view v as select 1 as x"),
    Q("table v"),
    Q("drop view v"),
  ]),
  exchange("tag: CREATE OR REPLACE VIEW", [
    Q("create temp view v as select 1 as x"),
    Q("create or replace temp view v as select 2 as x"),
  ]),
  exchange("tag: CREATE and DROP SEQUENCE", [
    Q("create temp sequence s"),
    Q("select nextval('s')"),
    Q("drop sequence s"),
  ]),
  exchange("tag: CREATE INDEX", [
    Q("create temp table w (i int)"),
    Q("create index w_i on w (i)"),
    Q("drop index w_i"),
  ]),
  exchange("tag: ALTER TABLE", [
    Q("create temp table w (i int)"),
    Q("alter table w add column j int"),
    Q("alter table w rename column j to k"),
    Q("select * from w"),
  ]),
  exchange("tag: CREATE and DROP SCHEMA", [Q("create schema tag_schema"), Q("drop schema tag_schema")]),
  exchange("tag: ANALYZE and VACUUM", [Q("analyze people"), Q("vacuum")]),
  exchange("tag: COMMENT", [Q("create temp table w (i int)"), Q("comment on table w is 'x'")]),
];
