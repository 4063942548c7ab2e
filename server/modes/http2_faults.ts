import process from "node:process";
import { logger } from "../observe/log.ts";

/**
 * gRPC looks at its connections' addresses whenever something happens to them, also as they end. On Deno 2.9.4 that throws
 * for a connection that has just gone, out of an event that nobody can catch; nothing is wrong then, and the process goes
 * on. Anything else that nobody caught ends it, as without this.
 */
export function tolerateGoneConnections(): void {
  process.on("uncaughtException", (error) => {
    if (saysGone(error)) return;
    console.error(error);
    Deno.exit(1);
  });
}

/** For the same where it is a promise that fails. @throws any other error */
export function unlessGone(error: unknown): void {
  if (!saysGone(error)) throw error;
}

function saysGone(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  if (code !== "ERR_HTTP2_SOCKET_UNBOUND") return false;
  logger("grpc").debug("a connection had gone", { error: message });
  return true;
}
