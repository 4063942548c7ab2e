/**
 * What statements are made of: for each node type of the parser a way to write one at random. Names are those of
 * {@linkcode schema}, so that many statements mean something; types are not minded, so that many do not.
 */
import type { Random } from "../fuzz/random.ts";
import { alias, column, functionName, identifier, operatorName, table, typeName } from "./names.ts";
import { bits, number, string } from "./literals.ts";

/** Where a statement is being written: `depth` is how deep its parts may still nest. */
export interface Scope {
  readonly random: Random;
  readonly depth: number;
}

/** Writes one node. */
export type Write = (scope: Scope) => string;

/** The scope of a part. */
export function inside({ random, depth }: Scope): Scope {
  return { random, depth: depth - 1 };
}

/** One of several ways, by their weights. */
export function oneOf(scope: Scope, ...ways: readonly [number, Write][]): string {
  let left = scope.random.below(ways.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, write] of ways) {
    if ((left -= weight) < 0) return write(scope);
  }
  return ways[0][1](scope);
}

/** The text, or nothing. */
export function maybe(scope: Scope, probability: number, write: Write): string {
  return scope.random.chance(probability) ? write(scope) : "";
}

/** From `least` to `most` of them, with commas. */
export function list(scope: Scope, least: number, most: number, write: Write): string {
  return Array.from({ length: least + scope.random.below(most - least + 1) }, () => write(scope)).join(", ");
}

const pick = (...texts: readonly string[]): Write => ({ random }) => random.pick(texts);

/** Any expression, in brackets where what stands around it could take it apart. */
export const expression: Write = (scope) => {
  if (scope.depth <= 0) return oneOf(scope, [3, expressions.ColumnRef], [2, expressions.A_Const]);
  const type = scope.random.pick(common);
  return expressions[type](inside(scope));
};

/** An expression that stands beside an operator. */
export const operand: Write = (scope) => {
  const text = expression(scope);
  return /^[\w.$]+$/.test(text) || scope.random.chance(0.2) ? text : `(${text})`;
};

