/** Names that every object of JavaScript answers to are names like any other. */
import assert from "node:assert/strict";
import { analyze } from "./statement.ts";

const inherited = ["constructor", "hasOwnProperty", "__proto__", "toString", "valueOf"];

const forms: ((name: string) => string)[] = [
  (name) => `select "${name}"(1), "${name}"(a, '2'), pg_catalog."${name}"() from "${name}"`,
  (name) => `select "${name}"(x) over (), "${name}"(distinct x order by y) from "${name}"(1)`,
  (name) => `select a::"${name}", '1'::"${name}", "${name}" '1', '{1}'::"${name}"[]`,
  (name) => `select 1::pg_catalog."${name}"(3)`,
  (name) => `select x collate "${name}", 1 operator(pg_catalog.+) "${name}"`,
  (name) => `select jsonb_path_query('{}', '$.${name}()')`,
  (name) => `select x -> '${name}', x #> '{${name}}' from t`,
  (name) => `set "${name}" = 1`,
  (name) => `explain ("${name}" 1) select 1`,
  (name) => `copy t to stdout ("${name}" 1)`,
  (name) => `grant "${name}" on t to u`,
  (name) => `create table "${name}" ("${name}" "${name}" default "${name}"())`,
  (name) => `alter table "${name}" add "${name}" "${name}"`,
  (name) => `create index on t using "${name}" (a)`,
  (name) => `create sequence s as "${name}"`,
  (name) => `create domain "${name}" as "${name}"`,
  (name) => `insert into "${name}" ("${name}") values ('1')`,
];

Deno.test("names that objects inherit are translated as others are", () => {
  for (const name of inherited) {
    for (const form of forms) {
      assert.deepEqual(translated(form(name), name), translated(form("otherName"), "otherName"), form(name));
    }
  }
});

function translated(text: string, name: string): string[] {
  const { sql, refusal, mistake, syntaxError } = analyze({ text, start: 0 });
  const message = (refusal ?? mistake ?? syntaxError)?.message ?? "";
  return [sql, message].map((part) => part.replaceAll(name, "name"));
}
