/** Things that are not in the catalogue, or are there already. */
import type { Rule } from "./rule.ts";
import { article, missing, writtenName } from "./wording.ts";

export const catalogRules: readonly Rule[] = [
  {
    type: "Catalog",
    subtype: "MISSING_ENTRY",
    entry: /^(Table|View)$/,
    sqlstate: "42P01",
    say: (error) => missing(error, "relation"),
  },
  {
    type: "Catalog",
    match: /^Table with name "([^"]+)" does not exist because schema/,
    sqlstate: "42P01",
    say: (error) => ({ message: `relation "${error.found[1]}" does not exist` }),
  },
  {
    type: "Catalog",
    subtype: "MISSING_ENTRY",
    entry: /Function$/,
    sqlstate: "42883",
    say: (error) => ({ message: `function ${writtenName(error)} does not exist` }),
  },
  {
    type: "Catalog",
    subtype: "MISSING_ENTRY",
    entry: /^Sequence$/,
    sqlstate: "42P01",
    say: (error) => missing(error, "relation"),
  },
  {
    type: "Catalog",
    subtype: "MISSING_ENTRY",
    entry: /^(Type|Index|Collation)$/,
    sqlstate: "42704",
    say: (error) => missing(error, error.entry.toLowerCase()),
  },
  {
    type: "Catalog",
    match: /^Schema with name "?([^"]+?)"? does not exist/,
    sqlstate: "3F000",
    say: (error) => ({ message: `schema "${error.found[1]}" does not exist` }),
  },
  {
    type: "Catalog",
    match: /^SET \w+: No catalog \+ schema named "([^"]*)" found/,
    sqlstate: "3F000",
    say: (error) => ({ message: `schema "${error.found[1]}" does not exist` }),
  },
  {
    type: "Catalog",
    match: /^unrecognized configuration parameter "([^"]*)"/,
    sqlstate: "42704",
    say: (error) => ({ message: `unrecognized configuration parameter "${error.found[1]}"` }),
  },
  {
    type: "Catalog",
    subtype: "MISSING_ENTRY",
    sqlstate: "42704",
    say: (error) => missing(error, error.entry.toLowerCase()),
  },
  {
    type: "Catalog",
    match: /^Schema with name "?(.+?)"? already exists/,
    sqlstate: "42P06",
    say: (error) => ({ message: `schema "${error.found[1]}" already exists` }),
  },
  {
    type: "Catalog",
    match: /^Type with name "?(.+?)"? already exists/,
    sqlstate: "42710",
    say: (error) => ({ message: `type "${error.found[1]}" already exists` }),
  },
  {
    type: "Catalog",
    match: /^.* Function with name "?(.+?)"? already exists/,
    sqlstate: "42723",
    say: (error) => ({ message: `function "${error.found[1]}" already exists` }),
  },
  {
    type: "Catalog",
    match: /^Column with name (.+) already exists/,
    sqlstate: "42701",
    say: (error) => ({
      message: /^\s*create/i.test(error.sql)
        ? `column "${error.found[1]}" specified more than once`
        : `column "${error.found[1]}" already exists`,
    }),
  },
  {
    type: "Catalog",
    match: /^\w+ with name "?(.+?)"? already exists/,
    sqlstate: "42P07",
    say: (error) => ({ message: `relation "${error.found[1]}" already exists` }),
  },
  {
    type: "Catalog",
    match: /^Could not rename ".*" to "(.*)": another entry with this name already exists/,
    sqlstate: "42P07",
    say: (error) => ({ message: `relation "${error.found[1]}" already exists` }),
  },
  {
    type: "Catalog",
    match: /^Existing object (.+) is of type (\w+), trying to (?:drop|replace with) type (\w+)/,
    sqlstate: "42809",
    say: ({ found: [, name, is, wanted] }) => ({
      message: `"${name}" is not ${article(wanted)}`,
      hint: `Use DROP ${is.toUpperCase()} to remove ${article(is)}.`,
    }),
  },
  {
    type: "Catalog",
    match: /^(.+) is not an table$/,
    sql: /^\s*(?:with\b.*)?insert\b/is,
    sqlstate: "55000",
    say: (error) => ({
      message: `cannot insert into view "${error.found[1]}"`,
      detail: "Views are not automatically updatable here.",
    }),
  },
  {
    type: "Binder",
    match: /^Can only (update|delete from) base table/,
    sqlstate: "55000",
    say: ({ found: [, what] }) => ({
      message: `cannot ${what} view`,
      detail: "Views are not automatically updatable here.",
    }),
  },
  {
    type: "Catalog",
    match: /^(.+) is not an table$/,
    sqlstate: "42809",
    say: (error) => ({ message: `"${error.found[1]}" is not a table` }),
  },
  {
    type: "Catalog",
    match: /^(\S+) is not an aggregate function$/,
    sqlstate: "42809",
    say: (error) => ({
      message: `OVER specified, but ${error.found[1]} is not a window function nor an aggregate function`,
    }),
  },
  {
    type: "Catalog",
    match: /^Could not drop the table because this table is main key table of the table "(.*)"/,
    sqlstate: "2BP01",
    say: (error) => ({
      message: "cannot drop table because other objects depend on it",
      detail: `A foreign key of table ${error.found[1]} depends on it.`,
    }),
  },
  { type: "Catalog", match: /because .* depends? on it/, sqlstate: "2BP01" },
  { type: "Catalog", sqlstate: "42704" },
];
