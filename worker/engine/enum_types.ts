/** Reads a database's enum types from DuckDB's catalogue. */
import duckdb from "@duckdb/node-bindings";
import { StringVector } from "../rows/strings.ts";
import { enumKey, type EnumType, type EnumTypes } from "../types/enums.ts";
import { quoteName } from "../api/quote.ts";

/** `temp` is where a session's own are. Of types with the same labels the first that was created is kept. */
const query = `SELECT CAST(to_json({oid: type_oid, name: type_name, labels: labels}) AS VARCHAR)
  FROM system.main.duckdb_types()
  WHERE logical_type = 'ENUM' AND NOT internal
    AND database_name IN (system.pg_catalog.current_database(), 'temp')
  ORDER BY type_oid DESC`;

/** The enum types that the connection sees now, with the OIDs that `pg_type` shows. */
export async function readEnumTypes(native: duckdb.Connection): Promise<EnumTypes> {
  const result = await duckdb.query(native, query);
  const types = new Map<string, EnumType>();
  for (const text of strings(result)) {
    const { oid, name, labels } = JSON.parse(text);
    types.set(enumKey(labels), { oid: Number(oid), name: quoted(name) });
  }
  return types;
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
