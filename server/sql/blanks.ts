/**
 * Blanks at the end of a `char(n)` or `varchar(n)`: a char is stored without them, padded where it is shown and compared without
 * them, and what a literal has too many of is cut off as it is stored. Only a database knows which columns these are.
 *
 * @see https://www.postgresql.org/docs/18/datatype-character.html
 */
import type { A_Const, A_Expr, InsertStmt, Node } from "libpg-query";
import type { PgType } from "../../worker/api/executor.ts";
import { oids, typeByOid } from "../../worker/api/types.ts";
import { quoteName, quoteText } from "../../worker/api/quote.ts";
import { isStar } from "./column_names.ts";
import {
  type DeclaredColumn,
  declaredOf,
  type DeclaredRelations,
  scopeOfList,
  withNamed,
} from "./column_types.ts";
import { lastPart, nameParts } from "./constant.ts";
import { insertedQuery } from "./dml/insert_target.ts";
import { endOfName } from "./extent.ts";
import { closingIndex } from "./lexer.ts";
import { isComparison } from "./known_type.ts";
import type { MoreEdits } from "./statement.ts";
import { relationOf, storedValues } from "./stored_values.ts";
import type { TransformInput } from "./transforms/transform.ts";
import { type Fields, walk } from "./walk.ts";

/** What is to be edited in a statement for the blanks of its columns; `null` for nothing. */
export function blankEdits(tree: Node, declared: DeclaredRelations): MoreEdits | null {
  const edits: MoreEdits[] = [...shownEdits(tree, declared)];
  for (const [value, column] of storedValues(tree, declared)) edits.push(...stored(value, column));
  if ("InsertStmt" in tree) edits.push(...insertEdits(tree.InsertStmt, declared));
  const padded = paddedNames(declared);
  walk(tree, (type, node) => {
    if (type === "A_Expr") edits.push(...comparisonEdits(node, padded));
  });
  return edits.length > 0 ? (input) => edits.forEach((edit) => edit(input)) : null;
}

/** Whether it is a `char(n)`. */
export function isPadded(type: PgType | null): type is PgType {
  return type?.oid === oids.bpchar && type.modifier > 0;
}

function padded(value: string, type: PgType): [before: string, after: string] {
  return [`rpad(${value}`, `, ${type.modifier - 4}, ' ')`];
}

interface Result {
  list: readonly Node[];
  from: readonly Node[];
  /** Of WITH. */
  queries: readonly Node[];
}

/** The list of a statement's own result, and the relations it names columns of. */
function resultOf(tree: Node): Result | null {
  if ("SelectStmt" in tree) {
    const { targetList = [], fromClause = [], withClause, op } = tree.SelectStmt;
    const isPlain = op === undefined || op === "SETOP_NONE";
    return isPlain ? { list: targetList, from: fromClause, queries: withClause?.ctes ?? [] } : null;
  }
  const write = "InsertStmt" in tree
    ? tree.InsertStmt
    : "UpdateStmt" in tree
    ? tree.UpdateStmt
    : "DeleteStmt" in tree
    ? tree.DeleteStmt
    : null;
  const { exprs } = write?.returningClause ?? {};
  return exprs && write?.relation ? { list: exprs, from: [{ RangeVar: write.relation }], queries: [] } : null;
}

/** The columns of the result itself. */
function* shownEdits(tree: Node, declared: DeclaredRelations): Generator<MoreEdits> {
  const result = resultOf(tree);
  if (!result) return;
  const scope = scopeOfList(result.from, withNamed(result.queries, declared));
  for (const target of result.list) {
    const { val, name } = "ResTarget" in target ? target.ResTarget : {};
    if (!val || !("ColumnRef" in val)) continue;
    const { location = 0 } = val.ColumnRef;
    if (isStar(target)) {
      const [relation] = nameParts(val.ColumnRef.fields).slice(0, -1).slice(-1);
      const shown = relation === undefined ? scope : scope.filter(({ name }) => name === relation);
      const columns = shown.length === 1 ? [...shown[0].columns].filter(([, type]) => isPadded(type)) : [];
      if (columns.length > 0) yield starEdit(location, columns);
      continue;
    }
    const type = declaredOf(val.ColumnRef, scope);
    if (isPadded(type)) {
      yield columnEdit(location, type, name === undefined ? lastPart(val.ColumnRef.fields)! : null);
    }
  }
}

/** @param name what the column is called where nothing else gives it a name: ORDER BY may look for it */
function columnEdit(location: number, type: PgType, name: string | null): MoreEdits {
  return ({ source, edits }) => {
    const first = source.tokenAt(source.offsetOfByte(location));
    const end = source.tokens[endOfName(source, first) - 1].end;
    const [before, after] = padded("", type);
    edits.wrap(
      source.tokens[first].start,
      end,
      before,
      name === null ? after : `${after} AS ${quoteName(name)}`,
    );
  };
}

function starEdit(location: number, columns: readonly [string, PgType][]): MoreEdits {
  return ({ source, edits }) => {
    let star = source.tokenAt(source.offsetOfByte(location));
    while (source.text[source.tokens[star].start] !== "*") star++;
    const { end } = source.tokens[star];
    const items = columns.map(([name, type]) =>
      `${padded(quoteName(name), type).join("")} AS ${quoteName(name)}`
    );
    edits.wrap(end, end, "", ` REPLACE (${items.join(", ")})`);
  };
}

