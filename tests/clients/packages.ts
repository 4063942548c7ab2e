/** Clients that only these tests use, with their versions; `pg` itself is in deno.json. */
export { default as Cursor } from "pg-cursor";
export { default as QueryStream } from "pg-query-stream";
export { default as postgres } from "postgres";
