import { helper, macro, type Source, view } from "./source.ts";

/** Comments. `classoid` is the catalogue an object is in: 1259 is pg_class. */
export const descriptionSources: readonly Source[] = [
  view(
    "pg_description",
    `SELECT oid AS objoid, CAST(1259 AS BIGINT) AS classoid, CAST(0 AS INTEGER) AS objsubid, comment AS description
    FROM @duckgres_relation WHERE comment IS NOT NULL
    UNION ALL SELECT relation, 1259, number, comment FROM @duckgres_column WHERE comment IS NOT NULL
    UNION ALL SELECT oid, 2615, 0, comment FROM @duckgres_namespace WHERE comment IS NOT NULL
    UNION ALL SELECT oid, 1247, 0, comment FROM @duckgres_user_type WHERE comment IS NOT NULL
    UNION ALL SELECT oid, 1255, 0, comment FROM @duckgres_function WHERE comment IS NOT NULL`,
  ),
  helper(
    "duckgres_description",
    "dg_object BIGINT, dg_number BIGINT, dg_text VARCHAR, dg_catalog VARCHAR",
    `SELECT objoid AS dg_object, objsubid AS dg_number, description AS dg_text,
      CASE classoid WHEN 1259 THEN 'pg_class' WHEN 2615 THEN 'pg_namespace' WHEN 1247 THEN 'pg_type'
        WHEN 1255 THEN 'pg_proc' END AS dg_catalog
    FROM @pg_description`,
  ),
  macro(
    "obj_description",
    `(the_object) AS (SELECT max(dg_text) FROM @duckgres_description
      WHERE dg_object = CAST(the_object AS BIGINT) AND dg_number = 0)`,
    `(the_object, the_catalog) AS (SELECT max(dg_text) FROM @duckgres_description WHERE dg_object = CAST(the_object AS BIGINT)
      AND dg_number = 0 AND dg_catalog = the_catalog)`,
  ),
  macro(
    "col_description",
    `(the_relation, the_number) AS (SELECT max(dg_text) FROM @duckgres_description WHERE dg_object = CAST(the_relation AS BIGINT)
      AND dg_number = CAST(the_number AS INTEGER) AND dg_catalog = 'pg_class')`,
  ),
  // Neither databases nor roles have comments.
  macro("shobj_description", "(the_object, the_catalog) AS CAST(NULL AS VARCHAR)"),
];
