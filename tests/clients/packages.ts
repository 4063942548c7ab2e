// deno-lint-ignore-file no-import-prefix
/** Clients that only these tests use, with their versions; `pg` itself is in deno.json. */
export { default as Cursor } from "npm:pg-cursor@2.22.0";
export { default as QueryStream } from "npm:pg-query-stream@4.17.0";
export { default as postgres } from "npm:postgres@3.4.9";
