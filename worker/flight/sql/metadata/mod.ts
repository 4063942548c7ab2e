/** Answers to Flight SQL's commands about the server and its catalogue. */
import type { Schema } from "apache-arrow";
import type { Packed, SqlMessage } from "../../../api/flight/sql_messages.ts";
import type { ArrowMessage } from "../../../arrow/message.ts";
import type { LocalExecutor } from "../../../local_executor.ts";
import { arrowTable, ipcSchema } from "../arrow_table.ts";
import * as catalogue from "./catalogue.ts";
import { serverFacts } from "./server_facts.ts";
import { sqlInfo, sqlInfoMessages, sqlInfoSchema } from "./sql_info.ts";
import { tableSchemas } from "./table_schema.ts";
import { xdbcTypes, xdbcTypesSchema } from "./xdbc_types.ts";

/** A command that is answered from the catalogue, without a statement of the client's. */
export interface Question {
  schema: Schema;
  answer(executor: LocalExecutor): Promise<ArrowMessage[]>;
}

/** @returns `null` for a command that is no question */
export function questionOf(command: Packed): Question | null {
  switch (command.name) {
    case "CommandGetSqlInfo":
      return { schema: sqlInfoSchema, answer: (executor) => infoMessages(executor, command.value.info) };
    case "CommandGetXdbcTypeInfo":
      return question(xdbcTypesSchema, () => Promise.resolve(xdbcTypes(command.value.dataType)));
    case "CommandGetCatalogs":
      return question(catalogue.catalogsSchema, catalogue.getCatalogs);
    case "CommandGetDbSchemas":
      return question(
        catalogue.dbSchemasSchema,
        (executor) => catalogue.getDbSchemas(executor, command.value),
      );
    case "CommandGetTables":
      return tables(command.value);
    case "CommandGetTableTypes":
      return question(
        catalogue.tableTypesSchema,
        () => Promise.resolve(catalogue.tableTypes.map((type) => [type])),
      );
    case "CommandGetPrimaryKeys":
      return question(
        catalogue.primaryKeysSchema,
        (executor) => catalogue.getPrimaryKeys(executor, command.value),
      );
    case "CommandGetExportedKeys":
      return question(
        catalogue.foreignKeysSchema,
        (executor) => catalogue.getExportedKeys(executor, command.value),
      );
    case "CommandGetImportedKeys":
      return question(
        catalogue.foreignKeysSchema,
        (executor) => catalogue.getImportedKeys(executor, command.value),
      );
    case "CommandGetCrossReference":
      return question(
        catalogue.foreignKeysSchema,
        (executor) => catalogue.getCrossReference(executor, command.value),
      );
    default:
      return null;
  }
}

function question(schema: Schema, rows: (executor: LocalExecutor) => Promise<unknown[][]>): Question {
  return { schema, answer: async (executor) => arrowTable(schema, await rows(executor)) };
}

function tables(command: SqlMessage<"CommandGetTables">): Question {
  if (!command.includeSchema) {
    return question(catalogue.tablesSchema, (executor) => catalogue.getTables(executor, command));
  }
  return question(catalogue.tablesWithSchemaSchema, async (executor) => {
    const schemaOf = await tableSchemas(executor);
    const rows: unknown[][] = [];
    for (const row of await catalogue.getTables(executor, command)) {
      const [catalog, schema, table] = row as string[];
      rows.push([...row, ipcSchema(await schemaOf({ catalog, schema, table }))]);
    }
    return rows;
  });
}

/** All that is known where none are asked for; numbers that are not known are left out. */
async function infoMessages(executor: LocalExecutor, asked: readonly number[]): Promise<ArrowMessage[]> {
  const all = sqlInfo(await serverFacts(executor));
  const wanted = asked.length === 0 ? [...all.keys()] : asked;
  return sqlInfoMessages(wanted.flatMap((number) => {
    const value = all.get(number);
    return value === undefined ? [] : [[number, value] as const];
  }));
}
