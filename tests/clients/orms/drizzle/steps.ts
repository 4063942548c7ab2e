import assert from "node:assert/strict";
import path from "node:path";
import { and, arrayContains, asc, avg, count, desc, eq, gt, ilike, inArray, sql, sum } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import * as schema from "./schema.ts";
import { posts, users } from "./schema.ts";

type Db = NodePgDatabase<typeof schema>;

/** What an application does; all steps run in order. */
interface Step {
  name: string;
  run(db: Db): Promise<void>;
}

/** Drizzle wraps what the driver throws. */
async function rejects(work: PromiseLike<unknown>, code: string): Promise<void> {
  await assert.rejects(Promise.resolve(work), (error: Error) => {
    assert.equal((error.cause as { code?: string }).code, code);
    return true;
  });
}

export const steps: Step[] = [
  {
    name: "migrations run, once",
    run: async (db) => {
      const migrationsFolder = path.join(import.meta.dirname!, "migrations");
      await migrate(db, { migrationsFolder });
      await migrate(db, { migrationsFolder });
      const { rows } = await db.execute(sql`select count(*)::int as n from drizzle.__drizzle_migrations`);
      assert.deepEqual(rows, [{ n: 2 }]);
    },
  },
  {
    name: "rows are inserted and returned",
    run: async (db) => {
      const [ada] = await db.insert(users).values({
        email: "ada@example.com",
        name: "Ada",
        role: "admin",
        tags: ["a", "b c"],
        settings: { theme: { dark: true }, n: [1, 2] },
        age: 36,
      }).returning();
      assert.equal(ada.id, 1);
      assert.equal(ada.createdAt instanceof Date, true);
      assert.deepEqual([ada.role, ada.tags, ada.settings, ada.age], [
        "admin",
        ["a", "b c"],
        { theme: { dark: true }, n: [1, 2] },
        36,
      ]);
      await db.insert(users).values([{ email: "ben@example.com" }, {
        email: "cleo@example.com",
        name: "Cleo",
      }]);
      const added = await db.insert(posts).values(Array.from({ length: 10 }, (_, i) => ({
        authorId: 1 + i % 2,
        title: `Post ${i}`,
        price: `${i}.50`,
        published: `2024-0${1 + i % 3}-05`,
      }))).returning({ id: posts.id });
      assert.deepEqual(added.map(({ id }) => id), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    },
  },
  {
    name: "rows are found, and pages of them",
    run: async (db) => {
      const found = await db.select().from(users).where(
        and(ilike(users.email, "ADA%"), eq(users.role, "admin")),
      );
      assert.deepEqual(found.map(({ name }) => name), ["Ada"]);
      assert.equal((await db.select().from(users).where(arrayContains(users.tags, ["a"]))).length, 1);
      const dark = sql`${users.settings} -> 'theme' ->> 'dark' = 'true'`;
      assert.equal((await db.select().from(users).where(dark)).length, 1);
      const page = db.select({ title: posts.title }).from(posts).orderBy(desc(posts.id)).limit(3).offset(3);
      assert.deepEqual(await page, [{ title: "Post 6" }, { title: "Post 5" }, { title: "Post 4" }]);
      const after = db.select({ id: posts.id }).from(posts).where(gt(posts.id, 8)).orderBy(asc(posts.id))
        .limit(5);
      assert.deepEqual(await after, [{ id: 9 }, { id: 10 }]);
      const prepared = db.select({ title: posts.title }).from(posts).where(
        eq(posts.id, sql.placeholder("id")),
      )
        .prepare("post_by_id");
      for (const id of [1, 2, 3]) {
        assert.deepEqual(await prepared.execute({ id }), [{ title: `Post ${id - 1}` }]);
      }
    },
  },
  {
    name: "relational queries",
    run: async (db) => {
      const all = await db.query.users.findMany({
        columns: { email: true },
        with: { posts: { columns: { title: true }, orderBy: [desc(posts.id)], limit: 2 } },
        orderBy: [asc(users.id)],
      });
      assert.deepEqual(all, [
        { email: "ada@example.com", posts: [{ title: "Post 8" }, { title: "Post 6" }] },
        { email: "ben@example.com", posts: [{ title: "Post 9" }, { title: "Post 7" }] },
        { email: "cleo@example.com", posts: [] },
      ]);
      const post = await db.query.posts.findFirst({ where: eq(posts.id, 2), with: { author: true } });
      assert.deepEqual([post?.title, post?.price, post?.author.email], ["Post 1", "1.50", "ben@example.com"]);
    },
  },
  {
    name: "aggregates",
    run: async (db) => {
      const grouped = await db.select({
        author: posts.authorId,
        n: count(),
        total: sum(posts.price),
        mean: avg(posts.hits),
      })
        .from(posts).groupBy(posts.authorId).having(({ n }) => gt(n, 1)).orderBy(posts.authorId);
      assert.deepEqual(grouped.map(({ author, n, total }) => [author, n, total]), [[1, 5, "22.50"], [
        2,
        5,
        "27.50",
      ]]);
      assert.equal(Number(grouped[0].mean), 0);
      assert.equal(await db.$count(posts, gt(posts.id, 5)), 5);
      const joined = await db.select({ name: users.name, n: count(posts.id) }).from(users)
        .leftJoin(posts, eq(posts.authorId, users.id)).groupBy(users.id).orderBy(users.id);
      assert.deepEqual(joined, [{ name: "Ada", n: 5 }, { name: "nobody", n: 5 }, { name: "Cleo", n: 0 }]);
      const latest = await db.selectDistinctOn([posts.authorId], { id: posts.id }).from(posts)
        .orderBy(posts.authorId, desc(posts.id));
      assert.deepEqual(latest, [{ id: 9 }, { id: 10 }]);
      const big = db.$with("big").as(db.select().from(posts).where(gt(posts.price, "8")));
      assert.deepEqual(await db.with(big).select({ id: big.id }).from(big).orderBy(big.id), [{ id: 9 }, {
        id: 10,
      }]);
    },
  },
  {
    name: "upserts",
    run: async (db) => {
      const upserted = await db.insert(users).values([
        { email: "ben@example.com", name: "Ben" },
        { email: "dan@example.com", name: "Dan" },
      ]).onConflictDoUpdate({ target: users.email, set: { name: sql`excluded.name` } })
        .returning({ name: users.name });
      assert.deepEqual(upserted.map(({ name }) => name).sort(), ["Ben", "Dan"]);
      const nothing = await db.insert(users).values({ email: "dan@example.com" }).onConflictDoNothing()
        .returning();
      assert.deepEqual(nothing, []);
      assert.equal(await db.$count(users), 4);
    },
  },
  {
    name: "rows are changed",
    run: async (db) => {
      const changed = await db.update(users).set({ name: "Ada L.", tags: ["a", "b c"] }).where(
        eq(users.id, 1),
      )
        .returning({ name: users.name });
      assert.deepEqual(changed, [{ name: "Ada L." }]);
      await db.update(posts).set({ hits: sql`${posts.hits} + 1` }).where(inArray(posts.id, [1, 2]));
      assert.equal(await db.$count(posts, gt(posts.hits, 0)), 2);
      const moved = await db.update(posts).set({ title: sql`${posts.title} || ' by ' || ${users.name}` })
        .from(users)
        .where(and(eq(posts.authorId, users.id), eq(posts.id, 1))).returning({ title: posts.title });
      assert.deepEqual(moved, [{ title: "Post 0 by Ada L." }]);
    },
  },
  {
    name: "transactions, in each other too",
    run: async (db) => {
      await db.transaction(async (tx) => {
        await rejects(
          tx.transaction(async (inner) => {
            await inner.insert(users).values({ email: "ada@example.com" });
          }),
          "23505",
        );
        await tx.transaction(async (inner) => {
          await inner.insert(users).values({ email: "eva@example.com" });
        });
        await tx.select().from(users).for("update");
      });
      assert.equal(await db.$count(users), 5);
      await assert.rejects(db.transaction(async (tx) => {
        await tx.delete(posts);
        tx.rollback();
      }));
      assert.equal(await db.$count(posts), 10);
    },
  },
  {
    name: "what fails is told by its SQLSTATE",
    run: async (db) => {
      await rejects(db.insert(users).values({ email: "ada@example.com" }), "23505");
      await rejects(db.insert(posts).values({ authorId: 99, title: "x" }), "23503");
      await rejects(db.insert(posts).values({ authorId: 1, title: "x", hits: -1 }), "23514");
      await rejects(db.insert(posts).values({ authorId: 1, title: sql`null` }), "23502");
    },
  },
  {
    name: "rows are deleted with what belongs to them",
    run: async (db) => {
      await db.transaction(async (tx) => {
        await tx.delete(posts).where(eq(posts.authorId, 2));
        const gone = await tx.delete(users).where(eq(users.id, 2)).returning({ email: users.email });
        assert.deepEqual(gone, [{ email: "ben@example.com" }]);
      });
      assert.equal(await db.$count(posts), 5);
    },
  },
];
