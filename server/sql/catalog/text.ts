import { macro, type Source } from "./source.ts";

const reserved =
  "all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char " +
  "character check coalesce collate collation column concurrently constraint create cross current_catalog current_date " +
  "current_role current_schema current_time current_timestamp current_user dec decimal default deferrable desc distinct " +
  "do else end except exists extract false fetch float for foreign freeze from full grant greatest group grouping having " +
  "ilike in initially inner inout int integer intersect interval into is isnull join json_array json_arrayagg json_object " +
  "json_objectagg lateral leading least left like limit localtime localtimestamp national natural nchar none normalize not " +
  "notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary real " +
  "references returning right row select session_user setof similar smallint some substring symmetric system_user table " +
  "tablesample then time timestamp to trailing treat trim true union unique user using values varchar variadic verbose " +
  "when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot " +
  "xmlserialize xmltable";

const reservedList = `[${reserved.split(" ").map((word) => `'${word}'`).join(", ")}]`;

/** Names and texts as SQL writes them, sizes as people read them. */
export const textSources: readonly Source[] = [
  macro(
    "quote_ident",
    `(name) AS CASE
      WHEN regexp_full_match(name, '[a-z_][a-z0-9_]*') AND NOT list_contains(${reservedList}, name) THEN name
      ELSE '"' || replace(name, '"', '""') || '"' END`,
  ),
  macro(
    "quote_literal",
    `(value) AS CASE WHEN value IS NULL THEN CAST(NULL AS VARCHAR) WHEN contains(CAST(value AS VARCHAR), '\\')
      THEN 'E''' || replace(replace(CAST(value AS VARCHAR), '\\', '\\\\'), '''', '''''') || ''''
      ELSE '''' || replace(CAST(value AS VARCHAR), '''', '''''') || '''' END`,
  ),
  macro("quote_nullable", "(value) AS coalesce(@quote_literal(value), 'NULL')"),
  // PostgreSQL goes to the next unit at 10 of it (20480 halves), and rounds half up.
  macro(
    "duckgres_pretty",
    `(halves, sign) AS CASE
      WHEN halves < 20479 THEN sign * ((halves + 1) // 2) || ' kB'
      WHEN halves >> 10 < 20479 THEN sign * (((halves >> 10) + 1) // 2) || ' MB'
      WHEN halves >> 20 < 20479 THEN sign * (((halves >> 20) + 1) // 2) || ' GB'
      WHEN halves >> 30 < 20479 THEN sign * (((halves >> 30) + 1) // 2) || ' TB'
      ELSE sign * (((halves >> 40) + 1) // 2) || ' PB' END`,
  ),
  macro(
    "pg_size_pretty",
    `(size) AS CASE WHEN abs(CAST(size AS BIGINT)) < 10240 THEN CAST(size AS BIGINT) || ' bytes'
      ELSE @duckgres_pretty(abs(CAST(size AS BIGINT)) >> 9, sign(size)) END`,
  ),
];
