/** What functions refuse, and what the catalogue's macros raise in PostgreSQL's words. */
import type { Rule } from "./rule.ts";

export const invalidInputRules: readonly Rule[] = [
  {
    type: "Invalid Input",
    match: /^More than one row returned by a subquery/,
    sqlstate: "21000",
    say: () => ({ message: "more than one row returned by a subquery used as an expression" }),
  },
  {
    type: "Invalid Input",
    match: /^Cannot prepare multiple statements/,
    sqlstate: "42601",
    say: () => ({ message: "cannot insert multiple commands into a prepared statement" }),
  },
  {
    type: "Invalid Input",
    match: /^No statement to prepare/,
    sqlstate: "42601",
    say: () => ({ message: "there is no statement to prepare" }),
  },
  {
    type: "Invalid Input",
    match: /^Malformed JSON/,
    sqlstate: "22P02",
    say: (error) => ({ message: "invalid input syntax for type json", detail: error.message }),
  },
  {
    type: "Invalid Input",
    match:
      /^(?:missing [\])]|no argument for repetition|invalid (?:escape|character class|perl|repetition|named)|bad repetition|unexpected \)|trailing \\)/,
    sqlstate: "2201B",
    say: (error) => ({ message: `invalid regular expression: ${error.message}` }),
  },
  {
    type: "Invalid Input",
    match: /^(?:Values were not provided|Parameter argument\/count mismatch)/,
    sqlstate: "42P02",
  },
  {
    type: "Invalid Input",
    match: /^A(?:SIN|COS) is undefined outside/,
    sqlstate: "22003",
    say: () => ({ message: "input is out of range" }),
  },
  {
    match: /^Cannot (AND|OR|XOR) bit strings of different sizes/,
    sqlstate: "22026",
    say: ({ found }) => ({ message: `cannot ${found[1]} bit strings of different sizes` }),
  },
  // What the catalogue's macros raise, in PostgreSQL's words: `[SQLSTATE] message`, or a sentence that is known.
  {
    type: "Invalid Input",
    match: /^\[([0-9A-Z]{5})\] ([^]*)$/,
    sqlstate: "22023",
    say: ({ found }) => ({ sqlstate: found[1], message: found[2] }),
  },
  { type: "Invalid Input", match: /^relation ".*" does not exist$/, sqlstate: "42P01" },
  { type: "Invalid Input", match: /^(?:type|role) ".*" does not exist$/, sqlstate: "42704" },
  { type: "Invalid Input", match: /^function ".*" does not exist$/, sqlstate: "42883" },
  { type: "Invalid Input", match: /^schema ".*" does not exist$/, sqlstate: "3F000" },
  { type: "Invalid Input", match: /^unrecognized configuration parameter ".*"$/, sqlstate: "42704" },
  { type: "Invalid Input", match: /^Attempted to create ENUM type with duplicate value/, sqlstate: "42710" },
  { type: "Invalid Input", match: /database has been invalidated/, sqlstate: "57P02" },
  { type: "Invalid Input", match: /read-only mode/i, sqlstate: "25006" },
  { type: "Invalid Input", sqlstate: "22023" },
  { type: "Invalid Configuration", sqlstate: "22023" },
  { type: "Settings", sqlstate: "22023" },
];
