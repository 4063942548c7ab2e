import assert from "node:assert/strict";
import { splitStatements } from "./split.ts";

function texts(sql: string): string[] {
  return splitStatements(sql).map((piece) => piece.text);
}

const cases: [string, string[]][] = [
  ["", []],
  [";", []],
  [" ;; \n ; ", []],
  ["-- only a comment", []],
  ["/* a */ -- b", []],
  ["/* ; */;-- ;\n;", []],
  ["select 1", ["select 1"]],
  ["select 1;", ["select 1"]],
  ["  select 1 ; ", ["select 1"]],
  ["select 1;select 2", ["select 1", "select 2"]],
  ["/* lead */ select 1 /* in */ + 2 -- tail", ["select 1 /* in */ + 2"]],
  ["select ';'; select 2", ["select ';'", "select 2"]],
  ["select 'it''s;'; select 2", ["select 'it''s;'", "select 2"]],
  ["select 'a\\'; select 2", ["select 'a\\'", "select 2"]],
  ["select E'a\\';'; select 2", ["select E'a\\';'", "select 2"]],
  ["select e'\\\\'; select 2", ["select e'\\\\'", "select 2"]],
  ["select U&'d\\0061;'; select 2", ["select U&'d\\0061;'", "select 2"]],
  ["select B'1'; select X'1F'; select N'a;'", ["select B'1'", "select X'1F'", "select N'a;'"]],
  ['select "a;b"; select 2', ['select "a;b"', "select 2"]],
  ['select "a"";b"; select 2', ['select "a"";b"', "select 2"]],
  ['select U&"a;b"; select 2', ['select U&"a;b"', "select 2"]],
  ["select $$;$$; select 2", ["select $$;$$", "select 2"]],
  ["select $a$;$$;$b$;$a$; select 2", ["select $a$;$$;$b$;$a$", "select 2"]],
  ["select $é$;$é$; select 2", ["select $é$;$é$", "select 2"]],
  ["select $1; select $2", ["select $1", "select $2"]],
  ["select a$b$c; select 2", ["select a$b$c", "select 2"]],
  ["select $1$; select 2", ["select $1$", "select 2"]],
  ["select /* /* ; */ ; */ 1; select 2", ["select /* /* ; */ ; */ 1", "select 2"]],
  ["select 1 --;\n+ 2; select 2", ["select 1 --;\n+ 2", "select 2"]],
  ["select 1 --;\r+ 2", ["select 1 --;\r+ 2"]],
  ["select 1+--;\n2", ["select 1+--;\n2"]],
  ["select 1*/*;*/2", ["select 1*/*;*/2"]],
  ["create rule r as on insert to t do (a; b); select 2", [
    "create rule r as on insert to t do (a; b)",
    "select 2",
  ]],
  ["select [1;2]; x", ["select [1;2]", "x"]],
  ["select ); select 2", ["select )", "select 2"]],
  // What is not closed takes the rest.
  ["select 'a; select 2", ["select 'a; select 2"]],
  ['select "a; select 2', ['select "a; select 2']],
  ["select $$a; select 2", ["select $$a; select 2"]],
  ["select 1 /* a; select 2", ["select 1 /* a; select 2"]],
  ["select (1; select 2", ["select (1; select 2"]],
  ["select E'a\\", ["select E'a\\"]],
  ["select '\u{1f600};'; select 'é;'", ["select '\u{1f600};'", "select 'é;'"]],
  ["\u00a0select\u00a01;\u3000select 2", ["select\u00a01", "select 2"]],
];

Deno.test("statements end at semicolons that are not inside anything", () => {
  for (const [sql, expected] of cases) assert.deepEqual(texts(sql), expected, sql);
});

Deno.test("a piece knows how many characters stand before it", () => {
  assert.deepEqual(splitStatements(" select 1;\n-- x\nselect 2").map((piece) => piece.start), [1, 16]);
  assert.deepEqual(splitStatements("select 'é\u{1f600}'; select 2").map((piece) => piece.start), [0, 13]);
});

Deno.test("pieces lie in the text one behind the other, whatever the text is", () => {
  // Every string of up to five of these parts, so that openings and closings meet in every order.
  const parts = ["'", '"', "$$", "$a$", "/*", "*/", "--", "\n", ";", "(", ")", "E", "x", "\\", "1"];
  let checked = 0;
  const check = (sql: string, depth: number) => {
    let from = 0;
    for (const { text } of splitStatements(sql)) {
      const at = sql.indexOf(text, from);
      assert.ok(text.length > 0 && at >= from, JSON.stringify(sql));
      from = at + text.length;
      checked++;
    }
    if (depth > 0) { for (const part of parts) check(sql + part, depth - 1); }
  };
  check("", 4);
  assert.ok(checked > 40_000);
});
