import type { CommonTableExpr, Node, SelectStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { isStar } from "../column_names.ts";
import { lastPart, nameParts } from "../constant.ts";
import { kindOf, type KnownType, knownType } from "../known_type.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * WITH queries that say more columns than they have, and recursive ones whose rows would have to be cut to the type of the
 * first: DuckDB takes both.
 *
 * @see https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-RECURSIVE
 */
export const withQueries: Transform = {
  visit: {
    CommonTableExpr: (fields, input) => {
      const cte = fields as CommonTableExpr;
      if (!cte.ctequery || !("SelectStmt" in cte.ctequery)) return;
      const query = cte.ctequery.SelectStmt;
      if (cte.aliascolnames) requireColumns(cte, query, input);
      if (query.op === "SETOP_UNION" && query.rarg) requireOneType(cte, query, input);
    },
  },
};

function requireColumns(
  { ctename, aliascolnames = [], location }: CommonTableExpr,
  query: SelectStmt,
  { source, refuse }: TransformInput,
): void {
  const count = targetsOf(query)?.length;
  if (count === undefined || count >= aliascolnames.length) return;
  const message =
    `WITH query "${ctename}" has ${count} columns available but ${aliascolnames.length} columns specified`;
  refuse(new PgError("42P10", message), source.offsetOfByte(location ?? 0));
}

/** The items of the first select list; `null` where a star hides how many there are. */
function targetsOf(select: SelectStmt): Node[] | null {
  if (select.larg) return targetsOf(select.larg);
  const [row] = select.valuesLists ?? [];
  if (row) return "List" in row ? row.List.items ?? [] : null;
  const targets = select.targetList ?? [];
  if (targets.length === 0 || targets.some(isStar)) return null;
  return targets.map((target) => "ResTarget" in target ? target.ResTarget.val ?? target : target);
}

/** How the parser calls the types that a number can grow to. */
const parserNames: Readonly<Record<string, string>> = {
  smallint: "int2",
  integer: "int4",
  bigint: "int8",
  numeric: "numeric",
  real: "float4",
  "double precision": "float8",
};
const widening = Object.keys(parserNames);

function requireOneType(cte: CommonTableExpr, { larg, rarg }: SelectStmt, input: TransformInput): void {
  const first = targetsOf(larg!);
  const next = targetsOf(rarg!);
  const names = nameParts(cte.aliascolnames);
  if (!first || !next || first.length !== next.length || names.length === 0) return;
  const types = new Map(names.map((name, i) => [name, knownType(first[i])]));
  next.forEach((node, i) => {
    const type = knownType(first[i]);
    if (type === null || kindOf(type) !== "number") return;
    const overall = knownType(withTypes(node, types));
    if (overall === null || widening.indexOf(overall) <= widening.indexOf(type)) return;
    const message = `recursive query "${cte.ctename}" column ${
      i + 1
    } has type ${type} in non-recursive term but type ${overall} overall`;
    input.refuse(
      new PgError("42804", message, {
        hint: "Cast the output of the non-recursive term to the correct type.",
      }),
    );
  });
}

/** The expression with casts of nothing in the place of columns whose types are known. */
function withTypes(node: Node, types: ReadonlyMap<string, KnownType>): Node {
  return JSON.parse(JSON.stringify(node, (_, value) => {
    const column = value?.ColumnRef ? lastPart(value.ColumnRef.fields) : undefined;
    const name = column === undefined ? undefined : parserNames[types.get(column) ?? ""];
    return name === undefined
      ? value
      : { TypeCast: { typeName: { names: ["pg_catalog", name].map((sval) => ({ String: { sval } })) } } };
  }));
}
