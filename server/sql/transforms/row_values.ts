import type { ColumnRef, NullTest, TypeCast } from "libpg-query";
import { oids } from "../../../worker/api/types.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import { endOfName } from "../extent.ts";
import { extentOf } from "../expression_extent.ts";
import { isKeyword } from "../lexer.ts";
import { rowOf, type TypedColumn, type WholeRowOf } from "../relation_types.ts";
import { namedType } from "../types/type_name.ts";
import { isJsonReference } from "./json_values.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Whole rows, `t` of `FROM t`. DuckDB has a struct for one: of NULLs where an outer join has no row, with fields that are
 * written in another way as text and as json, and never NULL itself, whatever its fields are.
 *
 * @see https://www.postgresql.org/docs/18/rowtypes.html#ROWTYPES-USAGE
 */
export const rowValues: Transform = {
  visit: {
    ColumnRef: (node, input) => {
      const row = rowOf(node as ColumnRef);
      if (row) written(node as ColumnRef, row, input);
    },
    NullTest: (node, input) => tested(node as NullTest, input),
    TypeCast: (node) => noteText(node as TypeCast),
  },
};

/** Rows that become texts. */
const textRows = new WeakSet<ColumnRef>();

const texts: ReadonlySet<string> = new Set(["text", "varchar"]);

function noteText({ arg, typeName }: TypeCast): void {
  if (!arg || !("ColumnRef" in arg) || !rowOf(arg.ColumnRef)) return;
  const type = namedType(typeName);
  if (type && !type.isArray && texts.has(type.name)) textRows.add(arg.ColumnRef);
}

function written(reference: ColumnRef, row: WholeRowOf, input: TransformInput): void {
  const { source, edits } = input;
  const { text, tokens } = source;
  const isJson = isJsonReference(reference);
  const isText = textRows.has(reference);
  const isStar = (reference.fields?.length ?? 0) > 1;
  if (!isJson && (isStar || !isText && !row.optional)) return;
  const first = source.tokenAt(source.offsetOfByte(reference.location ?? 0));
  const { start } = tokens[first];
  const { end } = tokens[isStar ? first + 2 : endOfName(source, first) - 1];
  const name = text.slice(start, tokens[first].end);
  const value = isJson ? jsonOf(name, row) : isText ? textOf(name, row) : name;
  const [before, after] = row.optional ? [`CASE WHEN NOT (${missing(name, row)}) THEN `, " END"] : ["", ""];
  edits.wrap(start, end, before, after);
  if (value !== name) edits.replace(start, end, value);
}

/** A row has something, be it the key it was joined by. */
function missing(name: string, { columns }: WholeRowOf): string {
  return columns.map((column) => `${field(name, column)} IS NULL`).join(" AND ");
}

/** A `char(n)` is kept without its blanks. */
function shown(name: string, column: TypedColumn): string {
  const { declared } = column;
  const value = field(name, column);
  return declared?.oid === oids.bpchar ? `rpad(${value}, ${declared.modifier - 4}, ' ')` : value;
}

function field(name: string, column: TypedColumn): string {
  return `${name}.${quoteName(column.name)}`;
}

const integers: ReadonlySet<string | null> = new Set(["smallint", "integer", "bigint"]);

/** What DuckDB's to_json() writes as PostgreSQL does. */
const plain: ReadonlySet<string | null> = new Set([
  ...integers,
  "text",
  "character varying",
  "character",
  "boolean",
  "date",
  "time without time zone",
  "uuid",
]);

/** A document that is put together of texts where DuckDB's own would lose the zeros at a number's end, or a time's T. */
function jsonOf(name: string, { columns }: WholeRowOf): string {
  if (columns.every((column) => plain.has(column.type) && column.declared?.oid !== oids.bpchar)) {
    return `system.main.to_json(${name})`;
  }
  const fields = columns.map((column) =>
    `${quoteText(`${JSON.stringify(column.name)}:`)} || ${jsonField(shown(name, column), column)}`
  );
  return `CAST('{' || ${fields.join(" || ',' || ")} || '}' AS JSON)`;
}

function jsonField(value: string, { type }: TypedColumn): string {
  if (integers.has(type)) return `coalesce(CAST(${value} AS VARCHAR), 'null')`;
  if (type === "json") return `duckgres_json_given(${value})`;
  if (type === "jsonb") return `coalesce(duckgres_jsonb_text(${value}), 'null')`;
  if (plain.has(type)) return `coalesce(CAST(system.main.to_json(${value}) AS VARCHAR), 'null')`;
  return `duckgres_json_text(${value})`;
}

function textOf(name: string, { columns }: WholeRowOf): string {
  const fields = columns.map((column) => {
    const value = shown(name, column);
    if (column.type?.endsWith("[]")) return `duckgres_array_text(${value})`;
    if (column.type === "jsonb") return `duckgres_jsonb_text(${value})`;
    if (column.type !== "numeric") return `duckgres_text(${value})`;
    return column.declared ? `CAST(${value} AS VARCHAR)` : `duckgres_numeric_text(CAST(${value} AS VARCHAR))`;
  });
  return `duckgres_row_text([${fields.join(", ")}])`;
}

/** A row is NULL where all its fields are, and is not where none is. */
function tested({ arg, nulltesttype }: NullTest, input: TransformInput): "skip" | void {
  const row = arg && "ColumnRef" in arg ? rowOf(arg.ColumnRef) : null;
  if (!row || !arg || !("ColumnRef" in arg) || (arg.ColumnRef.fields?.length ?? 0) > 1) return;
  const { source, edits } = input;
  const extent = extentOf(arg, source);
  if (!extent) return;
  const { tokens, text } = source;
  const behind = source.tokenAt(extent.end);
  const isNull = nulltesttype === "IS_NULL";
  const isShort = isKeyword(text, tokens[behind], isNull ? "isnull" : "notnull");
  if (!isShort && !isKeyword(text, tokens[behind], "is")) return;
  const last = isShort ? behind : behind + (isNull ? 1 : 2);
  const name = text.slice(extent.start, extent.end);
  const test = isNull ? "IS NULL" : "IS NOT NULL";
  const tests = row.columns.map((column) => `${field(name, column)} ${test}`);
  edits.replace(extent.start, tokens[last].end, `(${tests.join(" AND ")})`);
  return "skip";
}
