import assert from "node:assert/strict";
import { PgError } from "../../../worker/api/error.ts";
import { parsePath } from "./parse.ts";
import { pathSequence, pathTruth } from "./translate.ts";

Deno.test("paths are read by precedence", () => {
  const shape = (text: string) =>
    JSON.stringify(parsePath(text).expression, (key, value) => key === "value" ? undefined : value);
  assert.equal(
    shape("$.a.b"),
    '{"kind":"member","of":{"kind":"member","of":{"kind":"root"},"key":"a"},"key":"b"}',
  );
  assert.equal(shape("strict $"), shape("lax $"));
  assert.equal(shape("$ ? (@ > 1 && @ < 2 || @ == 3)"), shape("$ ? ((@ > 1 && @ < 2) || @ == 3)"));
  assert.equal(shape("1 + 2 * 3"), shape("1 + (2 * 3)"));
  assert.equal(shape('$."a b"'), shape('$ /* key */ . "a\\u0020b"'));
});

Deno.test("what is no path is a syntax error", () => {
  for (const text of ["a", "$.", "$[", "$ ? (@.a)", "$.a ? (@ = 1)", "$ ? (@ > )", "$ == 1 == 2", "$ $"]) {
    assert.throws(
      () => parsePath(text),
      (error) => error instanceof PgError && error.sqlstate === "42601",
      text,
    );
  }
  assert.throws(() => parsePath(""), (error) => error instanceof PgError && error.sqlstate === "22P02");
});

const on = { root: "r", variables: null, raises: false };

Deno.test("paths are expressions on lists of json", () => {
  assert.equal(
    pathSequence(parsePath("$.a"), on),
    "duckgres_path_member(duckgres_path_flat(duckgres_path_item(r)), '/a')",
  );
  assert.equal(pathTruth(parsePath("$.a"), on), null);
  assert.equal(
    pathTruth(parsePath("$ == null"), on),
    "duckgres_path_any(list_transform(duckgres_path_flat(duckgres_path_item(r)), " +
      "lambda dg_left_0: CASE json_type(dg_left_0) WHEN 'NULL' THEN true ELSE false END))",
  );
});

Deno.test("what cannot be translated is named", () => {
  const refused: [string, string][] = [
    ["$.datetime()", "0A000"],
    ["$.**{2}", "0A000"],
    ["@.a", "42601"],
    ["last", "42601"],
    ["$x", "42704"],
    ['$ like_regex "a" flag "x"', "0A000"],
  ];
  for (const [text, sqlstate] of refused) {
    assert.throws(
      () => pathSequence(parsePath(text), on),
      (error) => error instanceof PgError && error.sqlstate === sqlstate,
      text,
    );
  }
});
