import assert from "node:assert/strict";
import { conditionsOf } from "./look_around.ts";

const known: [are: string, conditions: string[]][] = [
  ["a+b", ["a+b"]],
  ["a(?=b)", ["a(?:b)"]],
  ["a(?!b)", ["a(?:$|[^b])"]],
  ["a+(?![b-d])", ["a+(?:$|[^b-d])"]],
  ["a(?!\\d)", ["a(?:$|\\D)"]],
  ["a(?!=)", ["a(?:$|[^=])"]],
  ["(?<=a|b)c", ["(?:a|b)c"]],
  ["(?<!a)b(?=c)", ["(?:^|[^a])b(?:c)"]],
  ["^(?=.*[A-Z])(?=.*\\d).{8,}$", ["^.{8,}$", "^(?:.*[A-Z])", "^(?:.*\\d)"]],
  ["^(?!tmp_)[a-z_]+$", ["^[a-z_]+$", "!^(?:tmp_)"]],
  ["^(ab)\\1$", ["^(ab)(?:ab)$"]],
  ["(a)x\\1+", ["(a)x(?:a)+"]],
];

for (const [are, conditions] of known) {
  Deno.test(`look-around: ${are}`, () =>
    assert.deepEqual(
      conditionsOf(are)?.map(({ pattern, negated }) => `${negated ? "!" : ""}${pattern}`),
      conditions,
    ));
}

const unknown = [
  "(?=a)b", // may begin anywhere
  "^(?=a)b|c",
  "a(?!bc)",
  "a(?=b)c",
  "^(?=(?!a)b)c",
  "(.)\\1",
  "(a)?\\1",
  "(a)|\\1",
  "((a))\\2",
  "^(?=a)?b",
  "(?n)a(?=b)",
  "a(?=b",
];

for (const are of unknown) {
  Deno.test(`look-around: ${are} is not told`, () => assert.equal(conditionsOf(are), null));
}
