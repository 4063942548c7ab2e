import { PgError } from "../../../worker/api/error.ts";
import type { Key } from "./known.ts";

type Values = readonly (string | null)[];

/** A row refers to nothing. */
export function notPresent(key: Key, values: Values): PgError {
  return violation(
    key,
    "23503",
    `insert or update on table "${key.child.name}" violates foreign key constraint "${key.name}"`,
    `Key ${shown(key.columns, values)} is not present in table "${key.parent.name}".`,
  );
}

/** Some columns of a MATCH FULL key are NULL, and some are not. */
export function mixedNulls(key: Key): PgError {
  return violation(
    key,
    "23503",
    `insert or update on table "${key.child.name}" violates foreign key constraint "${key.name}"`,
    "MATCH FULL does not allow mixing of null and nonnull key values.",
  );
}

/** Rows refer to what is gone. */
export function stillReferenced(key: Key, values: Values): PgError {
  return violation(
    key,
    "23503",
    `update or delete on table "${key.parent.name}" violates foreign key constraint "${key.name}" on table "${key.child.name}"`,
    `Key ${shown(key.references, values)} is still referenced from table "${key.child.name}".`,
  );
}

/** The same of a key with RESTRICT, which PostgreSQL 18 tells apart. */
export function restricted(key: Key, values: Values): PgError {
  return violation(
    key,
    "23001",
    `update or delete on table "${key.parent.name}" violates RESTRICT setting of foreign key constraint "${key.name}" on table "${key.child.name}"`,
    `Key ${shown(key.references, values)} is referenced from table "${key.child.name}".`,
  );
}

function violation({ name, child }: Key, sqlstate: string, message: string, detail: string): PgError {
  const schema = child.schema === "main" ? "public" : child.schema;
  return new PgError(sqlstate, message, { detail, fields: { s: schema, t: child.name, n: name } });
}

function shown(columns: readonly string[], values: Values): string {
  return `(${columns.join(", ")})=(${values.map((value) => value ?? "null").join(", ")})`;
}
