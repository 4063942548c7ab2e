import { isLengthCheck } from "../ddl/declared_type.ts";
import { helper, macro, type Source, view } from "./source.ts";

/** Tables with foreign keys in their notes. */
const hasKeys = `contains(comment, chr(31)) AND contains(comment, '"foreignKeys":')`;

/**
 * Constraints and indexes. DuckDB has neither a name for a constraint (it drops the one given) nor an entry for the index
 * behind PRIMARY KEY and UNIQUE; both get the name PostgreSQL would choose. Not-null is in `pg_attribute`, as in
 * PostgreSQL 16. DuckDB's ART index keeps order as a btree does, and is shown as one.
 */
const helpers: readonly Source[] = [
  helper(
    "duckgres_named_constraint",
    "oid BIGINT, name VARCHAR, namespace BIGINT, kind VARCHAR, table_oid BIGINT, table_name VARCHAR, columns VARCHAR[], " +
      "numbers SMALLINT[], expression VARCHAR, referenced_table VARCHAR, referenced_columns VARCHAR[], " +
      "schema_oid BIGINT, database_name VARCHAR, schema_name VARCHAR, from_index BOOLEAN, referenced_schema VARCHAR, " +
      "foreign_key VARCHAR",
    `SELECT @duckgres_derived_oid(c.table_oid, number) AS oid,
      coalesce(@duckgres_note(t.comment, '$.constraints[' || (number - 1) || ']'),
        base_name || CASE WHEN repeated = 1 THEN '' ELSE CAST(repeated - 1 AS VARCHAR) END) AS name,
      @duckgres_namespace_oid(c.database_name, c.schema_name, c.schema_oid) AS namespace, kind, c.table_oid, c.table_name,
      columns, numbers, expression, referenced_table, referenced_columns, c.schema_oid, c.database_name, c.schema_name,
      false AS from_index
    FROM (SELECT *, row_number() OVER (PARTITION BY table_oid ORDER BY constraint_index) AS number,
        row_number() OVER (PARTITION BY table_oid, base_name ORDER BY constraint_index) AS repeated
      FROM (SELECT table_oid, table_name, schema_name, schema_oid, database_name, constraint_index, expression,
          constraint_column_names AS columns,
          list_transform(constraint_column_indexes, lambda i: CAST(i + 1 AS SMALLINT)) AS numbers,
          referenced_table, referenced_column_names AS referenced_columns,
          CASE constraint_type WHEN 'PRIMARY KEY' THEN 'p' WHEN 'UNIQUE' THEN 'u' WHEN 'CHECK' THEN 'c' ELSE 'f' END
            AS kind,
          CASE constraint_type WHEN 'PRIMARY KEY' THEN table_name || '_pkey'
            WHEN 'CHECK' THEN table_name || CASE WHEN len(columns) = 1 THEN '_' || columns[1] ELSE '' END || '_check'
            ELSE table_name || '_' || array_to_string(columns, '_')
              || CASE constraint_type WHEN 'UNIQUE' THEN '_key' ELSE '_fkey' END END AS base_name
        FROM duckdb_constraints()
        WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'CHECK', 'FOREIGN KEY') AND NOT ${isLengthCheck}
          AND database_name IN (@duckgres_engine_database(), 'temp'))) c
      LEFT JOIN duckdb_tables() t ON t.table_oid = c.table_oid AND contains(t.comment, chr(31))
    UNION ALL BY NAME
    SELECT index_oid AS oid, index_name AS name, @duckgres_namespace_oid(database_name, schema_name, schema_oid) AS namespace,
      'u' AS kind, table_oid, table_name,
      coalesce(CAST(CAST(@duckgres_note(comment, '$.columns') AS JSON) AS VARCHAR[]), @duckgres_index_columns(expressions))
        AS columns,
      schema_oid, database_name, schema_name, true AS from_index
    FROM duckdb_indexes()
    WHERE @duckgres_note(comment, '$.constraint') = 'true' AND database_name IN (@duckgres_engine_database(), 'temp')
    UNION ALL BY NAME
    SELECT @duckgres_derived_oid(f.table_oid, 128 + position) AS oid, json_extract_string(key, '$.name') AS name,
      @duckgres_namespace_oid(database_name, schema_name, schema_oid) AS namespace, 'f' AS kind, f.table_oid, table_name,
      CAST(json_extract(key, '$.columns') AS VARCHAR[]) AS columns,
      list_transform(CAST(json_extract(key, '$.columns') AS VARCHAR[]), lambda dg_column:
        CAST(list_position(a.names, dg_column) AS SMALLINT)) AS numbers,
      json_extract_string(key, '$.table') AS referenced_table,
      CAST(json_extract(key, '$.references') AS VARCHAR[]) AS referenced_columns,
      schema_oid, database_name, schema_name, false AS from_index,
      json_extract_string(key, '$.schema') AS referenced_schema, CAST(key AS VARCHAR) AS foreign_key
    FROM (SELECT table_oid, table_name, schema_oid, database_name, schema_name, unnest(keys) AS key,
        unnest(range(len(keys))) AS position
      FROM (SELECT *, CAST(json_extract(split_part(comment, chr(31), 2), '$.foreignKeys') AS JSON[]) AS keys FROM duckdb_tables()
        WHERE ${hasKeys} AND database_name IN (@duckgres_engine_database(), 'temp'))) f
      LEFT JOIN (SELECT table_oid, list(column_name ORDER BY column_index) AS names FROM duckdb_columns() GROUP BY table_oid) a
        ON a.table_oid = f.table_oid`,
  ),
  helper(
    "duckgres_constraint",
    "oid BIGINT, name VARCHAR, namespace BIGINT, kind VARCHAR, table_oid BIGINT, table_name VARCHAR, columns VARCHAR[], " +
      "numbers SMALLINT[], expression VARCHAR, referenced_table VARCHAR, referenced_columns VARCHAR[], " +
      "schema_oid BIGINT, database_name VARCHAR, schema_name VARCHAR, from_index BOOLEAN, referenced_schema VARCHAR, " +
      "foreign_key VARCHAR, referenced_oid BIGINT",
    `SELECT c.*, r.table_oid AS referenced_oid
    FROM @duckgres_named_constraint c
      LEFT JOIN duckdb_tables() r ON r.table_name = c.referenced_table
        AND r.schema_name = coalesce(c.referenced_schema, c.schema_name) AND r.database_name = c.database_name AND c.kind = 'f'`,
  ),
  // An index that CREATE INDEX made keeps its columns as text: ['"name"', id, '(lower("name"))'].
  helper(
    "duckgres_index",
    "oid BIGINT, name VARCHAR, namespace BIGINT, table_oid BIGINT, table_name VARCHAR, is_unique BOOLEAN, " +
      "is_primary BOOLEAN, columns VARCHAR[], comment VARCHAR, temporary BOOLEAN, predicate VARCHAR, nulls_equal BOOLEAN",
    `SELECT i.index_oid AS oid, i.index_name AS name,
      @duckgres_namespace_oid(i.database_name, i.schema_name, i.schema_oid) AS namespace, i.table_oid, i.table_name,
      i.is_unique, false AS is_primary,
      coalesce(CAST(CAST(@duckgres_note(i.comment, '$.columns') AS JSON) AS VARCHAR[]), @duckgres_index_columns(i.expressions))
        AS columns,
      @duckgres_comment(i.comment) AS comment,
      i.database_name = 'temp' AS temporary, @duckgres_note(i.comment, '$.where') AS predicate,
      @duckgres_note(i.comment, '$.nullsNotDistinct') = 'true' AS nulls_equal
    FROM duckdb_indexes() i WHERE i.database_name IN (@duckgres_engine_database(), 'temp')
    UNION ALL BY NAME
    SELECT oid, name, namespace, table_oid, table_name, true AS is_unique, kind = 'p' AS is_primary, columns,
      CAST(NULL AS VARCHAR) AS comment, database_name = 'temp' AS temporary
    FROM @duckgres_named_constraint WHERE kind IN ('p', 'u') AND NOT from_index`,
  ),
  helper(
    "duckgres_index_column",
    "oid BIGINT, index_name VARCHAR, column_name VARCHAR, position BIGINT, column_index INTEGER, " +
      "data_type VARCHAR",
    `SELECT i.oid, i.index_name, i.column_name, i.position, a.column_index, a.data_type
    FROM (SELECT oid, name AS index_name, table_oid, unnest(columns) AS column_name,
        unnest(range(1, len(columns) + 1)) AS position FROM @duckgres_index) i
      LEFT JOIN duckdb_columns() a ON a.table_oid = i.table_oid AND a.column_name = i.column_name`,
  ),
];

