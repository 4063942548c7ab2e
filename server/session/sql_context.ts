import { catalogRelations } from "../sql/catalog/mod.ts";
import type { SqlContext } from "../sql/mod.ts";

/** What the SQL layer must know of every database; the cache of analysed statements hangs on it. */
export const sqlContext: SqlContext = { catalogRelations };
