import type { A_ArrayExpr, A_Const, Node, TypeCast } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `ARRAY[]` without a cast has no type, and `ARRAY[NULL]` is one of texts; for DuckDB both are of integers.
 *
 * @see https://www.postgresql.org/docs/16/sql-expressions.html#SQL-SYNTAX-ARRAY-CONSTRUCTORS
 */
export const emptyArrays: Transform = { visit: { TypeCast: cast, A_ArrayExpr: array } };

/** Arrays whose cast was seen before them. */
const typed = new WeakSet<A_ArrayExpr>();

function cast(fields: Fields): void {
  const { arg } = fields as TypeCast;
  if (arg) giveType(arg);
}

function giveType(node: Node): void {
  if (!("A_ArrayExpr" in node)) return;
  typed.add(node.A_ArrayExpr);
  for (const element of node.A_ArrayExpr.elements ?? []) giveType(element);
}

function array(fields: Fields, { source, edits, refuse }: TransformInput): void {
  const node = fields as A_ArrayExpr;
  const [first] = node.elements ?? [];
  if (first && node.elements!.every(isNull) && !typed.has(node)) {
    const token = source
      .tokens[source.tokenAt(source.offsetOfByte((first as { A_Const: A_Const }).A_Const.location ?? 0))];
    return edits.replace(token.start, token.end, "CAST(NULL AS VARCHAR)");
  }
  if (node.elements?.length || typed.has(node)) return;
  refuse(
    new PgError("42P18", "cannot determine type of empty array", {
      hint: "Explicitly cast to the desired type, for example ARRAY[]::integer[].",
    }),
    source.offsetOfByte(node.location ?? 0),
  );
}

function isNull(node: Node): boolean {
  return "A_Const" in node && node.A_Const.isnull === true;
}
