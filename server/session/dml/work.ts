/** The queries that find out what a step of a statement changes, before anything is changed. */
import { PgError } from "../../../worker/api/error.ts";
import type { Assignment, FromName, WritePart } from "../../sql/dml/program.ts";
import { raise } from "../../sql/catalog/raise.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";

/** A column of the table that is changed; texts are DuckDB's SQL. */
export interface TargetColumn {
  name: string;
  type: string;
  default: string | null;
  generated: boolean;
}

/** The table that is changed. */
export interface Target {
  path: string;
  columns: readonly TargetColumn[];
  /** Columns of primary keys and unique constraints, by the constraint's name. */
  keys: ReadonlyMap<string, readonly string[]>;
  /** How many columns the rows of an INSERT have. */
  given: number;
  /** Of a table that others refer to: whether a column is changed by deleting and inserting its row. */
  heavy?: (column: string) => boolean;
}

/*
 * A work table has a row for each row that is changed: `dg_rowid` (NULL for a new one), the old values `dg_o1…`, the new
 * ones `dg_n1…`, by the table's columns, and `dg_f1…`, the rows of FROM.
 */

/** The query of the work table. */
export function workQuery(part: WritePart, target: Target): string {
  if (part.kind === "insert") return part.conflict ? upsertWork(part, target) : newRows(part, target);
  const { alias, from, where, subselects } = part;
  const row = quoteName(alias);
  const once = from ? `DISTINCT ON (${row}.rowid) ` : "";
  const subselect = (text: string, i: number) => {
    const items = part.sets.flatMap(({ value }) =>
      typeof value === "object" && value?.subselect === i + 1 ? [`dg_i${value.item}`] : []
    );
    const fields = items.map((item) => `${quoteText(item)}: dg_sub.${item}`).join(", ");
    return `(SELECT {${fields}} FROM (${text.replace(/^\(|\)$/g, "")}) AS dg_sub(${
      items.join(", ")
    })) AS dg_m${i + 1}`;
  };
  const columns = [
    `${row}.rowid AS dg_rowid`,
    ...stored(target).map(({ name, at }) => `${row}.${quoteName(name)} AS dg_o${at}`),
    ...assigned(part, target).map(({ text, at }) => `${text} AS dg_s${at}`),
    ...subselects.map(subselect),
    ...(from?.names ?? []).map((name, i) => `${wholeRow(name)} AS dg_f${i + 1}`),
  ];
  const tables = [`${target.path} AS ${row}`, ...from ? [from.text] : []].join(", ");
  const found = `SELECT ${once}${columns.join(", ")} FROM ${tables}${
    where === null ? "" : ` WHERE ${where}`
  }`;
  const news = part.kind === "delete" ? [] : stored(target).map(({ name, type, at }) => {
    const set = part.sets.find(({ column }) => column === name);
    return `${cast(set ? newValue(set, at) : `dg_o${at}`, type)} AS dg_n${at}`;
  });
  return `${part.ownWith} SELECT ${["*", ...news].join(", ")} FROM (${found}) AS dg_found`;
}

function newValue({ value }: Assignment, at: number): string {
  return typeof value === "object" && value !== null
    ? `dg_m${value.subselect}.dg_i${value.item}`
    : `dg_s${at}`;
}

/** The expressions that SET gives. */
function assigned({ sets }: WritePart, target: Target): { text: string; at: number }[] {
  return sets.flatMap(({ column, value }) => {
    const found = requireColumn(target, column);
    if (typeof value === "object" && value !== null) return [];
    return [{ text: value === null ? found.default ?? "NULL" : `(${value})`, at: found.at }];
  });
}

function requireColumn(target: Target, name: string): TargetColumn & { at: number } {
  const found = stored(target).find((column) => column.name === name);
  if (found) return found;
  const table = target.path.split(".").at(-1)!.replace(/^"|"$/g, "");
  throw new PgError("42703", `column "${name}" of relation "${table}" does not exist`);
}

function wholeRow({ name, column }: FromName): string {
  return column === null
    ? quoteName(name)
    : `{${quoteText(column)}: ${quoteName(name)}.${quoteName(column)}}`;
}

/** Columns that hold values, with their number. */
function stored({ columns }: Target): (TargetColumn & { at: number })[] {
  return columns.map((column, i) => ({ ...column, at: i + 1 })).filter(({ generated }) => !generated);
}

function cast(text: string, type: string): string {
  return `CAST(${text} AS ${type})`;
}

