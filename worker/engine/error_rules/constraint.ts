/** Keys and checks, also at COMMIT. */
import type { Rule } from "./rule.ts";
import { duplicate, keyText } from "./wording.ts";

export const constraintRules: readonly Rule[] = [
  {
    match: /^Duplicate key "(.*)" violates (primary key|unique) constraint/s,
    sqlstate: "23505",
    say: duplicate,
  },
  {
    match: /PRIMARY KEY or UNIQUE constraint violation: duplicate key "(.*?)"/s,
    sqlstate: "23505",
    say: (error) => ({
      message: "duplicate key value violates unique constraint",
      detail: `Key (${error.found[1]}) already exists.`,
    }),
  },
  {
    type: "Constraint",
    match: /^NOT NULL constraint failed: (?:(.*)\.)?(.+)$/,
    sqlstate: "23502",
    say: ({ found: [, table = "", column] }) => ({
      message: `null value in column "${column}" of relation "${table}" violates not-null constraint`,
      fields: { t: table, c: column },
    }),
  },
  // A check that raises an error itself: a column's declared length, a domain.
  {
    type: "Constraint",
    match: /^CHECK constraint failed on table .* \(Error: \[([0-9A-Z]{5})\] ([^]*)\)$/s,
    sqlstate: "23514",
    say: ({ found: [, sqlstate, message] }) => ({ sqlstate, message }),
  },
  {
    type: "Constraint",
    match: /^CHECK constraint failed on table (\S+) with expression (.*)$/s,
    sqlstate: "23514",
    say: ({ found: [, table, expression] }) => ({
      message: `new row for relation "${table}" violates check constraint`,
      detail: expression,
      fields: { t: table },
    }),
  },
  {
    type: "Constraint",
    match: /foreign key constraint because key "(.*)" (does not exist|is still referenced)/,
    sqlstate: "23503",
    say: ({ found: [, key, how] }) =>
      how === "does not exist"
        ? {
          message: "insert or update on table violates foreign key constraint",
          detail: `Key ${keyText(key)} is not present in the referenced table.`,
        }
        : {
          message: "update or delete on table violates foreign key constraint",
          detail: `Key ${keyText(key)} is still referenced from another table.`,
        },
  },
  { type: "Constraint", match: /foreign key/i, sqlstate: "23503" },
  { type: "Constraint", match: /not null/i, sqlstate: "23502" },
  { type: "Constraint", match: /check/i, sqlstate: "23514" },
  { type: "Constraint", match: /unique|primary key|duplicate/i, sqlstate: "23505" },
  { type: "Constraint", sqlstate: "23000" },
];
