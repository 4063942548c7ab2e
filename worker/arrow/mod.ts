/** Executions whose parameters and results are Arrow's. */
import duckdb from "@duckdb/node-bindings";
import { Field, Null, Schema } from "apache-arrow";
import { PgError } from "../api/error.ts";
import type { Column, Result } from "../api/executor.ts";
import type { Plan } from "../engine/plan.ts";
import type { ChunkEncoder } from "../engine/rows.ts";
import { arrowEncoder } from "./encoder.ts";
import { split } from "./message.ts";
import { bindArrowValue } from "./parameters.ts";
import type { ArrowRequest, ArrowResult } from "./result.ts";
import { arrowField, arrowSchema, schemaHeader } from "./schema.ts";

/** What one execution is made of: hand over `bind` and `encoding`, and the result they led to to `resultOf`. */
export interface ArrowExecution {
  /** @throws PgError 08P01 for too few parameters */
  bind(statement: duckdb.PreparedStatement, plan: Plan): void;
  encoding(columns: readonly Column[], types: readonly duckdb.LogicalType[]): ChunkEncoder;
  resultOf(result: Result): ArrowResult;
}

export function arrowExecution({ parameters = [] }: ArrowRequest): ArrowExecution {
  let schema = new Schema([]);
  return {
    bind(statement, plan) {
      if (parameters.length < plan.parameters.length) {
        throw new PgError(
          "08P01",
          `bind message supplies ${parameters.length} parameters, but prepared statement "" requires ${plan.parameters.length}`,
        );
      }
      for (const [i, target] of plan.parameters.entries()) {
        bindArrowValue(statement, i + 1, target, parameters[i], plan.ownTypes);
      }
    },
    encoding(columns, types) {
      schema = arrowSchema(columns.map(({ name }, i) => ({ name, type: types[i] })));
      return arrowEncoder(types);
    },
    resultOf({ rows, changed }) {
      return {
        schema: schemaHeader(schema),
        changed,
        async next() {
          const block = await rows?.next() ?? null;
          return block && { ...split(block.bytes), rows: block.rows };
        },
        close: async () => await rows?.close(),
      };
    },
  };
}

/** See `LocalPrepared.arrowSchema`. */
export function planSchema({ statement, columns }: Plan): Uint8Array | null {
  if (columns === null) return null;
  return schemaHeader(arrowSchema(columns.map(({ name }, i) => ({
    name,
    type: duckdb.prepared_statement_column_logical_type(statement, i),
  }))));
}

/** See `LocalPrepared.arrowParameters`. */
export function parameterSchema({ parameters }: Plan): Uint8Array {
  const fields = parameters.map((type, i) => {
    const name = `$${i + 1}`;
    return type === null ? new Field(name, new Null(), true) : arrowField(name, type);
  });
  return schemaHeader(new Schema(fields));
}
