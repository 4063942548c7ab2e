import { quoteText } from "../../../worker/api/quote.ts";
import { raiseText } from "./raise.ts";
import { helper, macro, type Source } from "./source.ts";

/**
 * `has_…_privilege()`: a database here has one owner, who may do everything with what there is. So all they tell is
 * whether the object is there (an error for a name, NULL for an oid) and whether the privilege is one at all.
 *
 * @see https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-ACCESS
 */
interface Kind {
  /** SQL that is true where the object `the_object` is there, NULL for an oid of nothing. */
  found: string;
  privileges: string;
}

const oidIn = (oid: string, relation: string) =>
  `CASE WHEN ${oid} IN (SELECT oid FROM ${relation}) THEN true END`;

/** Objects that are looked up among a few names. */
const named = (what: string, names: string, sqlstate = "42704") =>
  `CASE WHEN TRY_CAST(the_object AS BIGINT) IS NOT NULL OR the_object IN (${names}) THEN true
    WHEN the_object IS NOT NULL THEN ${
    raiseText(sqlstate, `'${what} "' || the_object || '" does not exist'`)
  } END`;

const relation = oidIn("@duckgres_regclass(the_object)", "@duckgres_relation");

const sequence = `(SELECT max(CASE relkind WHEN 'S' THEN true
    ELSE ${raiseText("42809", `'"' || relname || '" is not a sequence'`)} END)
  FROM @duckgres_relation WHERE oid = @duckgres_regclass(the_object))`;

const kinds: Readonly<Record<string, Kind>> = {
  table: {
    found: relation,
    privileges: "SELECT INSERT UPDATE DELETE TRUNCATE REFERENCES TRIGGER MAINTAIN RULE",
  },
  any_column: { found: relation, privileges: "SELECT INSERT UPDATE REFERENCES" },
  sequence: { found: sequence, privileges: "USAGE SELECT UPDATE" },
  schema: {
    found: oidIn("@duckgres_regnamespace(the_object)", "@duckgres_namespace"),
    privileges: "CREATE USAGE",
  },
  type: { found: oidIn("@duckgres_regtype(the_object)", "@duckgres_type"), privileges: "USAGE" },
  function: {
    found: oidIn("@duckgres_regprocedure(the_object)", "@duckgres_function"),
    privileges: "EXECUTE",
  },
  database: {
    found: named("database", "@current_database()", "3D000"),
    privileges: "CREATE CONNECT TEMPORARY TEMP",
  },
  language: { found: named("language", "'internal', 'c', 'sql'"), privileges: "USAGE" },
  tablespace: { found: named("tablespace", "'pg_default', 'pg_global'"), privileges: "CREATE" },
  foreign_data_wrapper: { found: named("foreign-data wrapper", "NULL"), privileges: "USAGE" },
  server: { found: named("server", "NULL"), privileges: "USAGE" },
  parameter: { found: "the_object IS NOT NULL", privileges: "SET ALTER SYSTEM" },
};

const list = (words: string) => `[${words.split(" ").map(quoteText).join(", ")}]`;

const granted = ({ found, privileges }: Kind) =>
  `@duckgres_granted(${found}, the_privilege, ${list(privileges)})`;

const column = `(SELECT CASE WHEN count(dg_table) = 0 THEN NULL
    WHEN count(*) FILTER (dg_column = CAST(the_column AS VARCHAR) OR dg_number = TRY_CAST(the_column AS BIGINT)) > 0 THEN true
    WHEN TRY_CAST(the_column AS BIGINT) IS NULL AND the_column IS NOT NULL THEN ${
  raiseText(
    "42703",
    `'column "' || CAST(the_column AS VARCHAR) || '" of relation "' || max(dg_table) || '" does not exist'`,
  )
} END
  FROM @duckgres_relation_column WHERE dg_relation = @duckgres_regclass(the_object))`;

const columnPrivilege = granted({ found: column, privileges: "SELECT INSERT UPDATE REFERENCES" });

const role = `CASE WHEN @duckgres_regrole(the_object) = 10 THEN true END`;

/** The user's own argument is looked up only to be refused. */
const forUser = (sql: string) =>
  `CASE WHEN @duckgres_regrole(the_user) IS NOT NULL OR the_user = 'public' THEN ${sql} END`;

export const privilegeSources: readonly Source[] = [
  helper(
    "duckgres_relation_column",
    "dg_relation BIGINT, dg_table VARCHAR, dg_column VARCHAR, dg_number BIGINT",
    `SELECT r.oid AS dg_relation, r.relname AS dg_table, c.name AS dg_column, c.number AS dg_number
    FROM @duckgres_relation r LEFT JOIN @duckgres_column c ON c.relation = r.oid`,
  ),
  macro(
    "duckgres_granted",
    `(the_presence, the_privilege, the_words) AS CASE WHEN the_privilege IS NULL THEN NULL
      WHEN len(list_filter(string_split(the_privilege, ','), lambda dg_part: NOT list_contains(the_words,
        replace(upper(trim(dg_part)), ' WITH GRANT OPTION', '')))) = 0 THEN the_presence
      ELSE ${raiseText("22023", `'unrecognized privilege type: "' || the_privilege || '"'`)} END`,
  ),
  ...Object.entries(kinds).map(([name, kind]) =>
    macro(
      `has_${name}_privilege`,
      `(the_object, the_privilege) AS ${granted(kind)}`,
      `(the_user, the_object, the_privilege) AS ${forUser(granted(kind))}`,
    )
  ),
  macro(
    "has_column_privilege",
    `(the_object, the_column, the_privilege) AS ${columnPrivilege}`,
    `(the_user, the_object, the_column, the_privilege) AS ${forUser(columnPrivilege)}`,
  ),
  macro(
    "pg_has_role",
    `(the_object, the_privilege) AS ${granted({ found: role, privileges: "MEMBER USAGE SET" })}`,
    `(the_user, the_object, the_privilege) AS ${
      forUser(granted({ found: role, privileges: "MEMBER USAGE SET" }))
    }`,
  ),
];
