import type { A_Indices, Node, ResTarget, UpdateStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { constantText } from "../constant.ts";
import { closingIndex, depthStep, isKeyword, isSymbol, textOf } from "../lexer.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import type { Source } from "../source.ts";
import { anyNode, type Fields } from "../walk.ts";
import { likeArray } from "./array_concat.ts";
import { isAggregateCall } from "./aggregate_calls.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `SET a[2] = 5`, `SET j['k'] = '3'` and `SET z.field = 1` give a column that is changed in a place; DuckDB only assigns whole columns.
 *
 * @see https://www.postgresql.org/docs/16/arrays.html#ARRAYS-MODIFYING
 */
export const updateTargets: Transform = { visit: { UpdateStmt: update } };

function update(fields: Fields, input: TransformInput): void {
  const { targetList = [], relation } = fields as UpdateStmt;
  for (const target of targetList) {
    if (!("ResTarget" in target)) continue;
    const { name = "", indirection, val, location = 0 } = target.ResTarget;
    const at = input.source.offsetOfByte(location);
    if (val && anyNode(val, isAggregateCall)) {
      input.refuse(new PgError("42803", "aggregate functions are not allowed in UPDATE"));
    }
    if (!indirection) continue;
    if (indirection.some((node) => "A_Star" in node)) {
      input.refuse(new PgError("0A000", 'row expansion via "*" is not supported here'), at);
      continue;
    }
    if (indirection.some((node) => "String" in node)) {
      const table = relation?.relname ?? "";
      if (name === table || name === relation?.alias?.aliasname) {
        const error = new PgError("42703", `column "${name}" of relation "${table}" does not exist`);
        input.refuse(error, at);
      } else assignField(target.ResTarget, targetList, at, input);
      continue;
    }
    assignPlace(target.ResTarget, at, input);
  }
}

/** Whether what is assigned to a column stands together, and nothing of it is the whole column. */
function isOneRun(targets: readonly Node[], name: string): boolean {
  const names = targets.map((target) => "ResTarget" in target ? target.ResTarget.name : undefined);
  const [first, last] = [names.indexOf(name), names.lastIndexOf(name)];
  return targets.slice(first, last + 1).every((target) =>
    "ResTarget" in target && target.ResTarget.name === name && target.ResTarget.indirection?.length === 1 &&
    "String" in target.ResTarget.indirection[0]
  );
}

/** `SET z.r = 1, z.i = 2` of a composite type, which is a STRUCT: one change of several fields. */
function assignField(
  { name = "", indirection = [] }: ResTarget,
  targets: readonly Node[],
  at: number,
  { source, edits, refuse }: TransformInput,
): void {
  const [field] = indirection;
  if (!isOneRun(targets, name) || !("String" in field)) {
    return refuse(new PgError("0A000", "assigning to parts of fields of a column is not supported"), at);
  }
  const { text, tokens } = source;
  const column = source.tokenAt(at);
  const assign = tokens.findIndex((token, i) => i > column && textOf(text, token) === "=");
  const valueEnd = tokens[endOfValue(source, assign + 1) - 1].end;
  const places = targets.flatMap((target) =>
    "ResTarget" in target && target.ResTarget.name === name ? [target.ResTarget.location ?? 0] : []
  );
  const isFirst = source.offsetOfByte(places[0]) === at;
  const isLast = source.offsetOfByte(places.at(-1)!) === at;
  const key = field.String.sval ?? "";
  const change = `${quoteName(key)} := CASE WHEN true THEN `;
  const first = isFirst ? `${quoteName(name)} = struct_update(${quoteName(name)}, ${change}` : change;
  edits.replace(tokens[column].start, tokens[assign].end, first);
  // It would add a field that is not there.
  const otherwise = ` ELSE struct_extract(${quoteName(name)}, ${quoteText(key)}) END${isLast ? ")" : ""}`;
  edits.wrap(valueEnd, valueEnd, "", otherwise);
}

function assignPlace(
  { name = "", indirection = [], val }: ResTarget,
  at: number,
  input: TransformInput,
): void {
  const { source, edits, refuse } = input;
  const { text, tokens } = source;
  const column = source.tokenAt(at);
  const places = indirection.map((node) => (node as { A_Indices: A_Indices }).A_Indices);
  const keys = places.map((place) => keyOf(place));
  const isJson = keys.every((key) => key !== null);
  if (!isJson && (places.length > 1 || keys.some((key) => key !== null))) {
    return refuse(new PgError("0A000", "assigning to an element of an array of arrays is not supported"), at);
  }
  const open = column + 1;
  const close = closingIndex(text, tokens, open);
  const assign = tokens.findIndex((token, i) =>
    i > open && textOf(text, token) === "=" && depthAt(source, open, i) === 0
  );
  const valueEnd = tokens[endOfValue(source, assign + 1) - 1].end;
  if (isJson) {
    const path = keys.map((key) => quoteText(key!)).join(", ");
    edits.replace(
      tokens[open].start,
      tokens[assign].end,
      ` = duckgres_json_change(${quoteName(name)}, CAST([${path}] AS VARCHAR[]), `,
    );
    return edits.wrap(valueEnd, valueEnd, "", ", 'set')");
  }
  const [{ is_slice, lidx, uidx }] = places;
  const call = is_slice ? "duckgres_array_assign_slice" : "duckgres_array_assign";
  edits.replace(
    tokens[open].start,
    tokens[open].end,
    ` = ${call}(${quoteName(name)}, ${is_slice && !lidx ? "1" : ""}`,
  );
  if (is_slice) {
    const colon = tokens.findIndex((token, i) => i > open && isSymbol(text, token, ":"));
    edits.replace(tokens[colon].start, tokens[colon].end, uidx ? ", " : `, len(${quoteName(name)})`);
  }
  edits.replace(tokens[close].start, tokens[assign].end, ", ");
  if (is_slice && val && "A_Const" in val && val.A_Const.sval) {
    const { start, end } = tokens[column];
    likeArray(val.A_Const, { start: tokens[assign + 1].start, end: valueEnd }, { start, end }, input);
  }
  edits.wrap(valueEnd, valueEnd, "", ")");
}

/** A key of an object; `null` for what is a number. */
function keyOf({ uidx, is_slice }: A_Indices): string | null {
  const isText = !is_slice && uidx && "A_Const" in uidx && uidx.A_Const.sval !== undefined;
  return isText ? constantText(uidx as Node) : null;
}

function depthAt({ text, tokens }: Source, from: number, to: number): number {
  let depth = 0;
  for (let i = from; i < to; i++) depth += depthStep(text, tokens[i]);
  return depth;
}

/** Index of the token behind a value that is assigned. */
function endOfValue({ text, tokens }: Source, first: number): number {
  let depth = 0;
  for (let i = first; i < tokens.length; i++) {
    const step = depthStep(text, tokens[i]);
    if (depth === 0) {
      if (step < 0 || isSymbol(text, tokens[i], ",") || isSymbol(text, tokens[i], ";")) return i;
      if (i > first && ["from", "where", "returning"].some((word) => isKeyword(text, tokens[i], word))) {
        return i;
      }
    }
    depth += step;
  }
  return tokens.length;
}
