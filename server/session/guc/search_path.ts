import { splitIdentifiers } from "./lists.ts";
import { quoteText } from "../../../worker/api/quote.ts";

/** The catalogue's schema, in every session's path so that its macros stand before DuckDB's functions of that name. */
const catalogSchema = "__duckgres.main";

/**
 * Statements that make `search_path` act on DuckDB. PostgreSQL ignores schemas that do not exist, DuckDB refuses them, so
 * the first statement looks which do. `public` is DuckDB's `main`, `"$user"` the user's name; the catalogue comes last.
 * When none exists the path is `main`: DuckDB always has a schema to create in.
 */
export function searchPathStatements(value: string, user: string): string[] {
  const wanted = schemasOf(value, user).map((name, index) => `(${index}, ${quoteText(name)})`);
  if (wanted.length === 0) return [`SET search_path = 'main,${catalogSchema}'`];
  const existing = `
    SELECT coalesce(string_agg('"' || replace(schema_name, '"', '""') || '"', ',' ORDER BY position), 'main')
    FROM (VALUES ${wanted.join(", ")}) AS wanted(position, name)
    JOIN duckdb_schemas() ON schema_name = name AND database_name = system.pg_catalog.current_database()`;
  return [
    `SET VARIABLE duckgres_search_path = (${existing}) || ',${catalogSchema}'`,
    "SET search_path = getvariable('duckgres_search_path')",
  ];
}

function schemasOf(value: string, user: string): string[] {
  const named = (splitIdentifiers(value) ?? []).map((name) => {
    if (name === "$user") return user;
    return name === "public" ? "main" : name;
  });
  // DuckDB looks in its own catalogue and in the temporary schema anyway.
  return [...new Set(named)].filter((name) => name !== "" && !name.startsWith("pg_"));
}