/** Expressions by the type of node that stands at their top. */
export const expressions: Readonly<Record<string, Write>> = {
  ColumnRef: (scope) =>
    oneOf(
      scope,
      [8, column],
      [2, (s) => `${table(s)}.${column(s)}`],
      [1, (s) => `public.${table(s)}.${column(s)}`],
    ),
  A_Const: (scope) => oneOf(scope, [4, number], [4, string], [1, bits], [2, pick("true", "false", "null")]),
  ParamRef: ({ random }) => `$${1 + random.below(3)}`,
  A_Expr: (scope) =>
    oneOf(
      scope,
      [8, (s) => `${operand(s)} ${operatorName(s)} ${operand(s)}`],
      [1, (s) => `${s.random.pick(["-", "+", "~", "@", "|/"])} ${operand(s)}`],
      [2, (s) => `${operand(s)} ${pick("", "not ")(s)}in (${list(s, 1, 3, expression)})`],
      [2, (s) => `${operand(s)} ${pick("", "not ")(s)}between ${operand(s)} and ${operand(s)}`],
      [2, (s) => `${operand(s)} ${pick("like", "ilike", "not like", "similar to")(s)} ${string(s)}`],
      [1, (s) => `${operand(s)} is ${pick("", "not ")(s)}distinct from ${operand(s)}`],
      [1, (s) => `nullif(${expression(s)}, ${expression(s)})`],
      [1, (s) => `${operand(s)} ${pick("=", "<>", "<")(s)} ${pick("any", "all")(s)} (${expression(s)})`],
      [1, (s) => `${operand(s)} operator(pg_catalog.${operatorName(s)}) ${operand(s)}`],
    ),
  BoolExpr: (scope) =>
    oneOf(
      scope,
      [2, (s) => `${operand(s)} ${pick("and", "or")(s)} ${operand(s)}`],
      [1, (s) => `not ${operand(s)}`],
    ),
  NullTest: (scope) => `${operand(scope)} ${pick("is null", "is not null", "isnull", "notnull")(scope)}`,
  BooleanTest: (scope) =>
    `${operand(scope)} is ${pick("true", "not true", "false", "not false", "unknown", "not unknown")(scope)}`,
  TypeCast: (scope) =>
    oneOf(
      scope,
      [3, (s) => `${operand(s)}::${typeName(s)}`],
      [2, (s) => `cast(${expression(s)} as ${typeName(s)})`],
      [1, (s) => `${pick("date", "int4", "regclass", "timestamptz", "bool", "jsonb")(s)} ${string(s)}`],
      [1, (s) => `interval ${pick("'1 day'", "'90' minute", "'1-2' year to month")(s)}`],
    ),
  FuncCall: (scope) =>
    oneOf(
      scope,
      [6, (s) => `${functionName(s)}(${list(s, 0, 3, expression)})`],
      [1, (s) => `count(*)${maybe(s, 0.3, (r) => ` filter (where ${expression(r)})`)}`],
      [1, (s) => `count(distinct ${expression(s)})`],
      [1, (s) => `string_agg(${expression(s)}, ',' order by ${expression(s)}${pick("", " desc")(s)})`],
      [1, (s) => `percentile_cont(0.5) within group (order by ${expression(s)})`],
      [2, (s) => `${pick("rank", "row_number", "sum")(s)}(${maybe(s, 0.3, column)}) over (${windowBody(s)})`],
      [1, (s) => `make_interval(days => ${expression(s)})`],
      [1, (s) => `extract(${pick("year", "epoch", "dow")(s)} from ${expression(s)})`],
      [1, (s) => `${operand(s)} at time zone 'UTC'`],
      [1, (s) => `substring(${expression(s)} from ${operand(s)} for 2)`],
      [1, (s) => `position(${operand(s)} in ${operand(s)})`],
      [1, (s) => `trim(${pick("both", "leading", "trailing")(s)} ${string(s)} from ${expression(s)})`],
      [1, (s) => `overlay(${expression(s)} placing ${expression(s)} from 2)`],
    ),
  CaseExpr: (scope) =>
    `case ${maybe(scope, 0.3, (s) => `${operand(s)} `)}when ${expression(scope)} then ${expression(scope)}${
      maybe(scope, 0.6, (s) => ` else ${expression(s)}`)
    } end`,
  CoalesceExpr: (scope) => `coalesce(${list(scope, 1, 3, expression)})`,
  MinMaxExpr: (scope) => `${pick("greatest", "least")(scope)}(${list(scope, 1, 3, expression)})`,
  SQLValueFunction: pick("current_date", "current_timestamp", "localtime", "current_user", "current_schema"),
  RowExpr: (scope) =>
    oneOf(
      scope,
      [1, (s) => `row(${list(s, 0, 3, expression)})`],
      [1, (s) => `(${expression(s)}, ${expression(s)})`],
    ),
  A_ArrayExpr: (scope) => `array[${list(scope, 0, 3, expression)}]${maybe(scope, 0.4, () => "::int[]")}`,
  A_Indirection: (scope) =>
    oneOf(
      scope,
      [2, (s) => `(${expression(s)})[${operand(s)}]`],
      [1, (s) => `(${expression(s)})[${operand(s)}:${operand(s)}]`],
      [1, (s) => `(row(${list(s, 1, 3, expression)})).f1`],
      [1, (s) => `(${table(s)}).${column(s)}`],
    ),
  CollateClause: (scope) =>
    `${operand(scope)} collate ${pick('"C"', "pg_catalog.default", '"default"')(scope)}`,
  SubLink: (scope) =>
    oneOf(
      scope,
      [2, (s) => `(${select(s)})`],
      [1, (s) => `exists (${select(s)})`],
      [2, (s) => `${operand(s)} in (${select(s)})`],
      [1, (s) => `array(${select(s)})`],
      [1, (s) => `${operand(s)} > all (${select(s)})`],
    ),
  GroupingFunc: (scope) => `grouping(${column(scope)})`,
  JsonObjectConstructor: (scope) => `json_object('k': ${expression(scope)})`,
  JsonArrayConstructor: (scope) => `json_array(${list(scope, 1, 2, expression)})`,
  XmlExpr: (scope) => `xmlconcat(${expression(scope)})`,
};

/** Expressions that are written often; the rest come by {@linkcode rareExpression}. */
const common = Object.keys(expressions).filter((type) => !/^(Grouping|Json|Xml)/.test(type));

/** Any expression, the rare ones as often as the others. */
export const rareExpression: Write = (scope) =>
  expressions[scope.random.pick(Object.keys(expressions))](inside(scope));

const windowBody: Write = (scope) =>
  [
    maybe(scope, 0.5, (s) => `partition by ${list(s, 1, 2, expression)}`),
    maybe(scope, 0.5, sortClause),
    maybe(scope, 0.2, () => "rows between unbounded preceding and current row"),
  ].filter((part) => part !== "").join(" ");

const sortClause: Write = (scope) =>
  `order by ${
    list(scope, 1, 2, (s) =>
      `${expression(s)}${pick("", "", " asc", " desc")(s)}${pick("", "", " nulls first", " nulls last")(s)}`)
  }`;

const target: Write = (scope) =>
  oneOf(
    scope,
    [8, expression],
    [3, (s) => `${expression(s)} as ${identifier(s)}`],
    [2, (s) => `${operand(s)} ${alias(s)}`],
    [1, () => "*"],
    [1, (s) => `${table(s)}.*`],
    [1, (s) => `(${table(s)}).*`],
  );

