/** What Flight SQL clients ask about the server (`GetSqlInfo`). Numbers are those of the protocol's `SqlInfo`. */
import {
  Bool,
  type Data,
  DenseUnion,
  Field,
  Int32,
  Int64,
  List,
  makeData,
  makeVector,
  Map_,
  Schema,
  Struct,
  Uint32,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import type { ArrowMessage } from "../../../arrow/message.ts";
import { messagesOf } from "../arrow_table.ts";

/** A value, with the kind it has in the protocol's union. */
export type InfoValue =
  | { kind: "text"; value: string }
  | { kind: "flag"; value: boolean }
  | { kind: "bigint"; value: number }
  | { kind: "int32"; value: number }
  | { kind: "texts"; value: readonly string[] };

const text = (value: string): InfoValue => ({ kind: "text", value });
const flag = (value: boolean): InfoValue => ({ kind: "flag", value });
const bigint = (value: number): InfoValue => ({ kind: "bigint", value });
const int32 = (value: number): InfoValue => ({ kind: "int32", value });
const texts = (value: readonly string[]): InfoValue => ({ kind: "texts", value });
/** The bits of a mask, each by its number. */
const bits = (...numbers: number[]): InfoValue => int32(numbers.reduce((mask, bit) => mask | (1 << bit), 0));

/** What only the running worker knows. */
export interface ServerFacts {
  /** Of duckgres. */
  version: string;
  /** Of the Arrow format library. */
  arrowVersion: string;
  /** DuckDB's reserved words. */
  keywords: readonly string[];
  numericFunctions: readonly string[];
  stringFunctions: readonly string[];
  datetimeFunctions: readonly string[];
}

const noLimit = 0;

/** All that is known, by number. */
export function sqlInfo(facts: ServerFacts): Map<number, InfoValue> {
  return new Map<number, InfoValue>([
    [0, text("duckgres")],
    [1, text(facts.version)],
    [2, text(facts.arrowVersion)],
    [3, flag(false)], // read only
    [4, flag(true)], // SQL
    [5, flag(false)], // Substrait
    [8, int32(1)], // transactions, no savepoints
    [9, flag(true)], // cancel
    [10, flag(true)], // bulk ingestion
    [11, flag(true)], // … in transactions
    [100, int32(noLimit)], // statement timeout
    [101, int32(noLimit)], // transaction timeout
    [500, flag(false)], // CREATE CATALOG
    [501, flag(true)], // CREATE SCHEMA
    [502, flag(true)], // CREATE TABLE
    [503, bigint(1)], // identifiers: case-insensitive
    [504, text('"')],
    [505, bigint(1)], // quoted identifiers: case-insensitive too
    [506, flag(true)], // all tables are selectable
    [507, bigint(0)], // NULLs sort high, as in PostgreSQL
    [508, texts(facts.keywords)],
    [509, texts(facts.numericFunctions)],
    [510, texts(facts.stringFunctions)],
    [511, texts(["current_database", "current_schema", "current_user", "version"])],
    [512, texts(facts.datetimeFunctions)],
    [513, text("\\")], // escapes % and _ in metadata patterns
    [514, text("$")], // in names, besides letters, digits and _
    [515, flag(true)], // column aliases
    [516, flag(true)], // NULL || text is NULL
    [518, flag(true)], // table aliases
    [519, flag(false)], // … that must differ from the tables' names
    [520, flag(true)], // expressions in ORDER BY
    [521, flag(true)], // ORDER BY what is not selected
    [522, bits(0, 1)], // GROUP BY: unrelated, beyond select
    [523, flag(true)], // LIKE … ESCAPE
    [524, flag(true)], // NOT NULL
    [525, bits(0, 1, 2)], // ODBC grammar: minimum, core, extended
    [526, bits(0, 1)], // SQL-92: entry, intermediate
    [527, flag(true)], // primary and foreign keys
    [528, bits(1, 2)], // outer joins: limited, full
    [529, text("schema")],
    [530, text("macro")],
    [531, text("database")],
    [532, flag(true)], // the catalog comes first in a name
    [533, bits(1)], // schemas in index definitions
    [534, bits(1)], // catalogs likewise
    [535, bits()], // positioned commands: none
    [536, flag(false)], // SELECT FOR UPDATE
    [537, flag(false)], // stored procedures
    [538, bits(0, 1, 2, 3)], // subqueries: comparisons, EXISTS, IN, quantified
    [539, flag(true)], // correlated subqueries
    [540, bits(0, 1)], // UNION, UNION ALL
    ...limits.map((number) => [number, bigint(noLimit)] as const),
    [556, flag(true)], // the limit of a row's size includes blobs
    [562, bigint(3)], // isolation: repeatable read (DuckDB's snapshots)
    [563, flag(true)], // transactions
    [564, bits(1, 2, 3)], // isolation levels that the default satisfies
    [565, flag(false)], // DDL commits
    [566, flag(false)], // DDL ignored in transactions
    [567, bits(1)], // result sets: forward only
    [568, bits()], // updatable result sets: by kind of result set
    [569, bits(1)],
    [570, bits()],
    [571, bits()],
    [572, flag(true)], // batch updates
    [573, flag(false)], // savepoints
    [574, flag(false)], // named parameters
    [575, flag(false)], // updates through LOBs
    [576, flag(false)], // CALL of stored functions
  ]);
}

/** `SQL_MAX_…`: none that DuckDB states. */
const limits = [...range(541, 555), ...range(557, 561)];

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

const kinds = ["text", "flag", "bigint", "int32", "texts"] as const;

const children = [
  new Field("string_value", new Utf8(), true),
  new Field("bool_value", new Bool(), true),
  new Field("bigint_value", new Int64(), true),
  new Field("int32_bitmask", new Int32(), true),
  new Field("string_list", new List(new Field("item", new Utf8(), true)), true),
  new Field("int32_to_int32_list_map", convertMap(), true),
];

const union = new DenseUnion(children.map((_, i) => i), children);

export const sqlInfoSchema = new Schema([
  new Field("info_name", new Uint32(), false),
  new Field("value", union, false),
]);

function convertMap(): Map_<Int32, List<Int32>> {
  const entry = new Struct<{ key: Int32; value: List<Int32> }>([
    new Field("key", new Int32(), false),
    new Field("value", new List(new Field("item", new Int32(), true)), true),
  ]);
  return new Map_(new Field("entries", entry, false), false);
}

/** The answer to `GetSqlInfo`; numbers that are not known are left out. */
export function sqlInfoMessages(entries: readonly (readonly [number, InfoValue])[]): ArrowMessage[] {
  const names = makeVector(Uint32Array.from(entries, ([number]) => number));
  return messagesOf(sqlInfoSchema, [names, unionOf(entries.map(([, value]) => value))], entries.length);
}

function unionOf(values: readonly InfoValue[]): Vector<DenseUnion> {
  const byKind = kinds.map((): unknown[] => []);
  const typeIds = new Int8Array(values.length);
  const valueOffsets = new Int32Array(values.length);
  for (const [i, { kind, value }] of values.entries()) {
    const id = kinds.indexOf(kind);
    typeIds[i] = id;
    valueOffsets[i] = byKind[id].push(kind === "bigint" ? BigInt(value) : value) - 1;
  }
  const data = children.map(({ type }, i) => vectorFromArray(byKind[i] ?? [], type).data[0] as Data);
  return makeVector(makeData({
    type: union,
    length: values.length,
    nullCount: 0,
    typeIds,
    valueOffsets,
    children: data,
  })) as Vector<DenseUnion>;
}
