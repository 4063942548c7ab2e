import { lookup } from "../../../worker/api/lookup.ts";
import type { TypeCast, TypeName } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { kindOf, knownType } from "../known_type.ts";
import { isSymbol } from "../lexer.ts";
import type { Source } from "../source.ts";
import { castExtent } from "../types/cast_extent.ts";
import { endOfType, type NamedType, namedType } from "../types/type_name.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Types that DuckDB does not know by PostgreSQL's name, or not with PostgreSQL's modifiers, as the type whose values they
 * hold. What it has nothing for is refused by its name.
 *
 * @see https://www.postgresql.org/docs/18/datatype.html
 */
export const types: Transform = {
  visit: { TypeName: typeName, TypeCast: pseudoType, XmlExpr: xml, XmlSerialize: xml },
};

const polymorphic: ReadonlySet<string> = new Set(["anyelement", "anynonarray", "anycompatible"]);

/** Nothing but a row is a record; whatever has a type is an `anyelement`. */
function pseudoType(fields: Fields, { source, edits, refuse }: TransformInput): void {
  const node = fields as TypeCast;
  const name = namedType(node.typeName)?.name ?? "";
  const type = name === "record" || polymorphic.has(name) ? knownType(node.arg) : null;
  if (name === "record" && kindOf(type) !== null) {
    return refuse(new PgError("42846", `cannot cast type ${type} to record`));
  }
  // DuckDB has a type of types by this name, to which nothing can be cast.
  if (name === "type") {
    return refuse(
      new PgError("42704", 'type "type" does not exist'),
      source.offsetOfByte(node.typeName?.location ?? 0),
    );
  }
  const extent = kindOf(type) !== null && polymorphic.has(name) ? castExtent(node, source) : null;
  if (!extent) return;
  const { start, end, argument } = extent;
  edits.replace(argument.end, end, start === argument.start ? "" : ")");
  if (start !== argument.start) edits.replace(start, argument.start, "(");
}

function xml(node: Fields, { source, refuse }: TransformInput): void {
  const error = new PgError("0A000", "XML functions are not supported");
  refuse(error, source.offsetOfByte(Number(node.location ?? 0)));
}

const engineNames: Readonly<Record<string, string>> = lookup({
  name: "VARCHAR",
  cstring: "VARCHAR",
  unknown: "VARCHAR",
  citext: "VARCHAR",
  xml: "VARCHAR",
  inet: "VARCHAR",
  cidr: "VARCHAR",
  macaddr: "VARCHAR",
  money: "DECIMAL(18, 2)",
  macaddr8: "VARCHAR",
  tsvector: "VARCHAR",
  tsquery: "VARCHAR",
  jsonb: "JSON",
  xid: "BIGINT",
  cid: "BIGINT",
  varbit: "BIT",
  bit: "BIT",
});

/** Types whose modifiers DuckDB does not take; it keeps every digit of a second. */
const withoutModifiers: Readonly<Record<string, string>> = lookup({
  time: "TIME",
  timetz: "TIMETZ",
  timestamptz: "TIMESTAMPTZ",
  interval: "INTERVAL",
});

/** Types of PostgreSQL's that nothing in DuckDB can stand for. */
const missing: ReadonlySet<string> = new Set(
  ("point line lseg box path polygon circle pg_lsn pg_snapshot txid_snapshot int4range int8range numrange " +
    "tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange tstzmultirange " +
    "datemultirange").split(" "),
);

function typeName(node: Fields, input: TransformInput): void {
  const type = namedType(node as TypeName);
  if (!type) return;
  const { source, edits } = input;
  const first = source.tokenAt(source.offsetOfByte(Number(node.location ?? 0)));
  const start = source.tokens[first].start;
  if (missing.has(type.name)) {
    return input.refuse(new PgError("0A000", `type ${type.name} is not supported`), start);
  }
  checkNumeric(type, start, input);
  const target = engineName(type, source, first);
  if (target) edits.replace(start, source.tokens[endOfElement(source, first) - 1].end, target);
}

function engineName(
  { name, modifiers }: NamedType,
  { text, tokens }: Source,
  first: number,
): string | undefined {
  if (engineNames[name]) return engineNames[name];
  if (modifiers.length > 0 && withoutModifiers[name]) return withoutModifiers[name];
  // DuckDB's has three digits behind the point.
  if (name === "numeric" && modifiers.length === 0) return "DECIMAL(38, 11)";
  // DuckDB's `float` is PostgreSQL's `real`.
  if (name !== "float8" && name !== "float4") return undefined;
  const written = text.slice(tokens[first].start, tokens[first].end).toLowerCase();
  return written === "float" ? (name === "float8" ? "DOUBLE" : "REAL") : undefined;
}

/** Index of the token behind a type's name, without the brackets that make an array of it. */
function endOfElement(source: Source, first: number): number {
  const { text, tokens } = source;
  let end = endOfType(source, first);
  for (let at = first; at < end; at++) if (isSymbol(text, tokens[at], "[")) end = at;
  return tokens[end - 1].kind === "word" &&
      /^array$/i.test(text.slice(tokens[end - 1].start, tokens[end - 1].end))
    ? end - 1
    : end;
}

const maxDigits = 38;

function checkNumeric({ name, modifiers }: NamedType, offset: number, input: TransformInput): void {
  const [precision, scale = 0] = modifiers;
  if (name !== "numeric" || precision === undefined || Number.isNaN(precision)) return;
  if (precision < 1 || precision > 1000) {
    const message = `NUMERIC precision ${precision} must be between 1 and 1000`;
    input.refuse(new PgError("22023", message), offset);
  } else if (scale < -1000 || scale > 1000) {
    const message = `NUMERIC scale ${scale} must be between -1000 and 1000`;
    input.refuse(new PgError("22023", message), offset);
  } else if (precision > maxDigits || scale < 0 || scale > precision) {
    const message = `numeric(${precision},${scale}) is not supported`;
    const detail = `The precision can be up to ${maxDigits}, and the scale from 0 to the precision.`;
    input.refuse(new PgError("0A000", message, { detail }), offset);
  }
}