/** What stands in FROM, by the type of its node. */
export const sources: Readonly<Record<string, Write>> = {
  RangeVar: (scope) =>
    `${pick("", "", "", "public.", "only ")(scope)}${table(scope)}${
      maybe(scope, 0.3, (s) => ` ${pick("", "as ")(s)}${identifier(s)}`)
    }`,
  RangeSubselect: (scope) =>
    `${maybe(scope, 0.2, () => "lateral ")}(${select(scope)}) ${pick("", "as ")(scope)}${identifier(scope)}${
      maybe(scope, 0.2, (s) => `(${list(s, 1, 2, identifier)})`)
    }`,
  RangeFunction: (scope) =>
    oneOf(
      scope,
      [2, (s) => `generate_series(1, 3)${pick("", " g", " as g(n)", " with ordinality")(s)}`],
      [1, (s) => `unnest(array[${list(s, 1, 2, number)}]) ${identifier(s)}`],
      [1, () => "rows from (generate_series(1, 2), generate_series(1, 3)) r"],
      [1, (s) => `${functionName(s)}(${list(s, 0, 2, expression)}) ${identifier(s)}`],
    ),
  JoinExpr: (scope) =>
    oneOf(
      scope,
      [2, (s) =>
        `${source(s)} ${pick("", "left ", "right ", "full ")(s)}join ${source(s)} on ${expression(s)}`],
      [1, (s) =>
        `${source(s)} join ${source(s)} using (${column(s)})`],
      [1, (s) => `${source(s)} ${pick("cross", "natural")(s)} join ${source(s)}`],
      [1, (s) => `(${source(s)} cross join ${source(s)})`],
    ),
  RangeTableSample: (scope) => `${table(scope)} tablesample bernoulli (50)`,
};

/** Anything that can stand in FROM. */
export const source: Write = (scope) => {
  if (scope.depth <= 0) return sources.RangeVar(scope);
  return oneOf(
    inside(scope),
    [20, sources.RangeVar],
    [5, sources.RangeSubselect],
    [5, sources.RangeFunction],
    [5, sources.JoinExpr],
    [1, sources.RangeTableSample],
  );
};

/** A query. */
export const select: Write = (scope) => {
  const parts = inside(scope);
  return oneOf(
    parts,
    [10, plainSelect],
    [1, (s) => `values (${list(s, 2, 2, expression)}), (${list(s, 2, 2, expression)})`],
    [1, (s) => `table ${table(s)}`],
    [
      2,
      (s) =>
        s.depth <= 0
          ? plainSelect(s)
          : `${select(s)} ${pick("union", "union all", "intersect", "except")(s)} ${select(s)}`,
    ],
    [1, (s) => `${withClause(s)} ${plainSelect(s)}`],
  );
};

/** `WITH …`, of one or two queries. */
export const withClause: Write = (scope) =>
  `with ${maybe(scope, 0.2, () => "recursive ")}${
    list(scope, 1, 2, (s) =>
      `${identifier(s)}${
        maybe(s, 0.2, (r) => `(${identifier(r)})`)
      } as ${pick("", "", "materialized ", "not materialized ")(s)}(${
        s.depth <= 0 ? "select 1" : select(s)
      })`)
  }`;

const plainSelect: Write = (scope) =>
  [
    "select",
    maybe(scope, 0.1, () => "distinct"),
    maybe(scope, 0.03, (s) => `distinct on (${expression(s)})`),
    list(scope, 1, 3, target),
    maybe(scope, 0.75, (s) => `from ${list(s, 1, s.random.chance(0.2) ? 2 : 1, source)}`),
    maybe(scope, 0.4, (s) => `where ${expression(s)}`),
    maybe(scope, 0.15, (s) => `group by ${groups(s)}`),
    maybe(scope, 0.1, (s) => `having ${expression(s)}`),
    maybe(scope, 0.05, (s) => `window w as (${windowBody(s)})`),
    maybe(scope, 0.25, sortClause),
    maybe(scope, 0.15, (s) =>
      oneOf(s, [3, () =>
        "limit 3"], [1, () =>
        "limit all"], [1, () => "offset 1 fetch first 2 rows only"])),
    maybe(scope, 0.03, pick("for update", "for share of t")),
  ].filter((part) =>
    part !== ""
  ).join(" ");

const groups: Write = (scope) =>
  oneOf(
    scope,
    [3, (s) => list(s, 1, 2, expression)],
    [1, (s) => `rollup (${list(s, 1, 2, column)})`],
    [1, (s) => `cube (${column(s)})`],
    [1, (s) => `grouping sets ((${column(s)}), ())`],
  );
