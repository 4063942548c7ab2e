/** The tables of `migrations/`, as Drizzle describes them. */
import { relations } from "drizzle-orm";
import {
  bigint,
  date,
  integer,
  jsonb,
  numeric,
  pgEnum,
  pgTable,
  serial,
  text,
  timestamp,
  varchar,
} from "drizzle-orm/pg-core";

export const role = pgEnum("role", ["admin", "author", "reader"]);

export const users = pgTable("users", {
  id: serial().primaryKey(),
  email: varchar({ length: 100 }).notNull().unique(),
  name: text().default("nobody"),
  role: role().notNull().default("reader"),
  tags: text().array().notNull().default([]),
  settings: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  age: bigint({ mode: "number" }),
});

export const posts = pgTable("posts", {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  authorId: integer("author_id").notNull().references(() => users.id),
  title: text().notNull(),
  price: numeric({ precision: 8, scale: 2 }).notNull().default("0"),
  hits: integer().notNull().default(0),
  published: date(),
});

export const usersRelations = relations(users, ({ many }) => ({ posts: many(posts) }));

export const postsRelations = relations(posts, ({ one }) => ({
  author: one(users, { fields: [posts.authorId], references: [users.id] }),
}));
