import { join } from "node:path";
import { catalogFile } from "../../worker/engine/catalog_file.ts";
import { quoteText } from "../../worker/api/quote.ts";
import type { Config } from "../config/mod.ts";
import { errorFacts, logger } from "../observe/log.ts";
import { serverVersion } from "../session/guc/table.ts";
import { catalogDatabase, catalogStatements } from "../sql/catalog/mod.ts";
import { operatorMacros } from "../sql/mod.ts";

const statements = [catalogStatements({ version: serverVersion }), operatorMacros.join(";\n")];

/**
 * SQL for what every database has besides the user's own: the catalogue, and the operators the SQL layer rewrites to. They
 * are in a file in the data directory, or made anew in memory for each database where that cannot be written.
 */
export async function bootstrap({ dataDir }: Pick<Config, "dataDir">): Promise<string[]> {
  try {
    const path = await catalogFile(join(dataDir, "catalog"), catalogDatabase, statements);
    return [`ATTACH ${quoteText(path)} AS ${catalogDatabase} (READ_ONLY)`];
  } catch (error) {
    logger("catalog").warn("the catalogue is made in memory for each database", errorFacts(error));
    return bootstrapInMemory();
  }
}

/** The same for one database, without a file. */
export function bootstrapInMemory(): string[] {
  return [`ATTACH ':memory:' AS ${catalogDatabase}`, ...statements];
}
