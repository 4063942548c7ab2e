import assert from "node:assert/strict";
import type { TypeName } from "libpg-query";
import { analyze, treeOf } from "../mod.ts";
import { declaredPgType, declaredType, lengthCheck, notedType } from "./declared_type.ts";

function typeOf(text: string): TypeName | undefined {
  const tree = treeOf(analyze({ text: `create table t (a ${text})`, start: 0 }));
  const [element] = tree && "CreateStmt" in tree ? tree.CreateStmt.tableElts ?? [] : [];
  return "ColumnDef" in element ? element.ColumnDef.typeName : undefined;
}

Deno.test("what DuckDB does not keep of a type is told as format_type does", () => {
  const told = {
    "varchar(5)": "character varying(5)",
    "character varying": "character varying",
    "char": "character(1)",
    "bpchar": "bpchar",
    "bit(3)": "bit(3)",
    "bit varying(5)": "bit varying(5)",
    "name": "name",
    "oid": "oid",
    '"char"': '"char"',
    "text": null,
    "int": null,
    "varchar(5)[]": null,
    "mine.varchar": null,
  };
  for (const [text, declared] of Object.entries(told)) {
    assert.equal(declaredType(typeOf(text)), declared, text);
  }
});

Deno.test("a note can be told of the type that it tells", () => {
  for (
    const declared of ["character varying(5)", "character(3)", "bpchar", "bit(3)", "json", "oid", '"char"']
  ) {
    assert.equal(notedType(declaredPgType(declared)!), declared);
  }
  assert.equal(notedType({ oid: 25, length: -1, modifier: -1 }), null);
});

Deno.test("a length is checked with DuckDB's own functions, with PostgreSQL's error", () => {
  assert.equal(
    lengthCheck("a", "character varying(5)"),
    `CASE WHEN system.main.length("a") > 5 THEN error('[22001] value too long for type character varying(5)') ELSE true END`,
  );
  assert.match(lengthCheck("a", "bit(3)")!, /<> 3 THEN error\('\[22026\] bit string length '/);
  assert.equal(lengthCheck("a", "character varying"), null);
  assert.equal(lengthCheck("a", '"main"."mood"'), null);
  assert.equal(lengthCheck("a", null), null);
});
