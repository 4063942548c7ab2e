import assert from "node:assert/strict";
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  DuckDBListValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import { engineStatements, SessionSettings } from "../../session/settings.ts";
import { catalogBootstrap, catalogFunctions, catalogRelations } from "./mod.ts";

const version = "16.10 (Duckgres 0.1.0)";

/** A session of user ann in a database that clients call sales. */
async function session(instance: DuckDBInstance, user = "ann"): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run(`
    SET VARIABLE duckgres_user = '${user}'; SET VARIABLE duckgres_database = 'sales'; SET VARIABLE duckgres_pid = 42;
    SET search_path = 'main,__duckgres.main'`);
  return connection;
}

const instance = await DuckDBInstance.create(":memory:");
const first = await instance.connect();
for (const sql of catalogBootstrap({ version })) await first.run(sql);
const ann = await session(instance);

await ann.run(`
  CREATE SCHEMA other;
  CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'x', v DECIMAL(10, 2) CHECK (v > 0),
    ts TIMESTAMPTZ DEFAULT now(), list INTEGER[]);
  CREATE TABLE u (id BIGINT, tid INTEGER REFERENCES t (id), g INTEGER GENERATED ALWAYS AS (tid + 1), UNIQUE (id, tid));
  CREATE INDEX t_name ON t (name);
  CREATE UNIQUE INDEX t_expr ON t (lower(name), id);
  CREATE VIEW vw AS SELECT id, name FROM t;
  CREATE SEQUENCE sq START 5;
  CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE TYPE other.price AS DECIMAL(10, 2);
  CREATE MACRO plus(a, b) AS a + b;
  CREATE MACRO rows_of(a) AS TABLE SELECT a;
  COMMENT ON TABLE t IS 'a table';
  COMMENT ON COLUMN t.name IS 'a column';
  CREATE TEMP TABLE scratch (a INTEGER);
  CREATE TABLE other.t (x VARCHAR);
  CREATE TABLE other.alone (x VARCHAR);
  CREATE TABLE "We ird" ("select" INTEGER, "a b" INTEGER, CHECK ("a b" > 0), CHECK ("a b" < 10), UNIQUE ("select"));
  ATTACH ':memory:' AS elsewhere;
  CREATE TABLE elsewhere.main.hidden (a INTEGER)`);

type Row = readonly unknown[];

/**
 * A result's last, empty chunk. Deno 2.9 crashes when a process ends after the garbage collector had one of them, so they
 * are kept.
 */
const lastChunks: DuckDBDataChunk[] = [];

async function query(sql: string, connection = ann): Promise<Row[]> {
  const result = await connection.run(sql);
  const rows: Row[] = [];
  for (let chunk = await result.fetchChunk(); chunk; chunk = await result.fetchChunk()) {
    if (chunk.rowCount === 0) {
      lastChunks.push(chunk);
      break;
    }
    rows.push(...chunk.getRows().map((row) => row.map(plain)));
  }
  return rows;
}

function plain(value: DuckDBValue): unknown {
  if (value instanceof DuckDBListValue) return value.items.map(plain);
  return typeof value === "bigint" ? String(value) : value;
}

async function value(expression: string, connection = ann): Promise<unknown> {
  return (await query(`SELECT ${expression}`, connection))[0][0];
}

/** psql's text as the SQL layer sends it on: the qualifiers, regular expressions and reg… casts are its business. */
function adapted(sql: string): string {
  return sql
    .replaceAll(
      /([\w.]+)\s+(!?)~ ('[^']*')/g,
      (_, name, not, pattern) => `${not ? "NOT " : ""}regexp_matches(${name}, ${pattern})`,
    )
    .replaceAll(/('(?:\d+|%t)')::pg_catalog\.regclass/g, "duckgres_regclass($1)")
    .replaceAll(/([\w.]+)::pg_catalog\.(reg\w+)(?:::pg_catalog\.text)?/g, "duckgres_$2_text($1)")
    .replaceAll(
      /pg_catalog\.(\w+)/g,
      (_, name) => catalogRelations.has(name) ? `__duckgres.main.${name}` : name,
    );
}

Deno.test("catalogue: every relation can be read", async () => {
  assert(catalogRelations.size >= 70);
  for (const name of catalogRelations) {
    await query(`FROM __duckgres.main."${name.replace("information_schema.", "duckgres_information_")}"`);
  }
});

Deno.test("catalogue: helpers are not PostgreSQL's names", () => {
  for (const name of [...catalogRelations, ...catalogFunctions]) assert(!name.startsWith("duckgres_"), name);
  assert(catalogFunctions.has("format_type") && catalogFunctions.has("current_user"));
});

Deno.test("catalogue: who and where a session is", async () => {
  const bob = await session(instance, "bob");
  assert.deepEqual(
    await query(
      "SELECT current_user, session_user, user, current_role, current_database(), current_catalog, pg_backend_pid()",
    ),
    [["ann", "ann", "ann", "ann", "sales", "sales", 42]],
  );
  assert.equal(await value("current_user", bob), "bob");
  assert.deepEqual(await query("SELECT rolname, rolsuper FROM __duckgres.main.pg_roles", bob), [[
    "bob",
    false,
  ]]);
  assert.equal(
    await value("version()"),
    "PostgreSQL 16.10 (Duckgres 0.1.0, DuckDB v1.5.5) on x86_64-pc-linux-gnu",
  );
  assert.deepEqual(await query("SELECT current_schema, current_schemas(true), current_schemas(false)"), [
    ["public", ["pg_catalog", "public"], ["public"]],
  ]);
  bob.closeSync();
});

