import { quoteText } from "../../../worker/api/quote.ts";
import { raise, raiseText } from "./raise.ts";
import { helper, macro, type Source } from "./source.ts";
import { types } from "./types_data.ts";

/**
 * PostgreSQL's `reg…` types, as macros that casts are rewritten to: `duckgres_regclass('public.t')` is the oid that
 * `'public.t'::regclass` stands for, `duckgres_regclass_text(oid)` the name that `oid::regclass` prints. Numbers, also
 * as text, stand for themselves. `to_regclass()` and the like answer NULL where the cast raises an error.
 */

/** `"My Schema".t` as ['My Schema', 't']. */
const nameParts = macro(
  "duckgres_name_parts",
  `(the_name) AS list_transform(regexp_extract_all(CAST(the_name AS VARCHAR), '"([^"]|"")*"|[^."]+'), lambda dg_part:
    CASE WHEN starts_with(dg_part, '"') THEN replace(dg_part[2:-2], '""', '"') ELSE lower(trim(dg_part)) END)`,
);

/** `public` and the like: what a lookup of names needs of a kind of object. */
function names(name: string, relation: string, visible: string, column: string, namespace: string): Source {
  return helper(
    name,
    "dg_oid BIGINT, dg_name VARCHAR, dg_schema VARCHAR, dg_visible BOOLEAN, dg_text VARCHAR",
    `SELECT r.oid AS dg_oid, r.${column} AS dg_name, n.nspname AS dg_schema, v.oid IS NOT NULL AS dg_visible,
      CASE WHEN v.oid IS NOT NULL THEN '' ELSE @quote_ident(n.nspname) || '.' END || @quote_ident(r.${column}) AS dg_text
    FROM ${relation} r JOIN @duckgres_namespace n ON n.oid = r.${namespace} LEFT JOIN ${visible} v ON v.oid = r.oid`,
  );
}

/** What a name that may have a schema before it finds, by an aggregate; NULL when there is none. */
function find(result: string, relation: string): string {
  return `(SELECT ${result} FROM ${relation}, (SELECT @duckgres_name_parts(the_name) AS dg_parts)
    WHERE dg_name = dg_parts[-1]
      AND CASE WHEN len(dg_parts) = 1 THEN dg_visible ELSE dg_schema = @duckgres_public(dg_parts[-2]) END)`;
}

/** The name of a function alone must be that of one. */
const onlyOid = `CASE WHEN count(*) > 1 THEN ${
  raiseText("42725", `'more than one function named "' || max(dg_text) || '"'`)
} ELSE max(dg_oid) END`;
const onlyText = "CASE WHEN count(*) = 1 THEN max(dg_text) END";

/** The cast: a number is itself, an unknown name an error. */
function cast(kind: string, what: string): string {
  return `(the_name) AS CAST(coalesce(TRY_CAST(the_name AS BIGINT), @duckgres_find_${kind}(the_name),
    CASE WHEN the_name IS NOT NULL THEN error('${what} "' || the_name || '" does not exist') END) AS BIGINT)`;
}

/** What the cast's result prints: the name, with its schema where it is not found without. */
function text(relation: string): string {
  return `(the_oid) AS coalesce((SELECT max(dg_text) FROM ${relation} WHERE dg_oid = TRY_CAST(the_oid AS BIGINT)),
    CASE CAST(the_oid AS VARCHAR) WHEN '0' THEN '-' ELSE CAST(the_oid AS VARCHAR) END)`;
}

/** Everything there is for one kind of object. */
function family(kind: string, regtype: string, what: string, relation: string): Source[] {
  return [
    macro(
      `duckgres_find_${kind}`,
      `(the_name) AS ${find(kind === "function" ? onlyOid : "max(dg_oid)", relation)}`,
    ),
    macro(`duckgres_${regtype}`, cast(kind, what)),
    macro(`duckgres_${regtype}_text`, text(relation)),
    macro(
      `to_${regtype}`,
      `(the_name) AS ${find(kind === "function" ? onlyText : "max(dg_text)", relation)}`,
    ),
  ];
}

/** Relations; after the views on visibility, before what refers to relations by name. */
export const regclassSources: readonly Source[] = [
  nameParts,
  names(
    "duckgres_relation_name",
    "@duckgres_relation",
    "@duckgres_visible_relation",
    "relname",
    "relnamespace",
  ),
  ...family("relation", "regclass", "relation", "@duckgres_relation_name"),
];

/** Words that SQL has for a type beside its name. */
const typeSynonyms = `MAP {'int': 'integer', 'decimal': 'numeric', 'dec': 'numeric', 'char': 'character',
  'float': 'double precision', 'timestamp': 'timestamp without time zone', 'time': 'time without time zone'}`;

