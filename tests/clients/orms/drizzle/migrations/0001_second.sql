ALTER TABLE "users" ADD COLUMN "age" integer;--> statement-breakpoint
ALTER TABLE "users" ALTER COLUMN "age" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "users" ALTER COLUMN "name" SET DEFAULT 'nobody';--> statement-breakpoint
ALTER TABLE "posts" RENAME COLUMN "views" TO "hits";--> statement-breakpoint
ALTER TABLE "posts" ADD CONSTRAINT "posts_hits_check" CHECK ("posts"."hits" >= 0);--> statement-breakpoint
CREATE UNIQUE INDEX "users_lower_email" ON "users" USING btree (lower("email"));
