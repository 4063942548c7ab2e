import { noColumn } from "../no_column.ts";
import { helper, snapshot, type Source, view } from "./source.ts";

const namespaceOfOwn =
  "(database_name = @duckgres_engine_database() OR database_name = 'temp') AND NOT internal";

/** Columns of tables, views, indexes and of the catalogue itself, and their defaults. */
export const attributeSources: readonly Source[] = [
  snapshot(
    "duckgres_system_column",
    `SELECT CAST(0 AS BIGINT) AS relation, '' AS name, CAST(0 AS INTEGER) AS number, '' AS data_type, false AS not_null
    WHERE false`,
  ),
  helper(
    "duckgres_column",
    "relation BIGINT, name VARCHAR, number BIGINT, data_type VARCHAR, not_null BOOLEAN, initial VARCHAR, " +
      "comment VARCHAR, drawn VARCHAR, identity VARCHAR, sequence BIGINT, declared VARCHAR",
    `SELECT c.table_oid AS relation, c.column_name AS name, c.column_index AS number, c.data_type,
      NOT c.is_nullable AS not_null,
      CASE WHEN s.identity IS NULL THEN regexp_replace(c.column_default, 'nextval\\((''(?:[^'']|'''')*'')\\)', 'nextval(\\1::regclass)', 'g')
        || CASE WHEN c.data_type = 'VARCHAR' AND regexp_full_match(c.column_default, '''([^'']|'''')*''') THEN '::' || CASE @duckgres_declared_oid(@duckgres_note(c.comment, '$.declared'))
            WHEN 1043 THEN 'character varying' WHEN 1042 THEN 'bpchar' WHEN 869 THEN 'inet' WHEN 650 THEN 'cidr' WHEN 829 THEN 'macaddr' ELSE 'text' END ELSE '' END
        END AS initial,
      @duckgres_comment(c.comment) AS comment, c.drawn, s.identity, s.oid AS sequence,
      @duckgres_note(c.comment, '$.declared') AS declared
    FROM (SELECT *, CASE WHEN contains(column_default, 'nextval(''') THEN
        lower(replace(regexp_extract(column_default, 'nextval\\(''(?:[^'']*\\.)?"?([^''."]*)"?''\\)', 1), '""', '"')) END AS drawn
      FROM duckdb_columns() WHERE ${namespaceOfOwn} AND data_type <> '${noColumn.type}') c
      LEFT JOIN (SELECT sequence_oid AS oid, schema_oid, lower(sequence_name) AS name,
          CASE @duckgres_note(comment, '$.identity') WHEN 'always' THEN 'a' WHEN 'by default' THEN 'd' END AS identity
        FROM duckdb_sequences()) s ON s.name = c.drawn AND s.schema_oid = c.schema_oid
    UNION ALL BY NAME
    SELECT * FROM @duckgres_system_column
    UNION ALL BY NAME
    SELECT oid AS relation, CASE WHEN column_index IS NULL THEN 'expr' ELSE column_name END AS name, position AS number,
      data_type, false AS not_null
    FROM @duckgres_index_column`,
  ),
  view(
    "pg_attribute",
    `SELECT c.relation AS attrelid, c.name AS attname, c.atttypid,
      CAST(CASE WHEN c.dimensions > 0 THEN -1 ELSE coalesce(t.typlen, -1) END AS SMALLINT) AS attlen,
      CAST(c.number AS SMALLINT) AS attnum, CAST(-1 AS INTEGER) AS attcacheoff,
      CAST(CASE WHEN c.length IS NOT NULL THEN c.length + CASE WHEN c.atttypid IN (1042, 1043) THEN 4 ELSE 0 END
        WHEN c.data_type IS NULL OR c.atttypid = 790 THEN -1 ELSE @duckgres_type_modifier(c.data_type) END AS INTEGER) AS atttypmod,
      CAST(c.dimensions AS SMALLINT) AS attndims,
      c.dimensions = 0 AND coalesce(t.typbyval, false) AS attbyval, coalesce(t.typalign, 'i') AS attalign,
      CASE WHEN c.dimensions > 0 THEN 'x' ELSE coalesce(t.typstorage, 'x') END AS attstorage, '' AS attcompression,
      c.not_null AS attnotnull, c.initial IS NOT NULL AS atthasdef, false AS atthasmissing, coalesce(c.identity, '') AS attidentity,
      CASE WHEN c.generated THEN 's' ELSE '' END AS attgenerated, false AS attisdropped, true AS attislocal,
      CAST(0 AS SMALLINT) AS attinhcount, CAST(-1 AS SMALLINT) AS attstattarget,
      coalesce(t.typcollation, 0) AS attcollation, CAST(NULL AS VARCHAR[]) AS attacl,
      CAST(NULL AS VARCHAR[]) AS attoptions, CAST(NULL AS VARCHAR[]) AS attfdwoptions,
      CAST(NULL AS VARCHAR[]) AS attmissingval
    FROM (SELECT *, coalesce(CASE WHEN declared_oid IS NOT NULL AND ends_with(data_type, ']')
          THEN @duckgres_derived_oid(declared_oid, 255) ELSE declared_oid END, builtin_oid, @duckgres_type_oid(data_type), 0)
          AS atttypid,
        coalesce(builtin_oid, @duckgres_element_oid(data_type), 0) AS element, @duckgres_declared_length(declared) AS length,
        coalesce(len(regexp_extract_all(regexp_extract(data_type, '(\\[\\d*\\])+$'), '\\[')), 0) AS dimensions,
        coalesce(contains(sql, name || ' ' || data_type || ' GENERATED ALWAYS AS(')
          OR contains(sql, '"' || name || '" ' || data_type || ' GENERATED ALWAYS AS('), false) AS generated
      FROM (SELECT c.*, r.sql, u.oid AS declared_oid, @duckgres_declared_oid(c.declared) AS builtin_oid FROM @duckgres_column c
        LEFT JOIN duckdb_tables() r ON r.table_oid = c.relation AND c.initial IS NOT NULL
        LEFT JOIN @duckgres_user_type u ON u.path = c.declared)) c
      LEFT JOIN @duckgres_builtin_type t ON t.oid = c.element`,
  ),
  view(
    "pg_attrdef",
    `SELECT (relation << 16) + number AS oid, relation AS adrelid, CAST(number AS SMALLINT) AS adnum, initial AS adbin
    FROM @duckgres_column WHERE initial IS NOT NULL`,
  ),
  // What programs look for in it: the sequence that belongs to a column.
  view(
    "pg_depend",
    `SELECT CAST(1259 AS BIGINT) AS classid, c.sequence AS objid, CAST(0 AS INTEGER) AS objsubid,
      CAST(1259 AS BIGINT) AS refclassid, c.relation AS refobjid, CAST(c.number AS INTEGER) AS refobjsubid,
      CASE WHEN c.identity IS NULL THEN 'a' ELSE 'i' END AS deptype
    FROM @duckgres_column c
      JOIN duckdb_sequences() s ON s.sequence_oid = c.sequence AND @duckgres_note(s.comment, '$.owned') = 'true'`,
  ),
];