/** A column's name, or an expression without its outer parentheses, from DuckDB's text for it. */
const indexColumns = macro(
  "duckgres_index_columns",
  `(expressions) AS list_transform(CAST(expressions AS VARCHAR[]), lambda text: CASE
    WHEN regexp_full_match(text, '"([^"]|"")*"') THEN replace(text[2:-2], '""', '"')
    ELSE regexp_replace(text, '^\\((\\w+\\(.*\\))\\)$', '\\1') END)`,
);

const views: readonly Source[] = [
  view(
    "pg_index",
    `SELECT i.oid AS indexrelid, i.table_oid AS indrelid, CAST(len(i.columns) AS SMALLINT) AS indnatts,
      CAST(len(i.columns) AS SMALLINT) AS indnkeyatts, i.is_unique AS indisunique, coalesce(i.nulls_equal, false) AS indnullsnotdistinct,
      i.is_primary AS indisprimary, false AS indisexclusion, true AS indimmediate,
      coalesce(@duckgres_note(dg_clustered.comment, '$.clustered') = i.name, false) AS indisclustered,
      true AS indisvalid, false AS indcheckxmin, true AS indisready, true AS indislive, false AS indisreplident,
      k.indkey, list_transform(i.columns, lambda c: CAST(0 AS BIGINT)) AS indcollation,
      list_transform(i.columns, lambda c: CAST(0 AS BIGINT)) AS indclass,
      list_transform(i.columns, lambda c: CAST(0 AS SMALLINT)) AS indoption,
      CASE WHEN list_contains(k.indkey, 0) THEN array_to_string(i.columns, ', ') END AS indexprs,
      i.predicate AS indpred
    FROM @duckgres_index i JOIN (
      SELECT oid, list(CAST(coalesce(column_index, 0) AS SMALLINT) ORDER BY position) AS indkey
      FROM @duckgres_index_column GROUP BY oid) k ON k.oid = i.oid
      LEFT JOIN (SELECT table_oid, comment FROM duckdb_tables() WHERE contains(comment, '"clustered"')) dg_clustered
        ON dg_clustered.table_oid = i.table_oid`,
  ),
  view(
    "pg_constraint",
    `SELECT c.oid, c.name AS conname, c.namespace AS connamespace, c.kind AS contype,
      coalesce(json_extract_string(c.foreign_key, '$.deferrable') = 'true', false) AS condeferrable,
      coalesce(json_extract_string(c.foreign_key, '$.deferred') = 'true', false) AS condeferred,
      json_extract_string(c.foreign_key, '$.unchecked') IS NULL AS convalidated, c.table_oid AS conrelid, CAST(0 AS BIGINT) AS contypid,
      CAST(CASE WHEN c.kind IN ('p', 'u') THEN c.oid WHEN c.kind = 'f' THEN coalesce(k.oid, 0) ELSE 0 END AS BIGINT)
        AS conindid,
      CAST(0 AS BIGINT) AS conparentid, coalesce(c.referenced_oid, 0) AS confrelid,
      CASE WHEN c.kind = 'f' THEN coalesce(json_extract_string(c.foreign_key, '$.onUpdate'), 'a') ELSE ' ' END AS confupdtype,
      CASE WHEN c.kind = 'f' THEN coalesce(json_extract_string(c.foreign_key, '$.onDelete'), 'a') ELSE ' ' END AS confdeltype,
      CASE WHEN c.kind <> 'f' THEN ' ' WHEN json_extract_string(c.foreign_key, '$.matchFull') = 'true' THEN 'f' ELSE 's' END
        AS confmatchtype, true AS conislocal,
      CAST(0 AS SMALLINT) AS coninhcount, c.kind <> 'c' AS connoinherit, c.numbers AS conkey, k.numbers AS confkey,
      CAST(NULL AS BIGINT[]) AS conpfeqop, CAST(NULL AS BIGINT[]) AS conppeqop, CAST(NULL AS BIGINT[]) AS conffeqop,
      CAST(NULL AS SMALLINT[]) AS confdelsetcols, CAST(NULL AS BIGINT[]) AS conexclop, c.expression AS conbin
    FROM @duckgres_constraint c
      LEFT JOIN @duckgres_constraint k
        ON c.kind = 'f' AND k.kind IN ('p', 'u') AND k.table_oid = c.referenced_oid AND k.columns = c.referenced_columns`,
  ),
];

/** `pg_index`, `pg_constraint` and what they and `pg_class` share. */
export const constraintSources: readonly Source[] = [indexColumns, ...helpers, ...views];
