/**
 * Column types that DuckDB has no equal of: it keeps `varchar(5)` as VARCHAR, `bit(3)` as BIT, `oid` as BIGINT, and has one JSON. What the column was declared
 * as is noted, and a check of the table keeps its length.
 */
import { lookup } from "../../../worker/api/lookup.ts";
import type { TypeName } from "libpg-query";
import type { PgType } from "../../../worker/api/executor.ts";
import { typeByName, typeByOid, typeLength } from "../../../worker/api/types.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { raise } from "../catalog/raise.ts";
import { namedType } from "../types/type_name.ts";

/** What PostgreSQL calls the types, by `typname`. */
const names: Readonly<Record<string, string>> = lookup({
  varchar: "character varying",
  bpchar: "character",
  bit: "bit",
  varbit: "bit varying",
  name: "name",
  json: "json",
  oid: "oid",
  xid: "xid",
  cid: "cid",
  char: '"char"',
  inet: "inet",
  cidr: "cidr",
  macaddr: "macaddr",
  money: "money",
});

/**
 * A column's type as `format_type()` tells it; `null` where DuckDB's own tells as much.
 *
 * @example declaredType(type of "b varchar(5)") // "character varying(5)"
 */
export function declaredType(typeName: TypeName | undefined): string | null {
  const type = namedType(typeName);
  const name = type && names[type.name];
  if (!name || type.isArray) return null;
  const [length] = type.modifiers;
  if (length !== undefined) return `${name}(${length})`;
  return type.name === "bpchar" ? "bpchar" : name;
}

/** The types whose texts are told by these notes; all others are the user's own, with their schema. */
const noted =
  /^(character varying|character|bpchar|bit varying|bit|name|json|oid|xid|cid|"char"|inet|cidr|macaddr|money)(?:\((\d+)\))?$/;

/** The same as RowDescription tells it; `null` for a type of the user's own. */
export function declaredPgType(declared: string | null): PgType | null {
  const [, name, length] = noted.exec(declared ?? "") ?? [];
  if (name === undefined) return null;
  const { oid } = typeByName(name)!;
  const isText = name === "character varying" || name === "character";
  const modifier = length === undefined ? -1 : Number(length) + (isText ? 4 : 0);
  return { oid, length: typeLength(oid), modifier };
}

/** What notes say of a type that {@linkcode declaredPgType} tells; `null` for one that has no note. */
export function notedType({ oid, modifier }: PgType): string | null {
  const type = typeByOid(oid);
  const name = type && names[type.name];
  if (!name) return null;
  if (modifier < 0) return type.name === "bpchar" ? "bpchar" : name;
  const isText = type.name === "varchar" || type.name === "bpchar";
  return `${name}(${isText ? modifier - 4 : modifier})`;
}

/**
 * What keeps a value of the column as long as it was declared, in DuckDB's functions alone: the file can be opened without this
 * server. The catalogue leaves these checks out, see {@linkcode isLengthCheck}.
 *
 * @param declared what {@linkcode declaredType} told
 * @returns `null` where any length fits
 */
export function lengthCheck(column: string, declared: string | null): string | null {
  const [, name, length] = noted.exec(declared ?? "") ?? [];
  if (length === undefined) return null;
  // The catalogue has its own `length`, which is not there without this server.
  const measured = (value: string) => `system.main.length(${value})`;
  const value = quoteName(column);
  const tooLong = (what: string) => raise("22001", `${what} too long for type ${declared}`);
  switch (name) {
    case "character varying":
      return check(`${measured(value)} > ${length}`, tooLong("value"));
    case "character":
      return check(`${measured(`system.main.rtrim(${value}, ' ')`)} > ${length}`, tooLong("value"));
    case "bit varying":
      return check(`${measured(value)} > ${length}`, tooLong("bit string"));
    default: {
      const found = `'[22026] bit string length ' || CAST(${measured(value)} AS VARCHAR)`;
      return check(
        `${measured(value)} <> ${length}`,
        `error(${found} || ' does not match type ${declared}')`,
      );
    }
  }
}

/** Whether a row of `duckdb_constraints()` is one of these checks, which are no constraints to PostgreSQL. */
export const isLengthCheck =
  `(constraint_type = 'CHECK' AND regexp_matches(expression, '\\[22\\d{3}\\] (value too long|bit string)'))`;

function check(wrong: string, error: string): string {
  return `CASE WHEN ${wrong} THEN ${error} ELSE true END`;
}
