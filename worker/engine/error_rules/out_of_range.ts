/** Values that a type, or a function, does not take. */
import type { Rule } from "./rule.ts";
import { outOfRange } from "./wording.ts";

export const outOfRangeRules: readonly Rule[] = [
  {
    type: "Out of Range",
    match: /^cannot take square root/,
    sqlstate: "2201F",
    say: () => ({ message: "cannot take square root of a negative number" }),
  },
  { type: "Out of Range", match: /^cannot take logarithm/, sqlstate: "2201E" },
  {
    type: "Out of Range",
    match: /^Overflow in \w+ of DECIMAL/,
    sqlstate: "22003",
    say: () => ({ message: "numeric field overflow" }),
  },
  { type: "Out of Range", match: /^Overflow in \w+ of (\w+)/, sqlstate: "22003", say: outOfRange },
  { type: "Out of Range", match: /\b(date|time|timestamp)\b/i, sqlstate: "22008" },
  { type: "Out of Range", sqlstate: "22003" },
];
