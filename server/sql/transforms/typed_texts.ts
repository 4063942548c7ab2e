import { lookup } from "../../../worker/api/lookup.ts";
import type { A_Expr, FuncCall, InsertStmt, Node, TypeCast, UpdateStmt } from "libpg-query";
import { callText } from "../call.ts";
import { isStar } from "../column_names.ts";
import { lastPart } from "../constant.ts";
import { extentOf } from "../expression_extent.ts";
import { kindOf, type KnownType, knownType } from "../known_type.ts";
import { columnOf, columnsOfRelation, insertedColumns, type TypedColumn } from "../relation_types.ts";
import { castExtent } from "../types/cast_extent.ts";
import { namedType } from "../types/type_name.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Values that become texts are written as PostgreSQL writes them: `x::text`, `'a' || x`, `concat(x)`,
 * and where a column of texts is given them. DuckDB writes floating point
 * numbers, intervals, bytes and arrays in another way. Only where the type is known, so that no row pays for asking.
 *
 * @see https://www.postgresql.org/docs/18/datatype.html
 */
export const typedTexts: Transform = {
  visit: {
    TypeCast: (node, input) => cast(node as TypeCast, input),
    A_Expr: (node, input) => joined(node as A_Expr, input),
    FuncCall: (node, input) => concatenated(node as FuncCall, input),
    InsertStmt: (node, input) => inserted(node as InsertStmt, input),
    UpdateStmt: (node, input) => set(node as UpdateStmt, input),
  },
};

/** What stands around a value, so that it becomes the text. */
type Around = readonly [before: string, after: string];

const floating: Around = ["duckgres_float_text(CAST(", " AS VARCHAR))"];

const written: Readonly<Record<string, Around>> = lookup({
  real: floating,
  "double precision": floating,
  interval: ["duckgres_interval_text(CAST(", " AS VARCHAR))"],
  bytea: ["('\\x' || lower(hex(", ")))"],
});

/** `null` where DuckDB writes it in the same way. */
function aroundOf(node: Node | undefined): Around | null {
  const type = knownType(node);
  if (type === null || !node) return null;
  if (type.endsWith("[]")) return "ColumnRef" in node ? ["duckgres_array_text(", ")"] : null;
  if (type === "numeric") {
    return isPlainNumeric(node) ? ["duckgres_numeric_text(CAST(", " AS VARCHAR))"] : null;
  }
  return written[type] ?? null;
}

/** A column that takes the digits that are written has more of them in DuckDB. */
function isPlainNumeric(node: Node): boolean {
  return "ColumnRef" in node && columnOf(node.ColumnRef)?.declared === undefined;
}

const texts: ReadonlySet<string> = new Set(["text", "varchar", "bpchar"]);

function cast(node: TypeCast, { source, edits }: TransformInput): void {
  const type = namedType(node.typeName);
  if (!type || type.isArray || !texts.has(type.name)) return;
  const around = aroundOf(node.arg);
  const extent = around && castExtent(node, source);
  if (extent) edits.wrap(extent.argument.start, extent.argument.end, ...around);
}

function joined({ kind, name, lexpr, rexpr }: A_Expr, input: TransformInput): void {
  if (kind !== "AEXPR_OP" || lastPart(name) !== "||" || !lexpr || !rexpr) return;
  const [left, right] = [knownType(lexpr), knownType(rexpr)];
  // With an array it is an element.
  if ([left, right].some((type) => type?.endsWith("[]"))) return;
  if (makesText(right, left)) surround(lexpr, aroundOf(lexpr), input);
  if (makesText(left, right)) surround(rexpr, aroundOf(rexpr), input);
}

/** A text does, and a literal beside a number or an interval. */
function makesText(type: KnownType, other: KnownType): boolean {
  const kind = kindOf(other);
  return kindOf(type) === "text" || type === "unknown" && (kind === "number" || kind === "interval");
}

function surround(node: Node, around: Around | null, { source, edits }: TransformInput): void {
  const extent = around && extentOf(node, source);
  if (extent) edits.wrap(extent.start, extent.end, ...around);
}

/** Its arguments may be of any type; a boolean is `t` or `f` there. */
function concatenated(node: FuncCall, { source, edits }: TransformInput): void {
  const name = lastPart(node.funcname);
  if (name !== "concat" && name !== "concat_ws") return;
  const { args = [] } = node;
  const arounds = args.map((arg) =>
    knownType(arg) === "boolean" ? ["left(CAST(", " AS VARCHAR), 1)"] as const : aroundOf(arg)
  );
  const call = arounds.some((around) => around) ? callText(source, node) : null;
  if (call?.arguments.length !== args.length) return;
  arounds.forEach((around, i) => {
    const { first, last } = call.arguments[i];
    if (around) edits.wrap(source.tokens[first].start, source.tokens[last].end, ...around);
  });
}

function inserted({ relation, cols, selectStmt }: InsertStmt, input: TransformInput): void {
  if (!relation || !selectStmt || !("SelectStmt" in selectStmt)) return;
  const columns = insertedColumns(relation, cols);
  const { targetList = [], larg } = selectStmt.SelectStmt;
  if (larg || targetList.some(isStar)) return;
  targetList.forEach((target, i) => stored(columns[i], target, input));
}

function set({ relation, targetList = [] }: UpdateStmt, input: TransformInput): void {
  const columns = relation ? columnsOfRelation(relation) : null;
  for (const target of targetList) {
    const name = "ResTarget" in target && !target.ResTarget.indirection ? target.ResTarget.name : undefined;
    stored(columns?.find((column) => column.name === name), target, input);
  }
}

function stored(column: TypedColumn | undefined, target: Node, input: TransformInput): void {
  if (!("ResTarget" in target) || kindOf(column?.type ?? null) !== "text") return;
  const { val } = target.ResTarget;
  if (val) surround(val, aroundOf(val), input);
}
