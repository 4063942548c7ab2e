/** Who may speak to the worker at all. */
import { createHash, timingSafeEqual } from "node:crypto";
import { type Metadata, status } from "@grpc/grpc-js";
import { headers } from "../api/flight/headers.ts";
import { FlightError } from "./status.ts";

/** A call's `authorization`. */
export function authorizationOf(metadata: Metadata): string {
  const [given = ""] = metadata.get(headers.authorization);
  return String(given);
}

/**
 * Checks an authorization, which is to be `Bearer <token>`; the comparison takes as long for any wrong token.
 *
 * @throws {FlightError} UNAUTHENTICATED, by the function it answers
 */
export function bearerCheck(token: string): (authorization: string) => void {
  const expected = digest(`Bearer ${token}`);
  return (authorization) => {
    if (timingSafeEqual(digest(authorization), expected)) return;
    throw new FlightError(status.UNAUTHENTICATED, "invalid bearer token");
  };
}

/** Of one length whatever the text, so that comparing tells nothing of the token's. */
function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
