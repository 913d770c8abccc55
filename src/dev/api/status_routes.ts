/** The routes of health, capabilities and metrics. @module */

import { Hono } from "hono";
import type { Metrics } from "../../telemetry/registry.ts";
import type { Generation } from "../generation.ts";
import { text } from "./responses.ts";

/** Creates the routes of `/`, `/health`, `/metrics` and, in v3, `/capabilities`. `/` and `/capabilities` need a token. */
export function statusRoutes(metrics: Metrics, generation: Generation): Hono {
  const app = new Hono();
  app.get("/", () => text(200, "Conveyor API server, embedded: for development and tests only"));
  app.get("/health", (c) =>
    c.json(
      generation === "v3"
        ? { status: "healthy", time: Math.trunc(Date.now() / 1000) }
        : { status: "ok", time: new Date().toISOString() },
    ));
  if (generation === "v3") {
    app.get("/capabilities", (c) => c.json({ resource_deletion_pipeline: 1 }));
  }
  app.get("/metrics", () => {
    const type = "text/plain; version=0.0.4; charset=utf-8";
    return new Response(metrics.text(), { headers: { "content-type": type } });
  });
  return app;
}
