/** Health and metrics endpoints. @module */

import { renderPrometheus } from "../../telemetry/prometheus.ts";
import type { DriverManager } from "../driver_manager.ts";
import { driverMetrics } from "./metrics.ts";

/** Creates the handler of `/healthz`, `/readyz` and `/metrics`. */
export function createHandler(
  manager: Pick<DriverManager, "state" | "stats">,
  isConnected: () => boolean,
): (request: Request) => Promise<Response> {
  return (request) => Promise.resolve(respond(manager, isConnected, new URL(request.url).pathname));
}

function respond(
  manager: Pick<DriverManager, "state" | "stats">,
  isConnected: () => boolean,
  path: string,
): Response {
  const { state } = manager;
  switch (path) {
    case "/healthz": {
      const alive = state !== "failed" && state !== "stopped";
      return Response.json({ status: alive ? "ok" : state }, { status: alive ? 200 : 503 });
    }
    case "/readyz": {
      const ready = state === "running" && isConnected();
      return Response.json({ status: ready ? "ready" : state }, { status: ready ? 200 : 503 });
    }
    case "/metrics":
      return new Response(renderPrometheus(driverMetrics(manager.stats())), {
        headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
      });
    default:
      return Response.json({ error: `not found: ${path}` }, { status: 404 });
  }
}
