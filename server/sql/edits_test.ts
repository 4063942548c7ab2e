import assert from "node:assert/strict";
import { editsOf } from "./edits.ts";

Deno.test("a text without edits stays as it is", () => {
  const edited = editsOf("select 1").apply();
  assert.equal(edited.text, "select 1");
  assert.equal(edited.toOriginal(5), 5);
});

Deno.test("edits are applied in the order of the text", () => {
  const edits = editsOf("a + b");
  edits.replace(4, 5, "bb");
  edits.replace(0, 1, "aa");
  edits.wrap(2, 3, "<", ">");
  assert.equal(edits.apply().text, "aa <+> bb");
});

Deno.test("what wraps first is the outer one", () => {
  const edits = editsOf("x::a::b");
  edits.wrap(0, 4, "B(", ")");
  edits.replace(4, 7, "");
  edits.wrap(0, 1, "A(", ")");
  edits.replace(1, 4, "");
  assert.equal(edits.apply().text, "B(A(x))");
});

Deno.test("what closes at a place stands before what opens there", () => {
  const edits = editsOf("ab");
  edits.wrap(1, 2, "(", ")");
  edits.wrap(0, 1, "[", "]");
  assert.equal(edits.apply().text, "[a](b)");
});

Deno.test("an edit inside replaced text is lost", () => {
  const edits = editsOf("pg_catalog.x");
  edits.replace(0, 12, "y");
  edits.replace(11, 12, "z");
  assert.equal(edits.apply().text, "y");
});

Deno.test("offsets lead back to the original", () => {
  const edits = editsOf("select x::regclass, y");
  edits.wrap(7, 8, "f(", ")");
  edits.replace(8, 18, "");
  const edited = edits.apply();
  assert.equal(edited.text, "select f(x), y");
  assert.equal(edited.toOriginal(edited.text.indexOf("select")), 0);
  assert.equal(edited.toOriginal(edited.text.indexOf("f(")), 7);
  assert.equal(edited.toOriginal(edited.text.indexOf("x")), 7);
  assert.equal(edited.toOriginal(edited.text.indexOf("y")), 20);
  assert.equal(edited.toOriginal(edited.text.length), 21);
});

Deno.test("an empty text can be edited", () => {
  const edits = editsOf("a");
  edits.replace(0, 1, "");
  assert.equal(edits.apply().text, "");
  assert.equal(edits.apply().toOriginal(0), 0);
});

Deno.test("a range is copied with what it becomes", () => {
  const edits = editsOf("sum(a + 1)");
  edits.wrap(0, 10, "(", ")");
  edits.copy(10, 4, 9, ", ", "!");
  edits.replace(4, 5, "bc");
  edits.wrap(4, 9, "<", ">");
  assert.equal(edits.apply().text, "(sum(<bc + 1>), <bc + 1>!)");
});

Deno.test("a word put in place of something else stands alone", () => {
  const edits = editsOf("select(a)::b, x and(c)or y, f(1)");
  edits.wrap(6, 9, "cast", "");
  edits.replace(9, 12, "");
  edits.replace(19, 22, "d");
  edits.wrap(28, 29, "my_", "");
  assert.equal(edits.apply().text, "select cast(a), x and d or y, my_f(1)");
});

Deno.test("copies of copies are refused before they fill the memory", () => {
  const depth = 30;
  const nested = "f(".repeat(depth) + ")".repeat(depth);
  const tripled = editsOf(nested);
  for (let i = 0; i < depth; i++) {
    const [start, end] = [2 * i, nested.length - i];
    tripled.copy(end, start + 1, end, ",", "");
    tripled.copy(end, start + 1, end, ",", "");
  }
  assert.throws(() => tripled.apply(), RangeError);
});
