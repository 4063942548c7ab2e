/**
 * What the HTTP ports serve, put together from their parts. The API and the console are mounted on the main app.
 */
import { Hono } from "hono";
import { errorFacts, logger } from "../observe/log.ts";
import { healthRoutes } from "./health.ts";
import type { ServerState } from "./state.ts";

const log = logger("http");

/** Metrics as Prometheus reads them. */
export interface MetricsText {
  readonly contentType: string;
  text(): Promise<string>;
}

/** `/health` and `/ready`. */
export function createApp(state: ServerState): Hono {
  return baseApp().route("/", healthRoutes(state));
}

/** `/metrics`, on a port of its own so that it can be kept from clients. */
export function createMetricsApp(metrics: MetricsText): Hono {
  return baseApp().get("/metrics", async (context) => {
    return context.body(await metrics.text(), 200, { "Content-Type": metrics.contentType });
  });
}

/** What all apps share: JSON for what is not there and for what went wrong, nothing cached. */
function baseApp(): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header("Cache-Control", "no-store");
    context.header("X-Content-Type-Options", "nosniff");
  });
  app.notFound((context) => context.json({ error: "not found" }, 404));
  app.onError((error, context) => {
    log.error("request failed", { method: context.req.method, path: context.req.path, ...errorFacts(error) });
    return context.json({ error: "internal server error" }, 500);
  });
  return app;
}
