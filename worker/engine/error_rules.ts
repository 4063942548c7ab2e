/**
 * What each of DuckDB's errors is in PostgreSQL: SQLSTATE and, where it is simple, PostgreSQL's own sentence. Without a
 * sentence DuckDB's is kept. The first rule that fits decides, so the special ones come first.
 *
 * @see https://www.postgresql.org/docs/16/errcodes-appendix.html
 */
import type { EngineError } from "./engine_error.ts";
import { pgTypeName, pgTypeNames } from "./type_names.ts";

/** What a rule says of an error, beside its SQLSTATE. */
export interface Wording {
  /** Replaces the SQLSTATE of the rule. */
  sqlstate?: string;
  message?: string;
  detail?: string;
  hint?: string;
  fields?: Readonly<Record<string, string>>;
}

/** The error a rule looks at. */
export interface Subject extends EngineError {
  /** The statement DuckDB was given. */
  sql: string;
  /** The statement from the error's position on, or empty. */
  rest: string;
  /** What `match` found in the message. */
  found: RegExpExecArray;
}

/** One line of the table. */
export interface Rule {
  type?: string;
  subtype?: string;
  entry?: RegExp;
  /** Must fit the message. */
  match?: RegExp;
  /** Must fit the statement. */
  sql?: RegExp;
  sqlstate: string;
  say?: (subject: Subject) => Wording;
}

const castHint = "You might need to add explicit type casts.";

/** The table; see {@linkcode Rule}. */
export const errorRules: readonly Rule[] = [
  // any type: what the server itself closed
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

  // Catalog
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

  // Binder
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

  // Parser
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

  // Conversion
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

  // Out of Range
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

  // Constraint, also at COMMIT
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

  // Transactions
  {
    type: "TransactionContext",
    match: /transaction is aborted/,
    sqlstate: "25P02",
    say: () => ({
      message: "current transaction is aborted, commands ignored until end of transaction block",
    }),
  },
  {
    type: "TransactionContext",
    match: /within a transaction/,
    sqlstate: "25001",
    say: () => ({ message: "there is already a transaction in progress" }),
  },
  {
    type: "TransactionContext",
    match: /no transaction is active/,
    sqlstate: "25P01",
    say: () => ({ message: "there is no transaction in progress" }),
  },
  { type: "TransactionContext", match: /read.?only/i, sqlstate: "25006" },
  {
    type: "TransactionContext",
    match: /conflict/i,
    sqlstate: "40001",
    say: (error) => ({
      message: "could not serialize access due to concurrent update",
      detail: printable(error.message),
      hint: "The transaction might succeed if retried.",
    }),
  },
  { type: "TransactionContext", sqlstate: "25000" },
  {
    type: "Dependency",
    match: /^Cannot (?:drop|alter) entry "(.*?)"/,
    sqlstate: "2BP01",
    say: (error) => ({
      message: `cannot drop ${/^\s*drop\s+(\w+)/i.exec(error.sql)?.[1].toLowerCase() ?? "entry"} ${
        error.found[1]
      } because other objects depend on it`,
      detail: dependents(error.message),
      hint: "Use DROP ... CASCADE to drop the dependent objects too.",
    }),
  },
  { type: "Dependency", sqlstate: "2BP01" },

  // Invalid Input
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

  // the machine
  { match: /no space left on device|failed to offload|max_temp_directory_size/i, sqlstate: "53100" },
  {
    type: "Out of Memory",
    sqlstate: "53200",
    say: (error) => ({ message: "out of memory", detail: error.message }),
  },
  {
    type: "IO",
    match: /^Extension "(.*)" not found/s,
    sqlstate: "58P01",
    say: (error) => ({
      message: `extension "${error.found[1].replace(/^.*[/\\]|\.duckdb_extension$/g, "")}" is not available`,
    }),
  },
  { type: "IO", match: /^No files found that match|No such file/, sqlstate: "58P01" },
  { type: "IO", match: /[Cc]onflicting lock|Could not set lock/, sqlstate: "55006" },
  { type: "IO", sqlstate: "58030" },
  { type: "HTTP", sqlstate: "08000" },
  { type: "Connection", sqlstate: "08000" },
  { type: "Missing Extension", sqlstate: "0A000" },
  { type: "Extension Autoloading", sqlstate: "0A000" },
  {
    type: "Not implemented",
    match: /^Unknown TimeZone '(.*?)'/,
    sqlstate: "22023",
    say: (error) => ({ message: `invalid value for parameter "TimeZone": "${error.found[1]}"` }),
  },
  { type: "Not implemented", match: /^Unrecognized option/, sqlstate: "22023" },
  { type: "Not implemented", sqlstate: "0A000" },
  { type: "Object Size", sqlstate: "54000" },
  { type: "Sequence", match: /^currval: sequence is not yet defined/, sqlstate: "55000" },
  { type: "Sequence", sqlstate: "2200H" },
  { type: "Parameter Not Resolved", sqlstate: "42P18" },
  { type: "Parameter Not Allowed", sqlstate: "42P02" },
  { type: "Unknown Type", sqlstate: "42704" },
  { type: "Invalid type", sqlstate: "42704" },
  { type: "Expression", sqlstate: "42601" },
];

