/** All routes of the REST API, and what they need. @module */

import { Hono } from "hono";
import type { Metrics } from "../../telemetry/registry.ts";
import type { EngineServices } from "../engine/engine_services.ts";
import { broadcastRoutes } from "./broadcast_routes.ts";
import { definitionRoutes } from "./definition_routes.ts";
import { logRoutes, type LogServices } from "./log_routes.ts";
import type { LogWriterServices } from "../engine/log_writer.ts";
import { pipelineRoutes } from "./pipeline_routes.ts";
import type { ResourceServices } from "./resource_input.ts";
import { resourceRoutesV2 } from "./resource_routes_v2.ts";
import { resourceRoutesV3 } from "./resource_routes_v3.ts";
import { statusRoutes } from "./status_routes.ts";

/** What the routes, the pipeline engine and the log writer need. */
export interface Services extends ResourceServices, EngineServices, LogServices, LogWriterServices {
  readonly metrics: Metrics;
  /** Counts a response. */
  readonly countRequest: (labels: { method: string; route: string; status: number }) => void;
  /** Publishes on core NATS. */
  readonly broadcast: (subject: string, data: Uint8Array) => void;
}

/** Creates the routes of the server's generation: v1 has no pipelines, and keeps its logs in Loki. */
export function routesOf(services: Services): Hono {
  const { generation, definitions, pipelines, metrics, broadcast } = services;
  const app = new Hono();
  app.route("/", statusRoutes(metrics, generation));
  app.route("/", definitionRoutes(definitions));
  app.route("/", generation === "v3" ? resourceRoutesV3(services) : resourceRoutesV2(services));
  app.route("/", broadcastRoutes(broadcast));
  if (generation === "v1") return app;
  app.route("/", pipelineRoutes(pipelines, definitions));
  app.route("/", logRoutes(services));
  return app;
}
