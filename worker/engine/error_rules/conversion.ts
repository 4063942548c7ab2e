/** Values that cannot be read as, or turned into, a type. */
import type { Rule } from "./rule.ts";
import { badInput, cannotCast, dateType, numericOverflow, outOfRange } from "./wording.ts";

export const conversionRules: readonly Rule[] = [
  {
    type: "Conversion",
    match: /^Unimplemented type for cast \((.*) -> (.*)\)/s,
    sqlstate: "42846",
    say: cannotCast,
  },
  {
    type: "Conversion",
    match: /^Type VARCHAR with value '(.*)' can't be cast to the destination type (\S+\])/s,
    sqlstate: "22P02",
    say: (error) => ({
      message: `malformed array literal: "${error.found[1]}"`,
      detail: error.message,
    }),
  },
  {
    type: "Conversion",
    match: /out of range for the destination type (.+)$/,
    sqlstate: "22003",
    say: outOfRange,
  },
  {
    type: "Conversion",
    match:
      /^Cast(?:ing value ".*"| value) to type DECIMAL\((\d+),(\d+)\) failed|^Could not cast value .* to DECIMAL\((\d+),(\d+)\)/,
    sqlstate: "22003",
    say: ({ found }) => numericOverflow(Number(found[1] ?? found[3]), Number(found[2] ?? found[4])),
  },
  {
    type: "Conversion",
    match: /^Could not convert string (?:'(.*)'|"(.*)") to ([A-Z]\w*(?:\(\d+,\d+\))?)(?: when casting.*)?$/s,
    sqlstate: "22P02",
    say: badInput,
  },
  {
    type: "Conversion",
    match: /^extract specifier (".*") not recognized/s,
    sqlstate: "22023",
    say: ({ found }) => ({ message: `unit ${found[1]} not recognized` }),
  },
  {
    type: "Conversion",
    match: /^invalid (date|time|timestamp) field format: "(.*?)", expected/s,
    sqlstate: "22007",
    say: (error) => ({ message: `invalid input syntax for type ${dateType(error)}: "${error.found[2]}"` }),
  },
  {
    type: "Conversion",
    match: /^(date|time|timestamp) field value out of range: "(.*?)"/s,
    sqlstate: "22008",
    say: (error) =>
      /^\s*[+-]?\d/.test(error.found[2])
        ? { message: `date/time field value out of range: "${error.found[2]}"` }
        : {
          sqlstate: "22007",
          message: `invalid input syntax for type ${dateType(error)}: "${error.found[2]}"`,
        },
  },
  {
    type: "Conversion",
    match: /^(?:Date|Time|Timestamp) out of range: (.*)$/i,
    sqlstate: "22008",
    say: (error) => ({ message: `date/time field value out of range: ${error.found[1]}` }),
  },
  {
    type: "Conversion",
    match: /(date|time|timestamp|interval).*(out of range|overflow)/i,
    sqlstate: "22008",
  },
  {
    type: "Conversion",
    match: /^Malformed JSON/,
    sqlstate: "22P02",
    say: (error) => ({ message: "invalid input syntax for type json", detail: error.message }),
  },
  {
    type: "Conversion",
    match: /string -> blob conversion/,
    sqlstate: "22P02",
    say: (error) => ({ message: "invalid input syntax for type bytea", detail: error.message }),
  },
  {
    type: "Conversion",
    match: /string -> bit conversion: '?(.)/,
    sqlstate: "22P02",
    say: (error) => ({ message: `"${error.found[1]}" is not a valid binary digit` }),
  },
  { type: "Conversion", match: /out of range|overflow/i, sqlstate: "22003" },
  { type: "Conversion", sqlstate: "22P02" },
  { type: "Mismatch Type", sqlstate: "42804" },
  { type: "Divide by Zero", sqlstate: "22012", say: () => ({ message: "division by zero" }) },
  { type: "Decimal", sqlstate: "22003" },
];
