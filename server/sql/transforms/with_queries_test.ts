import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const mistake = (text: string) => analyze({ text, start: 0 }).mistake?.message ?? null;

Deno.test("columns a WITH query does not have", () => {
  assert.equal(
    mistake("with w(a, b, c) as (select 1, 2) select * from w"),
    'WITH query "w" has 2 columns available but 3 columns specified',
  );
  assert.equal(mistake("with w(a, b) as (select * from t) select * from w"), null);
  assert.equal(mistake("with w(a) as (values (1, 2)) select * from w"), null);
});

Deno.test("recursive queries keep the first row's types", () => {
  const query = (first: string, next: string) =>
    `with recursive t(n) as (select ${first} union all select ${next} from t where n < 5) select * from t`;
  assert.equal(
    mistake(query("1", "t.n + 0.5")),
    'recursive query "t" column 1 has type integer in non-recursive term but type numeric overall',
  );
  assert.equal(mistake(query("1", "n + 1")), null);
  assert.equal(mistake(query("1.5", "n + 1")), null);
  assert.equal(mistake(query("1", "f(n)")), null);
});
