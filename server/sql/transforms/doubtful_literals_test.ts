import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const doubtful: [source: string, texts: string[]][] = [
  ["select * from t where day = 'Jan 8, 1999' and name = 'Jan'", ["Jan 8, 1999"]],
  [String.raw`select * from t where b in ('\x00', 'plain')`, [String.raw`\x00`]],
  ["select * from t where mood > 'sad' and mood = 'sad'", ["sad"]],
  ["insert into t values ('{1,2}', 'x'), ('{}', '{\"a\": 1}')", ["{1,2}", "{}", '{"a": 1}']],
  ["insert into t values (1) on conflict (a) do update set b = '20240131'", ["20240131"]],
  ["update t set a = '1.5', b[1] = '{1}', c = 'text'", ["1.5"]],
  ["select case when a then day else 'today' end, coalesce(day, 'now'), greatest(day, 'epoch') from t", [
    "today",
    "now",
    "epoch",
  ]],
  [
    "merge into t using s on true when matched then update set a = '24:00 BC' when not matched then insert values ('on')",
    [
      "24:00 BC",
      "on",
    ],
  ],
  [
    "select '2024-01-31' < day, at = '2024-01-31 10:00:00', n = '12', name <> 'o''neill', d ->> 'x' from t",
    [],
  ],
  [String.raw`select name ~ '^\d+$', name like 'a\_%', f('now') from t`, []],
];

for (const [text, texts] of doubtful) {
  Deno.test(`doubtful literals: ${text}`, () => {
    assert.deepEqual(analyze({ text, start: 0 }).doubtful.map((literal) => literal.text), texts);
  });
}

const beside: [source: string, sql: string][] = [
  [
    "select date '2001-09-28' - '2001-Sep-27'",
    "select CAST(date '2001-09-28' - CAST('2001-09-27' AS DATE) AS INTEGER)",
  ],
  ["select a::timestamp + '1-2'", "select a::timestamp + CAST('14 months 0 days 00:00:00' AS INTERVAL)"],
  ["select time '10:00' > '9:59'", "select CAST('10:00:00' AS TIME) > CAST('09:59:00' AS TIME)"],
  [
    "select a::bool = 'on', a::int = '5', a::numeric = '1.5'",
    "select a::bool = true, a::int = '5', a::DECIMAL(38, 11) = '1.5'",
  ],
  [String.raw`select '\x01' = a::bytea`, String.raw`select CAST('\x01' AS BLOB) = a::bytea`],
];

for (const [source, sql] of beside) {
  Deno.test(`a literal beside what has a type: ${source}`, () => {
    assert.equal(analyze({ text: source, start: 0 }).sql, sql);
  });
}

Deno.test("values of one column are asked for once", () => {
  const { doubtful } = analyze({ text: "insert into t values ('{1}', 2), ('{2}', '{3}')", start: 0 });
  assert.deepEqual(doubtful.map(({ column }) => column), [0, 0, 1]);
});