Deno.test("catalogue: relations of the session's database, main as public", async () => {
  const rows = await query(`
    SELECT n.nspname, c.relname, c.relkind, c.relpersistence, c.relhasindex, c.relchecks, c.relhastriggers, c.relnatts
    FROM __duckgres.main.pg_class c JOIN __duckgres.main.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname <> 'pg_catalog' ORDER BY 1, 2`);
  assert.deepEqual(rows, [
    ["other", "alone", "r", "p", false, 0, false, 1],
    ["other", "t", "r", "p", false, 0, true, 1],
    ["pg_temp", "scratch", "r", "t", false, 0, false, 1],
    ["public", "We ird", "r", "p", true, 2, false, 2],
    ["public", "We ird_select_key", "i", "p", false, 0, false, 1],
    ["public", "sq", "S", "p", false, 0, false, 3],
    ["public", "t", "r", "p", true, 1, true, 5],
    ["public", "t_expr", "i", "p", false, 0, false, 2],
    ["public", "t_name", "i", "p", false, 0, false, 1],
    ["public", "t_pkey", "i", "p", false, 0, false, 1],
    ["public", "u", "r", "p", true, 0, true, 3],
    ["public", "u_id_tid_key", "i", "p", false, 0, false, 2],
    ["public", "vw", "v", "p", false, 0, false, 2],
  ]);
});

Deno.test("catalogue: oids are unique, and stay when a table changes", async () => {
  const [[all, distinct]] = await query(
    "SELECT count(oid), count(DISTINCT oid) FROM __duckgres.main.pg_class",
  );
  assert.equal(all, distinct);
  const oid = "(SELECT oid FROM __duckgres.main.pg_class WHERE relname = 'scratch')";
  const before = await value(oid);
  await ann.run("ALTER TABLE scratch ADD COLUMN b INTEGER");
  assert.equal(await value(oid), before);
});

/** `[DuckDB type, atttypid, atttypmod, attndims, format_type]`: the row path announces the same. */
const columnTypes: readonly [
  engine: string,
  oid: number,
  modifier: number,
  dimensions: number,
  name: string,
][] = [
  ["BOOLEAN", 16, -1, 0, "boolean"],
  ["TINYINT", 21, -1, 0, "smallint"],
  ["SMALLINT", 21, -1, 0, "smallint"],
  ["UTINYINT", 23, -1, 0, "integer"],
  ["USMALLINT", 23, -1, 0, "integer"],
  ["INTEGER", 23, -1, 0, "integer"],
  ["UINTEGER", 20, -1, 0, "bigint"],
  ["BIGINT", 20, -1, 0, "bigint"],
  ["UBIGINT", 1700, 1310724, 0, "numeric(20,0)"],
  ["HUGEINT", 1700, 2490372, 0, "numeric(38,0)"],
  ["UHUGEINT", 1700, -1, 0, "numeric"],
  ["BIGNUM", 1700, -1, 0, "numeric"],
  ["DECIMAL(10,2)", 1700, 655366, 0, "numeric(10,2)"],
  ["FLOAT", 700, -1, 0, "real"],
  ["DOUBLE", 701, -1, 0, "double precision"],
  ["VARCHAR", 25, -1, 0, "text"],
  ["BLOB", 17, -1, 0, "bytea"],
  ["DATE", 1082, -1, 0, "date"],
  ["TIME", 1083, -1, 0, "time without time zone"],
  ["TIME_NS", 1083, -1, 0, "time without time zone"],
  ["TIME WITH TIME ZONE", 1266, -1, 0, "time with time zone"],
  ["TIMESTAMP", 1114, -1, 0, "timestamp without time zone"],
  ["TIMESTAMP_S", 1114, -1, 0, "timestamp without time zone"],
  ["TIMESTAMP_MS", 1114, -1, 0, "timestamp without time zone"],
  ["TIMESTAMP_NS", 1114, -1, 0, "timestamp without time zone"],
  ["TIMESTAMP WITH TIME ZONE", 1184, -1, 0, "timestamp with time zone"],
  ["INTERVAL", 1186, -1, 0, "interval"],
  ["UUID", 2950, -1, 0, "uuid"],
  ["JSON", 3802, -1, 0, "jsonb"],
  ["BIT", 1562, -1, 0, "bit varying"],
  ["ENUM('a', 'b]')", 25, -1, 0, "text"],
  ["STRUCT(a INTEGER, b VARCHAR[])", 114, -1, 0, "json"],
  ["MAP(VARCHAR, INTEGER)", 114, -1, 0, "json"],
  ["UNION(a INTEGER, b VARCHAR)", 114, -1, 0, "json"],
  ["VARIANT", 114, -1, 0, "json"],
  ["INTEGER[]", 1007, -1, 1, "integer[]"],
  ["INTEGER[3]", 1007, -1, 1, "integer[]"],
  ["VARCHAR[][]", 1009, -1, 2, "text[]"],
  ["DECIMAL(10,2)[]", 1231, 655366, 1, "numeric(10,2)[]"],
  ["UBIGINT[]", 1231, 1310724, 1, "numeric(20,0)[]"],
  ["STRUCT(a INTEGER)[]", 199, -1, 1, "json[]"],
  ["ENUM('a')[]", 1009, -1, 1, "text[]"],
  ["JSON[]", 3807, -1, 1, "jsonb[]"],
];

