import assert from "node:assert/strict";
import { newQueryId } from "./query_id.ts";

Deno.test("a query's id is a UUID of version 7 that begins with its time", () => {
  const id = newQueryId(0x0123456789ab);
  assert.match(id, /^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

Deno.test("ids of one moment differ, and later ones sort behind", () => {
  const ids = Array.from({ length: 1000 }, () => newQueryId(1_700_000_000_000));
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(newQueryId(1_700_000_000_001) > ids.sort().at(-1)!);
});
