import assert from "node:assert/strict";
import { textOf, tokenize } from "./lexer.ts";
import { analyze, type Statement } from "./statement.ts";
import { vet } from "./vet.ts";

const context = { catalogRelations: new Set(["pg_class"]) };

/** Statements that every transform has something to do with. */
const corpus = [
  "select 'é\u{1f600}', count(*) from (select a::text, (b)::regclass, 1 from public.t) x where c ~ 'x' group by 1",
  "with x as (select max(a), b collate pg_catalog.default from pg_catalog.pg_class group by 2) select * from x",
  "select pg_catalog.f(a, $1::pg_catalog.name) operator(pg_catalog.~*) any_value('x'::regtype) from public.t",
  "select case when a ~ 'b' then cast('t' as regclass) else (select 1 from public.u) end, array[1, 2][1]",
  "create table public.t as select a is distinct from b, c::jsonb with no data",
  'create view v as select f(a) over (partition by b), "Q""q", $$;$$ from t',
  "insert into public.t (a) values ('x'::name), (regclass 't') on conflict (a) do update set a = 1 returning a + 1",
  "create table t (a public.mood default 'x'::jsonb primary key, b int[] references public.u (a))",
  "drop table if exists public.a, b cascade",
  "comment on table public.t is E'\\'x'",
  "copy (select a ~ 'b' from public.t) to stdout with (format csv, header)",
  "declare c scroll cursor for select * from public.t",
  "set session search_path = a, 'b', public",
  "explain (analyze, format json) select * from query('from t')",
  "from t select a ~ 'x', {'a': [1, 2]}, x -> x + 1",
  "prepare p (int) as select $1 + (select count(*) from (select 1, 2) z)",
];

/** The text with one token taken out, doubled, swapped with the next, or cut off behind it. */
function* mutations(sql: string): Generator<string> {
  const tokens = tokenize(sql);
  for (let i = 0; i < tokens.length; i++) {
    const { start, end } = tokens[i];
    const word = textOf(sql, tokens[i]);
    yield sql.slice(0, start) + sql.slice(end);
    yield `${sql.slice(0, end)} ${word}${sql.slice(end)}`;
    yield sql.slice(0, end);
    yield `${sql.slice(0, start)}(${word})${sql.slice(end)}`;
    if (i + 1 === tokens.length) continue;
    const next = tokens[i + 1];
    yield sql.slice(0, start) + textOf(sql, next) + " " + word + sql.slice(next.end);
  }
}

function understand(text: string): Statement {
  return analyze({ text, start: 0 }, context);
}

Deno.test("whatever a statement looks like, it is understood, and what PostgreSQL parses still parses when rewritten", () => {
  let rewritten = 0;
  for (const sql of corpus) {
    for (const mutation of mutations(sql)) {
      const statement = understand(mutation);
      for (let at = 1; at <= statement.sql.length + 1; at++) {
        const position = statement.mapPosition(at);
        assert.ok(position >= 1 && position <= mutation.length + 1, mutation);
      }
      if (statement.sql === mutation || statement.command.kind === "native") continue;
      rewritten++;
      // The operators and casts this server puts in are words to PostgreSQL's parser, too.
      assert.notEqual(understand(statement.sql).command.kind, "native", `${mutation}\n${statement.sql}`);
      assert.equal(understand(statement.sql).command.kind, statement.command.kind, mutation);
    }
  }
  assert.ok(rewritten > 100, String(rewritten));
});

Deno.test("vetting ends for every text", () => {
  for (const sql of corpus) {
    for (const mutation of mutations(sql)) {
      // The corpus asks for nothing forbidden; a cut-off query(…) may be refused, but never otherwise.
      try {
        vet(understand(mutation), { superuser: false });
      } catch (error) {
        assert.equal((error as { sqlstate?: string }).sqlstate, "42501", mutation);
      }
    }
  }
});
