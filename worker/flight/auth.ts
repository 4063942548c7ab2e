/** Who may speak to the worker at all. */
import { createHash, timingSafeEqual } from "node:crypto";
import { type Metadata, status } from "@grpc/grpc-js";
import { headers } from "../api/flight/headers.ts";
import { FlightError } from "./status.ts";

/**
 * Checks a call's `authorization: Bearer <token>`; the comparison takes as long for any wrong token.
 *
 * @throws {FlightError} UNAUTHENTICATED, by the function it answers
 */
export function bearerCheck(token: string): (metadata: Metadata) => void {
  const expected = digest(`Bearer ${token}`);
  return (metadata) => {
    const [given = ""] = metadata.get(headers.authorization);
    if (timingSafeEqual(digest(String(given)), expected)) return;
    throw new FlightError(status.UNAUTHENTICATED, "invalid bearer token");
  };
}

/** Of one length whatever the text, so that comparing tells nothing of the token's. */
function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