/** The names of all columns that are padded. */
function paddedNames(declared: DeclaredRelations): ReadonlySet<string> {
  const names = [...declared.values()].flatMap((columns) =>
    [...columns].filter(([, type]) => isPadded(type))
  );
  return new Set(names.map(([name]) => name));
}

function* comparisonEdits(fields: Fields, names: ReadonlySet<string>): Generator<MoreEdits> {
  const { name, lexpr, rexpr, kind } = fields as A_Expr;
  const compares = kind === "AEXPR_OP" ? isComparison(lastPart(name) ?? "") : comparing.has(kind ?? "");
  if (!compares || !lexpr || !rexpr) return;
  const operands = [lexpr, ..."List" in rexpr ? rexpr.List.items ?? [] : [rexpr]];
  const isColumn = (node: Node) => "ColumnRef" in node && names.has(lastPart(node.ColumnRef.fields) ?? "");
  if (!operands.some(isColumn)) return;
  for (const operand of operands) yield* bare(operand);
}

const comparing = new Set([
  "AEXPR_IN",
  "AEXPR_DISTINCT",
  "AEXPR_NOT_DISTINCT",
  "AEXPR_BETWEEN",
  "AEXPR_NOT_BETWEEN",
]);

function* insertEdits(insert: InsertStmt, declared: DeclaredRelations): Generator<MoreEdits> {
  const { relation, cols, selectStmt, override } = insert;
  const columns = relation && relationOf(relation, declared);
  if (!columns || !selectStmt || !("SelectStmt" in selectStmt) || selectStmt.SelectStmt.valuesLists) return;
  if (override !== undefined && override !== "OVERRIDING_NOT_SET") return;
  yield* queryEdits(
    insert,
    cols?.map((node) => "ResTarget" in node ? node.ResTarget.name ?? "" : ""),
    columns,
  );
}

/** What makes of a query's column what is stored in one of a type: a char without blanks, an address in PostgreSQL's form. */
function storedForm(type: PgType): ((column: string) => string) | null {
  const { oid } = type;
  if (isPadded(type)) return (column) => `rtrim(${column}, ' ')`;
  const name = typeByOid(oid)?.name ?? "";
  return ["inet", "cidr", "macaddr"].includes(name) ? (column) => `duckgres_${name}(${column})` : null;
}

/** The columns of a query that go into a char, or are addresses. */
function* queryEdits(
  insert: InsertStmt,
  names: readonly string[] | undefined,
  columns: ReadonlyMap<string, DeclaredColumn>,
): Generator<MoreEdits> {
  const places = [...columns].flatMap(([name, type]) => {
    const form = storedForm(type);
    return form ? { place: names ? names.indexOf(name) + 1 : type.number, form } : [];
  }).filter(({ place }) => place > 0);
  const select = insert.selectStmt && "SelectStmt" in insert.selectStmt ? insert.selectStmt.SelectStmt : {};
  const { larg, targetList = [] } = select;
  const given = larg || targetList.some(isStar) ? Infinity : targetList.length;
  const known = places.filter(({ place }) => place <= given);
  if (known.length === 0) return;
  yield ({ source, edits }) => {
    const [from, end] = insertedQuery(insert, source).query;
    const { text, tokens } = source;
    // The list of columns stands in front of the query.
    const start = names ? tokens[closingIndex(text, tokens, source.tokenAt(from)) + 1].start : from;
    const aliases = Array.from(
      { length: Math.max(...known.map(({ place }) => place)) },
      (_, i) => `dg_c${i + 1}`,
    );
    const items = known.map(({ place, form }) => `${form(`dg_c${place}`)} AS dg_c${place}`);
    const after = `) AS dg_given(${aliases.join(", ")})`;
    edits.wrap(start, end, `SELECT * REPLACE (${items.join(", ")}) FROM (`, after);
  };
}

/** A literal or a parameter as it is stored. */
function stored(value: Node, type: DeclaredColumn | undefined): Generator<MoreEdits> {
  if (isPadded(type ?? null)) return bare(value);
  return trimmed(value, type?.oid === oids.varchar && type.modifier > 0 ? type.modifier - 4 : Infinity);
}

/** A literal or a parameter without the blanks at its end. */
export function* bare(value: Node): Generator<MoreEdits> {
  yield* trimmed(value, 0);
  if (!("ParamRef" in value)) return;
  const { location = 0 } = value.ParamRef;
  yield ({ source, edits }) => {
    const { start, end } = source.tokens[source.tokenAt(source.offsetOfByte(location))];
    edits.wrap(start, end, "rtrim(CAST(", " AS VARCHAR), ' ')");
  };
}

/** A literal without the blanks at its end that stand behind so many characters. */
function* trimmed(value: Node, characters: number): Generator<MoreEdits> {
  const literal = "A_Const" in value ? value.A_Const : null;
  const text = literal?.sval?.sval ?? "";
  if (!literal || !text.endsWith(" ")) return;
  const kept = [...text];
  while (kept.length > characters && kept.at(-1) === " ") kept.pop();
  if (kept.length < [...text].length) yield replaceLiteral(literal, kept.join(""));
}

function replaceLiteral({ location = 0 }: A_Const, text: string): MoreEdits {
  return ({ source, edits }: TransformInput) => {
    const first = source.tokenAt(source.offsetOfByte(location));
    let last = first;
    while (source.tokens[last + 1]?.kind === "string") last++;
    edits.replace(source.tokens[first].start, source.tokens[last].end, quoteText(text));
  };
}
