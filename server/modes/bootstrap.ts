import { serverVersion } from "../session/guc/table.ts";
import { catalogBootstrap } from "../sql/catalog/mod.ts";
import { operatorMacros } from "../sql/mod.ts";

/** What every database has besides the user's own: the catalogue, and the operators the SQL layer rewrites to. */
export function bootstrap(): string[] {
  return [...catalogBootstrap({ version: serverVersion }), operatorMacros.join(";\n")];
}
