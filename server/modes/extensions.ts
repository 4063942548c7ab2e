import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Where DuckDB's extensions lie beside the program: in a checkout after the tests have fetched them, in the executable
 * when they were there as it was compiled. Empty where there are none: then DuckDB's own place and `INSTALL` serve.
 */
export function bundledExtensions(): string {
  const folder = fileURLToPath(new URL("../../.cache/extensions", import.meta.url));
  return existsSync(folder) ? folder : "";
}
