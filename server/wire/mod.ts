/**
 * The PostgreSQL frontend/backend protocol, the server's side: bytes to messages and back. Knows nothing of SQL.
 */
export * from "./auth/authenticate.ts";
export * from "./auth/credentials.ts";
export * from "./auth/rate_limit.ts";
export { formatVerifier, makeVerifier, parseVerifier } from "./auth/verifier.ts";
export * from "./backend.ts";
export * from "./connection.ts";
export * from "./frames.ts";
export * from "./frontend.ts";
export { maskSecrets } from "./mask.ts";
export * from "./options.ts";
export * from "./startup.ts";
export type { ProtocolVersion } from "./startup_packet.ts";
export * from "./tls.ts";
