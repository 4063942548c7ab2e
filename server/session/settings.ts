import { PgError, type Severity } from "../../worker/api/error.ts";
import type { RenderSettings } from "../../worker/api/executor.ts";
import { checks } from "./guc/checks.ts";
import { readDateStyle } from "./guc/date_style.ts";
import type { Guc, GucUnit } from "./guc/guc.ts";
import { quoteIdentifier } from "./guc/lists.ts";
import { parseValue } from "./guc/parse.ts";
import { searchPathStatements } from "./guc/search_path.ts";
import { findGuc, gucs } from "./guc/table.ts";
import { ianaZone } from "./guc/time_zone.ts";
import { withUnit } from "./guc/units.ts";
import { quoteName, quoteText } from "../../worker/api/quote.ts";

/** Who a session is, and what it asked for when it started. */
export interface SettingsStartup {
  user: string;
  superuser: boolean;
  /** The startup message's parameters and those in its `options`; what is not a setting (`user`, `database`) is skipped. */
  parameters: ReadonlyMap<string, string>;
  /** Values the server itself decides, by setting: `max_connections`, `port`, `ssl`, … */
  server?: ReadonlyMap<string, string>;
}

/** A setting whose value is another than before. */
export interface Change {
  name: string;
  /** As SHOW prints it. */
  value: string;
  /** Statements that make it act on DuckDB. */
  engineSql: readonly string[];
}

/** What to run on DuckDB so that a change acts there. */
export function engineStatements(change: Change): readonly string[] {
  return change.engineSql;
}

/** A setting PostgreSQL does not have; it may be one of DuckDB's own. */
export class UnknownSetting extends PgError {
  constructor(name: string) {
    super("42704", `unrecognized configuration parameter "${name}"`);
  }
}

/** Startup parameters that are no settings. */
const startupOnly = new Set(["user", "database", "options", "replication"]);

/** Settings of one transaction: whatever sets them, they end with it. */
const ofTransaction: ReadonlyMap<string, string> = new Map([
  ["transaction_deferrable", "default_transaction_deferrable"],
  ["transaction_isolation", "default_transaction_isolation"],
  ["transaction_read_only", "default_transaction_read_only"],
]);

/** What RESET ALL leaves alone. */
const notResetByAll = new Set([
  ...ofTransaction.keys(),
  "role",
  "session_authorization",
  "seed",
  "is_superuser",
]);

const customName = /^[a-z_\u0080-\uffff][\w$\u0080-\uffff]*(\.[a-z_\u0080-\uffff][\w$\u0080-\uffff]*)+$/i;

/** Each value as kept, by lower-case name: see `Guc.default`. */
type Values = ReadonlyMap<string, string>;

/**
 * One session's settings, as PostgreSQL keeps them: SET lasts for the session but is undone with the transaction it was
 * in, SET LOCAL ends with the transaction, RESET gives back what the session started with.
 *
 * It only knows values. What must happen when they change is in the {@linkcode Change}s it answers.
 *
 * @see https://www.postgresql.org/docs/16/sql-set.html
 */
export class SessionSettings {
  readonly #user: string;
  readonly #superuser: boolean;
  /** What RESET gives, where that is not the setting's default. */
  readonly #initial = new Map<string, string>();
  #session: Map<string, string> = new Map();
  #local: Map<string, string> = new Map();
  /** The session's values when the open transaction began; `null` outside one. */
  #saved: Values | null = null;
  #render: RenderSettings | null = null;
  readonly #sent = new Map<string, string>();
  #reportDue = true;

  /** Throws what {@linkcode set} throws when a startup parameter is wrong. */
  constructor(startup: SettingsStartup) {
    this.#user = startup.user;
    this.#superuser = startup.superuser;
    this.#initial.set("session_authorization", startup.user);
    this.#initial.set("is_superuser", startup.superuser ? "on" : "off");
    for (const [name, value] of startup.server ?? []) this.#start(name, value, true);
    for (const [name, value] of startup.parameters) {
      if (startupOnly.has(name) || name.startsWith("_pq_.")) continue;
      this.#start(name, value, false);
    }
  }

