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
      "comment VARCHAR",
    `SELECT table_oid AS relation, column_name AS name, column_index AS number, data_type, NOT is_nullable AS not_null,
      column_default AS initial, @duckgres_comment(comment) AS comment
    FROM duckdb_columns() WHERE ${namespaceOfOwn}
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
      CASE WHEN c.data_type IS NULL THEN -1 ELSE @duckgres_type_modifier(c.data_type) END AS atttypmod,
      CAST(c.dimensions AS SMALLINT) AS attndims,
      c.dimensions = 0 AND coalesce(t.typbyval, false) AS attbyval, coalesce(t.typalign, 'i') AS attalign,
      CASE WHEN c.dimensions > 0 THEN 'x' ELSE coalesce(t.typstorage, 'x') END AS attstorage, '' AS attcompression,
      c.not_null AS attnotnull, c.initial IS NOT NULL AS atthasdef, false AS atthasmissing, '' AS attidentity,
      CASE WHEN c.generated THEN 's' ELSE '' END AS attgenerated, false AS attisdropped, true AS attislocal,
      CAST(0 AS SMALLINT) AS attinhcount, CAST(-1 AS SMALLINT) AS attstattarget,
      coalesce(t.typcollation, 0) AS attcollation, CAST(NULL AS VARCHAR[]) AS attacl,
      CAST(NULL AS VARCHAR[]) AS attoptions, CAST(NULL AS VARCHAR[]) AS attfdwoptions,
      CAST(NULL AS VARCHAR[]) AS attmissingval
    FROM (SELECT *, coalesce(@duckgres_type_oid(data_type), 0) AS atttypid,
        coalesce(@duckgres_element_oid(data_type), 0) AS element,
        coalesce(len(regexp_extract_all(regexp_extract(data_type, '(\\[\\d*\\])+$'), '\\[')), 0) AS dimensions,
        coalesce(contains(sql, name || ' ' || data_type || ' GENERATED ALWAYS AS(')
          OR contains(sql, '"' || name || '" ' || data_type || ' GENERATED ALWAYS AS('), false) AS generated
      FROM (SELECT c.*, r.sql FROM @duckgres_column c
        LEFT JOIN duckdb_tables() r ON r.table_oid = c.relation AND c.initial IS NOT NULL)) c
      LEFT JOIN @duckgres_builtin_type t ON t.oid = c.element`,
  ),
  view(
    "pg_attrdef",
    `SELECT (relation << 16) + number AS oid, relation AS adrelid, CAST(number AS SMALLINT) AS adnum, initial AS adbin
    FROM @duckgres_column WHERE initial IS NOT NULL`,
  ),
];
