import type { A_Const, TypeCast } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { typeByName } from "../../../worker/api/types.ts";
import type { Source } from "../source.ts";
import { endOfName } from "../extent.ts";
import { castExtent } from "../types/cast_extent.ts";
import { arrayExpression, defaultLiteralSettings, isReadType, literalExpression } from "../types/literal.ts";
import { type NamedType, namedType } from "../types/type_name.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Casts of constants (`'Jan 8, 1999'::date`, `timestamptz '2024-01-01 12:00+00'`, `interval '1-2' year to month`): the
 * text is read by PostgreSQL's rules and written in the form DuckDB reads the same. What PostgreSQL's input function
 * refuses is refused here, with its error.
 *
 * @see https://www.postgresql.org/docs/18/sql-syntax-lexical.html#SQL-SYNTAX-CONSTANTS-GENERIC
 */
export const literalCast: Transform = { visit: { TypeCast: cast } };

function cast(fields: Fields, input: TransformInput): void {
  const node = fields as TypeCast;
  const constant = node.arg && "A_Const" in node.arg ? node.arg.A_Const : null;
  if (!constant || constant.isnull) return;
  const type = namedType(node.typeName);
  if (mayBeRecord(type, constant)) return doubt(constant, input);
  if (!type || !isReadType(type)) return;
  if (type.name === "bool" && constant.fval) {
    const error = new PgError("42846", "cannot cast type numeric to boolean");
    return input.refuse(error, input.source.offsetOfByte(constant.location ?? 0));
  }
  const text = textOf(constant, type);
  if (text === null) return;
  const { source, edits, context } = input;
  const extent = castExtent(node, source);
  if (!extent) return;
  try {
    const settings = context.literals ?? defaultLiteralSettings;
    const expression = type.isArray && !typeByName(type.name)
      ? arrayExpression(type, text, settings, elementName(node, source))
      : literalExpression(type, text, settings);
    if (expression !== null) edits.replace(extent.start, extent.end, expression);
  } catch (error) {
    if (!(error instanceof PgError)) throw error;
    input.refuse(error, extent.argument.start);
  }
}

/** Composite values, and arrays of them. */
const records = /^\s*(?:\(.*\)|\{.*\(.*\})\s*$/s;

/** Of a type that is not PostgreSQL's own, the literal may be a composite value: DuckDB knows the fields. */
function mayBeRecord(type: NamedType | null, { sval }: A_Const): boolean {
  return records.test(sval?.sval ?? "") && !typeByName(type?.name ?? "");
}

/** Behind the name of a type it cannot be another expression. */
function doubt({ sval, location }: A_Const, { source, doubt }: TransformInput): void {
  const at = source.tokenAt(source.offsetOfByte(location ?? 0));
  const { kind, start, end } = source.tokens[at];
  if (kind === "string") doubt({ start, end, text: sval?.sval ?? "" });
}

/** An array's elements' type, as it is written. */
function elementName({ typeName }: TypeCast, source: Source): string {
  const first = source.tokenAt(source.offsetOfByte(typeName?.location ?? 0));
  return source.text.slice(source.tokens[first].start, source.tokens[endOfName(source, first) - 1].end);
}

/** The text that is read: a string's, or a number's where DuckDB's type would be another. */
function textOf({ sval, ival, fval, bsval }: A_Const, { name, modifiers }: NamedType): string | null {
  if (sval) return sval.sval ?? "";
  if (bsval) return name === "bit" || name === "varbit" ? bsval.bsval ?? "" : null;
  if (name === "numeric" && modifiers.length === 0) return ival ? String(ival.ival ?? 0) : fval?.fval ?? null;
  if (name === "bit" && ival) return integerBits(ival.ival ?? 0, modifiers[0] ?? 1);
  return null;
}

/** The lowest bits of an integer. */
function integerBits(value: number, length: number): string {
  return BigInt.asUintN(length, BigInt(value)).toString(2).padStart(length, "0");
}
