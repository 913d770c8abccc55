/** The routes of health and metrics. @module */

import { Hono } from "hono";
import type { Metrics } from "../../telemetry/registry.ts";
import { text } from "./responses.ts";

/** Creates the routes of `/`, `/health` and `/metrics`. All but `/` need no token. */
export function statusRoutes(metrics: Metrics): Hono {
  const app = new Hono();
  app.get("/", () => text(200, "Conveyor API server, embedded: for development and tests only"));
  app.get("/health", (c) => c.json({ status: "ok", time: new Date().toISOString() }));
  app.get("/metrics", () => {
    const type = "text/plain; version=0.0.4; charset=utf-8";
    return new Response(metrics.text(), { headers: { "content-type": type } });
  });
  return app;
}
