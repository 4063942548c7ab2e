/**
 * What a PostgreSQL setting (a "Grand Unified Configuration" parameter) is. The settings themselves are data: `table.ts`.
 *
 * @see https://www.postgresql.org/docs/16/view-pg-settings.html
 */

/** Who may change a setting, and when. */
export type GucContext = "internal" | "postmaster" | "sighup" | "superuser-backend" | "superuser" | "user";

/** What a number counts. Memory: B, kB, 8kB (PostgreSQL's block), MB; time: ms, s, min. */
export type GucUnit = "B" | "kB" | "8kB" | "MB" | "ms" | "s" | "min";

interface GucBase {
  /** In its canonical spelling (`TimeZone`); looked up without regard to case. */
  name: string;
  /** Without a unit, in the setting's own unit: as `pg_settings.setting` has it. */
  default: string;
  context: GucContext;
  category: string;
  description: string;
  /** Not in SHOW ALL and pg_settings, but SHOW by name answers. */
  hidden: boolean;
  /** Sent to the client as ParameterStatus, at the start and whenever it changes. */
  reported: boolean;
}

export interface BoolGuc extends GucBase {
  kind: "bool";
}

export interface NumberGuc extends GucBase {
  kind: "integer" | "real";
  min: number;
  max: number;
  unit: GucUnit | null;
}

export interface EnumGuc extends GucBase {
  kind: "enum";
  values: readonly string[];
}

export interface StringGuc extends GucBase {
  kind: "string";
  /** A comma-separated list: `quoted` when its elements are identifiers; `null` for one value. */
  list: "plain" | "quoted" | null;
}

export type Guc = BoolGuc | NumberGuc | EnumGuc | StringGuc;

/** What most settings leave as it is. */
export interface GucExtra {
  context?: GucContext;
  hidden?: boolean;
  reported?: boolean;
}

/** A setting whose category is still to be named. */
export type Uncategorized = Guc & { category: "" };

function base(name: string, initial: string, description: string, extra: GucExtra) {
  const { context = "user", hidden = false, reported = false } = extra;
  return { name, default: initial, description, context, hidden, reported, category: "" as const };
}

/** A setting that is `on` or `off`. */
export function bool(
  name: string,
  initial: "on" | "off",
  description: string,
  extra: GucExtra = {},
): Uncategorized {
  return { kind: "bool", ...base(name, initial, description, extra) };
}

/** A whole number between two bounds, both included. */
export function int(
  name: string,
  initial: number,
  [min, max]: readonly [number, number],
  description: string,
  extra: GucExtra & { unit?: GucUnit } = {},
): Uncategorized {
  return {
    kind: "integer",
    min,
    max,
    unit: extra.unit ?? null,
    ...base(name, `${initial}`, description, extra),
  };
}

/** A floating-point number between two bounds, both included. */
export function real(
  name: string,
  initial: number,
  [min, max]: readonly [number, number],
  description: string,
  extra: GucExtra & { unit?: GucUnit } = {},
): Uncategorized {
  return {
    kind: "real",
    min,
    max,
    unit: extra.unit ?? null,
    ...base(name, `${initial}`, description, extra),
  };
}

/** One of a few words, written `a | b | c`. */
export function oneOf(
  name: string,
  initial: string,
  values: string,
  description: string,
  extra: GucExtra = {},
): Uncategorized {
  return { kind: "enum", values: values.split(" | "), ...base(name, initial, description, extra) };
}

/** Any text, or a list of texts. */
export function text(
  name: string,
  initial: string,
  description: string,
  extra: GucExtra & { list?: "plain" | "quoted" } = {},
): Uncategorized {
  return { kind: "string", list: extra.list ?? null, ...base(name, initial, description, extra) };
}

/** Settings of one category, as `pg_settings.category` names it. */
export function category(name: string, settings: readonly Uncategorized[]): Guc[] {
  return settings.map((setting) => ({ ...setting, category: name }));
}
