import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const context = { catalogRelations: new Set(["pg_class", "pg_namespace"]) };

const cases: [string, string][] = [
  // Relations of the catalogue: only those that this server serves.
  ["select * from pg_catalog.pg_class", "select * from __duckgres.main.pg_class"],
  ['select * from "pg_catalog" . "pg_class" c', 'select * from __duckgres.main . "pg_class" c'],
  ["select * from pg_catalog.pg_other", "select * from pg_catalog.pg_other"],
  [
    "select pg_catalog.pg_class.oid from pg_catalog.pg_class",
    "select pg_class.oid from __duckgres.main.pg_class",
  ],
  ["select (select 1 from pg_catalog.pg_class)", "select (select 1 from __duckgres.main.pg_class)"],
  ["select * from information_schema.tables", "select * from information_schema.tables"],
  // Functions, types, collations.
  ["select pg_catalog.version(), PG_CATALOG.lower('X')", "select version(), lower('X')"],
  ["select * from pg_catalog.unnest(a)", "select * from unnest(a)"],
  ["select a::pg_catalog.text, cast(a as pg_catalog.int4) from t", "select a::text, cast(a as int4) from t"],
  ['select a::pg_catalog."char"[] from t', 'select a::"char"[] from t'],
  ["select pg_catalog.int4 '1'", "select int4 '1'"],
  ["select a collate pg_catalog.default from t", "select a  from t"],
  ['select a collate "default" || b from t', "select a  || b from t"],
  ['select a collate pg_catalog."C" from t', "select a  from t"],
  ['select a collate "C" from t', "select a  from t"],
  ['select a collate pg_catalog."de_DE" from t', 'select a collate "de_DE" from t'],
  ["select a collate pg_catalog. isnull from t", 'select a collate "isnull" from t'],
  ["select pg_catalog. null.a from t", 'select "null".a from t'],
  // The default schema.
  ["select public.t.a, t.b from public.t", "select main.t.a, t.b from main.t"],
  ["select public.a from public", "select public.a from public"],
  ["select a.public from t a", "select a.public from t a"],
  ["select public.f(1), a::public.mood from t", "select main.f(1), a::main.mood from t"],
  ['select * from "public"."T"', 'select * from main."T"'],
  ["select * from db.public.t", "select * from db.main.t"],
  ["select 'public.t', $$public.t$$ -- public.t", "select 'public.t', $$public.t$$ -- public.t"],
  ["select 'é\u{1f600}' from public.t", "select 'é\u{1f600}' from main.t"],
  ["insert into public.t select * from public.u", "insert into main.t select * from main.u"],
  ["update public.t set a = 1 from public.u", "update main.t set a = 1 from main.u"],
  ["delete from public.t using public.u", "delete from main.t using main.u"],
  [
    "merge into public.t using public.s on true when matched then delete",
    "merge into main.t using main.s on true when matched then delete",
  ],
  [
    "create table public.t (a public.mood references public.u)",
    "create table main.t (a main.mood references main.u)",
  ],
  ["create table public.t as select * from public.u", "create table main.t as select * from main.u"],
  ["create view public.v as table public.t", "create view main.v as table main.t"],
  ["create index i on public.t (a)", "create index i on main.t (a)"],
  ["create sequence public.s", "create sequence main.s"],
  ["create type public.mood as enum ('public.x')", "create type main.mood as enum ('public.x')"],
  ["alter type public.mood add value 'x'", "alter type main.mood add value 'x'"],
  ["alter table public.t add column a int", "alter table main.t add column a int"],
  ["alter table public.t rename to u", "alter table main.t rename to u"],
  ["alter table s.t set schema public", "alter table s.t set schema main"],
  ["drop table if exists public.a, public.b", "drop table if exists main.a, main.b"],
  ["drop function public.f(int)", "drop function main.f(int)"],
  ["comment on column public.t.a is 'public.t'", "comment on column main.t.a is 'public.t'"],
  ["truncate public.t, public.u", "truncate main.t, main.u"],
  ["create schema if not exists public", "create schema if not exists main"],
  ["create schema s", "create schema s"],
  ["copy public.t from 'x'", "copy main.t from 'x'"],
  ["explain select * from public.t", "explain select * from main.t"],
  ["prepare p as select * from public.t", "prepare p as select * from main.t"],
];

Deno.test("schemas become DuckDB's", () => {
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }, context).sql, expected);
});

Deno.test("in DuckDB's own SQL, public is the default schema, too", () => {
  const native: [string, string][] = [
    ["from public.t", "from main.t"],
    ["create or replace table public.t as from public.u", "create or replace table main.t as from main.u"],
    ["summarize public.t", "summarize main.t"],
    ["from public.t select public.t.a exclude b", "from main.t select main.t.a exclude b"],
    ["from t public select public.a", "from t public select public.a"],
    ["from a.public.t", "from a.public.t"],
    ["from 'public.t'", "from 'public.t'"],
  ];
  for (const [sql, expected] of native) assert.equal(analyze({ text: sql, start: 0 }).sql, expected);
});