Deno.test("catalogue: columns have the types that results announce", async () => {
  const columns = columnTypes.map(([type], i) => `c${i} ${type}`);
  await ann.run(`CREATE OR REPLACE TABLE other.typed (${columns.join(", ")})`);
  const rows = await query(`
    SELECT a.attname, CAST(a.atttypid AS INTEGER), a.atttypmod, a.attndims, format_type(a.atttypid, a.atttypmod)
    FROM __duckgres.main.pg_attribute a JOIN __duckgres.main.pg_class c ON c.oid = a.attrelid
    WHERE c.relname = 'typed' ORDER BY a.attnum`);
  assert.deepEqual(rows, columnTypes.map(([, ...expected], i) => [`c${i}`, ...expected]));
  await ann.run("DROP TABLE other.typed");
});

Deno.test("catalogue: columns, defaults and comments", async () => {
  const rows = await query(`
    SELECT a.attname, a.attnotnull, a.atthasdef, a.attgenerated,
      (SELECT pg_get_expr(d.adbin, d.adrelid) FROM __duckgres.main.pg_attrdef d
        WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum),
      col_description(a.attrelid, a.attnum)
    FROM __duckgres.main.pg_attribute a WHERE a.attrelid = duckgres_regclass('t') OR a.attrelid = duckgres_regclass('u')
    ORDER BY a.attrelid, a.attnum`);
  assert.deepEqual(rows, [
    ["id", true, false, "", null, null],
    ["name", true, true, "", "'x'::text", "a column"],
    ["v", false, false, "", null, null],
    ["ts", false, true, "", "now()", null],
    ["list", false, false, "", null, null],
    ["id", false, false, "", null, null],
    ["tid", false, false, "", null, null],
    ["g", false, true, "s", "CAST((tid + 1) AS INTEGER)", null],
  ]);
});

Deno.test("catalogue: constraints with the names PostgreSQL would choose", async () => {
  const rows = await query(`
    SELECT con.conname, con.contype, con.conkey, con.confkey, duckgres_regclass_text(con.conrelid),
      pg_get_constraintdef(con.oid), pg_get_constraintdef(con.oid, true)
    FROM __duckgres.main.pg_constraint con ORDER BY 1`);
  assert.deepEqual(rows, [
    ["We ird_a b_check", "c", [2], null, '"We ird"', 'CHECK (("a b" > 0))', 'CHECK ("a b" > 0)'],
    ["We ird_a b_check1", "c", [2], null, '"We ird"', 'CHECK (("a b" < 10))', 'CHECK ("a b" < 10)'],
    ["We ird_select_key", "u", [1], null, '"We ird"', 'UNIQUE ("select")', 'UNIQUE ("select")'],
    ["t_pkey", "p", [1], null, "t", "PRIMARY KEY (id)", "PRIMARY KEY (id)"],
    ["t_v_check", "c", [3], null, "t", "CHECK ((v > 0))", "CHECK (v > 0)"],
    ["u_id_tid_key", "u", [1, 2], null, "u", "UNIQUE (id, tid)", "UNIQUE (id, tid)"],
    [
      "u_tid_fkey",
      "f",
      [2],
      [1],
      "u",
      "FOREIGN KEY (tid) REFERENCES t(id)",
      "FOREIGN KEY (tid) REFERENCES t(id)",
    ],
  ]);
});

Deno.test("catalogue: indexes, also those behind constraints", async () => {
  const rows = await query(`
    SELECT duckgres_regclass_text(i.indexrelid), i.indisprimary, i.indisunique, i.indkey, pg_get_indexdef(i.indexrelid),
      pg_get_indexdef(indexrelid, 0, true), pg_get_indexdef(indexrelid, 1, true)
    FROM __duckgres.main.pg_index i WHERE i.indrelid = duckgres_regclass('t') ORDER BY 1`);
  const unique = "CREATE UNIQUE INDEX t_expr ON";
  assert.deepEqual(rows, [
    [
      "t_expr",
      false,
      true,
      [0, 1],
      `${unique} public.t USING btree (lower("name"), id)`,
      `${unique} t USING btree (lower("name"), id)`,
      'lower("name")',
    ],
    [
      "t_name",
      false,
      false,
      [2],
      "CREATE INDEX t_name ON public.t USING btree (name)",
      "CREATE INDEX t_name ON t USING btree (name)",
      "name",
    ],
    [
      "t_pkey",
      true,
      true,
      [1],
      "CREATE UNIQUE INDEX t_pkey ON public.t USING btree (id)",
      "CREATE UNIQUE INDEX t_pkey ON t USING btree (id)",
      "id",
    ],
  ]);
  assert.deepEqual(
    await query("SELECT indexdef FROM __duckgres.main.pg_indexes WHERE indexname = 't_name'"),
    [
      ["CREATE INDEX t_name ON public.t USING btree (name)"],
    ],
  );
});

