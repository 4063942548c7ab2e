/** Whole statements, by the type of node that stands at their top. */
import {
  expression,
  inside,
  list,
  maybe,
  oneOf,
  rareExpression,
  type Scope,
  select,
  source,
  withClause,
  type Write,
} from "./grammar.ts";
import { string } from "./literals.ts";
import { column, identifier, table, typeName } from "./names.ts";

const pick = (...texts: readonly string[]): Write => ({ random }) => random.pick(texts);

const returning: Write = (scope) =>
  maybe(scope, 0.4, (s) => ` returning ${list(s, 1, 2, expression)}${pick("", " value", " as r")(s)}`);

const columnDefinition: Write = (scope) =>
  `${identifier(scope)} ${typeName(scope)}${
    maybe(scope, 0.4, (s) =>
      oneOf(
        s,
        [2, () => " not null"],
        [1, (r) => ` default ${expression(r)}`],
        [1, () => " primary key"],
        [1, () => " unique"],
        [1, (r) => ` check (${expression(r)})`],
        [1, () => " references u (id)"],
        [1, () => " generated always as identity"],
        [1, (r) => ` generated always as (${expression(r)}) stored`],
      ))
  }`;

/** Statements by their node. */
export const statements: Readonly<Record<string, Write>> = {
  SelectStmt: select,
  InsertStmt: (scope) =>
    `${maybe(scope, 0.1, (s) => `${withClause(s)} `)}insert into ${table(scope)}${
      maybe(scope, 0.5, (s) => ` (${list(s, 1, 3, column)})`)
    } ${
      oneOf(
        scope,
        [3, (s) => `values (${list(s, 1, 3, (r) => r.random.chance(0.1) ? "default" : expression(r))})`],
        [1, select],
        [1, () => "default values"],
      )
    }${
      maybe(scope, 0.2, (s) =>
        ` on conflict ${pick("", "(id) ", "on constraint t_pkey ")(s)}${
          oneOf(s, [1, () =>
            "do nothing"], [1, (r) =>
            `do update set ${column(r)} = excluded.${column(r)}`])
        }`)
    }${returning(scope)}`,
  UpdateStmt: (scope) =>
    `update ${table(scope)}${pick("", " x", " as x")(scope)} set ${
      list(scope, 1, 2, (s) =>
        oneOf(
          s,
          [3, (r) => `${column(r)} = ${expression(r)}`],
          [1, (r) => `(${column(r)}, ${column(r)}) = (${expression(r)}, ${expression(r)})`],
        ))
    }${maybe(scope, 0.2, (s) => ` from ${source(s)}`)}${maybe(scope, 0.6, (s) => ` where ${expression(s)}`)}${
      returning(scope)
    }`,
  DeleteStmt: (scope) =>
    `delete from ${table(scope)}${maybe(scope, 0.2, (s) => ` using ${source(s)}`)}${
      maybe(scope, 0.6, (s) => ` where ${expression(s)}`)
    }${returning(scope)}`,
  MergeStmt: (scope) =>
    `merge into t using ${table(scope)} s on ${expression(scope)} when matched then ${
      oneOf(scope, [1, () => "delete"], [1, (s) => `update set name = ${expression(s)}`], [1, () =>
        "do nothing"])
    }${maybe(scope, 0.5, (s) => ` when not matched then insert (id) values (${expression(s)})`)}`,
  CreateStmt: (scope) =>
    `create ${pick("", "temp ", "unlogged ")(scope)}table ${pick("", "if not exists ")(scope)}${
      pick("", "public.")(scope)
    }${identifier(scope)} (${list(scope, 1, 3, columnDefinition)}${
      pick("", ", primary key (id)", ", like t")(scope)
    })`,
  CreateTableAsStmt: (scope) =>
    `create ${pick("table", "temp table", "materialized view")(scope)} ${identifier(scope)} as ${
      select(scope)
    }${pick("", " with no data")(scope)}`,
  ViewStmt: (scope) =>
    `create ${pick("", "or replace ")(scope)}view ${identifier(scope)}${
      maybe(scope, 0.2, (s) => ` (${list(s, 1, 2, identifier)})`)
    } as ${select(scope)}`,
  IndexStmt: (scope) =>
    `create ${pick("", "unique ")(scope)}index ${
      pick("", "t_ix ", "if not exists t_ix ", "concurrently ")(scope)
    }on t ${pick("", "using btree ")(scope)}(${oneOf(scope, [2, column], [1, (s) => `(${expression(s)})`])}${
      pick("", " desc nulls last")(scope)
    })${maybe(scope, 0.1, (s) => ` where ${expression(s)}`)}`,
  AlterTableStmt: (scope) =>
    `alter table ${pick("", "if exists ", "only ")(scope)}${table(scope)} ${
      list(scope, 1, 2, (s) =>
        oneOf(
          s,
          [1, (r) => `add column ${columnDefinition(r)}`],
          [1, (r) => `drop column ${pick("", "if exists ")(r)}${column(r)}${pick("", " cascade")(r)}`],
          [1, (r) => `alter column ${column(r)} type ${typeName(r)} using ${expression(r)}`],
          [1, (r) => `alter ${column(r)} set default ${expression(r)}`],
          [1, (r) => `alter ${column(r)} ${pick("set", "drop")(r)} not null`],
          [1, (r) => `add constraint c check (${expression(r)})`],
        ))
    }`,
  RenameStmt: (scope) =>
    `alter table ${table(scope)} rename ${pick("to", "name to")(scope)} ${identifier(scope)}`,
  DropStmt: (scope) =>
    `drop ${pick("table", "view", "index", "schema", "sequence", "type")(scope)} ${
      pick("", "if exists ")(scope)
    }${list(scope, 1, 2, identifier)}${pick("", " cascade", " restrict")(scope)}`,
  TruncateStmt: (scope) =>
    `truncate ${list(scope, 1, 2, table)}${pick("", " restart identity", " cascade")(scope)}`,
  CreateSchemaStmt: (scope) => `create schema ${pick("", "if not exists ")(scope)}${identifier(scope)}`,
  CreateSeqStmt: (scope) =>
    `create sequence ${identifier(scope)}${pick("", " increment by 2", " start 5 cache 1 no cycle")(scope)}`,
  CreateEnumStmt: (scope) =>
    `create type ${pick("", "public.")(scope)}mood as enum (${list(scope, 1, 2, string)})`,
  CreateDomainStmt: (scope) => `create domain ${identifier(scope)} as ${typeName(scope)} check (value > 0)`,
  CommentStmt: (scope) =>
    `comment on ${pick("table t", "column t.id", "column public.t.id", "view v")(scope)} is ${string(scope)}`,
  GrantStmt: (scope) => `${pick("grant select on t to", "revoke all on t from")(scope)} public`,
  CopyStmt: (scope) =>
    oneOf(
      scope,
      [1, (s) => `copy ${table(s)} (${column(s)}) from stdin with (format csv)`],
      [1, (s) => `copy (${select(s)}) to stdout`],
    ),
  ExplainStmt: (scope) =>
    `explain ${pick("", "analyze ", "(format json) ", "(costs off, verbose) ")(scope)}${select(scope)}`,
  PrepareStmt: (scope) => `prepare ${identifier(scope)} (${typeName(scope)}) as ${select(scope)}`,
  ExecuteStmt: (scope) => `execute ${identifier(scope)} (${list(scope, 1, 2, expression)})`,
  DeallocateStmt: (scope) => `deallocate ${pick("all", "p", "prepare p")(scope)}`,
  DeclareCursorStmt: (scope) =>
    `declare ${identifier(scope)} ${pick("", "scroll ", "no scroll ")(scope)}cursor for ${select(scope)}`,
  FetchStmt: pick("fetch next from c", "fetch all c", "move backward 2 in c", "fetch absolute -1 from c"),
  ClosePortalStmt: pick("close c", "close all"),
  TransactionStmt: pick(
    "begin",
    "commit",
    "rollback",
    "savepoint a",
    "release a",
    "rollback to a",
    "start transaction read only",
  ),
  VariableSetStmt: pick(
    "set search_path to public, t",
    "set local timezone = 'UTC'",
    "set session characteristics as transaction read only",
    "set time zone interval '+02:00' hour to minute",
    "set x.y = '1'",
    "reset all",
  ),
  VariableShowStmt: pick("show all", "show search_path", "show time zone"),
  DiscardStmt: pick("discard all", "discard temp"),
  VacuumStmt: pick("vacuum", "vacuum full t", "analyze t (id)"),
  LockStmt: pick("lock table t in share mode"),
  ListenStmt: pick("listen x"),
  DoStmt: pick("do $$begin null; end$$"),
  CreateFunctionStmt: pick("create function f(a int) returns int language sql as $$select a + 1$$"),
  CallStmt: (scope) => `call ${identifier(scope)}(${expression(scope)})`,
};

const often = ["SelectStmt", "SelectStmt", "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt"];

/** A whole statement. */
export function statement(scope: Scope): string {
  if (scope.random.chance(0.03)) return `select ${rareExpression(scope)}`;
  const type = scope.random.pick(scope.random.chance(0.7) ? often : Object.keys(statements));
  return statements[type](inside(scope));
}
