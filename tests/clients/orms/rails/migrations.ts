/** What `rails db:migrate` sends. */
import assert from "node:assert/strict";
import { rows, run, type Step } from "./step.ts";

export const migrations: Step[] = [
  {
    name: "the connection is set up",
    run: async (client) => {
      await run(
        client,
        "SET client_min_messages TO 'warning'",
        "SET standard_conforming_strings = on",
        "SET intervalstyle = iso_8601",
        "SET SESSION timezone TO 'UTC'",
        "SHOW max_identifier_length",
      );
      const types = await rows(
        client,
        `SELECT t.oid, t.typname, t.typelem, t.typdelim, t.typinput, r.rngsubtype, t.typtype, t.typbasetype
FROM pg_type as t
LEFT JOIN pg_range as r ON oid = rngtypid
WHERE
  t.typname IN ('int2', 'int4', 'int8', 'oid', 'float4', 'float8', 'numeric', 'bool', 'jsonb', 'timestamp')
`,
      );
      assert.equal(types.length, 10);
      const arrays = await rows(
        client,
        `SELECT t.oid, t.typname, t.typelem, t.typdelim, t.typinput, r.rngsubtype, t.typtype, t.typbasetype
FROM pg_type as t
LEFT JOIN pg_range as r ON oid = rngtypid
WHERE
  t.typinput = 'array_in(cstring,oid,integer)'::regprocedure
  AND t.typelem IN (16, 23, 1043)
`,
      );
      assert.deepEqual(arrays.map(([, name]) => name).sort(), ["_bool", "_int4", "_varchar"]);
    },
  },
  {
    name: "a migration takes the lock and makes its own tables",
    run: async (client) => {
      assert.deepEqual(await rows(client, "SELECT pg_try_advisory_lock(4257385937)"), [[true]]);
      assert.deepEqual(await rows(client, tableNamed("schema_migrations")), []);
      await run(
        client,
        'CREATE TABLE "schema_migrations" ("version" character varying NOT NULL PRIMARY KEY)',
        'CREATE TABLE "ar_internal_metadata" ("key" character varying NOT NULL PRIMARY KEY, "value" character varying, ' +
          '"created_at" timestamp(6) NOT NULL, "updated_at" timestamp(6) NOT NULL)',
      );
      assert.deepEqual(await rows(client, tableNamed("schema_migrations")), [["schema_migrations"]]);
      const find = 'SELECT * FROM "ar_internal_metadata" WHERE "ar_internal_metadata"."key" = $1 ' +
        'ORDER BY "ar_internal_metadata"."key" ASC LIMIT 1';
      assert.deepEqual(await rows(client, find, ["environment"]), []);
      const now = "2024-05-06 07:08:09.123456";
      assert.deepEqual(
        await rows(
          client,
          'INSERT INTO "ar_internal_metadata" ("key", "value", "created_at", "updated_at") ' +
            'VALUES ($1, $2, $3, $4) RETURNING "key"',
          ["environment", "development", now, now],
        ),
        [["environment"]],
      );
      await client.query(
        'UPDATE "ar_internal_metadata" SET "value" = $1, "updated_at" = $2 WHERE "ar_internal_metadata"."key" = $3',
        ["test", now, "environment"],
      );
      assert.deepEqual((await rows(client, find, ["environment"]))[0].slice(0, 2), ["environment", "test"]);
    },
  },
  {
    name: "create_table and add_index",
    run: async (client) => {
      await run(
        client,
        "BEGIN",
        'CREATE TABLE "authors" ("id" bigserial primary key, "name" character varying NOT NULL, "bio" text, ' +
          '"rating" decimal(5,2) DEFAULT 0.0, "active" boolean DEFAULT TRUE NOT NULL, "settings" jsonb DEFAULT \'{}\', ' +
          '"tags" character varying[] DEFAULT \'{}\', "books_count" integer DEFAULT 0 NOT NULL, ' +
          '"created_at" timestamp(6) NOT NULL, "updated_at" timestamp(6) NOT NULL)',
        'CREATE UNIQUE INDEX "index_authors_on_name" ON "authors" ("name")',
        "COMMENT ON TABLE \"authors\" IS 'Who writes'",
      );
      await insertVersion(client, "20240101000001");
      await run(client, "COMMIT");
    },
  },
  {
    name: "references with foreign keys",
    run: async (client) => {
      await run(
        client,
        "BEGIN",
        'CREATE TABLE "books" ("id" bigserial primary key, "title" character varying, "pages" integer, ' +
          '"price" decimal(8,2), "author_id" bigint NOT NULL, "published_on" date, ' +
          '"created_at" timestamp(6) NOT NULL, "updated_at" timestamp(6) NOT NULL, ' +
          'CONSTRAINT "fk_rails_53d51ce16a" FOREIGN KEY ("author_id") REFERENCES "authors" ("id"))',
        'CREATE INDEX "index_books_on_author_id" ON "books" ("author_id")',
      );
      await insertVersion(client, "20240101000002");
      await run(
        client,
        "COMMIT",
        "BEGIN",
        'ALTER TABLE "books" ADD "editor_id" bigint',
        'CREATE INDEX "index_books_on_editor_id" ON "books" ("editor_id")',
        'ALTER TABLE "books" ADD CONSTRAINT "fk_rails_d1b8e0c5ab" FOREIGN KEY ("editor_id") REFERENCES "authors" ("id")',
      );
      await insertVersion(client, "20240101000003");
      await run(client, "COMMIT");
    },
  },
  {
    name: "columns are added, changed, renamed and removed",
    run: async (client) => {
      await run(
        client,
        "BEGIN",
        'ALTER TABLE "books" ADD "isbn" character varying(13)',
        'CREATE INDEX "index_books_on_isbn" ON "books" ("isbn")',
        'ALTER TABLE "books" ALTER COLUMN "isbn" TYPE character varying(20)',
        'ALTER TABLE "books" ALTER COLUMN "isbn" SET DEFAULT \'\'',
        'UPDATE "books" SET "isbn"=\'\' WHERE "isbn" IS NULL',
        'ALTER TABLE "books" ALTER COLUMN "isbn" SET NOT NULL',
        'ALTER TABLE "books" RENAME COLUMN "isbn" TO "code"',
        'ALTER INDEX "index_books_on_isbn" RENAME TO "index_books_on_code"',
        'ALTER TABLE "books" ADD CONSTRAINT "chk_rails_2b3f5a0d11" CHECK (pages > 0)',
        'ALTER TABLE "authors" ADD "email" character varying',
        'ALTER TABLE "authors" ADD "born" integer, ADD "died" integer',
        'ALTER TABLE "authors" DROP COLUMN "died"',
      );
      await insertVersion(client, "20240101000004");
      await run(
        client,
        "COMMIT",
        "BEGIN",
        'ALTER TABLE "authors" ALTER COLUMN "born" TYPE bigint',
        'ALTER TABLE "authors" RENAME COLUMN "email" TO "mail"',
        'CREATE INDEX "index_authors_on_lower_mail" ON "authors" (lower(mail))',
        "COMMIT",
      );
      assert.deepEqual(
        await rows(
          client,
          'SELECT "schema_migrations"."version" FROM "schema_migrations" ORDER BY ' +
            '"schema_migrations"."version" ASC',
        ),
        ["20240101000001", "20240101000002", "20240101000003", "20240101000004"].map((version) => [version]),
      );
      assert.deepEqual(await rows(client, "SELECT pg_advisory_unlock(4257385937)"), [[true]]);
    },
  },
];

function tableNamed(name: string): string {
  return `SELECT c.relname FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (current_schemas(false)) AND c.relname = '${name}' AND c.relkind IN ('r','p')`;
}

async function insertVersion(client: Parameters<typeof rows>[0], version: string): Promise<void> {
  const insert = 'INSERT INTO "schema_migrations" ("version") VALUES ($1) RETURNING "version"';
  assert.deepEqual(await rows(client, insert, [version]), [[version]]);
}
