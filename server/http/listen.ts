import { errorFacts, logger } from "../observe/log.ts";

const log = logger("http");

/** An HTTP port could not be opened. The message is one line, to be shown to who started the server. */
export class HttpListenError extends Error {
  override readonly name = "HttpListenError";

  /** @param flag the command line's name of the port, e.g. `--http-port` */
  constructor(readonly flag: string, readonly host: string, readonly port: number, cause: unknown) {
    super(
      `cannot listen on ${authority(host, port)} (${flag}): ${reason(cause)}; ` +
        `choose another port with ${flag}, or switch it off with ${flag} 0`,
      { cause },
    );
  }
}

/** A port that is served. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  /**
   * Takes no more connections and waits for the running requests, at most `grace` milliseconds; what runs longer ends
   * with the process. (Deno cannot cut connections off once a server shuts down: aborting it then throws.)
   */
  stop(grace: number): Promise<void>;
}

/** What answers requests. */
export type Handler = (request: Request) => Response | Promise<Response>;

/**
 * Serves a port.
 *
 * @param port 0 for any free one
 * @throws HttpListenError when it cannot be opened
 */
export function listen(host: string, port: number, flag: string, handler: Handler): Listening {
  const server = serve(host, port, flag, handler);
  return {
    host,
    port: server.addr.port,
    async stop(grace) {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, grace);
      await Promise.race([server.shutdown(), late.promise]);
      clearTimeout(timer);
    },
  };
}

function serve(host: string, port: number, flag: string, handler: Handler) {
  try {
    return Deno.serve({ hostname: host, port, onListen() {}, onError }, handler);
  } catch (error) {
    throw new HttpListenError(flag, host, port, error);
  }
}

function onError(error: unknown): Response {
  log.error("request failed", errorFacts(error));
  return Response.json({ error: "internal server error" }, { status: 500 });
}

function reason(cause: unknown): string {
  if (cause instanceof Deno.errors.AddrInUse) return "the port is in use";
  if (cause instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (cause instanceof Deno.errors.AddrNotAvailable) return "no such address on this machine";
  return cause instanceof Error ? cause.message : String(cause);
}

/** `host:port`, with brackets around an IPv6 address. */
function authority(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
