/** Names, functions and clauses that do not fit together. */
import type { Rule } from "./rule.ts";
import { manyMatches, noMatch } from "./wording.ts";

export const binderRules: readonly Rule[] = [
  {
    type: "Binder",
    match: /^Table "(.*)" does not have a column named "(.*)"/,
    sqlstate: "42703",
    say: ({ found: [, table, column] }) => ({ message: `column ${table}.${column} does not exist` }),
  },
  {
    type: "Binder",
    match: /^Table "(.*)" does not have a column with name "(.*)"/,
    sqlstate: "42703",
    say: ({ found: [, table, column] }) => ({
      message: `column "${column}" of relation "${table}" does not exist`,
    }),
  },
  {
    type: "Binder",
    match: /^Referenced column "(.*)" (?:not found|was not found)/,
    sqlstate: "42703",
    say: (error) => ({ message: `column "${error.found[1]}" does not exist` }),
  },
  {
    type: "Binder",
    match: /^Referenced update column (.*) not found/,
    sqlstate: "42703",
    say: (error) => ({ message: `column "${error.found[1]}" does not exist` }),
  },
  {
    type: "Binder",
    match: /^Column "(.*)" in \w+ list not found/,
    sqlstate: "42703",
    say: (error) => ({ message: `column "${error.found[1]}" does not exist` }),
  },
  {
    type: "Binder",
    match: /^Column "(.*)" does not exist on (left|right) side of join/,
    sqlstate: "42703",
    say: ({ found: [, column, side] }) => ({
      message: `column "${column}" specified in USING clause does not exist in ${side} table`,
    }),
  },
  { type: "Binder", subtype: "COLUMN_NOT_FOUND", sqlstate: "42703" },
  {
    type: "Binder",
    match: /^(Could not find key|Cannot extract field|No matching columns)/,
    sqlstate: "42703",
  },
  {
    type: "Binder",
    match: /^Column "(.*)" referenced by .* does not exist|^Table does not contain column (\S+) /,
    sqlstate: "42703",
    say: ({ found }) => ({ message: `column "${found[1] ?? found[2]}" does not exist` }),
  },
  {
    type: "Binder",
    match: /^Duplicate column name "(.*)" in INSERT/,
    sqlstate: "42701",
    say: (error) => ({ message: `column "${error.found[1]}" specified more than once` }),
  },
  {
    type: "Binder",
    match: /^Ambiguous reference to column name "(.*?)"/,
    sqlstate: "42702",
    say: (error) => ({ message: `column reference "${error.found[1]}" is ambiguous` }),
  },
  {
    type: "Binder",
    match: /^Ambiguous reference to table "(.*?)"/,
    sqlstate: "42712",
    say: (error) => ({ message: `table name "${error.found[1]}" specified more than once` }),
  },
  {
    type: "Binder",
    match: /^Referenced table "(.*?)" not found/,
    sqlstate: "42P01",
    say: (error) => ({ message: `missing FROM-clause entry for table "${error.found[1]}"` }),
  },
  { type: "Binder", match: /^No function matches/, sqlstate: "42883", say: noMatch },
  {
    type: "Binder",
    match: /^Could not choose a best candidate function for the function call "(.*?\))"/s,
    sqlstate: "42725",
    say: manyMatches,
  },
  {
    type: "Binder",
    match: /^column "?(.+?)"? must appear in the GROUP BY clause/,
    sqlstate: "42803",
    say: (error) => ({
      message: `column "${
        error.found[1]
      }" must appear in the GROUP BY clause or be used in an aggregate function`,
    }),
  },
  { type: "Binder", match: /^aggregate function calls cannot be nested/, sqlstate: "42803" },
  {
    type: "Binder",
    match: /^(.+?) (?:clause )?cannot contain (aggregates|window functions)/,
    sqlstate: "42803",
    say: ({ found: [, clause, what] }) =>
      what === "aggregates"
        ? { message: `aggregate functions are not allowed in ${clause}` }
        : { sqlstate: "42P20", message: `window functions are not allowed in ${clause}` },
  },
  {
    type: "Binder",
    match: /^Prepared statement "(.*)" does not exist/,
    sqlstate: "26000",
    say: (error) => ({ message: `prepared statement "${error.found[1]}" does not exist` }),
  },
  {
    type: "Binder",
    match: /^(?:Catalog|Database) "(.*)" (?:does not exist|not found)/,
    sqlstate: "3D000",
    say: (error) => ({ message: `database "${error.found[1]}" does not exist` }),
  },
  { type: "Binder", match: /^Failed to detach database .* not found/, sqlstate: "3D000" },
  {
    type: "Binder",
    match: /^Failed to attach database: database with name .* already exists/,
    sqlstate: "42P04",
  },
  { type: "Binder", match: /^Cannot detach database/, sqlstate: "55006" },
  {
    type: "Binder",
    match: /^Set operations can only apply/,
    sqlstate: "42601",
    say: () => ({ message: "each UNION query must have the same number of columns" }),
  },
  {
    type: "Binder",
    match: /^Subquery returns \d+ columns/,
    sqlstate: "42601",
    say: () => ({ message: "subquery must return only one column" }),
  },
  {
    type: "Binder",
    match: /^ORDER term out of range/,
    sqlstate: "42P10",
    say: ({ rest }) => {
      const [term] = /^\d+/.exec(rest) ?? [];
      return term ? { message: `ORDER BY position ${term} is not in select list` } : {};
    },
  },
  {
    type: "Binder",
    match: /^LIMIT\/OFFSET cannot be negative/,
    sqlstate: "2201W",
    say: ({ sql, position }) =>
      /offset\s*$/i.test(sql.slice(0, position ?? 0))
        ? { sqlstate: "2201X", message: "OFFSET must not be negative" }
        : { message: "LIMIT must not be negative" },
  },
  {
    type: "Binder",
    match: /conflict target are not referenced by a UNIQUE/,
    sqlstate: "42P10",
    say: () => ({
      message: "there is no unique or exclusion constraint matching the ON CONFLICT specification",
    }),
  },
  {
    type: "Binder",
    match:
      /referenced table "(.*?)" does not have a primary key|no primary key or unique constraint for referenced table "(.*)"/,
    sqlstate: "42830",
    say: (error) => ({
      message: `there is no unique constraint matching given keys for referenced table "${
        error.found[1] ?? error.found[2]
      }"`,
    }),
  },
  { type: "Binder", match: /^Failed to create foreign key: .* does not have a column/, sqlstate: "42703" },
  {
    type: "Binder",
    match: /expected (\d+) columns but (\d+) values|^table .* has (\d+) columns but (\d+) values/,
    sqlstate: "42601",
    say: ({ found }) => {
      const [columns, values] = [found[1] ?? found[3], found[2] ?? found[4]].map(Number);
      return values > columns
        ? { message: "INSERT has more expressions than target columns" }
        : { message: "INSERT has more target columns than expressions" };
    },
  },
  {
    type: "Binder",
    match: /^Cannot mix values|Cannot compare values|Cannot combine types|type mismatch/i,
    sqlstate: "42804",
  },
  { type: "Binder", match: /DEFAULT value cannot contain/, sqlstate: "0A000" },
  {
    type: "Binder",
    match: /^Cant update column "(.*)" because it is a generated column/,
    sqlstate: "428C9",
    say: ({ found }) => ({
      message: `column "${found[1]}" can only be updated to DEFAULT`,
      detail: `Column "${found[1]}" is a generated column.`,
    }),
  },
  { type: "Binder", match: /^Cannot insert into a generated column/, sqlstate: "428C9" },
  { type: "Binder", match: /^Can(?:not| not) .*(?:view|generated column)/i, sqlstate: "42809" },
  { type: "Binder", sqlstate: "42601" },
];