/** Type names as SQL writes them, modifiers left out: `integer`, `character varying(10)`, `int4[]`, `sales.mood`. */
const typeSources: readonly Source[] = [
  helper(
    "duckgres_type_name",
    "dg_oid BIGINT, dg_name VARCHAR, dg_sql_name VARCHAR, dg_array BIGINT, dg_schema VARCHAR, " +
      "dg_visible BOOLEAN",
    `SELECT t.oid AS dg_oid, t.typname AS dg_name, t.sql_name AS dg_sql_name,
      t.typarray AS dg_array, n.nspname AS dg_schema, v.oid IS NOT NULL AS dg_visible
    FROM @duckgres_type t JOIN @duckgres_namespace n ON n.oid = t.typnamespace
      LEFT JOIN @duckgres_visible_type v ON v.oid = t.oid`,
  ),
  macro(
    "duckgres_find_type",
    `(the_name) AS (
      SELECT max(CASE WHEN dg_is_array THEN dg_array ELSE dg_oid END)
      FROM @duckgres_type_name, (
        SELECT ends_with(dg_given, ']') AS dg_is_array, @duckgres_name_parts(dg_plain) AS dg_parts,
          coalesce(${typeSynonyms}[lower(dg_plain)], lower(dg_plain)) AS dg_sql
        FROM (SELECT trim(CAST(the_name AS VARCHAR)) AS dg_given,
          trim(regexp_replace(regexp_replace(dg_given, '\\([^)]*\\)', ''), '(\\[\\d*\\]\\s*)+$', '')) AS dg_plain))
      WHERE dg_sql_name = dg_sql OR (dg_name = dg_parts[-1] AND dg_sql <> 'character'
        AND CASE WHEN len(dg_parts) = 1 THEN dg_visible ELSE dg_schema = @duckgres_public(dg_parts[-2]) END))`,
  ),
  macro("duckgres_regtype", cast("type", "type")),
  macro("duckgres_regtype_text", "(the_oid) AS @format_type(TRY_CAST(the_oid AS BIGINT), NULL)"),
  macro(
    "to_regtype",
    `(the_name) AS (SELECT max(dg_name || dg_suffix) FROM @duckgres_type_text, (
      SELECT @duckgres_find_type(the_name) AS dg_found) WHERE dg_oid = dg_found)`,
  ),
];

/** Names of types that are not the ones SQL prints: `int4` and `int` for `integer`. */
const synonyms = new Map([
  ...types.trim().split("\n").map((line) => line.split("\t")).map((fields) =>
    [fields[1], fields[16]] as const
  ),
  ...Object.entries({ int: "integer", decimal: "numeric", float: "double precision", char: "character" }),
]);
const texts = (words: Iterable<string>) => `[${[...words].map(quoteText).join(", ")}]`;

/** Functions with the types of their arguments: `abs(integer)`. */
const procedureSources: readonly Source[] = [
  helper(
    "duckgres_procedure_name",
    "dg_oid BIGINT, dg_name VARCHAR, dg_schema VARCHAR, dg_visible BOOLEAN, dg_text VARCHAR",
    `SELECT f.dg_oid, f.dg_plain || dg_arguments AS dg_name, f.dg_schema, f.dg_visible, f.dg_text || dg_arguments AS dg_text
    FROM (SELECT n.dg_oid, n.dg_name AS dg_plain, n.dg_schema, n.dg_visible, n.dg_text, '(' || coalesce(a.text, '') || ')' AS dg_arguments
      FROM @duckgres_function_name n LEFT JOIN (
        SELECT u.oid, string_agg(t.sql_name, ',' ORDER BY u.position) AS text
        FROM (SELECT oid, unnest(types) AS type, unnest(range(1, len(types) + 1)) AS position FROM @duckgres_function) u
          JOIN @duckgres_type t ON t.oid = u.type
        GROUP BY u.oid) a ON a.oid = n.dg_oid) f`,
  ),
  macro(
    "duckgres_argument_type",
    `(the_name) AS coalesce(${texts(synonyms.values())}[list_position(${
      texts(synonyms.keys())
    }, the_name)], the_name)`,
  ),
  macro(
    "duckgres_signature",
    `(the_name) AS CASE WHEN contains(the_name, '(') THEN regexp_extract(the_name, '^[^(]*') || '('
        || array_to_string(list_transform(string_split(regexp_extract(the_name, '\\((.*)\\)', 1), ','),
          lambda dg_a: @duckgres_argument_type(lower(trim(dg_a)))), ',') || ')'
      WHEN the_name IS NOT NULL THEN ${raise("22P02", "expected a left parenthesis")} END`,
  ),
  macro("duckgres_find_signature", `(the_name) AS ${find("max(dg_oid)", "@duckgres_procedure_name")}`),
  macro(
    "duckgres_find_procedure",
    "(the_name) AS @duckgres_find_signature(@duckgres_signature(CAST(the_name AS VARCHAR)))",
  ),
  macro("duckgres_regprocedure", cast("procedure", "function")),
  macro("duckgres_regprocedure_text", text("@duckgres_procedure_name")),
  macro("duckgres_signature_text", `(the_name) AS ${find("max(dg_text)", "@duckgres_procedure_name")}`),
  macro("to_regprocedure", "(the_name) AS @duckgres_signature_text(@duckgres_signature(the_name))"),
];

/** Types, functions, schemas and roles. */
export const regSources: readonly Source[] = [
  ...typeSources,
  names("duckgres_function_name", "@duckgres_function", "@duckgres_visible_function", "name", "namespace"),
  ...family("function", "regproc", "function", "@duckgres_function_name"),
  ...procedureSources,
  helper(
    "duckgres_namespace_name",
    "dg_oid BIGINT, dg_name VARCHAR, dg_visible BOOLEAN, dg_schema VARCHAR, dg_text VARCHAR",
    `SELECT oid AS dg_oid, nspname AS dg_name, true AS dg_visible, '' AS dg_schema, @quote_ident(nspname) AS dg_text
    FROM @duckgres_namespace`,
  ),
  ...family("namespace", "regnamespace", "schema", "@duckgres_namespace_name"),
  helper(
    "duckgres_role_name",
    "dg_oid BIGINT, dg_name VARCHAR, dg_visible BOOLEAN, dg_schema VARCHAR, dg_text VARCHAR",
    `SELECT CAST(10 AS BIGINT) AS dg_oid, @duckgres_user() AS dg_name, true AS dg_visible, '' AS dg_schema,
      @quote_ident(@duckgres_user()) AS dg_text`,
  ),
  ...family("role", "regrole", "role", "@duckgres_role_name"),
];
