/** Records: created, found, changed and destroyed. */
import assert from "node:assert/strict";
import { rows, run, type Step } from "./step.ts";

const now = "2024-05-06 07:08:09.123456";
const insertBook =
  'INSERT INTO "books" ("title", "pages", "price", "author_id", "published_on", "created_at", ' +
  '"updated_at", "editor_id", "code") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING "id"';

export const records: Step[] = [
  {
    name: "records are created",
    run: async (client) => {
      const insert =
        'INSERT INTO "authors" ("name", "bio", "rating", "active", "settings", "tags", "books_count", ' +
        '"created_at", "updated_at", "mail", "born") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING "id"';
      for (const [i, name] of ["Ada", "Ben"].entries()) {
        await run(client, "BEGIN");
        const values = [
          name,
          null,
          "1.5",
          true,
          '{"k":[1,2]}',
          '{"a","b c"}',
          0,
          now,
          now,
          "x@example.com",
          1900,
        ];
        assert.deepEqual(await rows(client, insert, values), [[String(i + 1)]]);
        await run(client, "COMMIT");
      }
      for (let n = 1; n <= 10; n++) {
        const values = [
          `Book ${n}`,
          n * 10,
          `${n}.50`,
          1 + n % 2,
          `2024-0${1 + n % 3}-05`,
          now,
          now,
          null,
          `c${n}`,
        ];
        assert.deepEqual(await rows(client, insertBook, values), [[String(n)]]);
      }
    },
  },
  {
    name: "records are found, by page and with what belongs to them",
    run: async (client) => {
      const [author] = await rows(
        client,
        'SELECT "authors".* FROM "authors" WHERE "authors"."id" = $1 LIMIT $2',
        [1, 1],
      );
      assert.deepEqual(author.slice(0, 8), ["1", "Ada", null, "1.50", true, { k: [1, 2] }, ["a", "b c"], 0]);
      const page = 'SELECT "books"."title" FROM "books" ORDER BY "books"."id" ASC LIMIT $1 OFFSET $2';
      assert.deepEqual(await rows(client, page, [2, 4]), [["Book 5"], ["Book 6"]]);
      const batch =
        'SELECT "books"."id" FROM "books" WHERE "books"."id" > $1 ORDER BY "books"."id" ASC LIMIT $2';
      assert.deepEqual(await rows(client, batch, [8, 1000]), [["9"], ["10"]]);
      const exists = 'SELECT 1 AS one FROM "books" WHERE "books"."title" = $1 LIMIT $2';
      assert.deepEqual(await rows(client, exists, ["Book 3", 1]), [[1]]);
      const like =
        'SELECT COUNT(*) FROM "books" WHERE "books"."title" ILIKE $1 AND "books"."author_id" IN ($2, $3)';
      assert.deepEqual(await rows(client, like, ["book 1%", 1, 2]), [["2"]]);
      const joined = 'SELECT DISTINCT "authors"."name" FROM "authors" INNER JOIN "books" ON ' +
        '"books"."author_id" = "authors"."id" WHERE "books"."published_on" BETWEEN $1 AND $2 ORDER BY "authors"."name"';
      assert.deepEqual(await rows(client, joined, ["2024-01-01", "2024-01-31"]), [["Ada"], ["Ben"]]);
      const eager =
        'SELECT "authors"."id" AS t0_r0, "authors"."name" AS t0_r1, "books"."id" AS t1_r0 FROM "authors" ' +
        'LEFT OUTER JOIN "books" ON "books"."author_id" = "authors"."id" WHERE "authors"."name" = $1 ORDER BY t1_r0';
      assert.equal((await rows(client, eager, ["Ben"])).length, 5);
    },
  },
  {
    name: "aggregates",
    run: async (client) => {
      const grouped =
        'SELECT COUNT(*) AS "count_all", "books"."author_id" AS "books_author_id" FROM "books" ' +
        'GROUP BY "books"."author_id" HAVING (COUNT(*) > 1) ORDER BY "books"."author_id"';
      assert.deepEqual(await rows(client, grouped), [["5", "1"], ["5", "2"]]);
      assert.deepEqual(await rows(client, 'SELECT AVG("books"."pages"), SUM("books"."price") FROM "books"'), [
        ["55.0000000000000000", "60.00"],
      ]);
      const counted = 'SELECT COUNT(*) FROM (SELECT 1 AS one FROM "books" LIMIT $1) subquery_for_count';
      assert.deepEqual(await rows(client, counted, [3]), [["3"]]);
      const selected = 'SELECT authors.*, COUNT(books.id) AS n FROM "authors" LEFT OUTER JOIN "books" ON ' +
        '"books"."author_id" = "authors"."id" GROUP BY "authors"."id" ORDER BY "authors"."id"';
      assert.deepEqual((await rows(client, selected)).map((row) => row.at(-1)), ["5", "5"]);
      const months =
        "SELECT COUNT(*) AS count_all, DATE_TRUNC('month', published_on) AS month FROM \"books\" " +
        "GROUP BY DATE_TRUNC('month', published_on) ORDER BY month";
      assert.deepEqual((await rows(client, months)).map(([count]) => count), ["3", "4", "3"]);
    },
  },
  {
    name: "insert_all and upsert_all",
    run: async (client) => {
      const upsert = 'INSERT INTO "authors" ("name","rating","created_at","updated_at") VALUES ' +
        "('Ada', 4.5, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP), ('Cleo', 3.0, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP) " +
        'ON CONFLICT ("name") DO UPDATE SET updated_at=(CASE WHEN ("authors"."rating" IS NOT DISTINCT FROM ' +
        'excluded."rating") THEN "authors".updated_at ELSE CURRENT_TIMESTAMP END),"rating"=excluded."rating" ' +
        'RETURNING "id"';
      const ids = await rows(client, upsert);
      assert.equal(ids.length, 2);
      assert.deepEqual(ids[0], ["1"]);
      const nothing = 'INSERT INTO "authors" ("name","created_at","updated_at") VALUES ' +
        "('Cleo', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP) ON CONFLICT  DO NOTHING RETURNING \"id\"";
      assert.deepEqual(await rows(client, nothing), []);
      assert.deepEqual(await rows(client, 'SELECT "name", "rating" FROM "authors" ORDER BY "name"'), [
        ["Ada", "4.50"],
        ["Ben", "1.50"],
        ["Cleo", "3.00"],
      ]);
    },
  },
  {
    name: "records are changed, in nested transactions too",
    run: async (client) => {
      const change = 'UPDATE "books" SET "title" = $1, "updated_at" = $2 WHERE "books"."id" = $3';
      assert.equal((await client.query(change, ["Changed", now, 1])).rowCount, 1);
      await run(
        client,
        "BEGIN",
        'SELECT "authors".* FROM "authors" WHERE "authors"."id" = 1 LIMIT 1 FOR UPDATE',
      );
      const count =
        'UPDATE "authors" SET "books_count" = COALESCE("books_count", 0) + $1 WHERE "authors"."id" = $2';
      assert.equal((await client.query(count, [5, 1])).rowCount, 1);
      await run(client, "SAVEPOINT active_record_1");
      const touch =
        'UPDATE "authors" SET "name" = $1, "books_count" = "books_count" + 1 WHERE "authors"."id" = $2';
      assert.equal((await client.query(touch, ["Ada", 1])).rowCount, 1);
      await run(client, "RELEASE SAVEPOINT active_record_1", "COMMIT");
      assert.deepEqual(await rows(client, 'SELECT "books_count" FROM "authors" WHERE "id" = $1', [1]), [[6]]);
    },
  },
  {
    name: "what fails is told by its SQLSTATE, and undone",
    run: async (client) => {
      const values = ["x", 1, "1", 99, null, now, now, null, "c"];
      await run(client, "BEGIN", "SAVEPOINT active_record_1");
      await assert.rejects(client.query(insertBook, values), { code: "23503" });
      await run(client, "ROLLBACK TO SAVEPOINT active_record_1");
      await assert.rejects(client.query(insertBook, ["x", 0, "1", 1, null, now, now, null, "c"]), {
        code: "23514",
      });
      await run(
        client,
        "ROLLBACK TO SAVEPOINT active_record_1",
        "RELEASE SAVEPOINT active_record_1",
        "COMMIT",
      );
      await assert.rejects(
        client.query('INSERT INTO "authors" ("name", "created_at", "updated_at") VALUES ($1, $2, $2)', [
          "Ada",
          now,
        ]),
        { code: "23505" },
      );
      await assert.rejects(
        client.query('INSERT INTO "authors" ("created_at", "updated_at") VALUES ($1, $1)', [now]),
        { code: "23502" },
      );
      assert.deepEqual(await rows(client, 'SELECT COUNT(*) FROM "books"'), [["10"]]);
    },
  },
  {
    name: "records are destroyed with what belongs to them",
    run: async (client) => {
      await run(client, "BEGIN");
      assert.equal(
        (await client.query('DELETE FROM "books" WHERE "books"."author_id" = $1', [2])).rowCount,
        5,
      );
      assert.equal((await client.query('DELETE FROM "authors" WHERE "authors"."id" = $1', [2])).rowCount, 1);
      await run(client, "COMMIT");
      assert.deepEqual(await rows(client, 'SELECT COUNT(*) FROM "books"'), [["5"]]);
    },
  },
  {
    name: "a primary key's sequence is reset, and tables are dropped",
    run: async (client) => {
      assert.deepEqual(await rows(client, 'SELECT MAX("id") FROM "books"'), [["10"]]);
      await rows(client, 'SELECT setval(\'"public"."books_id_seq"\', 20, true)');
      const added = await rows(client, insertBook, ["y", 1, "1", 1, null, now, now, null, "c"]);
      assert.deepEqual(added, [["21"]]);
      await run(
        client,
        'ALTER TABLE "books" DROP CONSTRAINT "fk_rails_d1b8e0c5ab"',
        'DROP INDEX "index_books_on_editor_id"',
        'ALTER TABLE "books" DROP COLUMN "editor_id"',
        'DROP TABLE "books"',
        'DROP TABLE IF EXISTS "authors" CASCADE',
        'DROP TABLE "ar_internal_metadata", "schema_migrations"',
      );
    },
  },
];
