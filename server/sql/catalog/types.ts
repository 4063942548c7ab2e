import { constants, helper, macro, snapshot, type Source, view } from "./source.ts";
import { types } from "./types_data.ts";

/**
 * The OID under which a DuckDB type is announced to clients; the row path has the same mapping. Types that are not here
 * (ENUM among them) are text.
 */
const oidOfEngineType: Readonly<Record<string, number>> = {
  BOOLEAN: 16,
  TINYINT: 21,
  SMALLINT: 21,
  UTINYINT: 23,
  USMALLINT: 23,
  INTEGER: 23,
  UINTEGER: 20,
  BIGINT: 20,
  UBIGINT: 1700,
  HUGEINT: 1700,
  UHUGEINT: 1700,
  BIGNUM: 1700,
  DECIMAL: 1700,
  FLOAT: 700,
  DOUBLE: 701,
  VARCHAR: 25,
  BLOB: 17,
  GEOMETRY: 17,
  DATE: 1082,
  TIME: 1083,
  TIME_NS: 1083,
  "TIME WITH TIME ZONE": 1266,
  TIMESTAMP: 1114,
  TIMESTAMP_S: 1114,
  TIMESTAMP_MS: 1114,
  TIMESTAMP_NS: 1114,
  "TIMESTAMP WITH TIME ZONE": 1184,
  INTERVAL: 1186,
  UUID: 2950,
  JSON: 3802,
  BIT: 1562,
  STRUCT: 114,
  MAP: 114,
  UNION: 114,
  VARIANT: 114,
};

const typeLines = types.trim().split("\n").map((line) => line.split("\t"));

const arrayOf = new Map(typeLines.map((fields) => [Number(fields[0]), Number(fields[8])]));

const engineNames = `string_split('${Object.keys(oidOfEngineType).join()}', ',')`;
const engineOids = `string_split('${Object.values(oidOfEngineType).join()}', ',')`;
const engineArrays = `string_split('${
  Object.values(oidOfEngineType).map((oid) => arrayOf.get(oid)).join()
}', ',')`;

const sqlNames = new Map(typeLines.map((fields) => [Number(fields[0]), fields[16]]));

const engineSqlNames = `string_split('${
  Object.values(oidOfEngineType).map((oid) => sqlNames.get(oid)).join()
}', ',')`;

/** Where a DuckDB type name (`DECIMAL(10,2)[]`) is in those lists, without dimensions and modifiers. */
const enginePosition =
  `list_position(${engineNames}, regexp_extract(regexp_replace(type, '(\\[\\d*\\])+$', ''), '^[^(]*'))`;

const engineTypes: readonly Source[] = [
  macro("duckgres_element_oid", `(type) AS CAST(coalesce(${engineOids}[${enginePosition}], '25') AS BIGINT)`),
  macro(
    "duckgres_type_oid",
    `(type) AS CASE WHEN ends_with(type, ']') THEN CAST(coalesce(${engineArrays}[${enginePosition}], '1009') AS BIGINT)
      ELSE @duckgres_element_oid(type) END`,
  ),
  macro(
    "duckgres_type_modifier",
    `(type) AS CAST(CASE
      WHEN starts_with(type, 'DECIMAL(38,11)') THEN -1
      WHEN starts_with(type, 'DECIMAL(') THEN
        (CAST(regexp_extract(type, '\\((\\d+),', 1) AS INTEGER) << 16)
          + CAST(regexp_extract(type, ',(\\d+)\\)', 1) AS INTEGER) + 4
      WHEN starts_with(type, 'UBIGINT') THEN (20 << 16) + 4
      WHEN starts_with(type, 'HUGEINT') THEN (38 << 16) + 4
      ELSE -1 END AS INTEGER)`,
  ),
];

/** What a column was declared as where DuckDB has no equal of it, see `ddl/declared_type.ts`. */
const declaredTypes: readonly Source[] = [
  macro(
    "duckgres_declared_oid",
    `(declared) AS CAST(CASE regexp_extract(declared, '^[^(]*') WHEN 'character varying' THEN 1043
      WHEN 'character' THEN 1042 WHEN 'bpchar' THEN 1042 WHEN 'bit' THEN 1560 WHEN 'bit varying' THEN 1562
      WHEN 'name' THEN 19 WHEN 'json' THEN 114 WHEN 'oid' THEN 26 WHEN 'xid' THEN 28 WHEN 'cid' THEN 29
      WHEN '"char"' THEN 18 WHEN 'inet' THEN 869 WHEN 'cidr' THEN 650
      WHEN 'macaddr' THEN 829 WHEN 'money' THEN 790 END AS BIGINT)`,
  ),
  macro(
    "duckgres_declared_length",
    `(declared) AS TRY_CAST(regexp_extract(declared, '^[a-z ]+\\((\\d+)\\)$', 1) AS INTEGER)`,
  ),
];

