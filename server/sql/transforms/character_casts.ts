import type { A_Expr, Node, TypeCast } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { bare } from "../blanks.ts";
import { lastPart } from "../constant.ts";
import { isComparison } from "../known_type.ts";
import { castExtent } from "../types/cast_extent.ts";
import { type NamedType, namedType } from "../types/type_name.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Casts to `varchar(n)`, `char(n)` and `"char"` cut the text, which DuckDB does not: it takes the length and forgets it. What
 * pads a `char(n)` counts for nothing but where it is shown, so that it is there only in a result column.
 *
 * @see https://www.postgresql.org/docs/18/datatype-character.html
 */
export const characterCasts: Transform = { visit: { TypeCast: cast, A_Expr: compared } };

/** What is compared with a `char(n)` has no blanks at its end either. */
function compared(fields: Fields, input: TransformInput): void {
  const { kind, name, lexpr, rexpr } = fields as A_Expr;
  if (kind !== "AEXPR_OP" || !lexpr || !rexpr || !isPadded(lexpr) && !isPadded(rexpr)) return;
  if (!isComparison(lastPart(name) ?? "")) return;
  for (const side of [lexpr, rexpr]) {
    if ("A_Const" in side) { for (const edit of bare(side)) edit(input); }
  }
}

function isPadded(node: Node): boolean {
  const type = "TypeCast" in node ? namedType(node.TypeCast.typeName) : null;
  return type?.name === "bpchar" && !type.isArray;
}

const maxLength = 10485760;

function cast(fields: Fields, input: TransformInput): void {
  const node = fields as TypeCast;
  const type = namedType(node.typeName);
  if (!node.arg || !type || type.isArray) return;
  const length = lengthOf(type);
  if (length === null) return;
  const { source, edits } = input;
  const extent = castExtent(node, source);
  if (!extent) return;
  const wrong = wrongLength(type, length);
  if (wrong) return input.refuse(new PgError("22023", wrong), extent.start);
  const cut = length === Infinity ? ["", ""] : ["left(", `, ${length})`];
  const [open, close] = type.name === "bpchar" ? blankPadded(length, isShown(node, input)) : ["", ""];
  const { start, end } = extent.argument;
  edits.replace(extent.start, start, "");
  edits.wrap(start, end, `${open}${cut[0]}CAST(`, ` AS VARCHAR)${cut[1]}${close}`);
  edits.replace(end, extent.end, "");
}

/** How many characters are kept, `Infinity` for all; `null` where it is DuckDB's own cast. */
function lengthOf({ name, modifiers: [length] }: NamedType): number | null {
  if (name === "varchar") return length ?? null;
  if (name === "bpchar") return length ?? Infinity;
  return name === "char" ? 1 : null;
}

function wrongLength({ name }: NamedType, length: number): string | null {
  const typeName = name === "varchar" ? "varchar" : "char";
  if (length < 1) return `length for type ${typeName} must be at least 1`;
  if (length !== Infinity && length > maxLength) {
    return `length for type ${typeName} cannot exceed ${maxLength}`;
  }
  return null;
}

function blankPadded(length: number, isShown: boolean): [open: string, close: string] {
  if (!isShown) return ["rtrim(", ", ' ')"];
  return length === Infinity ? ["", ""] : ["rpad(", `, ${length}, ' ')`];
}

/** Whether it is a result column of the statement itself. */
function isShown(node: TypeCast, { tree }: TransformInput): boolean {
  const targets = "SelectStmt" in tree ? tree.SelectStmt.targetList ?? [] : [];
  return targets.some((target) =>
    "ResTarget" in target && target.ResTarget.val && "TypeCast" in target.ResTarget.val &&
    target.ResTarget.val.TypeCast === node
  );
}
