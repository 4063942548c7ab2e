/** Why this server cannot, or does not, answer as PostgreSQL does; as docs/compatibility.md has it. */

export const atExecute =
  "a wrong parameter value, or a table that has changed since Parse, is told at Execute, not at Bind";
export const badLength =
  "a message whose length is impossible is answered with 08P01 before the connection is closed; PostgreSQL says nothing";
export const malformedFirst = "a malformed Bind is refused as such before its statement is looked for";
export const untypedParameters = "a parameter that no operator, cast or column gives a type is `text`";
export const readOnlyTemporary = "a read-only transaction refuses writes to temporary tables too";
export const fewerRows = "rows before an error may be fewer: DuckDB works on vectors of rows";
export const aliases = "a table may be named twice in `FROM`";
export const depth =
  "expressions, brackets, joins and set operations may be nested a few hundred levels deep";
export const partsOfTransactions =
  "`ROLLBACK TO SAVEPOINT` undoes the first writes of a transaction, or none: behind earlier writes it is 0A000, as is a COMMIT then";
export const writesOfASnapshot =
  "`ROLLBACK TO SAVEPOINT` undoes nothing written at an isolation level above read committed: it is 0A000";
