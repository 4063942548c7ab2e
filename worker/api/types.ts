/**
 * PostgreSQL's types as both sides need them: object id, array type, `typlen`, and the DuckDB type that stands for each.
 * One table; everything else here is looked up in it. Nothing of DuckDB's library is imported, so the server uses it too.
 *
 * @see https://www.postgresql.org/docs/16/catalog-pg-type.html
 */

/** One row of the table. */
export interface TypeRow {
  /** `typname`. */
  name: string;
  oid: number;
  /** `typarray`: the type of an array of these, 0 where there is none. */
  arrayOid: number;
  /** `typlen`: bytes, -1 for variable length, -2 for a C string. */
  length: number;
  /** What a cast to it is called in DuckDB; `null` for a pseudo-type. */
  duckdb: string | null;
  /** The name SQL and error messages use, e.g. `double precision` for `float8`. */
  sqlName: string;
}

function row(
  name: string,
  oid: number,
  arrayOid: number,
  length: number,
  duckdb: string | null,
  sqlName = name,
): TypeRow {
  return { name, oid, arrayOid, length, duckdb, sqlName };
}

/**
 * Every scalar type a client can meet here. `numeric` without a modifier has no equal in DuckDB; `DECIMAL(38, 11)` is the
 * stand-in, for columns and casts: a scale that hardly anybody writes, by which its values are known and shown without zeros
 * at the end. Leave a cast to it out where a statement can be prepared without. The `reg…` types are text to
 * DuckDB.
 */
export const scalarTypes: readonly TypeRow[] = [
  row("bool", 16, 1000, 1, "BOOLEAN", "boolean"),
  row("bytea", 17, 1001, -1, "BLOB"),
  row("char", 18, 1002, 1, "VARCHAR", '"char"'),
  row("name", 19, 1003, 64, "VARCHAR"),
  row("int8", 20, 1016, 8, "BIGINT", "bigint"),
  row("int2", 21, 1005, 2, "SMALLINT", "smallint"),
  row("int2vector", 22, 1006, -1, "VARCHAR"),
  row("int4", 23, 1007, 4, "INTEGER", "integer"),
  row("regproc", 24, 1008, 4, "VARCHAR"),
  row("text", 25, 1009, -1, "VARCHAR"),
  row("oid", 26, 1028, 4, "BIGINT"),
  row("tid", 27, 1010, 6, "VARCHAR"),
  row("xid", 28, 1011, 4, "BIGINT"),
  row("cid", 29, 1012, 4, "BIGINT"),
  row("oidvector", 30, 1013, -1, "VARCHAR"),
  row("json", 114, 199, -1, "JSON"),
  row("xml", 142, 143, -1, "VARCHAR"),
  row("cidr", 650, 651, -1, "VARCHAR"),
  row("float4", 700, 1021, 4, "FLOAT", "real"),
  row("float8", 701, 1022, 8, "DOUBLE", "double precision"),
  row("unknown", 705, 0, -2, null),
  row("macaddr", 829, 1040, 6, "VARCHAR"),
  row("money", 790, 791, 8, "DECIMAL(18, 2)"),
  row("inet", 869, 1041, -1, "VARCHAR"),
  row("bpchar", 1042, 1014, -1, "VARCHAR", "character"),
  row("varchar", 1043, 1015, -1, "VARCHAR", "character varying"),
  row("date", 1082, 1182, 4, "DATE"),
  row("time", 1083, 1183, 8, "TIME", "time without time zone"),
  row("timestamp", 1114, 1115, 8, "TIMESTAMP", "timestamp without time zone"),
  row("timestamptz", 1184, 1185, 8, "TIMESTAMP WITH TIME ZONE", "timestamp with time zone"),
  row("interval", 1186, 1187, 16, "INTERVAL"),
  row("timetz", 1266, 1270, 12, "TIME WITH TIME ZONE", "time with time zone"),
  row("bit", 1560, 1561, -1, "BIT"),
  row("varbit", 1562, 1563, -1, "BIT", "bit varying"),
  row("numeric", 1700, 1231, -1, "DECIMAL(38, 11)"),
  row("refcursor", 1790, 2201, -1, "VARCHAR"),
  row("regprocedure", 2202, 2207, 4, "VARCHAR"),
  row("regoper", 2203, 2208, 4, "VARCHAR"),
  row("regoperator", 2204, 2209, 4, "VARCHAR"),
  row("regclass", 2205, 2210, 4, "VARCHAR"),
  row("regtype", 2206, 2211, 4, "VARCHAR"),
  row("record", 2249, 2287, -1, null),
  row("void", 2278, 0, 4, null),
  row("cstring", 2275, 1263, -2, "VARCHAR"),
  row("uuid", 2950, 2951, 16, "UUID"),
  row("jsonb", 3802, 3807, -1, "JSON"),
  row("jsonpath", 4072, 4073, -1, "VARCHAR"),
  row("regnamespace", 4089, 4090, 4, "VARCHAR"),
  row("regrole", 4096, 4097, 4, "VARCHAR"),
];

