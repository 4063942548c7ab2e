import { createApp, createMetricsApp, type MetricsText } from "./app.ts";
import { type Handler, HttpListenError, listen, type Listening } from "./listen.ts";
import type { Phase, ServerState } from "./state.ts";

export { HttpListenError };
export type { MetricsText, Phase, ServerState };

/** A port number, 0 for none, or any that is free. */
export type HttpPort = number | "ephemeral";

export interface HttpOptions {
  host: string;
  httpPort: HttpPort;
  metricsPort: HttpPort;
  state: ServerState;
  metrics: MetricsText;
}

/** The HTTP ports of a server. */
export interface Http {
  /** The open port; `null` where it is switched off. */
  readonly httpPort: number | null;
  readonly metricsPort: number | null;
  /**
   * Closes the ports and waits for the running requests, at most `grace` milliseconds (default 1 s). Safe to call more
   * than once.
   */
  stop(grace?: number): Promise<void>;
}

/**
 * Opens the HTTP ports: `/health` and `/ready` on one, `/metrics` on the other.
 *
 * @throws HttpListenError when one cannot be opened; then none stays open
 */
export async function startHttp({ host, httpPort, metricsPort, state, metrics }: HttpOptions): Promise<Http> {
  const open: Listening[] = [];
  let stopped: Promise<unknown> | null = null;
  const stop = async (grace = 1000) => {
    stopped ??= Promise.all(open.map((port) => port.stop(grace)));
    await stopped;
  };
  const start = (
    port: HttpPort,
    flag: string,
    handler: Handler,
  ) => {
    if (port === 0) return null;
    const listening = listen(host, port === "ephemeral" ? 0 : port, flag, handler);
    open.push(listening);
    return listening.port;
  };
  try {
    return {
      httpPort: start(httpPort, "--http-port", createApp(state).fetch),
      metricsPort: start(metricsPort, "--metrics-port", createMetricsApp(metrics).fetch),
      stop,
    };
  } catch (error) {
    await stop(0);
    throw error;
  }
}
