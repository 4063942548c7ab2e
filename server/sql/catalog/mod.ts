/**
 * PostgreSQL's catalogue as far as DuckDB can tell it: `pg_catalog`'s relations as views and its functions as macros, in an
 * in-memory DuckDB database beside the user's. A session finds the macros through its search path; the SQL layer sends
 * `pg_catalog.x` to the views.
 *
 * What is true is shown; what DuckDB has no equal of is empty, and `empty.ts` says why.
 */
import { attributeSources } from "./attributes.ts";
import { clusterSources } from "./cluster.ts";
import { constraintSources } from "./constraints.ts";
import { definitionSources } from "./definitions.ts";
import { descriptionSources } from "./descriptions.ts";
import { emptySources } from "./empty.ts";
import { type Expansion, expansionsOf } from "./expansion.ts";
import { fixedSources } from "./fixed.ts";
import { formatFunctionSources } from "./functions_format.ts";
import { dateTimeFunctionSources } from "./functions_datetime.ts";
import { functionSources } from "./functions.ts";
import { aggregateSources } from "./functions_aggregates.ts";
import { arrayFunctionSources } from "./functions_arrays.ts";
import { checksumSources } from "./functions_checksums.ts";
import { setFunctionSources } from "./functions_sets.ts";
import { rowFunctionSources } from "./functions_rows.ts";
import { castFunctionSources } from "./functions_casts.ts";
import { dmlFunctionSources } from "./functions_dml.ts";
import { networkFunctionSources } from "./functions_network.ts";
import { numberFunctionSources } from "./functions_numbers.ts";
import { regexFunctionSources } from "./functions_regex.ts";
import { jsonFunctionSources } from "./functions_json.ts";
import { privilegeSources } from "./functions_privileges.ts";
import { systemFunctionSources } from "./functions_system.ts";
import { jsonPathSources } from "./functions_jsonpath.ts";
import { stringFunctionSources } from "./functions_strings.ts";
import { informationSources } from "./information.ts";
import { namespaceSources } from "./namespaces.ts";
import { noteSources } from "./notes.ts";
import { regclassSources, regSources } from "./reg.ts";
import { relationSources, systemRows } from "./relations.ts";
import { sessionStateSources } from "./session_state.ts";
import { sessionSources } from "./session.ts";
import { settingSources } from "./settings.ts";
import { catalogDatabase, createStatements, type Source } from "./source.ts";
import { textSources } from "./text.ts";
import { typeSources } from "./types.ts";

/** What the catalogue says of the server. */
export interface CatalogInfo {
  /** The `server_version` setting. */
  version: string;
}

function sources(info: CatalogInfo): readonly Source[] {
  return [
    ...sessionSources(versionText(info.version)),
    ...textSources,
    ...noteSources,
    ...namespaceSources,
    ...typeSources,
    ...constraintSources,
    ...relationSources,
    ...attributeSources,
    ...regclassSources,
    ...definitionSources,
    ...functionSources,
    ...clusterSources,
    ...descriptionSources,
    ...regSources,
    ...privilegeSources,
    ...settingSources,
    ...fixedSources,
    ...systemFunctionSources,
    ...emptySources,
    ...numberFunctionSources,
    ...checksumSources,
    ...regexFunctionSources,
    ...informationSources,
    ...formatFunctionSources,
    ...stringFunctionSources,
    ...dateTimeFunctionSources,
    ...jsonFunctionSources,
    ...jsonPathSources,
    ...castFunctionSources,
    ...rowFunctionSources,
    ...aggregateSources,
    ...arrayFunctionSources,
    ...setFunctionSources,
    ...networkFunctionSources,
    ...dmlFunctionSources,
    ...sessionStateSources,
    ...systemRows,
  ];
}

/** `version()`: `16.10 (Duckgres 0.1.0)` becomes `PostgreSQL 16.10 (Duckgres 0.1.0, DuckDB v1.5.5) on …`. */
function versionText(version: string): string {
  const [number, product] = version.split(/ \(|\)/);
  return `PostgreSQL ${number} (${product}, DuckDB v1.5.5) on x86_64-pc-linux-gnu`;
}

/**
 * Statements that build the catalogue in a database `__duckgres`, to be run once. Each session then needs
 * `SET search_path = 'main,__duckgres.main'` and the variables `duckgres_user`, `duckgres_database` and `duckgres_pid`.
 */
export function catalogStatements(info: CatalogInfo): string {
  return createStatements(sources(info)).join(";\n");
}

/** The same for a database in memory, which is attached first. */
export function catalogBootstrap(info: CatalogInfo): string[] {
  return [`ATTACH ':memory:' AS ${catalogDatabase}`, catalogStatements(info)];
}

export { catalogDatabase };

const all = sources({ version: "" });

const exported = all.filter((source) => !source.name.startsWith("duckgres_"));

/**
 * Relations that are sent to the catalogue: `x` for `pg_catalog.x`, whose rows `__duckgres.main.x` has, and
 * `information_schema.x`, whose rows `__duckgres.main.duckgres_information_x` has.
 */
export const catalogRelations: ReadonlySet<string> = new Set([
  ...exported.filter((source) => source.kind === "view").map((source) => source.name),
  ...informationSources.map(({ name }) => name.replace("duckgres_information_", "information_schema.")),
]);

/** Functions of PostgreSQL's that the catalogue defines; a call needs no qualifier. */
export const catalogFunctions: ReadonlySet<string> = new Set(
  exported.filter((source) => source.kind.endsWith("macro")).map((source) => source.name),
);

/** How often DuckDB binds the arguments of one of the catalogue's macros; `null` where that is once. */
export const macroExpansion: (name: string) => Expansion | null = expansionsOf(all);

export type { Expansion };