/** `DROP TABLE nope`: PostgreSQL then names the kind of thing, elsewhere it says `relation`. */
function missing(error: Subject, what: string): Wording {
  const [, dropped] = /^\s*drop\s+(table|view|sequence)\b/i.exec(error.sql) ?? [];
  return { message: `${dropped?.toLowerCase() ?? what} "${writtenName(error)}" does not exist` };
}

/** The name as the statement has it (`s1.nope`) where the error points at it, otherwise as DuckDB gives it. */
function writtenName(error: Subject): string {
  const written =
    /^(?:(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)\.)*(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)/u
      .exec(error.rest)?.[0];
  if (!written) return error.name;
  const name = written.replace(
    /"((?:[^"]|"")+)"|([^".]+)/g,
    (_, quoted, plain) => quoted ?? plain.toLowerCase(),
  );
  // DuckDB's `main` is `public` to clients.
  const shown = name.replace(/^main\./, "public.");
  return name.toLowerCase().endsWith(error.name.toLowerCase()) ? shown : error.name;
}

function article(kind: string): string {
  return (/^[aeiou]/i.test(kind) ? "an " : "a ") + kind.toLowerCase();
}

/** `f(INTEGER)` → PostgreSQL's sentence for a function or an operator that is not there. */
function noMatch(error: Subject): Wording {
  const call = error.call || /'([^']*\(.*?\))'/s.exec(error.message)?.[1] || error.name;
  const { operator, text } = callText(call);
  const kind = operator ? "operator" : "function";
  return {
    message: operator ? `operator does not exist: ${text}` : `function ${text} does not exist`,
    detail: candidates(error.message),
    hint: `No ${kind} matches the given name and argument types. ${castHint}`,
  };
}

function manyMatches(error: Subject): Wording {
  const { operator, text } = callText(error.found[1]);
  const kind = operator ? "operator" : "function";
  return {
    message: operator ? `operator is not unique: ${text}` : `function ${text} is not unique`,
    detail: candidates(error.message),
    hint: `Could not choose a best candidate ${kind}. ${castHint}`,
  };
}

function callText(call: string): { operator: boolean; text: string } {
  const [, name, list] = /^(.*?)\((.*)\)$/s.exec(call) ?? [call, call, ""];
  const types = pgTypeNames(list);
  if (/[\p{L}_]/u.test(name)) return { operator: false, text: `${name}(${types.join(", ")})` };
  return { operator: true, text: types.length > 1 ? types.join(` ${name} `) : `${name} ${types.join("")}` };
}

/** The first few of the functions DuckDB thought of. */
function candidates(message: string): string | undefined {
  const [, list] = /Candidate functions:\n(.*)$/s.exec(message) ?? [];
  const lines = list?.split("\n").map((line) => line.trim()).filter(Boolean) ?? [];
  if (lines.length === 0) return undefined;
  return `Candidate functions: ${lines.slice(0, 8).join("; ")}${lines.length > 8 ? "; …" : "."}`;
}

