/** Names of all sorts: of what is there, of what is not, and of what is a keyword to one of the two databases. */
import type { Random } from "../fuzz/random.ts";

interface Chooser {
  readonly random: Random;
}

/** What the engine holds while statements are tried: small, but of every type. */
export const schema: readonly string[] = [
  "create table t (id int, name text, n numeric(10,2), f double, b boolean, d date, ts timestamp, tags text[], j json)",
  "insert into t values (1, 'a', 1.5, 2.5, true, '2024-01-31', '2024-01-31 10:00:00', ['x', 'y'], '{\"k\": [1, 2]}'), " +
  "(2, null, -3, 0, false, null, null, [], null)",
  'create table u (id int, "Mixed" int, "select" text, value text, at_ timestamptz, i interval)',
  "insert into u values (1, 2, 'x', 'y', '2024-01-31 10:00:00+00', '1 day')",
  "create view v as select id, name from t",
];

const tables = ["t", "u", "v", "t", "u", '"t"', "T", "nosuch", "pg_class", "pg_catalog.pg_type"];
const columns = [
  "id",
  "name",
  "n",
  "f",
  "b",
  "d",
  "ts",
  "tags",
  "j",
  '"Mixed"',
  '"select"',
  "value",
  "i",
  "nosuch",
  "ID",
];
const ordinary = ["a", "x", "foo", "_x$1", "t", "été"];
const strange = [
  "value",
  "name",
  "type",
  "by",
  "at",
  "pivot",
  "show",
  "qualify",
  "semi",
  "public",
  "lambda",
  '"a""b"',
  '"with space"',
  '"public"',
  '"é😀"',
  'U&"d\\0061t"',
  `"${"long".repeat(17)}"`,
];
const functions = (
  "lower upper length abs round coalesce_ substr concat concat_ws format to_char date_trunc now age sum avg min max " +
  "array_agg bool_and generate_series unnest array_length string_to_array regexp_replace regexp_matches " +
  "pg_typeof pg_catalog.lower pg_get_userbyid has_table_privilege json_build_object jsonb_set nextval " +
  "current_setting set_config split_part md5 left mod power int4 text public.f nosuch"
).split(" ");
const operators = (
  "+ - * / % ^ = <> != < > <= >= || ~ !~ ~* !~* ~~ !~~ ~~* & | # << >> -> ->> #> #>> @> <@ ? && @@ - + = <"
).split(" ");
const types = (
  "int integer bigint smallint numeric numeric(10,2) decimal real float8 text varchar varchar(3) char(4) bytea boolean date time " +
  "timestamp timestamptz interval uuid json jsonb int[] text[] name regclass regtype oid bit(3) inet pg_catalog.int4 " +
  "public.mood"
).split(" ");

/** An object that stands where a new name may. */
export function identifier({ random }: Chooser): string {
  return random.pick(random.chance(0.7) ? ordinary : strange);
}

/** A name without AS in front. */
export function alias(chooser: Chooser): string {
  return identifier(chooser);
}

export function table({ random }: Chooser): string {
  return random.pick(tables);
}

export function column({ random }: Chooser): string {
  return random.pick(columns);
}

export function functionName({ random }: Chooser): string {
  return random.pick(functions);
}

export function operatorName({ random }: Chooser): string {
  return random.pick(operators);
}

export function typeName({ random }: Chooser): string {
  return random.pick(types);
}
