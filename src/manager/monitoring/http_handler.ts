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
    case "/healthz":
      return probe(state !== "failed" && state !== "stopped", "ok", state);
    case "/readyz":
      return probe(state === "running" && isConnected(), "ready", state);
    case "/metrics":
      return new Response(renderPrometheus(driverMetrics(manager.stats())), {
        headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
      });
    default:
      return Response.json({ error: `not found: ${path}` }, { status: 404 });
  }
}

function probe(passes: boolean, passed: string, failed: string): Response {
  return Response.json({ status: passes ? passed : failed }, { status: passes ? 200 : 503 });
}