function cannotCast({ found: [, from, to] }: Subject): Wording {
  return { message: `cannot cast type ${pgTypeName(from)} to ${pgTypeName(to)}` };
}

function outOfRange(error: Subject): Wording {
  const type = pgTypeName(error.found[1]);
  return /^(smallint|integer|bigint)$/.test(type) ? { message: `${type} out of range` } : {};
}

function numericOverflow(precision: number, scale: number): Wording {
  return {
    message: "numeric field overflow",
    detail: `A field with precision ${precision}, scale ${scale} must round to an absolute value less than ${
      precision === scale ? "1" : `10^${precision - scale}`
    }.`,
  };
}

const physicalIntegers = new Set(["INT8", "INT16", "INT32", "INT64", "INT128"]);

/** `'x'::integer`: the type is the one written after the cast where there is one, as several share INT128 and UINT8. */
function badInput(error: Subject): Wording {
  const [, quoted, doubleQuoted, physical] = error.found;
  const value = quoted ?? doubleQuoted ?? "";
  const written = /^::\s*("?[\p{L}_]\w*"?)/u.exec(error.rest)?.[1].replaceAll('"', "");
  if (/^UINT(8|16|32)$/.test(physical) && written && !/^(u\w*int\w*|uint\d+)$/i.test(written)) {
    return { message: `invalid input value for enum ${written.toLowerCase()}: "${value}"` };
  }
  if (physical === "INTERVAL") {
    return { sqlstate: "22007", message: `invalid input syntax for type interval: "${value}"` };
  }
  if (physical === "INT128" && written?.toLowerCase() === "uuid") {
    return { message: `invalid input syntax for type uuid: "${value}"` };
  }
  const type = pgTypeName(physical.replace(/\(.*/, ""));
  const numeral = /^\s*[+-]?\d+(\.\d*)?(e[+-]?\d+)?\s*$/i.test(value);
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(physical);
  if (numeral && decimal) {
    return { sqlstate: "22003", ...numericOverflow(Number(decimal[1]), Number(decimal[2])) };
  }
  if (
    numeral && (physicalIntegers.has(physical) || /DOUBLE|FLOAT/.test(physical)) &&
    /^\s*[+-]?\d+\s*$|e/i.test(value)
  ) {
    return { sqlstate: "22003", message: `value "${value}" is out of range for type ${type}` };
  }
  return { message: `invalid input syntax for type ${type}: "${value}"` };
}

function dateType(error: Subject): string {
  const written = /^::\s*(\w+)/.exec(error.rest)?.[1].toUpperCase() ?? "";
  const full: Record<string, string> = {
    TIMESTAMPTZ: "timestamp with time zone",
    TIMETZ: "time with time zone",
  };
  return full[written] ?? pgTypeName(error.found[1].toUpperCase());
}

function duplicate(error: Subject): Wording {
  return {
    message: "duplicate key value violates unique constraint",
    detail: `Key ${keyText(error.found[1])} already exists.`,
  };
}

/** `a: 1, b: x` → `(a, b)=(1, x)`. */
function keyText(key: string): string {
  const parts = key.split(/, (?=[^,]*?: )/).map((part) => /^(.*?): (.*)$/s.exec(part) ?? [part, part, ""]);
  return `(${parts.map((part) => part[1]).join(", ")})=(${parts.map((part) => part[2]).join(", ")})`;
}

function dependents(message: string): string | undefined {
  const lines = message.split("\n").filter((line) => /depends on/.test(line) && !/^Cannot/.test(line));
  return lines.length > 0 ? lines.join("\n") : undefined;
}

/** DuckDB prints catalogue keys with a backslash and NUL-like separators; a reader wants dots. */
function printable(message: string): string {
  return message.replace(/"Schema\\?0.*\\?0(\w+)"/s, '"$1"').replaceAll("\0", ".");
}
