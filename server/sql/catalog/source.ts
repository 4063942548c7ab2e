import { quoteText } from "../../../worker/api/quote.ts";

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

/**
 * A view that others are made of. Its columns (`name type, …`) are declared: it stands as an empty view of these columns
 * while the others are made, and gets its rows at last. DuckDB binds whatever it is given, so without this each of the
 * others would bind all that lies below it, which takes four times as long.
 */
export interface HelperSource {
  kind: "helper";
  name: string;
  columns: string;
  sql: string;
}

/** A macro of the catalogue; `table` when it stands in FROM. */
export interface MacroSource {
  kind: "macro" | "table macro" | "typed macro";
  name: string;
  /** `(a, b) AS …`, one an overload. */
  overloads: readonly string[];
}

/** A table that is filled once, when it is created, and rows added to one before anybody sees it. */
export interface SnapshotSource {
  kind: "snapshot" | "fill";
  name: string;
  sql: string;
}

export type Source = ViewSource | HelperSource | MacroSource | SnapshotSource;

export function view(name: string, sql: string): ViewSource {
  return { kind: "view", name, sql };
}

export function helper(name: string, columns: string, sql: string): HelperSource {
  return { kind: "helper", name, columns, sql };
}

export function macro(name: string, ...overloads: readonly string[]): MacroSource {
  return { kind: "macro", name, overloads };
}

export function tableMacro(name: string, ...overloads: readonly string[]): MacroSource {
  return { kind: "table macro", name, overloads };
}

/**
 * A macro that answers by the types of its arguments. A typed parameter casts what it is given (a DECIMAL of any scale to
 * DECIMAL(18,3)), so the values come in untyped parameters, and once more in typed ones that only choose:
 * `(a, kind DECIMAL, last BIGINT) AS …a…`. Where DuckDB does not know a type yet (an aggregate, an outer query's column, a
 * parameter), several fit equally, which is an error: so each call has a 0 at the end, which fits the overload with
 * `last INTEGER` best. Nobody can tell which one a call inside another macro means before it is used, so this
 * stands as a macro of no type while the others are made.
 */
export function typedMacro(name: string, ...overloads: readonly string[]): MacroSource {
  return { kind: "typed macro", name, overloads };
}

export function snapshot(name: string, sql: string): SnapshotSource {
  return { kind: "snapshot", name, sql };
}

export function fill(name: string, sql: string): SnapshotSource {
  return { kind: "fill", name, sql };
}

/**
 * The statements that create them all. Macros and plain views refer to those before them, and to any helper; of two
 * helpers the later may refer to the earlier.
 */
export function createStatements(all: readonly Source[]): string[] {
  const sources = all.map(builtInsOf(all));
  const helpers = sources.filter((source) => source.kind === "helper");
  const fills = sources.filter((source) => source.kind === "fill");
  const typed = sources.filter((source): source is MacroSource => source.kind === "typed macro");
  const late = new Set(["helper", "fill", "typed macro"]);
  return [
    ...helpers.map(emptyHelper),
    ...typed.map(untypedMacro),
    ...sources.filter((source) => !late.has(source.kind)).map(createStatement),
    ...typed.map(createStatement),
    ...helpers.toReversed().map(createStatement),
    ...fills.map(createStatement),
  ];
}

/**
 * A name without `@` is DuckDB's own, also where a macro here has the same: it would be found first when the view or macro
 * is used, whatever was found when it was made.
 */
function builtInsOf(sources: readonly Source[]): (source: Source) => Source {
  const names = sources.filter(({ kind, name }) => kind === "macro" && /^[a-z]\w*$/.test(name));
  const calls = new RegExp(
    `(?<![\\w.@"])(?:${[...new Set(names.map(({ name }) => name))].join("|")})(?=\\()`,
    "g",
  );
  const qualified = (sql: string) => sql.replace(calls, "system.main.$&");
  return (source) =>
    "overloads" in source
      ? { ...source, overloads: source.overloads.map(qualified) }
      : { ...source, sql: qualified(source.sql) };
}

function createStatement(source: Source): string {
  const name = `${catalogDatabase}.main."${source.name}"`;
  switch (source.kind) {
    case "view":
      return `CREATE VIEW ${name} AS ${qualify(source.sql)}`;
    case "helper":
      return `CREATE OR REPLACE VIEW ${name} AS ${qualify(source.sql)}`;
    case "snapshot":
      return `CREATE TABLE ${name} AS ${qualify(source.sql)}`;
    case "fill":
      return `INSERT INTO ${name} ${qualify(source.sql)}`;
    case "typed macro":
      return `CREATE OR REPLACE MACRO ${name}${source.overloads.map(qualify).join(", ")}`;
    default:
      return `CREATE MACRO ${name}${source.overloads.map(qualify).join(", ")}`;
  }
}

function emptyHelper({ name, columns }: HelperSource): string {
  const nulls = columns.split(", ").map((column) => {
    const [columnName, type] = column.split(" ");
    return `CAST(NULL AS ${type}) AS ${columnName}`;
  });
  return `CREATE VIEW ${catalogDatabase}.main."${name}" AS SELECT ${nulls.join(", ")} WHERE false`;
}

/** With the parameters of the first overload; all have as many. */
function untypedMacro({ name, overloads }: MacroSource): string {
  const parameters = overloads[0].slice(1, overloads[0].indexOf(")")).split(", ");
  return `CREATE MACRO ${catalogDatabase}.main."${name}"(${
    parameters.map((one) => one.split(" ")[0]).join(", ")
  }) AS NULL`;
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
  return `SELECT ${select.join(", ")}
    FROM (SELECT string_split(unnest(string_split(${quoteText(lines.trim())}, chr(10))), chr(9)) AS fields)`;
}