Deno.test("catalogue: views, sequences, enums, functions", async () => {
  assert.equal(await value("pg_get_viewdef('vw')"), ' SELECT id, "name" FROM t;');
  assert.equal(await value("pg_get_viewdef(duckgres_regclass('vw'), true)"), ' SELECT id, "name" FROM t;');
  assert.deepEqual(
    await query(
      "SELECT schemaname, viewname, viewowner FROM __duckgres.main.pg_views WHERE schemaname = 'public'",
    ),
    [
      ["public", "vw", "ann"],
    ],
  );
  assert.deepEqual(
    await query("SELECT seqstart, seqmin, seqincrement, seqcycle FROM __duckgres.main.pg_sequence"),
    [
      ["5", "1", "1", false],
    ],
  );
  assert.deepEqual(
    await query(`
      SELECT t.typname, t.typtype, e.enumsortorder, e.enumlabel, format_type(t.typarray, NULL)
      FROM __duckgres.main.pg_type t JOIN __duckgres.main.pg_enum e ON e.enumtypid = t.oid ORDER BY 3`),
    [["mood", "e", 1, "sad", "mood[]"], ["mood", "e", 2, "ok", "mood[]"]],
  );
  assert.deepEqual(
    await query(`
      SELECT p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), pg_get_functiondef(p.oid)
      FROM __duckgres.main.pg_proc p WHERE p.pronamespace = 2200 ORDER BY 1`),
    [
      ["plus", "a anyelement, b anyelement", "anyelement", "CREATE MACRO plus(a, b) AS (a + b)"],
      ["rows_of", "a anyelement", "SETOF record", "CREATE MACRO rows_of(a) AS TABLE SELECT a"],
    ],
  );
});

/** `[oid, modifier, name]`, as PostgreSQL answers. */
const formatted: readonly [number | null, number | null, string | null][] = [
  [23, null, "integer"],
  [23, -1, "integer"],
  [1700, 655366, "numeric(10,2)"],
  [1700, -1, "numeric"],
  [1043, 14, "character varying(10)"],
  [1043, -1, "character varying"],
  [1042, 14, "character(10)"],
  [1042, -1, "bpchar"],
  [1042, null, "character"],
  [1114, 3, "timestamp(3) without time zone"],
  [1184, 0, "timestamp(0) with time zone"],
  [1083, 6, "time(6) without time zone"],
  [1266, 2, "time(2) with time zone"],
  [1231, 655366, "numeric(10,2)[]"],
  [1015, 14, "character varying(10)[]"],
  [1560, 8, "bit(8)"],
  [1562, 8, "bit varying(8)"],
  [18, -1, '"char"'],
  [0, -1, "-"],
  [999999, -1, "???"],
  [null, -1, null],
  [2205, null, "regclass"],
  [1009, null, "text[]"],
];

Deno.test("catalogue: format_type", async () => {
  for (const [oid, modifier, name] of formatted) {
    assert.equal(await value(`format_type(${oid}, ${modifier})`), name, `${oid} ${modifier}`);
  }
});

