/** Statements that mean the same to both databases, and that the translation therefore must not touch. */
import { inside, list, maybe, oneOf, type Scope, type Write } from "./grammar.ts";

const pick = (...texts: readonly string[]): Write => ({ random }) => random.pick(texts);

const column = pick("id", "name", "n", "f", "b", "t.id", '"Mixed"', "x.id");
const literal = pick("1", "42", "1.5", "'a'", "'it''s'", "true", "$1", "-3");

const value: Write = (scope) => {
  if (scope.depth <= 0) return oneOf(scope, [2, column], [1, literal]);
  return oneOf(
    inside(scope),
    [4, column],
    [2, literal],
    [2, (s) => `(${value(s)} ${pick("+", "-", "*")(s)} ${column(s)})`],
    [1, (s) => `lower(${column(s)})`],
    // A choice among literals is made in the translation: DuckDB would show 1 with the digits of 1.5.
    [1, (s) => `coalesce(${column(s)}, ${value(s)})`],
    [1, (s) => `case when ${condition(s)} then ${value(s)} else ${value(s)} end`],
    [1, (s) => `cast(${column(s)} as ${pick("text", "integer", "bigint", "date")(s)})`],
    [1, (s) => `${column(s)}::text`],
  );
};

const condition: Write = (scope) => {
  if (scope.depth <= 0) return `${column(scope)} = ${column(scope)}`;
  return oneOf(
    inside(scope),
    [3, (s) => `${column(s)} ${pick("=", "<>", "<", ">=")(s)} ${value(s)}`],
    [1, (s) => `${column(s)} is not null`],
    [1, (s) => `${column(s)} like 'a%'`],
    [1, (s) => `${column(s)} in (${list(s, 1, 3, literal)})`],
    [1, (s) => `(${condition(s)} and ${condition(s)})`],
    [1, (s) => `exists (select 1 from u where ${condition(s)})`],
  );
};

const query: Write = (scope) =>
  [
    `select ${list(scope, 1, 3, (s) => `${value(s)} as ${pick("a", "b2", "c")(s)}`)}`,
    `from t${maybe(scope, 0.4, (s) => ` ${pick("", "left ")(s)}join u x on ${condition(s)}`)}`,
    maybe(scope, 0.5, (s) => `where ${condition(s)}`),
    maybe(scope, 0.2, (s) => `group by ${list(s, 1, 2, column)}`),
    maybe(scope, 0.3, (s) => `order by ${column(s)}${pick("", " desc")(s)}`),
    maybe(scope, 0.3, () => "limit 10"),
  ].filter((part) => part !== "").join(pick(" ", "\n")(scope));

/** A query, or a statement that changes rows. */
export function plainStatement(scope: Scope): string {
  return oneOf(
    scope,
    [4, query],
    [1, (s) => `insert into t (id, name) values (${literal(s)}, ${literal(s)})`],
    [1, (s) => `update t set name = ${value(s)} where ${condition(s)}`],
    [1, (s) => `delete from t where ${condition(s)}`],
    [1, (s) => `with w as (${query(s)}) select * from w`],
  );
}