  /** The value in force, as SHOW prints it. Throws 42704. */
  show(name: string): { name: string; value: string } {
    const guc = findGuc(name);
    if (guc) return { name: guc.name, value: this.#shown(guc) };
    const custom = this.#lookup(name.toLowerCase());
    if (custom !== undefined) return { name, value: custom };
    if (name.includes(".")) throw new PgError("42704", `unrecognized configuration parameter "${name}"`);
    throw new UnknownSetting(name);
  }

  /** What SHOW ALL answers, in its order. */
  showAll(): { name: string; setting: string; description: string }[] {
    const own = gucs.filter((guc) => !guc.hidden).map((guc) => {
      return { name: guc.name, setting: this.#shown(guc), description: guc.description };
    });
    const custom = this.#customNames().map((name) => ({
      name,
      setting: this.#lookup(name)!,
      description: "",
    }));
    return [...own, ...custom].sort((a, b) => a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1);
  }

  /**
   * SET: `values` are the constants and names behind `=`, more than one for a list; `local` ends with the transaction and
   * does nothing outside one; with `whole` a list comes as one text.
   *
   * Throws 22023 for a bad value, 55P02 for a setting no session can change, 42501 for one only a superuser may, 42602 for
   * a bad custom name, and {@linkcode UnknownSetting}.
   */
  set(
    name: string,
    values: readonly string[] | "default",
    options: { local: boolean; whole?: boolean },
  ): Change[] {
    const guc = findGuc(name);
    if (!guc) requireCustomName(name);
    else this.#requireChangeable(guc, name);
    const key = (guc?.name ?? name).toLowerCase();
    const value = values === "default" ? this.#initialOf(key) : this.#parse(guc, name, values, options.whole);
    return this.#store(key, value, options.local || ofTransaction.has(key));
  }

  /** RESET. Throws as {@linkcode set} does. */
  reset(name: string): Change[] {
    return this.set(name, "default", { local: false });
  }

  /** RESET ALL. */
  resetAll(): Change[] {
    const keep = (values: Values) => new Map([...values].filter(([key]) => notResetByAll.has(key)));
    const session = keep(this.#session);
    for (const name of this.#customNames()) session.set(name, this.#initialOf(name));
    return this.#replace(session, keep(this.#local));
  }

  /** A transaction begins: from here on changes can be undone. */
  begin(): void {
    this.#saved ??= new Map(this.#session);
  }

  /** The transaction committed: what was SET LOCAL ends. */
  commit(): Change[] {
    this.#saved = null;
    return this.#replace(this.#session, new Map());
  }

  /** The transaction was rolled back: all that was set in it is undone. */
  rollback(): Change[] {
    const before = this.#saved ?? this.#session;
    this.#saved = null;
    return this.#replace(new Map(before), new Map());
  }

  /** A savepoint is set: `back` undoes what changed since. */
  mark(): { back(): Change[] } {
    const [session, local] = [new Map(this.#session), new Map(this.#local)];
    return { back: () => this.#replace(new Map(session), new Map(local)) };
  }

  /** How values are printed now. */
  render(): RenderSettings {
    this.#render ??= {
      ...readDateStyle(this.#value("datestyle")),
      intervalStyle: this.#value("intervalstyle") as RenderSettings["intervalStyle"],
      byteaOutput: this.#value("bytea_output") as RenderSettings["byteaOutput"],
      extraFloatDigits: Number(this.#value("extra_float_digits")),
      timeZone: ianaZone(this.#value("timezone")),
    };
    return this.#render;
  }

  /** A number; milliseconds where the setting is a time. Throws 42704 for a name that is no number setting. */
  number(name: string): number {
    const guc = findGuc(name);
    if (guc?.kind !== "integer" && guc?.kind !== "real") throw new UnknownSetting(name);
    return Number(this.#value(guc.name.toLowerCase())) * (milliseconds[guc.unit ?? "ms"] ?? 1);
  }

  /** Whether `client_min_messages` lets a notice of this severity through. */
  shows(severity: Severity): boolean {
    if (severity === "INFO") return true;
    return severities.indexOf(severity) >=
      severities.indexOf(levelSeverity(this.#value("client_min_messages")));
  }

  /** Every ParameterStatus a client is told at its start; {@linkcode takeReportedChanges} goes on from here. */
  reported(): [name: string, value: string][] {
    this.#sent.clear();
    this.#reportDue = true;
    return this.takeReportedChanges();
  }

  /** What the client was told and is no longer so, once each. */
  takeReportedChanges(): [name: string, value: string][] {
    if (!this.#reportDue) return [];
    this.#reportDue = false;
    const changed = reportedGucs
      .map((guc): [string, string] => [guc.name, this.#shown(guc)])
      .filter(([name, value]) => this.#sent.get(name) !== value);
    for (const [name, value] of changed) this.#sent.set(name, value);
    return changed;
  }

  /**
   * What must act on DuckDB when the session starts: every setting that is not at its default. The user is left out:
   * the catalogue knows it from the session's identity.
   */
  startupChanges(): Change[] {
    return [...this.#initial.keys()]
      .filter((key) => key !== "session_authorization" && this.#initial.get(key) !== findGuc(key)?.default)
      .map((key) => this.#change(key));
  }

  #start(name: string, value: string, byServer: boolean): void {
    const guc = findGuc(name);
    if (!guc) requireCustomName(name);
    else if (!byServer) this.#requireChangeable(guc, name, true);
    const key = (guc?.name ?? name).toLowerCase();
    this.#initial.set(key, this.#parse(guc, name, [value], true));
  }

  #requireChangeable(guc: Guc, name: string, atStart = false): void {
    const refuse = (how: string) => {
      throw new PgError("55P02", `parameter "${name}" cannot be ${how}`);
    };
    if (guc.context === "internal") refuse("changed");
    if (guc.context === "postmaster") refuse("changed without restarting the server");
    if (guc.context === "sighup") refuse("changed now");
    if (guc.context === "superuser-backend" && !atStart) refuse("set after connection start");
    if (guc.context.startsWith("superuser") && !this.#superuser) {
      throw new PgError("42501", `permission denied to set parameter "${name}"`);
    }
  }

  /** `whole`: a list comes as one text, as in a startup message. */
  #parse(guc: Guc | undefined, name: string, values: readonly string[], whole = false): string {
    const list = guc?.kind === "string" ? guc.list : null;
    if (values.length !== 1 && list === null) {
      throw new PgError("22023", `SET ${name} takes only one argument`);
    }
    const text = list === "quoted" && !whole ? values.map(quoteIdentifier).join(", ") : values.join(", ");
    if (!guc) return text;
    const key = guc.name.toLowerCase();
    const value = parseValue(guc, name, text);
    const check = checks.get(key);
    if (!check) return value;
    return check(value, { current: this.#value(key), initial: this.#initialOf(key), user: this.#user });
  }

  #store(key: string, value: string, local: boolean): Change[] {
    if (local && this.#saved === null) return [];
    const before = this.#lookup(key);
    if (local) {
      this.#local.set(key, value);
    } else {
      this.#local.delete(key);
      this.#session.set(key, value);
    }
    return before === value ? [] : this.#changed([key]);
  }

  #replace(session: Map<string, string>, local: Map<string, string>): Change[] {
    const keys = new Set([...this.#session.keys(), ...this.#local.keys(), ...session.keys()]);
    if (keys.size === 0) return [];
    const before = new Map([...keys].map((key) => [key, this.#lookup(key)]));
    this.#session = session;
    this.#local = local;
    return this.#changed([...keys].filter((key) => this.#lookup(key) !== before.get(key)));
  }

  #changed(keys: readonly string[]): Change[] {
    if (keys.length === 0) return [];
    this.#render = null;
    this.#reportDue = true;
    return keys.map((key) => this.#change(key));
  }

  #change(key: string): Change {
    const guc = findGuc(key);
    const value = this.#lookup(key);
    const shown = guc ? this.#shown(guc) : value ?? "";
    return {
      name: guc?.name ?? key,
      value: shown,
      engineSql: [...this.#effect(key), settingVariable(key, value, shown)],
    };
  }

  #effect(key: string): string[] {
    if (key === "timezone") return [`SET TimeZone = ${quoteText(ianaZone(this.#value(key)))}`];
    if (key === "search_path") return searchPathStatements(this.#value(key), this.#user);
    return [];
  }

  /** The value in force; `undefined` for a custom setting that was never set. */
  #lookup(key: string): string | undefined {
    const own = this.#local.get(key) ?? this.#session.get(key);
    if (own !== undefined) return own;
    const base = ofTransaction.get(key);
    if (base) return this.#lookup(base);
    return this.#initial.get(key) ?? findGuc(key)?.default;
  }

  #value(key: string): string {
    return this.#lookup(key) ?? "";
  }

  #initialOf(key: string): string {
    return this.#initial.get(key) ?? findGuc(key)?.default ?? "";
  }

  #shown(guc: Guc): string {
    const value = this.#value(guc.name.toLowerCase());
    if (guc.name === "seed") return "unavailable";
    if (guc.kind !== "integer" && guc.kind !== "real") return value;
    return withUnit(Number(value), guc);
  }

  #customNames(): string[] {
    const keys = [...this.#initial.keys(), ...this.#session.keys(), ...this.#local.keys()];
    return [...new Set(keys)].filter((key) => !findGuc(key));
  }
}

const reportedGucs = gucs.filter((guc) => guc.reported);

const milliseconds: Partial<Record<GucUnit, number>> = { ms: 1, s: 1_000, min: 60_000 };

const severities: readonly Severity[] = ["DEBUG", "LOG", "NOTICE", "WARNING", "ERROR", "FATAL", "PANIC"];

function levelSeverity(level: string): Severity {
  return level.startsWith("debug") ? "DEBUG" : level.toUpperCase() as Severity;
}

function requireCustomName(name: string): void {
  if (customName.test(name)) return;
  if (!name.includes(".")) throw new UnknownSetting(name);
  throw new PgError("42602", `invalid configuration parameter name "${name}"`, {
    detail: "Custom parameter names must be two or more simple identifiers separated by dots.",
  });
}

/**
 * The catalogue's `pg_settings` and `current_setting()` find what is not at its default in variables of the session:
 * `duckgres_setting_<name>` is the value as kept, a unit separator (0x1F), and the value as SHOW prints it.
 */
function settingVariable(key: string, value: string | undefined, shown: string): string {
  const variable = quoteName(`duckgres_setting_${key}`);
  if (value === undefined || value === findGuc(key)?.default) return `RESET VARIABLE ${variable}`;
  return `SET VARIABLE ${variable} = ${quoteText(`${value}\x1f${shown}`)}`;
}
