import type { Guc } from "../../session/guc/guc.ts";
import { gucs } from "../../session/guc/table.ts";
import { withUnit } from "../../session/guc/units.ts";
import { constants, macro, snapshot, type Source, view } from "./source.ts";

/** The table of settings as lines; the shown default beside the plain one. */
const lines = gucs.map((guc) => {
  const number = guc.kind === "integer" || guc.kind === "real" ? guc : null;
  return [
    guc.name,
    guc.default,
    number ? withUnit(Number(guc.default), number) : guc.default,
    number?.unit ?? "\\N",
    guc.category,
    guc.description,
    guc.context,
    guc.kind,
    number?.min ?? "\\N",
    number?.max ?? "\\N",
    enumValues(guc),
    guc.hidden ? "t" : "f",
  ].join("\t");
});

function enumValues(guc: Guc): string {
  return guc.kind === "enum" ? guc.values.join("|") : "\\N";
}

const table = constants(lines.join("\n"), [
  "name VARCHAR",
  "boot_val VARCHAR",
  "shown VARCHAR",
  "unit VARCHAR",
  "category VARCHAR",
  "short_desc VARCHAR",
  "context VARCHAR",
  "vartype VARCHAR",
  "min_val VARCHAR",
  "max_val VARCHAR",
  "enumvals VARCHAR",
  "hidden BOOLEAN",
]);

/**
 * Settings: the table's defaults, over which go the variables in which a session keeps what it changed (see
 * `server/session/settings.ts`).
 */
export const settingSources: readonly Source[] = [
  view(
    "duckgres_changed_setting",
    `SELECT substr(name, 18) AS name, split_part(value, chr(31), 1) AS setting, split_part(value, chr(31), 2) AS shown
    FROM duckdb_variables() WHERE starts_with(name, 'duckgres_setting_')`,
  ),
  snapshot("duckgres_setting", table),
  view(
    "pg_settings",
    `SELECT s.name, coalesce(c.setting, s.boot_val) AS setting, s.unit, s.category, s.short_desc,
      CAST(NULL AS VARCHAR) AS extra_desc, s.context, s.vartype,
      CASE WHEN c.name IS NULL THEN 'default' ELSE 'session' END AS source, s.min_val, s.max_val,
      string_split(s.enumvals, '|') AS enumvals, s.boot_val, s.boot_val AS reset_val,
      CAST(NULL AS VARCHAR) AS sourcefile, CAST(NULL AS INTEGER) AS sourceline, false AS pending_restart
    FROM @duckgres_setting s LEFT JOIN @duckgres_changed_setting c ON c.name = lower(s.name) WHERE NOT s.hidden`,
  ),
  // Where PostgreSQL has no setting of a name, DuckDB may have one.
  view(
    "duckgres_shown_setting",
    `SELECT lower(name) AS dg_name, shown AS dg_text, 1 AS dg_order FROM @duckgres_changed_setting
    UNION ALL SELECT lower(name), CASE name WHEN 'session_authorization' THEN @duckgres_user() ELSE shown END, 2
      FROM @duckgres_setting
    UNION ALL SELECT name, value, 3 FROM duckdb_settings()`,
  ),
  macro(
    "duckgres_current_setting",
    `(the_setting) AS (SELECT arg_min(dg_text, dg_order) FROM @duckgres_shown_setting WHERE dg_name = lower(the_setting))`,
  ),
  macro(
    "current_setting",
    `(the_setting) AS coalesce(@duckgres_current_setting(the_setting),
      error('unrecognized configuration parameter "' || the_setting || '"'))`,
    `(the_setting, the_missing_ok) AS coalesce(@duckgres_current_setting(the_setting),
      CASE WHEN NOT the_missing_ok THEN error('unrecognized configuration parameter "' || the_setting || '"') END)`,
  ),
];
