import type { RenderSettings } from "../../worker/api/executor.ts";
import { catalogRelations } from "../sql/catalog/mod.ts";
import type { SqlContext } from "../sql/mod.ts";

/** By what decides how literals are read; the caches of analysed statements hang on them. */
const contexts = new Map<string, SqlContext>();

/**
 * What the SQL layer must know of every database and of how a session reads literals.
 *
 * @param shown whether a client is to see the rows of the statement
 */
export function sqlContext({ dateOrder, intervalStyle }: RenderSettings, shown = false): SqlContext {
  // The styles differ in how they are read only here.
  const sqlStandard = intervalStyle === "sql_standard";
  const key = `${dateOrder}${sqlStandard ? " sql_standard" : ""}${shown ? " shown" : ""}`;
  let context = contexts.get(key);
  if (!context) {
    const literals = { dateOrder, intervalStyle: sqlStandard ? "sql_standard" : "postgres" };
    contexts.set(key, context = { catalogRelations, literals, shown });
  }
  return context;
}

/** The same for a statement that a client is to see the rows of. */
export function shownContext(settings: RenderSettings): SqlContext {
  return sqlContext(settings, true);
}
