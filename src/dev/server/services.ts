/** What the server keeps, and the calls that work on it. @module */

import type { Connection } from "../../transport/transport.ts";
import { broadcastRoutes } from "../api/broadcast_routes.ts";
import { definitionRoutes, DefinitionStore } from "../api/definition_routes.ts";
import type { EngineServices } from "../engine/pipeline_engine.ts";
import { LogStore } from "../store/log_store.ts";
import { logRoutes, type LogServices } from "../api/log_routes.ts";
import { Metrics } from "../../telemetry/registry.ts";
import type { ResolvedOptions } from "../options.ts";
import { pipelineRoutes, PipelineStore } from "../api/pipeline_routes.ts";
import { ResourceStore } from "../store/resource_store.ts";
import { resourceRoutes, type ResourceServices } from "../api/resource_routes.ts";
import type { Route } from "../api/router.ts";
import { publishRun } from "../engine/run_publisher.ts";
import { statusRoutes } from "../api/status_routes.ts";

/** All that handlers, engine and log writer work with. */
export interface Services extends ResourceServices, EngineServices, LogServices {
  readonly metrics: Metrics;
  /** Counts an answered request. */
  readonly countRequest: (labels: { method: string; route: string; status: number }) => void;
  /** Publishes on core NATS. */
  readonly broadcast: (subject: string, data: Uint8Array) => void;
}

/** Makes empty stores and what goes with them. */
export function createServices(
  settings: ResolvedOptions,
  connection: Connection,
  closing: AbortSignal,
): Services {
  const openStreams = new Set<AbortController>();
  closing.addEventListener("abort", () => openStreams.forEach((stream) => stream.abort()), {
    once: true,
  });
  const metrics = new Metrics();
  const resources = new ResourceStore();
  const definitions = new DefinitionStore();
  const pipelines = new PipelineStore();
  const logs = new LogStore();
  const countRequest = metrics.counter("conveyor_dev_http_requests_total", "Requests answered.");
  const countRun = metrics.counter("conveyor_dev_run_events_total", "Events published to drivers.");
  const countNotice = metrics.counter("conveyor_dev_notices_total", "Things that went wrong.");
  metrics.gauge("conveyor_dev_resources", "Resources stored.", () => resources.size);
  metrics.gauge("conveyor_dev_resource_definitions", "Definitions stored.", () => definitions.size);
  metrics.gauge("conveyor_dev_pipelines", "Pipelines stored.", () => pipelines.size);
  metrics.gauge("conveyor_dev_log_entries", "Log entries stored.", () => logs.size);
  return {
    metrics,
    resources,
    definitions,
    pipelines,
    logs,
    countRequest,
    openStreams,
    protocol: settings.protocol,
    heartbeatMs: settings.heartbeatMs,
    async publish(run) {
      await publishRun(connection, run);
      countRun({ event: run.event });
    },
    broadcast: (subject, data) => connection.publish(subject, data),
    onNotice(notice) {
      countNotice();
      settings.onNotice(notice);
    },
  };
}

/** Every call of the server's generation: v1 has no pipelines, and keeps its logs in Loki. */
export function routesOf(services: Services): Route[] {
  const { protocol, definitions, pipelines, metrics, broadcast } = services;
  const shared = [
    ...statusRoutes(metrics),
    ...definitionRoutes(definitions),
    ...resourceRoutes(services),
    ...broadcastRoutes(broadcast),
  ];
  return protocol === "v1"
    ? shared
    : [...shared, ...pipelineRoutes(pipelines, definitions), ...logRoutes(services)];
}
