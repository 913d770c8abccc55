/** The stores, counters and open streams of a server. @module */

import { Metrics } from "../../telemetry/registry.ts";
import type { Connection } from "../../transport/transport.ts";
import type { Services } from "../api/routes.ts";
import { publishRun } from "../engine/run_publisher.ts";
import type { ResolvedOptions } from "../options.ts";
import { DefinitionStore } from "../store/definition_store.ts";
import { LogStore } from "../store/log_store.ts";
import { PipelineStore } from "../store/pipeline_store.ts";
import { ResourceStore } from "../store/resource_store.ts";

/** Creates empty stores, their metrics and the functions that publish. */
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
  const countRequest = metrics.counter("conveyor_dev_http_requests_total", "HTTP responses sent.");
  const countRun = metrics.counter("conveyor_dev_run_events_total", "Events published to drivers.");
  const countNotice = metrics.counter("conveyor_dev_notices_total", "Problems reported.");
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
