/** What cannot be read. */
import type { Rule } from "./rule.ts";

export const parserRules: readonly Rule[] = [
  {
    type: "Parser",
    match: /^table "(.*)" has more than one primary key/,
    sqlstate: "42P16",
    say: (error) => ({ message: `multiple primary keys for table "${error.found[1]}" are not allowed` }),
  },
  {
    type: "Parser",
    match: /^Duplicate CTE name "(.*)"/,
    sqlstate: "42712",
    say: (error) => ({ message: `WITH query name "${error.found[1]}" specified more than once` }),
  },
  { type: "Parser", match: /^window functions are not allowed/, sqlstate: "42P20" },
  { type: "Parser", match: /^SELECT locking clause/, sqlstate: "0A000" },
  { type: "Parser", match: /^Memory must have|^Unknown unit for memory/, sqlstate: "22023" },
  {
    type: "Parser",
    match: /^(MINVALUE|MAXVALUE|START value|Increment must)|out of range/,
    sqlstate: "22023",
  },
  { type: "Parser", sqlstate: "42601" },
  { type: "Syntax", sqlstate: "42601" },
];