/** The rows of an INSERT, whole. */
function newRows(part: WritePart, target: Target, more = ""): string {
  const columns = stored(target);
  const names = part.columns ?? columns.slice(0, target.given).map(({ name }) => name);
  for (const name of names) requireColumn(target, name);
  const values = columns.map(({ name, type, at, default: initial }) => {
    const given = part.rows === null ? -1 : names.indexOf(name);
    return `${cast(given >= 0 ? `dg_given.dg_c${given + 1}` : initial ?? "NULL", type)} AS dg_n${at}`;
  });
  const list = [`CAST(NULL AS BIGINT) AS dg_rowid`, ...values].join(", ") + more;
  if (part.rows === null) return `${part.ownWith} SELECT ${list}`;
  const defaults = names.map((name) => requireColumn(target, name).default ?? "NULL");
  const text = part.rows.map((piece) => typeof piece === "string" ? piece : defaults[piece.defaultOf]).join(
    " ",
  );
  const aliases = names.map((_, i) => `dg_c${i + 1}`).join(", ");
  return `${part.ownWith} SELECT ${list} FROM (${text}) AS dg_given(${aliases})`;
}

/** ON CONFLICT: the rows that are new, and those that change one that is there. */
function upsertWork(part: WritePart, target: Target): string {
  const { columns, constraint, update } = part.conflict!;
  const keys = conflictKeys(target, columns, constraint);
  const all = stored(target);
  const number = (name: string) => requireColumn(target, name).at;
  const fresh = `(${newRows(part, target, ", row_number() OVER () AS dg_number")}) AS dg_new`;
  if (!update) {
    const free = keys.map((key) => {
      const same = key.map((name) => `dg_old.${quoteName(name)} = dg_new.dg_n${number(name)}`).join(" AND ");
      return `NOT EXISTS (SELECT 1 FROM ${target.path} AS dg_old WHERE ${same})`;
    });
    const first = keys.map((key) => {
      const partition = key.map((name) => `dg_n${number(name)}`);
      return `(row_number() OVER (PARTITION BY ${partition.join(", ")} ORDER BY dg_number) = 1 OR ${
        partition.map((name) => `${name} IS NULL`).join(" OR ")
      })`;
    });
    return `SELECT * FROM ${fresh}${
      free.length > 0 ? ` WHERE ${free.join(" AND ")} QUALIFY ${first.join(" AND ")}` : ""
    }`;
  }
  const [key] = keys;
  const row = quoteName(part.alias);
  const partition = key.map((name) => `dg_n${number(name)}`).join(", ");
  const fields = all.map(({ name, at }) => `${quoteText(name)}: dg_n${at}`).join(", ");
  const source =
    `(SELECT dg_number, {${fields}} AS excluded, count(*) OVER (PARTITION BY ${partition}) AS dg_times FROM ${fresh})`;
  const same = key.map((name) => `${row}.${quoteName(name)} = dg_in.excluded.${quoteName(name)}`).join(
    " AND ",
  );
  const values = all.map(({ name, type, at }) => {
    const set = update.sets.find(({ column }) => column === name);
    const changed = !set || typeof set.value === "object" && set.value !== null
      ? `${row}.${quoteName(name)}`
      : set.value ?? requireColumn(target, name).default ?? "NULL";
    return `CASE WHEN ${row}.rowid IS NULL THEN dg_in.excluded.${quoteName(name)} ELSE ${
      cast(`(${changed})`, type)
    } END AS dg_n${at}`;
  });
  const filter = update.where === null ? "" : ` WHERE ${row}.rowid IS NULL OR (${update.where})`;
  const list = [
    `CASE WHEN dg_in.dg_times > 1 THEN ${affectedTwice} ELSE ${row}.rowid END AS dg_rowid`,
    ...all.map(({ name, at }) => `${row}.${quoteName(name)} AS dg_o${at}`),
    ...values,
  ];
  return `SELECT ${
    list.join(", ")
  } FROM ${source} AS dg_in LEFT JOIN ${target.path} AS ${row} ON ${same}${filter}`;
}

const affectedTwice = raise("21000", "ON CONFLICT DO UPDATE command cannot affect row a second time");

function conflictKeys(
  { keys }: Target,
  columns: readonly string[] | null,
  constraint: string | null,
): (readonly string[])[] {
  if (constraint !== null) {
    const key = keys.get(constraint);
    if (!key) throw new PgError("42704", `constraint "${constraint}" does not exist`);
    return [key];
  }
  if (columns === null) return [...keys.values()];
  const same = (key: readonly string[]) =>
    key.length === columns.length && columns.every((name) => key.includes(name));
  const key = [...keys.values()].find(same);
  if (key) return [key];
  throw new PgError(
    "42P10",
    "there is no unique or exclusion constraint matching the ON CONFLICT specification",
  );
}

