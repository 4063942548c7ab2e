import type { RenderSettings } from "../../worker/api/executor.ts";
import { catalogRelations } from "../sql/catalog/mod.ts";
import type { SqlContext } from "../sql/mod.ts";

/** By what decides how literals are read; the caches of analysed statements hang on them. */
const contexts = new Map<string, SqlContext>();

/** What the SQL layer must know of every database and of how a session reads literals. */
export function sqlContext({ dateOrder, intervalStyle }: RenderSettings): SqlContext {
  // The styles differ in how they are read only here.
  const sqlStandard = intervalStyle === "sql_standard";
  const key = sqlStandard ? `${dateOrder} sql_standard` : dateOrder;
  let context = contexts.get(key);
  if (!context) {
    const literals = { dateOrder, intervalStyle: sqlStandard ? "sql_standard" : "postgres" };
    contexts.set(key, context = { catalogRelations, literals });
  }
  return context;
}