/** `[expression, answer]`, as PostgreSQL answers. */
const functions: readonly [expression: string, answer: unknown][] = [
  ["pg_size_pretty(10239)", "10239 bytes"],
  ["pg_size_pretty(10240)", "10 kB"],
  ["pg_size_pretty(20480)", "20 kB"],
  ["pg_size_pretty(10485247)", "10239 kB"],
  ["pg_size_pretty(10485248)", "10 MB"],
  ["pg_size_pretty(1073741824)", "1024 MB"],
  ["pg_size_pretty(5000000000)", "4768 MB"],
  ["pg_size_pretty(123456789012345)", "112 TB"],
  ["pg_size_pretty(-20480)", "-20 kB"],
  ["pg_size_pretty(NULL)", null],
  ["quote_ident('abc')", "abc"],
  ["quote_ident('aBc')", '"aBc"'],
  ["quote_ident('select')", '"select"'],
  [`quote_ident('a"b')`, '"a""b"'],
  ["quote_ident('1a')", '"1a"'],
  ["quote_ident('value')", "value"],
  ["quote_literal('it''s')", "'it''s'"],
  ["quote_literal('a\\b')", "E'a\\\\b'"],
  ["quote_nullable(NULL)", "NULL"],
  ["duckgres_regtype('character varying(10)')", "1043"],
  ["duckgres_regtype('int4[]')", "1007"],
  ["duckgres_regtype('INT')", "23"],
  ["duckgres_regtype('timestamp with time zone')", "1184"],
  ["duckgres_regtype('timestamptz')", "1184"],
  [`duckgres_regtype('"char"')`, "18"],
  ["duckgres_regtype('char')", "1042"],
  ["duckgres_regtype('pg_catalog.int8')", "20"],
  ["duckgres_regtype('numeric(10,2)')", "1700"],
  ["duckgres_regtype('text[]')", "1009"],
  ["duckgres_regtype('float')", "701"],
  ["duckgres_regtype('_int4')", "1007"],
  ["duckgres_regtype('bpchar')", "1042"],
  ["duckgres_regtype_text(1184)", "timestamp with time zone"],
  ["to_regtype('int4')", "integer"],
  ["to_regtype('nope')", null],
  ["duckgres_regclass('pg_catalog.pg_class')", "1259"],
  ["duckgres_regclass('pg_class')", "1259"],
  ["duckgres_regclass('1259')", "1259"],
  ["duckgres_regclass(NULL)", null],
  ["duckgres_regclass_text(1259)", "pg_class"],
  ["duckgres_regclass_text(0)", "-"],
  ["duckgres_regclass_text(4294967295)", "4294967295"],
  [`duckgres_regclass_text(duckgres_regclass('public."We ird"'))`, '"We ird"'],
  ["duckgres_regclass_text(duckgres_regclass('T'))", "t"],
  ["duckgres_regclass_text(duckgres_regclass('other.t'))", "other.t"],
  ["duckgres_regclass_text(duckgres_regclass('other.alone'))", "other.alone"],
  ["to_regclass('alone')", null],
  ["to_regclass('other.alone')", "other.alone"],
  ["duckgres_regproc('array_in')", "750"],
  ["duckgres_regproc_text(750)", "array_in"],
  ["duckgres_regnamespace('public')", "2200"],
  ["duckgres_regnamespace_text(2200)", "public"],
  ["duckgres_regrole('ann')", "10"],
  ["duckgres_regrole_text(10)", "ann"],
  ["to_regrole('bob')", null],
  ["pg_table_is_visible(duckgres_regclass('t'))", true],
  ["pg_table_is_visible(duckgres_regclass('other.t'))", false],
  ["pg_type_is_visible(23)", true],
  ["pg_get_userbyid(10)", "ann"],
  ["pg_get_userbyid(77)", "unknown (OID=77)"],
  ["pg_encoding_to_char(6)", "UTF8"],
  ["pg_char_to_encoding('utf8')", 6],
  ["pg_typeof(1)", "integer"],
  ["pg_typeof([1.5])", "numeric[]"],
  ["pg_typeof(now())", "timestamp with time zone"],
  ["array_upper([4, 5], 1)", 2],
  ["array_lower([4, 5], 1)", 1],
  ["array_remove([1, 2, 1], 1)", [2]],
  ["obj_description(duckgres_regclass('t'), 'pg_class')", "a table"],
  ["obj_description(duckgres_regclass('t'))", "a table"],
  ["obj_description(duckgres_regclass('u'), 'pg_class')", null],
  ["pg_is_in_recovery()", false],
  ["has_table_privilege('t', 'SELECT')", true],
  ["has_schema_privilege('ann', 'public', 'USAGE')", true],
  ["pg_get_serial_sequence('t', 'id')", null],
];

Deno.test("catalogue: functions", async () => {
  for (const [expression, answer] of functions) assert.deepEqual(await value(expression), answer, expression);
});

Deno.test("catalogue: a name that is not there is an error in a cast", async () => {
  await assert.rejects(value("duckgres_regclass('nope')"), /relation "nope" does not exist/);
  await assert.rejects(value("duckgres_regtype('nope')"), /type "nope" does not exist/);
  await assert.rejects(value("duckgres_regproc('nope')"), /function "nope" does not exist/);
  await assert.rejects(value("duckgres_regnamespace('nope')"), /schema "nope" does not exist/);
  await assert.rejects(value("duckgres_regrole('nope')"), /role "nope" does not exist/);
});

Deno.test("catalogue: settings are those of the session", async () => {
  const carl = await session(instance, "carl");
  const settings = new SessionSettings({
    user: "carl",
    superuser: true,
    parameters: new Map([["application_name", "psql"]]),
  });
  const run = async (changes: ReturnType<SessionSettings["set"]>) => {
    for (const change of changes) for (const sql of engineStatements(change)) await carl.run(sql);
  };
  await run(settings.startupChanges());
  await run(settings.set("work_mem", ["64MB"], { local: false }));
  await run(settings.set("timezone", ["asia/tokyo"], { local: false }));
  await run(settings.set("app.tenant", ["it's"], { local: false }));
  const shown = [
    "WORK_MEM",
    "TimeZone",
    "app.tenant",
    "application_name",
    "session_authorization",
    "statement_timeout",
  ];
  assert.deepEqual(
    await query(`SELECT ${shown.map((name) => `current_setting('${name}')`).join(", ")}`, carl),
    [["64MB", "Asia/Tokyo", "it's", "psql", "carl", "0"]],
  );
  assert.deepEqual(
    await query(
      "SELECT setting, unit, source, boot_val FROM __duckgres.main.pg_settings WHERE name = 'work_mem'",
      carl,
    ),
    [["65536", "kB", "session", "4096"]],
  );
  assert.deepEqual(await query("SELECT rolsuper FROM __duckgres.main.pg_roles", carl), [[true]]);
  assert.equal(await value("strftime(TIMESTAMPTZ '2024-01-01 00:00:00+00', '%H')", carl), "09");
  await run(settings.reset("work_mem"));
  assert.equal(await value("current_setting('work_mem')", carl), "4MB");
  assert.equal(await value("current_setting('no.such', true)", carl), null);
  assert.equal(await value("current_setting('threads') = '0'", carl), false);
  await assert.rejects(value("current_setting('nope')", carl), /unrecognized configuration parameter "nope"/);
  carl.closeSync();
});

