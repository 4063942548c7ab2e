import type { InsertStmt, MergeStmt, Node, RangeVar, SelectStmt, UpdateStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { isStar } from "../column_names.ts";
import { leftmostByte } from "../extent.ts";
import { type Kind, kindOf, type KnownType, knownType } from "../known_type.ts";
import { columnsOfRelation, insertedColumns, type TypedColumn } from "../relation_types.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * What a column is given must be of its type, or become that by itself: `INSERT INTO t (flag) VALUES (1)` is refused, where
 * DuckDB would cast whatever it can. Only where both types are known.
 *
 * @see https://www.postgresql.org/docs/18/typeconv-query.html
 */
export const assignments: Transform = {
  visit: {
    InsertStmt: (node, input) => insert(node as InsertStmt, input),
    UpdateStmt: (node, input) => {
      const { relation, targetList } = node as UpdateStmt;
      set(relation, targetList, input);
    },
    MergeStmt: (node, input) => merge(node as MergeStmt, input),
  },
};

function insert({ relation, cols, selectStmt, onConflictClause }: InsertStmt, input: TransformInput): void {
  if (!relation) return;
  set(relation, onConflictClause?.targetList, input);
  const columns = insertedColumns(relation, cols);
  if (columns.length === 0 || !selectStmt || !("SelectStmt" in selectStmt)) return;
  for (const row of rowsOf(selectStmt.SelectStmt)) {
    row.forEach((value, i) => assign(columns[i], value, input));
  }
}

/** More rows are data, and a `*` stands for nobody knows how many. */
const mostRows = 100;

function rowsOf({ valuesLists, targetList, larg }: SelectStmt): (Node | undefined)[][] {
  if (valuesLists) {
    if (valuesLists.length > mostRows) return [];
    return valuesLists.map((row) => "List" in row ? row.List.items ?? [] : []);
  }
  if (larg || !targetList || targetList.some(isStar)) return [];
  return [targetList.map((target) => "ResTarget" in target ? target.ResTarget.val : undefined)];
}

function set(relation: RangeVar | undefined, targets: readonly Node[] = [], input: TransformInput): void {
  const columns = relation ? columnsOfRelation(relation) : null;
  if (!columns) return;
  for (const target of targets) {
    if (!("ResTarget" in target) || target.ResTarget.indirection) continue;
    const { name, val } = target.ResTarget;
    assign(columns.find((column) => column.name === name), partOf(val), input);
  }
}

/** `(a, b) = (1, 2)`: each column has the whole row for its value. */
function partOf(value: Node | undefined): Node | undefined {
  if (!value || !("MultiAssignRef" in value)) return value;
  const { source, colno = 1 } = value.MultiAssignRef;
  return source && "RowExpr" in source ? source.RowExpr.args?.[colno - 1] : undefined;
}

function merge({ relation, mergeWhenClauses = [] }: MergeStmt, input: TransformInput): void {
  if (!relation) return;
  for (const clause of mergeWhenClauses) {
    if (!("MergeWhenClause" in clause)) continue;
    const { commandType, targetList, values = [] } = clause.MergeWhenClause;
    if (commandType === "CMD_UPDATE") set(relation, targetList, input);
    const columns = insertedColumns(relation, targetList);
    values.forEach((value, i) => assign(columns[i], value, input));
  }
}

function assign(column: TypedColumn | undefined, value: Node | undefined, input: TransformInput): void {
  if (!column || !value) return;
  const from = knownType(value);
  if (canBecome(from, column.type)) return;
  const at = leftmostByte(value);
  input.refuse(
    new PgError(
      "42804",
      `column "${column.name}" is of type ${column.type} but expression is of type ${from}`,
      {
        hint: "You will need to rewrite or cast the expression.",
      },
    ),
    Number.isFinite(at) ? input.source.offsetOfByte(at) : undefined,
  );
}

/** Kinds of which a value is also assigned to columns of others; anything is to texts. */
const assigned: Readonly<Partial<Record<Kind, readonly Kind[]>>> = {
  moment: ["time"],
  time: ["interval"],
  interval: ["time"],
};

function canBecome(from: KnownType, to: KnownType): boolean {
  const [fromKind, toKind] = [kindOf(from), kindOf(to)];
  if (fromKind === null || toKind === null || fromKind === toKind || toKind === "text") return true;
  if (from === "date" && toKind === "time") return false;
  return assigned[fromKind]?.includes(toKind) ?? false;
}
