import { Hono } from "hono";
import type { ServerState } from "./state.ts";

/**
 * The probes of an orchestrator or load balancer. `/health`: keep this process (503 once it drains, so that nothing new
 * is sent its way); `/ready`: send it clients.
 */
export function healthRoutes(state: ServerState): Hono {
  const app = new Hono();
  app.get("/health", (context) => {
    return state.phase === "draining"
      ? context.json({ status: "unhealthy" }, 503)
      : context.json({ status: "healthy" }, 200);
  });
  app.get("/ready", (context) => {
    return state.phase === "accepting"
      ? context.json({ status: "ready" }, 200)
      : context.json({ status: "not ready", reason: state.phase }, 503);
  });
  return app;
}
