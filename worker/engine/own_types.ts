/** Reads a database's enums and composite types from DuckDB's catalogue. */
import duckdb from "@duckdb/node-bindings";
import { StringVector } from "../rows/strings.ts";
import { type OwnType, type OwnTypes, typeKey } from "../types/own_types.ts";
import { quoteName } from "../api/quote.ts";

/** `temp` is where a session's own are. Of types that are alike the first that was created is kept. */
const query =
  `SELECT CAST(to_json({oid: type_oid, name: type_name, path: [database_name, schema_name, type_name]}) AS VARCHAR)
  FROM system.main.duckdb_types()
  WHERE logical_type IN ('ENUM', 'STRUCT') AND NOT internal
    AND database_name IN (system.pg_catalog.current_database(), 'temp')
  ORDER BY type_oid DESC`;

/** The types of the database's own that the connection sees now, with the OIDs that `pg_type` shows. */
export async function readTypes(native: duckdb.Connection): Promise<OwnTypes> {
  const result = await duckdb.query(native, query);
  const rows = [...strings(result)].map((text) => JSON.parse(text));
  const types = new Map<string, OwnType>();
  const keys = await keysOf(native, rows.map(({ path }) => path.map(quoteName).join(".")));
  rows.forEach(({ oid, name }, i) => {
    if (keys[i] !== null) types.set(keys[i], { oid: Number(oid), name: quoted(name) });
  });
  return types;
}

/** What types are made of; `null` for one that another session has dropped meanwhile. */
async function keysOf(native: duckdb.Connection, paths: readonly string[]): Promise<(string | null)[]> {
  if (paths.length === 0) return [];
  const nulls = paths.map((path) => `NULL::${path}`);
  const statement = await duckdb.prepare(native, `SELECT ${nulls.join(", ")}`).catch(() => null);
  if (statement === null) {
    if (paths.length === 1) return [null];
    const half = paths.length >> 1;
    return [...await keysOf(native, paths.slice(0, half)), ...await keysOf(native, paths.slice(half))];
  }
  try {
    return paths.map((_, i) => typeKey(duckdb.prepared_statement_column_logical_type(statement, i)));
  } finally {
    duckdb.destroy_prepare_sync(statement);
  }
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : quoteName(name);
}

/** The only column of a materialized result, which has no NULL. */
function* strings(result: duckdb.Result): Generator<string> {
  const vector = new StringVector();
  const decoder = new TextDecoder();
  for (let i = 0; i < duckdb.result_chunk_count(result); i++) {
    const chunk = duckdb.result_get_chunk(result, i);
    const rows = duckdb.data_chunk_get_size(chunk);
    vector.load(duckdb.data_chunk_get_vector(chunk, 0), rows, null);
    for (let row = 0; row < rows; row++) {
      vector.seek(row);
      yield decoder.decode(vector.bytes.subarray(vector.start, vector.start + vector.length));
    }
    duckdb.data_chunk_get_column_count(chunk); // keeps it from being collected while its vector is read
  }
}
