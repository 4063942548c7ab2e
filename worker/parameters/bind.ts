/** Binds what a client sent for `$n`. */
import duckdb from "@duckdb/node-bindings";
import { defaultRenderSettings, type Parameter, type RenderSettings } from "../api/executor.ts";

export function bindParameter(
  prepared: duckdb.PreparedStatement,
  index: number,
  _target: duckdb.LogicalType | null,
  parameter: Parameter,
  _oid: number,
  _settings: RenderSettings = defaultRenderSettings,
): void {
  if (parameter.bytes === null) return duckdb.bind_null(prepared, index);
  duckdb.bind_varchar(prepared, index, new TextDecoder().decode(parameter.bytes));
}
