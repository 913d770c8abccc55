/** The calls that tell how the server is. @module */

import { json, text } from "./responses.ts";
import type { Metrics } from "../../telemetry/registry.ts";
import type { Route } from "./router.ts";

/** The calls that tell how the server is. They need no token, except `GET /`. */
export function statusRoutes(metrics: Metrics): Route[] {
  return [
    {
      method: "GET",
      path: "/",
      handle: () => text(200, "Conveyor API server, embedded: for development and tests only"),
    },
    {
      method: "GET",
      path: "/health",
      handle: () => json(200, { status: "ok", time: new Date().toISOString() }),
    },
    {
      method: "GET",
      path: "/metrics",
      handle() {
        const type = "text/plain; version=0.0.4; charset=utf-8";
        return new Response(metrics.text(), { headers: { "content-type": type } });
      },
    },
  ];
}