/** Each type's line, and one for the array of it. */
const lines = typeLines.flatMap((fields) => {
  const [oid, name, , , , , , , array, , , , , align, , collation, sqlName] = fields;
  const own = [...fields, oid, sqlName].join("\t");
  if (array === "0") return [own];
  const alignment = align === "d" ? "d" : "i";
  const ofArray = [
    array,
    `_${name}`,
    -1,
    "f",
    "b",
    "A",
    "f",
    oid,
    0,
    750,
    751,
    2400,
    2401,
    alignment,
    "x",
    collation,
  ];
  return [own, [...ofArray, `${sqlName}[]`, oid, sqlName].join("\t")];
});

const columns = [
  "oid BIGINT",
  "typname VARCHAR",
  "typlen SMALLINT",
  "typbyval BOOLEAN",
  "typtype VARCHAR",
  "typcategory VARCHAR",
  "typispreferred BOOLEAN",
  "typelem BIGINT",
  "typarray BIGINT",
  "typinput BIGINT",
  "typoutput BIGINT",
  "typreceive BIGINT",
  "typsend BIGINT",
  "typalign VARCHAR",
  "typstorage VARCHAR",
  "typcollation BIGINT",
  "sql_name VARCHAR",
  "element BIGINT",
  "element_name VARCHAR",
];

/**
 * All types, with the name SQL has for each. A user's ENUM is an enum; his other types are names for a type, which
 * PostgreSQL would call domains. 3506 … are enum_in and the like, 2597 and 2598 those of domains.
 */
const allTypes: readonly Source[] = [
  snapshot(
    "duckgres_builtin_type",
    `SELECT *, CAST(11 AS BIGINT) AS typnamespace, CAST(0 AS BIGINT) AS typbasetype
    FROM (${constants(lines.join("\n"), columns)})`,
  ),
  helper(
    "duckgres_user_type",
    "oid BIGINT, name VARCHAR, logical_type VARCHAR, is_enum BOOLEAN, labels VARCHAR[], comment VARCHAR, " +
      "namespace BIGINT, path VARCHAR, schema_name VARCHAR, is_domain BOOLEAN",
    `SELECT type_oid AS oid, type_name AS name, logical_type, logical_type = 'ENUM' AS is_enum, labels, @duckgres_comment(comment) AS comment,
      @duckgres_namespace_oid(database_name, schema_name, schema_oid) AS namespace,
      '"' || replace(schema_name, '"', '""') || '"."' || replace(type_name, '"', '""') || '"' AS path,
      schema_name, @duckgres_note(comment, '$.domain') IS NOT NULL AS is_domain
    FROM duckdb_types() WHERE NOT internal AND database_name IN (@duckgres_engine_database(), 'temp')`,
  ),
  helper(
    "duckgres_type",
    "oid BIGINT, typname VARCHAR, typlen INTEGER, typbyval BOOLEAN, typtype VARCHAR, " +
      "typcategory VARCHAR, typispreferred BOOLEAN, typelem BIGINT, typarray BIGINT, typinput BIGINT, " +
      "typoutput BIGINT, typreceive BIGINT, typsend BIGINT, typalign VARCHAR, typstorage VARCHAR, " +
      "typcollation BIGINT, sql_name VARCHAR, element BIGINT, element_name VARCHAR, typnamespace BIGINT, " +
      "typbasetype BIGINT",
    `SELECT * FROM @duckgres_builtin_type
    UNION ALL BY NAME
    SELECT oid, name AS typname, CASE WHEN is_enum THEN 4 ELSE -1 END AS typlen, is_enum AS typbyval,
      CASE WHEN is_enum THEN 'e' WHEN logical_type = 'STRUCT' THEN 'c' ELSE 'd' END AS typtype,
      CASE WHEN is_enum THEN 'E' WHEN logical_type = 'STRUCT' THEN 'C' ELSE 'U' END AS typcategory,
      false AS typispreferred, 0 AS typelem, @duckgres_derived_oid(oid, 255) AS typarray,
      CASE WHEN is_enum THEN 3506 ELSE 2597 END AS typinput, CASE WHEN is_enum THEN 3507 ELSE 47 END AS typoutput,
      CASE WHEN is_enum THEN 3532 ELSE 2598 END AS typreceive, CASE WHEN is_enum THEN 3533 ELSE 2415 END AS typsend,
      'i' AS typalign, CASE WHEN is_enum THEN 'p' ELSE 'x' END AS typstorage, 0 AS typcollation,
      @quote_ident(name) AS sql_name, oid AS element, @quote_ident(name) AS element_name, namespace AS typnamespace,
      CASE WHEN is_enum OR logical_type = 'STRUCT' THEN 0 ELSE @duckgres_type_oid(logical_type) END AS typbasetype
    FROM @duckgres_user_type
    UNION ALL BY NAME
    SELECT @duckgres_derived_oid(oid, 255) AS oid, '_' || name AS typname, -1 AS typlen, false AS typbyval, 'b' AS typtype,
      'A' AS typcategory, false AS typispreferred, oid AS typelem, 0 AS typarray, 750 AS typinput, 751 AS typoutput,
      2400 AS typreceive, 2401 AS typsend, 'i' AS typalign, 'x' AS typstorage, 0 AS typcollation,
      @quote_ident(name) || '[]' AS sql_name, oid AS element, @quote_ident(name) AS element_name,
      namespace AS typnamespace, 0 AS typbasetype
    FROM @duckgres_user_type`,
  ),
  view(
    "pg_type",
    `SELECT oid, typname, typnamespace, CAST(10 AS BIGINT) AS typowner, CAST(typlen AS SMALLINT) AS typlen, typbyval,
      typtype, typcategory, typispreferred, true AS typisdefined, ',' AS typdelim, CAST(0 AS BIGINT) AS typrelid,
      CAST(CASE WHEN typcategory = 'A' THEN 6179 ELSE 0 END AS BIGINT) AS typsubscript, typelem, typarray, typinput,
      typoutput, typreceive, typsend, CAST(0 AS BIGINT) AS typmodin, CAST(0 AS BIGINT) AS typmodout,
      CAST(0 AS BIGINT) AS typanalyze, typalign, typstorage, false AS typnotnull, typbasetype,
      CAST(-1 AS INTEGER) AS typtypmod, CAST(0 AS INTEGER) AS typndims, typcollation,
      CAST(NULL AS VARCHAR) AS typdefaultbin, CAST(NULL AS VARCHAR) AS typdefault, CAST(NULL AS VARCHAR[]) AS typacl
    FROM @duckgres_type`,
  ),
  view(
    "pg_enum",
    `SELECT (type << 16) + number AS oid, type AS enumtypid, CAST(number AS FLOAT) AS enumsortorder, label AS enumlabel
    FROM (SELECT oid AS type, unnest(labels) AS label, unnest(range(1, len(labels) + 1)) AS number
      FROM @duckgres_user_type WHERE is_enum)`,
  ),
];

