import type { ColumnDef, FuncCall, Node, RangeFunction, TypeName } from "libpg-query";
import { quoteText } from "../../../worker/api/quote.ts";
import { type CallText, callText } from "../call.ts";
import { lastPart } from "../constant.ts";
import { closingIndex } from "../lexer.ts";
import { engineType } from "../types/engine_type.ts";
import { namedType } from "../types/type_name.ts";
import { jsonPointer } from "../json_pointer.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * json_to_record() and json_to_recordset() in FROM: a sub-select of the fields that the column definitions name.
 *
 * @see https://www.postgresql.org/docs/current/functions-json.html#FUNCTIONS-JSON-PROCESSING
 */
export const jsonRecords: Transform = {
  visit: {
    RangeFunction: (fields, input) => rangeFunction(fields as RangeFunction, input),
  },
};

/** A field of a record. */
export interface RecordField {
  name: string;
  /** What DuckDB calls its type. */
  type: string;
  isText: boolean;
}

function rangeFunction({ functions, coldeflist = [], alias }: RangeFunction, input: TransformInput): void {
  const call = callOf(functions);
  const known = /^(jsonb?)_to_record(set)?$/.exec(lastPart(call?.funcname) ?? "");
  const columns = coldeflist.flatMap((node) => "ColumnDef" in node ? [node.ColumnDef] : []);
  const { source, edits } = input;
  const written = call && known && columns.length > 0 ? callText(source, call) : null;
  if (!written || written.arguments.length !== 1) return;
  const { tokens, text } = source;
  const fields = columns.map((column) => fieldOf(column, input));
  writeRecords(written, written.arguments[0], known![1], known![2] !== undefined, fields, input);
  const open = source.tokenAt(source.offsetOfByte(columns[0].location ?? 0)) - 1;
  const name = alias?.aliasname ? "" : text.slice(tokens[written.name].start, tokens[written.open - 1].end);
  edits.replace(tokens[open].start, tokens[closingIndex(text, tokens, open)].end, name);
}

export function callOf(functions: readonly Node[] | undefined): FuncCall | null {
  const [item] = functions ?? [];
  const call = item && "List" in item ? item.List.items?.[0] : undefined;
  return call && "FuncCall" in call ? call.FuncCall : null;
}

function fieldOf({ colname = "", typeName }: ColumnDef, { source }: TransformInput): RecordField {
  return { name: colname, type: engineType(typeName!, source), isText: isText(typeName) };
}

function isText(typeName: TypeName | undefined): boolean {
  const type = namedType(typeName);
  return type !== null && !type.isArray && /^(?:text|varchar|bpchar|name)$/.test(type.name);
}

/** `(SELECT unnest(…))` of a call, whose argument that is json stays. */
export function writeRecords(
  { name, close }: CallText,
  argument: CallText["arguments"][number],
  type: string,
  isSet: boolean,
  fields: readonly RecordField[],
  { source: { tokens }, edits }: TransformInput,
): void {
  const list = isSet ? ["json_extract(CAST(", " AS JSON), '$[*]')"] : ["[CAST(", " AS JSON)]"];
  const values = fields.map((field) => `${quoteText(field.name)}: ${fieldValue(field, type)}`);
  edits.replace(
    tokens[name].start,
    tokens[argument.first].start,
    `(SELECT unnest(list_transform(${list[0]}`,
  );
  edits.replace(
    tokens[argument.last].end,
    tokens[close].end,
    `${list[1]}, lambda dg_record: {${values.join(", ")}}), max_depth := 2))`,
  );
}

/** A field that is a JSON null is NULL. */
function fieldValue({ name, type, isText }: RecordField, jsonType: string): string {
  const at = jsonPointer(name);
  const item = `json_extract(dg_record, ${at})`;
  const text = `json_extract_string(dg_record, ${at})`;
  if (isText) return jsonType === "json" ? text : `duckgres_json_item_text(${item})`;
  if (type === "JSON") return `CASE WHEN json_type(${item}) <> 'NULL' THEN ${item} END`;
  return /[\])]$/.test(type) && !type.startsWith("DECIMAL")
    ? `CAST(${item} AS ${type})`
    : `CAST(${text} AS ${type})`;
}