const byOid = new Map(scalarTypes.map((type) => [type.oid, type]));
const byArrayOid = new Map(
  scalarTypes.filter((type) => type.arrayOid > 0).map((type) => [type.arrayOid, type]),
);
const byName = new Map(
  scalarTypes.flatMap((type) => [[type.sqlName, type] as const, [type.name, type] as const]),
);

/** Object ids by `typname`, for the types that code names. */
export const oids = {
  bool: 16,
  bytea: 17,
  char: 18,
  name: 19,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  oid: 26,
  json: 114,
  xml: 142,
  cidr: 650,
  float4: 700,
  float8: 701,
  unknown: 705,
  money: 790,
  macaddr: 829,
  inet: 869,
  bpchar: 1042,
  varchar: 1043,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  interval: 1186,
  timetz: 1266,
  bit: 1560,
  varbit: 1562,
  numeric: 1700,
  regclass: 2205,
  regtype: 2206,
  record: 2249,
  void: 2278,
  uuid: 2950,
  jsonb: 3802,
} as const;

/** In place of an OID: the column stands for none, as results of DuckDB's have at least one, and is not shown. */
const hiddenOid = -1;

/** The type of a column that is not shown. */
export const hiddenType = { oid: hiddenOid, length: -1, modifier: -1 };

/** Whether a result's column is not shown. */
export function isHidden({ type }: { type: { oid: number } }): boolean {
  return type.oid === hiddenOid;
}

/** The columns of a result that clients are told of. */
export function shownColumns<C extends { type: { oid: number } }>(columns: readonly C[]): readonly C[] {
  return columns.some(isHidden) ? columns.filter((column) => !isHidden(column)) : columns;
}

/** The scalar type with this OID. */
export function typeByOid(oid: number): TypeRow | undefined {
  return byOid.get(oid);
}

/** The scalar type called this, by `typname` or SQL name; lower case. */
export function typeByName(name: string): TypeRow | undefined {
  return byName.get(name);
}

/** The type whose array type has this OID, `undefined` when it is not an array type. */
export function elementTypeOf(oid: number): TypeRow | undefined {
  return byArrayOid.get(oid);
}

/** From here on OIDs are those of a database's own types. */
const firstUserOid = 16384;

/** Array types of a database's own types have OIDs of their own, which the catalogue (`pg_type`) derives the same way. */
const firstUserArrayOid = 2 ** 30 + 255;

/** The OID of an array of these: `arrayOidOf(oids.int4)` is 1007. An array type is its own (PostgreSQL's arrays have any number of dimensions); 0 where there is none. */
export function arrayOidOf(oid: number): number {
  if (elementOidOf(oid) !== 0) return oid;
  if (oid >= firstUserOid) return firstUserArrayOid + oid * 256;
  return byOid.get(oid)?.arrayOid ?? 0;
}

/** The OID of an array type's elements; 0 for a type that is no array. */
export function elementOidOf(oid: number): number {
  const known = byArrayOid.get(oid);
  if (known) return known.oid;
  const user = (oid - firstUserArrayOid) / 256;
  return user >= firstUserOid && Number.isInteger(user) ? user : 0;
}

/** `typlen` of a scalar or array type; -1 for one that is not known. */
export function typeLength(oid: number): number {
  return byOid.get(oid)?.length ?? -1;
}

/** A type's name as error messages have it: `integer`, `double precision[]`. */
export function sqlTypeName(oid: number): string {
  const element = elementTypeOf(oid);
  if (element) return `${element.sqlName}[]`;
  return byOid.get(oid)?.sqlName ?? "unknown";
}

/**
 * What DuckDB calls a PostgreSQL type, to cast to it; `null` where it has none or the OID is not known. An array of a
 * database's own type (an enum) is at least a list.
 *
 * @example
 * ```ts
 * duckdbTypeName(23); // "INTEGER"
 * duckdbTypeName(1009); // "VARCHAR[]"
 * ```
 */
export function duckdbTypeName(oid: number): string | null {
  const element = elementTypeOf(oid);
  if (!element) return byOid.get(oid)?.duckdb ?? (elementOidOf(oid) === 0 ? null : "VARCHAR[]");
  return element.duckdb === null ? null : `${element.duckdb}[]`;
}
