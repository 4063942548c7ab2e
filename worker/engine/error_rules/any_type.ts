/** What errors of any type say: what the server itself closed, and what PostgreSQL answers alike wherever it comes from. */
import type { Rule } from "./rule.ts";
import { castHint } from "./wording.ts";

export const anyTypeRules: readonly Rule[] = [
  { match: /configuration has been locked|disabled (by|through) configuration/, sqlstate: "42501" },
  { match: /^Cannot (change|enable|disable|set) .* while (the )?database is running/i, sqlstate: "55P02" },
  { type: "Permission", sqlstate: "42501" },
  {
    type: "INTERRUPT",
    sqlstate: "57014",
    say: () => ({ message: "canceling statement due to user request" }),
  },

  {
    match: /^(Max expression depth limit|Maximum tree depth) of \d+ exceeded/,
    sqlstate: "54001",
    say: () => ({ message: "stack depth limit exceeded" }),
  },

  {
    match: /^interval cannot be 0!/,
    sqlstate: "22023",
    say: () => ({ message: "step size cannot equal zero" }),
  },
  {
    type: "Binder",
    match: /^Macro "?(?:duckgres_)?(\w+)"?\(\) does not support the supplied arguments/,
    sqlstate: "42883",
    say: ({ found }) => ({
      message: `function ${found[1]} does not exist with these arguments`,
      hint: castHint,
    }),
  },

  {
    match: /^GROUP BY term out of range/,
    sqlstate: "42P10",
    say: ({ rest }) => {
      const [term] = /^\d+/.exec(rest) ?? [];
      return term ? { message: `GROUP BY position ${term} is not in select list` } : {};
    },
  },
  { match: /^table ".*" has \d+ columns available but \d+ columns specified/, sqlstate: "42P10" },
  { match: /^window "[^"]*" does not exist$/, sqlstate: "42704" },
  { match: /^frame (starting|end)|^window ".*" is already defined$/, sqlstate: "42P20" },
  {
    match: /^RANGE frames must have only one ORDER BY expression/,
    sqlstate: "42P20",
    say: () => ({ message: "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column" }),
  },
  { match: /^aggregate function calls cannot contain window function calls/, sqlstate: "42803" },
  {
    match: /^Argument for ntile must be greater than zero/,
    sqlstate: "22014",
    say: () => ({ message: "argument of ntile must be greater than zero" }),
  },
  {
    match: /^PERCENTILEs can only take parameters in the range/,
    sqlstate: "22003",
    say: () => ({ message: "percentile value is not between 0 and 1" }),
  },
  {
    match: /^In a DISTINCT aggregate, ORDER BY expressions/,
    sqlstate: "42P10",
    say: () => ({
      message: "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list",
    }),
  },
  {
    match: /^GROUPING (statement|child)/,
    sqlstate: "42803",
    say: () => ({
      message: "arguments to GROUPING must be grouping expressions of the associated query level",
    }),
  },
  {
    match: /^Circular reference to CTE "([^"]*)"/,
    sqlstate: "42P19",
    say: ({ found }) => ({
      message: `recursive query "${
        found[1]
      }" does not have the form non-recursive-term UNION [ALL] recursive-term`,
    }),
  },
  {
    match: /^Invalid escape string/,
    sqlstate: "22025",
    say: () => ({ message: "invalid escape string", hint: "Escape string must be empty or one character." }),
  },
  {
    match: /^Failure in decode: could not convert blob to UTF8/,
    sqlstate: "22021",
    say: () => ({ message: 'invalid byte sequence for encoding "UTF8"' }),
  },
];