Deno.test("catalogue: search_path decides what is seen, and need not exist", async () => {
  const dora = await session(instance, "dora");
  const settings = new SessionSettings({ user: "dora", superuser: false, parameters: new Map() });
  const use = async (...names: string[]) => {
    for (const change of settings.set("search_path", names, { local: false })) {
      for (const sql of engineStatements(change)) await dora.run(sql);
    }
  };
  const seen = async () => [
    await value("current_schema", dora),
    await value("duckgres_regclass_text(duckgres_regclass('other.t'))", dora),
    await value("duckgres_regclass_text(duckgres_regclass('public.t'))", dora),
    await value("current_user", dora),
  ];
  await use("nowhere", "other", "public");
  assert.deepEqual(await seen(), ["other", "t", "public.t", "dora"]);
  await use("nowhere");
  assert.deepEqual(await seen(), ["public", "other.t", "t", "dora"]);
  await use("$user", "public");
  assert.deepEqual(await seen(), ["public", "other.t", "t", "dora"]);
  await dora.run("CREATE SCHEMA dora");
  await use("public");
  await use("$user", "public");
  assert.deepEqual(await seen(), ["dora", "other.t", "t", "dora"]);
  await dora.run("DROP SCHEMA dora");
  dora.closeSync();
});

const listRelations = (kinds: string) => `
  SELECT n.nspname as "Schema", c.relname as "Name",
    CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' END as "Type",
    pg_catalog.pg_get_userbyid(c.relowner) as "Owner"
  FROM pg_catalog.pg_class c
    LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
  WHERE c.relkind IN (${kinds},'') AND n.nspname <> 'pg_catalog' AND n.nspname !~ '^pg_toast'
    AND n.nspname <> 'information_schema' AND pg_catalog.pg_table_is_visible(c.oid)
  ORDER BY 1,2`;

