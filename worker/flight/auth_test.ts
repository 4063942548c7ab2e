import assert from "node:assert/strict";
import { Metadata, status } from "@grpc/grpc-js";
import { headers } from "../api/flight/headers.ts";
import { authorizationOf, bearerCheck } from "./auth.ts";

const cases: [string, string | null, "passes" | "refused"][] = [
  ["the token", "Bearer s3cret", "passes"],
  ["no header", null, "refused"],
  ["nothing", "", "refused"],
  ["the token alone", "s3cret", "refused"],
  ["a part of it", "Bearer s3cre", "refused"],
  ["more than it", "Bearer s3cret ", "refused"],
  ["another of its length", "Bearer s3creT", "refused"],
  ["another scheme", "Basic s3cret", "refused"],
];

Deno.test("only the bearer of the token passes", () => {
  const check = bearerCheck("s3cret");
  for (const [what, value, expected] of cases) {
    const metadata = new Metadata();
    if (value !== null) metadata.set(headers.authorization, value);
    const authorization = authorizationOf(metadata);
    if (expected === "passes") assert.doesNotThrow(() => check(authorization), what);
    else assert.throws(() => check(authorization), { code: status.UNAUTHENTICATED }, what);
  }
});
