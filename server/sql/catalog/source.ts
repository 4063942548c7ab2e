/**
 * How the catalogue's sources are written: SQL in which `@name` stands for `__duckgres.main.name`, so that a view or macro
 * finds the others whatever a session's search path is.
 *
 * A name that starts with `duckgres_` is a helper of ours; PostgreSQL has none of that name.
 *
 * A macro is text put in place of its call: an argument `oid` or `c.oid` would mean the macro's own column of that name.
 * So what a macro selects from has columns, and lambdas have parameters, that start with `dg_`, which no caller's have.
 */

/** The in-memory DuckDB database that holds the catalogue. */
export const catalogDatabase = "__duckgres";

/** A view of the catalogue. */
export interface ViewSource {
  kind: "view";
  name: string;
  sql: string;
}

/** A macro of the catalogue; `table` when it stands in FROM. */
export interface MacroSource {
  kind: "macro" | "table macro";
  name: string;
  /** `(a, b) AS …`, one an overload. */
  overloads: readonly string[];
}

/** A table filled once, when the database is opened. */
export interface SnapshotSource {
  kind: "snapshot";
  name: string;
  sql: string;
}

export type Source = ViewSource | MacroSource | SnapshotSource;

export function view(name: string, sql: string): ViewSource {
  return { kind: "view", name, sql };
}

export function macro(name: string, ...overloads: readonly string[]): MacroSource {
  return { kind: "macro", name, overloads };
}

export function tableMacro(name: string, ...overloads: readonly string[]): MacroSource {
  return { kind: "table macro", name, overloads };
}

export function snapshot(name: string, sql: string): SnapshotSource {
  return { kind: "snapshot", name, sql };
}

/** The statement that creates it. */
export function createStatement(source: Source): string {
  const name = `${catalogDatabase}.main."${source.name}"`;
  switch (source.kind) {
    case "view":
      return `CREATE VIEW ${name} AS ${qualify(source.sql)}`;
    case "snapshot":
      return `CREATE TABLE ${name} AS ${qualify(source.sql)}`;
    default:
      return `CREATE MACRO ${name}${source.overloads.map(qualify).join(", ")}`;
  }
}

function qualify(sql: string): string {
  return sql.replaceAll(/@([a-z_]+)/g, `${catalogDatabase}.main.$1`);
}

/**
 * A relation of constants, from lines of values separated by tabs. One string constant is much cheaper for DuckDB to
 * bind than VALUES of thousands, and unlike a table nobody can write to it. `columns` are `name type`; a field that is
 * `\N` is NULL.
 */
export function constants(lines: string, columns: readonly string[]): string {
  const select = columns.map((column, index) => {
    const [name, type] = column.split(" ");
    const field = `nullif(fields[${index + 1}], '\\N')`;
    return `${type === "VARCHAR" ? field : `CAST(${field} AS ${type})`} AS ${name}`;
  });
  const text = lines.trim().replaceAll("'", "''");
  return `SELECT ${select.join(", ")}
    FROM (SELECT string_split(unnest(string_split('${text}', chr(10))), chr(9)) AS fields)`;
}