/** What RETURNING tells, as a query on the work table. */
export function returningQuery(
  { kind, alias, from, returning }: WritePart,
  target: Target,
  work: string,
): string {
  const shown = kind === "delete" ? "dg_o" : "dg_n";
  const values = stored(target).map(({ name, at }) => `dg_w.${shown}${at} AS ${quoteName(name)}`).join(", ");
  const generated = target.columns.filter((column) => column.generated);
  const whole = generated.length === 0
    ? `SELECT ${values}`
    : `SELECT ${
      target.columns.map(({ name, type, generated, default: expression }) =>
        generated ? `${cast(expression ?? "NULL", type)} AS ${quoteName(name)}` : `dg_row.${quoteName(name)}`
      ).join(", ")
    } FROM (SELECT ${values}) AS dg_row`;
  const row = (prefix: string, exists: boolean) =>
    `{${
      stored(target).map(({ name, type, at }) =>
        `${quoteText(name)}: ${exists ? `dg_w.${prefix}${at}` : `CAST(NULL AS ${type})`}`
      ).join(", ")
    }}`;
  const names = (from?.names ?? []).map(({ name }) => quoteName(name));
  const tables = [
    `${work} AS dg_w`,
    `LATERAL (${whole}) AS ${quoteName(alias)}`,
    ...names.map((name, i) => `LATERAL (SELECT unnest(dg_w.dg_f${i + 1})) AS ${name}`),
  ];
  // An upsert's old row is all NULLs where there was none.
  if (returning?.old) {
    tables.push(`LATERAL (SELECT ${row("dg_o", kind !== "insert" || hasOld(work))} AS old) AS dg_old`);
  }
  if (returning?.new) tables.push(`LATERAL (SELECT ${row("dg_n", kind !== "delete")} AS new) AS dg_new`);
  const star = [quoteName(alias), ...names].map((name) => `${name}.*`).join(", ");
  const items = (returning?.items ?? ["1"]).map((item) => item === "*" ? star : item);
  return `SELECT ${items.join(", ")} FROM ${tables.join(", ")}`;
}

function hasOld(work: string): boolean {
  return work.endsWith("_upsert");
}

/**
 * An UPDATE, in two: first of columns that DuckDB changes in place, then of those for which it deletes and inserts the row
 * again, where they have another value. It refuses that for rows that others refer to.
 */
function updates(
  columns: readonly (TargetColumn & { at: number })[],
  target: Target,
  work: string,
): string[] {
  const row = quoteName("dg_target");
  const update = (names: typeof columns, more = "") =>
    names.length === 0 ? [] : [
      `UPDATE ${target.path} AS ${row} SET ${
        names.map(({ name, at }) => `${quoteName(name)} = dg_w.dg_n${at}`).join(", ")
      } FROM ${work} AS dg_w WHERE ${row}.rowid = dg_w.dg_rowid${more}`,
    ];
  if (!target.heavy) return update(columns);
  const heavy = columns.filter(({ name }) => target.heavy!(name));
  const differ = heavy.map(({ at }) => `dg_w.dg_o${at} IS DISTINCT FROM dg_w.dg_n${at}`);
  return [
    ...update(columns.filter(({ name }) => !target.heavy!(name))),
    ...update(heavy, ` AND (${differ.join(" OR ")})`),
  ];
}

/** The statements that make the change. */
export function changes(part: WritePart, target: Target, work: string): string[] {
  const columns = stored(target);
  const changed = (sets: readonly Assignment[]) =>
    columns.filter(({ name }) => sets.some(({ column }) => column === name));
  if (part.kind === "delete") {
    return [`DELETE FROM ${target.path} WHERE rowid IN (SELECT dg_rowid FROM ${work})`];
  }
  if (part.kind === "update") return updates(changed(part.sets), target, work);
  const names = columns.map(({ name }) => quoteName(name)).join(", ");
  const values = columns.map(({ at }) => `dg_n${at}`).join(", ");
  const insert = `INSERT INTO ${target.path} (${names}) SELECT ${values} FROM ${work} WHERE dg_rowid IS NULL`;
  const sets = part.conflict?.update?.sets;
  return sets ? [...updates(changed(sets), target, work), insert] : [insert];
}
