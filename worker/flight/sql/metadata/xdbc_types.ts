/** DuckDB's types as ODBC and JDBC describe types (`GetXdbcTypeInfo`). */
import { Bool, Field, Int32, List, Schema, Utf8 } from "apache-arrow";

const text = (name: string, nullable: boolean) => new Field(name, new Utf8(), nullable);
const int32 = (name: string, nullable: boolean) => new Field(name, new Int32(), nullable);
const flag = (name: string, nullable: boolean) => new Field(name, new Bool(), nullable);

export const xdbcTypesSchema = new Schema([
  text("type_name", false),
  int32("data_type", false),
  int32("column_size", true),
  text("literal_prefix", true),
  text("literal_suffix", true),
  new Field("create_params", new List(new Field("item", new Utf8(), false)), true),
  int32("nullable", false),
  flag("case_sensitive", false),
  int32("searchable", false),
  flag("unsigned_attribute", true),
  flag("fixed_prec_scale", false),
  flag("auto_increment", true),
  text("local_type_name", true),
  int32("minimum_scale", true),
  int32("maximum_scale", true),
  int32("sql_data_type", false),
  int32("datetime_subcode", true),
  int32("num_prec_radix", true),
  int32("interval_precision", true),
]);

/** `XdbcDataType`. */
const xdbc = {
  unknown: 0,
  decimal: 3,
  integer: 4,
  smallint: 5,
  real: 7,
  double: 8,
  datetime: 9,
  interval: 10,
  varchar: 12,
  date: 91,
  time: 92,
  timestamp: 93,
  varbinary: -3,
  bigint: -5,
  tinyint: -6,
  bit: -7,
} as const;

interface TypeInfo {
  name: string;
  dataType: number;
  /** Digits, characters or bytes; `null` without a limit. */
  size: number | null;
  quoted?: true;
  /** Numbers: whether it has no sign. */
  unsigned?: boolean;
  parameters?: string[];
  scales?: [number, number];
  /** `sql_data_type` and `datetime_subcode` where they differ from `data_type`. */
  datetime?: [number, number];
}

const types: readonly TypeInfo[] = [
  { name: "BOOLEAN", dataType: xdbc.bit, size: 1 },
  { name: "TINYINT", dataType: xdbc.tinyint, size: 3, unsigned: false },
  { name: "UTINYINT", dataType: xdbc.smallint, size: 3, unsigned: true },
  { name: "SMALLINT", dataType: xdbc.smallint, size: 5, unsigned: false },
  { name: "USMALLINT", dataType: xdbc.integer, size: 5, unsigned: true },
  { name: "INTEGER", dataType: xdbc.integer, size: 10, unsigned: false },
  { name: "UINTEGER", dataType: xdbc.bigint, size: 10, unsigned: true },
  { name: "BIGINT", dataType: xdbc.bigint, size: 19, unsigned: false },
  { name: "UBIGINT", dataType: xdbc.decimal, size: 20, unsigned: true },
  { name: "HUGEINT", dataType: xdbc.decimal, size: 39, unsigned: false },
  { name: "UHUGEINT", dataType: xdbc.decimal, size: 39, unsigned: true },
  {
    name: "DECIMAL",
    dataType: xdbc.decimal,
    size: 38,
    unsigned: false,
    parameters: ["precision", "scale"],
    scales: [0, 38],
  },
  { name: "FLOAT", dataType: xdbc.real, size: 24, unsigned: false },
  { name: "DOUBLE", dataType: xdbc.double, size: 53, unsigned: false },
  { name: "VARCHAR", dataType: xdbc.varchar, size: null, quoted: true },
  { name: "JSON", dataType: xdbc.varchar, size: null, quoted: true },
  { name: "UUID", dataType: xdbc.varchar, size: 36, quoted: true },
  { name: "BIT", dataType: xdbc.varchar, size: null, quoted: true },
  { name: "BLOB", dataType: xdbc.varbinary, size: null, quoted: true },
  { name: "DATE", dataType: xdbc.date, size: 10, quoted: true, datetime: [xdbc.datetime, 1] },
  { name: "TIME", dataType: xdbc.time, size: 15, quoted: true, scales: [0, 6], datetime: [xdbc.datetime, 2] },
  {
    name: "TIME WITH TIME ZONE",
    dataType: xdbc.time,
    size: 21,
    quoted: true,
    scales: [0, 6],
    datetime: [xdbc.datetime, 4],
  },
  ...[["TIMESTAMP", 6], ["TIMESTAMP_S", 0], ["TIMESTAMP_MS", 3], ["TIMESTAMP_NS", 9]].map((
    [name, digits],
  ): TypeInfo => ({
    name: String(name),
    dataType: xdbc.timestamp,
    size: digits === 0 ? 19 : 20 + Number(digits),
    quoted: true,
    scales: [Number(digits), Number(digits)],
    datetime: [xdbc.datetime, 3],
  })),
  {
    name: "TIMESTAMP WITH TIME ZONE",
    dataType: xdbc.timestamp,
    size: 32,
    quoted: true,
    scales: [6, 6],
    datetime: [xdbc.datetime, 5],
  },
  { name: "INTERVAL", dataType: xdbc.interval, size: null, quoted: true },
  ...["LIST", "ARRAY", "STRUCT", "MAP", "UNION", "ENUM"].map((name): TypeInfo => ({
    name,
    dataType: name === "ENUM" ? xdbc.varchar : xdbc.unknown,
    size: null,
    quoted: true,
  })),
];

const nullable = 1;
const searchableFull = 3;

/** In the order the protocol asks: by `data_type`, then by name. */
export function xdbcTypes(dataType: number | null): unknown[][] {
  return types
    .filter((type) => dataType === null || type.dataType === dataType)
    .sort((a, b) => a.dataType - b.dataType || (a.name < b.name ? -1 : 1))
    .map(rowOf);
}

function rowOf(type: TypeInfo): unknown[] {
  const { name, dataType, size, quoted, unsigned = null, parameters = null, scales = [null, null] } = type;
  const [sqlDataType, subcode] = type.datetime ?? [dataType, null];
  const quote = quoted ? "'" : null;
  const binary = dataType === xdbc.real || dataType === xdbc.double;
  return [
    name,
    dataType,
    size,
    quote,
    quote,
    parameters,
    nullable,
    dataType === xdbc.varchar,
    searchableFull,
    unsigned,
    false, // no type has a fixed scale as money has
    false, // no type counts up by itself
    name,
    ...scales,
    sqlDataType,
    subcode,
    unsigned === null ? null : binary ? 2 : 10,
    null,
  ];
}