/** What psql sends for its commands, shortened where it repeats itself, and the rows of it. `%t` is the oid of t. */
const psql: readonly [command: string, sql: string, rows: readonly Row[]][] = [
  ["\\dt", listRelations("'r','p'"), [
    ["pg_temp", "scratch", "table", "ann"],
    ["public", "We ird", "table", "ann"],
    ["public", "t", "table", "ann"],
    ["public", "u", "table", "ann"],
  ]],
  ["\\dv", listRelations("'v'"), [["public", "vw", "view", "ann"]]],
  ["\\ds", listRelations("'S'"), [["public", "sq", "sequence", "ann"]]],
  [
    "\\d t: find it",
    `SELECT n.nspname, c.relname FROM pg_catalog.pg_class c
      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname ~ '^(t)$' AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1, 2`,
    [["public", "t"]],
  ],
  [
    "\\d+ t: the table",
    `SELECT c.relchecks, c.relkind, c.relhasindex, c.relhasrules, c.relhastriggers, c.relrowsecurity,
      c.relforcerowsecurity, false AS relhasoids, c.relispartition,
      pg_catalog.array_to_string(c.reloptions || array(select 'toast.' || x from pg_catalog.unnest(tc.reloptions) AS x(x)), ', '),
      c.reltablespace, CASE WHEN c.reloftype = 0 THEN '' ELSE c.reloftype::pg_catalog.regtype::pg_catalog.text END,
      c.relpersistence, c.relreplident, am.amname
    FROM pg_catalog.pg_class c
      LEFT JOIN pg_catalog.pg_class tc ON (c.reltoastrelid = tc.oid)
      LEFT JOIN pg_catalog.pg_am am ON (c.relam = am.oid)
    WHERE c.oid = '%t'`,
    [[1, "r", true, false, true, false, false, false, false, null, "0", "", "p", "d", "heap"]],
  ],
  [
    "\\d+ t: columns",
    `SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
      (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid, true) FROM pg_catalog.pg_attrdef d
        WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef),
      a.attnotnull,
      (SELECT c.collname FROM pg_catalog.pg_collation c, pg_catalog.pg_type t
        WHERE c.oid = a.attcollation AND t.oid = a.atttypid AND a.attcollation <> t.typcollation) AS attcollation,
      a.attidentity, a.attgenerated, a.attstorage, a.attcompression AS attcompression,
      CASE WHEN a.attstattarget=-1 THEN NULL ELSE a.attstattarget END AS attstattarget,
      pg_catalog.col_description(a.attrelid, a.attnum)
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = '%t' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [
      ["id", "integer", null, true, null, "", "", "p", "", null, null],
      ["name", "text", "'x'::text", true, null, "", "", "x", "", null, "a column"],
      ["v", "numeric(10,2)", null, false, null, "", "", "m", "", null, null],
      ["ts", "timestamp with time zone", "now()", false, null, "", "", "p", "", null, null],
      ["list", "integer[]", null, false, null, "", "", "x", "", null, null],
    ],
  ],
  [
    "\\d t: indexes",
    `SELECT c2.relname, i.indisprimary, i.indisunique, i.indisclustered, i.indisvalid,
      pg_catalog.pg_get_indexdef(i.indexrelid, 0, true), pg_catalog.pg_get_constraintdef(con.oid, true), contype,
      condeferrable, condeferred, i.indisreplident, c2.reltablespace
    FROM pg_catalog.pg_class c, pg_catalog.pg_class c2, pg_catalog.pg_index i
      LEFT JOIN pg_catalog.pg_constraint con
        ON (conrelid = i.indrelid AND conindid = i.indexrelid AND contype IN ('p','u','x'))
    WHERE c.oid = '%t' AND c.oid = i.indrelid AND i.indexrelid = c2.oid ORDER BY i.indisprimary DESC, c2.relname`,
    [
      [
        "t_pkey",
        true,
        true,
        false,
        true,
        "CREATE UNIQUE INDEX t_pkey ON t USING btree (id)",
        "PRIMARY KEY (id)",
        "p",
        false,
        false,
        false,
        "0",
      ],
      [
        "t_expr",
        false,
        true,
        false,
        true,
        'CREATE UNIQUE INDEX t_expr ON t USING btree (lower("name"), id)',
        null,
        null,
        null,
        null,
        false,
        "0",
      ],
      [
        "t_name",
        false,
        false,
        false,
        true,
        "CREATE INDEX t_name ON t USING btree (name)",
        null,
        null,
        null,
        null,
        false,
        "0",
      ],
    ],
  ],
  [
    "\\d t: referenced by",
    `SELECT conname, conrelid::pg_catalog.regclass AS ontable, pg_catalog.pg_get_constraintdef(oid, true) AS condef
    FROM pg_catalog.pg_constraint c
    WHERE confrelid IN (SELECT pg_catalog.pg_partition_ancestors('%t') UNION ALL VALUES ('%t'::pg_catalog.regclass))
      AND contype = 'f' AND conparentid = 0 ORDER BY conname`,
    [["u_tid_fkey", "u", "FOREIGN KEY (tid) REFERENCES t(id)"]],
  ],
  [
    "\\d t: policies",
    `SELECT pol.polname, pol.polpermissive,
      CASE WHEN pol.polroles = '{0}' THEN NULL ELSE pg_catalog.array_to_string(array(
        select rolname from pg_catalog.pg_roles where oid = any (pol.polroles) order by 1),',') END,
      pg_catalog.pg_get_expr(pol.polqual, pol.polrelid)
    FROM pg_catalog.pg_policy pol WHERE pol.polrelid = '%t' ORDER BY 1`,
    [],
  ],
  [
    "\\d t: statistics",
    `SELECT oid, stxrelid::pg_catalog.regclass, stxnamespace::pg_catalog.regnamespace::pg_catalog.text AS nsp, stxname,
      pg_catalog.pg_get_statisticsobjdef_columns(oid) AS columns, 'd' = any(stxkind) AS ndist_enabled, stxstattarget
    FROM pg_catalog.pg_statistic_ext WHERE stxrelid = '%t' ORDER BY nsp, stxname`,
    [],
  ],
  [
    "\\d t: publications",
    `SELECT pubname, pg_get_expr(pr.prqual, c.oid), (CASE WHEN pr.prattrs IS NOT NULL THEN
        (SELECT string_agg(attname, ', ')
          FROM pg_catalog.generate_series(0, pg_catalog.array_upper(pr.prattrs::pg_catalog.int2[], 1)) AS s(s),
            pg_catalog.pg_attribute WHERE attrelid = pr.prrelid AND attnum = prattrs[s]) ELSE NULL END)
    FROM pg_catalog.pg_publication p JOIN pg_catalog.pg_publication_rel pr ON p.oid = pr.prpubid
      JOIN pg_catalog.pg_class c ON c.oid = pr.prrelid
    WHERE pr.prrelid = '%t'
    UNION SELECT pubname, NULL, NULL FROM pg_catalog.pg_publication p
    WHERE p.puballtables AND pg_catalog.pg_relation_is_publishable('%t') ORDER BY 1`,
    [],
  ],
  [
    "\\d t: triggers",
    `SELECT t.tgname, pg_catalog.pg_get_triggerdef(t.oid, true), t.tgenabled, t.tgisinternal,
      CASE WHEN t.tgparentid != 0 THEN (SELECT u.tgrelid::pg_catalog.regclass
        FROM pg_catalog.pg_trigger AS u,
          pg_catalog.pg_partition_ancestors(t.tgrelid) WITH ORDINALITY AS a(relid, depth)
        WHERE u.tgname = t.tgname AND u.tgrelid = a.relid AND u.tgparentid = 0 ORDER BY a.depth LIMIT 1) END AS parent
    FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '%t' AND (NOT t.tgisinternal OR (t.tgisinternal AND t.tgenabled = 'D')) ORDER BY 1`,
    [],
  ],
  [
    "\\l+",
    `SELECT d.datname as "Name", pg_catalog.pg_get_userbyid(d.datdba) as "Owner",
      pg_catalog.pg_encoding_to_char(d.encoding) as "Encoding", d.datcollate as "Collate", d.datctype as "Ctype",
      d.daticulocale as "ICU Locale", CASE d.datlocprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' END AS "Locale Provider",
      pg_catalog.array_to_string(d.datacl, E'\\n') AS "Access privileges",
      CASE WHEN pg_catalog.has_database_privilege(d.datname, 'CONNECT')
        THEN pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(d.datname)) ELSE 'No Access' END as "Size",
      t.spcname as "Tablespace", pg_catalog.shobj_description(d.oid, 'pg_database') as "Description"
    FROM pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace t on d.dattablespace = t.oid ORDER BY 1`,
    [["sales", "ann", "UTF8", "C.UTF-8", "C.UTF-8", null, "libc", null, "12 kB", "pg_default", null]],
  ],
  [
    "\\du",
    `SELECT r.rolname, r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolconnlimit,
      r.rolvaliduntil, ARRAY(SELECT b.rolname FROM pg_catalog.pg_auth_members m
        JOIN pg_catalog.pg_roles b ON (m.roleid = b.oid) WHERE m.member = r.oid) as memberof,
      r.rolreplication, r.rolbypassrls
    FROM pg_catalog.pg_roles r WHERE r.rolname !~ '^pg_' ORDER BY 1`,
    [["ann", false, true, false, false, true, -1, null, [], false, false]],
  ],
  [
    "\\dn",
    `SELECT n.nspname AS "Name", pg_catalog.pg_get_userbyid(n.nspowner) AS "Owner" FROM pg_catalog.pg_namespace n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1`,
    [["other", "ann"], ["public", "ann"]],
  ],
  [
    "\\df",
    `SELECT n.nspname as "Schema", p.proname as "Name", pg_catalog.pg_get_function_result(p.oid) as "Result data type",
      pg_catalog.pg_get_function_arguments(p.oid) as "Argument data types",
      CASE p.prokind WHEN 'a' THEN 'agg' WHEN 'w' THEN 'window' WHEN 'p' THEN 'proc' ELSE 'func' END as "Type"
    FROM pg_catalog.pg_proc p LEFT JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE pg_catalog.pg_function_is_visible(p.oid) AND n.nspname <> 'pg_catalog' AND n.nspname <> 'information_schema'
    ORDER BY 1, 2, 4`,
    [
      ["public", "plus", "anyelement", "a anyelement, b anyelement", "func"],
      ["public", "rows_of", "SETOF record", "a anyelement", "func"],
    ],
  ],
  [
    "\\dT+",
    `SELECT n.nspname as "Schema", pg_catalog.format_type(t.oid, NULL) AS "Name", t.typname AS "Internal name",
      pg_catalog.array_to_string(ARRAY(SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid
        ORDER BY e.enumsortorder), E'\\n') AS "Elements",
      pg_catalog.obj_description(t.oid, 'pg_type') as "Description"
    FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE (t.typrelid = 0 OR (SELECT c.relkind = 'c' FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid))
      AND NOT EXISTS(SELECT 1 FROM pg_catalog.pg_type el WHERE el.oid = t.typelem AND el.typarray = t.oid)
      AND n.nspname <> 'pg_catalog' AND n.nspname <> 'information_schema' AND pg_catalog.pg_type_is_visible(t.oid)
    ORDER BY 1, 2`,
    [["public", "mood", "mood", "sad\nok", null]],
  ],
  [
    "\\dx",
    `SELECT e.extname AS "Name", e.extversion AS "Version", n.nspname AS "Schema", c.description AS "Description"
    FROM pg_catalog.pg_extension e LEFT JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
      LEFT JOIN pg_catalog.pg_description c ON c.objoid = e.oid ORDER BY 1`,
    [],
  ],
];

for (const [command, sql, rows] of psql) {
  Deno.test(`catalogue: psql ${command}`, async () => {
    const oid = await value("duckgres_regclass('public.t')");
    assert.deepEqual(await query(adapted(sql).replaceAll("%t", `${oid}`)), rows);
  });
}

Deno.test("catalogue: what drivers ask for types", async () => {
  // npgsql: an array type is known by its receive function.
  assert.deepEqual(
    await query(`
      SELECT t.typname, CASE WHEN p.proname = 'array_recv' THEN t.typelem END
      FROM __duckgres.main.pg_type t LEFT JOIN __duckgres.main.pg_proc p ON p.oid = t.typreceive
      WHERE t.typname IN ('int4', '_int4') ORDER BY 1`),
    [["_int4", "23"], ["int4", null]],
  );
  // The JDBC driver: by its input function.
  assert.deepEqual(
    await query(`
      SELECT t.typinput = duckgres_regproc('array_in') AS is_array, t.typtype, t.typname, CAST(t.oid AS INTEGER)
      FROM __duckgres.main.pg_type t WHERE t.typname IN ('text', '_text') ORDER BY 4`),
    [[false, "b", "text", 25], [true, "b", "_text", 1009]],
  );
  // Every array type belongs to its element type.
  assert.deepEqual(
    await query(`
      SELECT a.typname FROM __duckgres.main.pg_type a JOIN __duckgres.main.pg_type e ON e.oid = a.typelem
      WHERE a.typcategory = 'A' AND a.typname LIKE '\\_%' ESCAPE '\\' AND e.typarray <> a.oid`),
    [],
  );
});
