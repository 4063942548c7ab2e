import assert from "node:assert/strict";
import type { CreateStmt } from "libpg-query";
import { sourceOf } from "../source.ts";
import { analyze, treeOf } from "../statement.ts";
import { tableDefinition } from "./table.ts";

/** The foreign keys of a CREATE TABLE. */
function keysOf(elements: string) {
  const statement = analyze({ text: `create table c (${elements})`, start: 0 });
  const tree = treeOf(statement) as { CreateStmt: CreateStmt };
  const { constraints } = tableDefinition(tree.CreateStmt, sourceOf(statement.source), statement.engineText);
  return constraints.map(({ references }) => references);
}

const plain = { table: { schema: null, name: "p" }, columns: [], onUpdate: "a", onDelete: "a" };

Deno.test("what is written behind REFERENCES belongs to it", () => {
  const cases: [string, object][] = [
    ["a int references p", plain],
    ["a int references s.p (x) on delete cascade on update set null", {
      table: { schema: "s", name: "p" },
      columns: ["x"],
      onUpdate: "n",
      onDelete: "c",
    }],
    ["a int references p deferrable not null", { ...plain, deferrable: true }],
    ["a int references p initially deferred, b int", { ...plain, deferrable: true, deferred: true }],
    ["a int not null references p not deferrable initially immediate check (a > 0)", plain],
    ["a int, b int, foreign key (a, b) references p match full on delete set default (b) deferrable", {
      ...plain,
      onDelete: "d",
      setColumns: ["b"],
      matchFull: true,
      deferrable: true,
    }],
  ];
  for (const [elements, key] of cases) assert.deepEqual(keysOf(elements)[0], key, elements);
});