const modifiedName = `CASE
  WHEN dg_element = 1042 AND modifier = -1 THEN 'bpchar'
  WHEN modifier IS NULL OR modifier < 0 THEN dg_name
  WHEN dg_element = 1700 AND modifier >= 4 THEN
    'numeric(' || ((modifier - 4) >> 16) || ',' || ((modifier - 4) & 65535) || ')'
  WHEN dg_element IN (1042, 1043) AND modifier >= 4 THEN dg_name || '(' || (modifier - 4) || ')'
  WHEN dg_element IN (1560, 1562) THEN dg_name || '(' || modifier || ')'
  WHEN dg_element IN (1083, 1114, 1184, 1266) THEN regexp_replace(dg_name, '^(\\w+)', '\\1(' || modifier || ')')
  ELSE dg_name END`.replaceAll("modifier", "CAST(the_modifier AS BIGINT)");

/** Functions on types. */
const functions: readonly Source[] = [
  // A type of a schema that is not in the search path is shown with it. No type at all is a dash.
  helper(
    "duckgres_type_text",
    "dg_oid BIGINT, dg_element BIGINT, dg_name VARCHAR, dg_suffix VARCHAR",
    `SELECT oid AS dg_oid, element AS dg_element, element_name AS dg_name,
      CASE WHEN oid <> element THEN '[]' ELSE '' END AS dg_suffix
    FROM @duckgres_builtin_type
    UNION ALL
    SELECT unnest([t.oid, @duckgres_derived_oid(t.oid, 255)]), t.oid,
      CASE WHEN p.oid IS NULL THEN @quote_ident(n.nspname) || '.' ELSE '' END || @quote_ident(t.name), unnest(['', '[]'])
    FROM @duckgres_user_type t JOIN @duckgres_namespace n ON n.oid = t.namespace
      LEFT JOIN @duckgres_search_path p ON p.oid = t.namespace
    UNION ALL SELECT 0, 0, '-', ''`,
  ),
  macro(
    "format_type",
    `(the_type, the_modifier) AS coalesce((SELECT max(${modifiedName} || dg_suffix) FROM @duckgres_type_text
      WHERE dg_oid = CAST(the_type AS BIGINT)), CASE WHEN the_type IS NOT NULL THEN '???' END)`,
  ),
  // No look-up in a relation, so that it can stand around an aggregate or a window function.
  macro(
    "duckgres_type_sql_name",
    `(type) AS CASE WHEN starts_with(type, 'STRUCT(') THEN 'record'
      ELSE coalesce(${engineSqlNames}[${enginePosition}], 'text') || CASE WHEN ends_with(type, ']') THEN '[]' ELSE '' END END`,
  ),
  macro(
    "pg_typeof",
    "(the_value) AS @duckgres_type_sql_name(typeof(the_value))",
    "(the_value, the_type) AS CASE WHEN the_value IS NULL THEN the_type ELSE the_type END",
  ),
];

/** Types: `pg_type`, `pg_enum`, `format_type()`. */
export const typeSources: readonly Source[] = [...engineTypes, ...declaredTypes, ...allTypes, ...functions];
