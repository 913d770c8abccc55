/** The stores, counters and open streams of a server. @module */

import { Metrics } from "../../telemetry/registry.ts";
import type { Connection } from "../../transport/transport.ts";
import type { Services } from "../api/routes.ts";
import { LiveFeed } from "../engine/live_feed.ts";
import { lateInsert } from "../engine/late_insert.ts";
import { LogBarrier } from "../engine/log_barrier.ts";
import { publishRun, publishRunStart } from "../engine/run_publisher.ts";
import type { ResolvedOptions } from "../options.ts";
import { DefinitionStore } from "../store/definition_store.ts";
import { servesLive } from "../log_faults.ts";
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
  const barrier = new LogBarrier();
  const { generation, pathOrder, faults, deletionRetryMs } = settings;
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
    generation,
    pathOrder,
    deletionRetryMs,
    barrier,
    insertLog: lateInsert(logs, faults.logLagMs, closing),
    followLog: followLog(),
    heartbeatMs: settings.heartbeatMs,
    async publish(run) {
      await publishRun(connection, run);
      countRun({ event: run.event });
    },
    startPipeline: (run) => publishRunStart(connection, run),
    async logsStored() {
      if (faults.logLagMs === 0) await barrier.pass(connection, closing);
    },
    broadcast: (subject, data) => connection.publish(subject, data),
    onNotice,
  };

  function onNotice(notice: string): void {
    countNotice();
    settings.onNotice(notice);
  }

  function followLog(): Services["followLog"] {
    if (!servesLive(faults)) return (filter, signal) => logs.follow(filter, signal);
    const feed = new LiveFeed(logs, faults);
    feed.subscribe(connection, onNotice);
    return (filter, signal) => feed.follow(filter, signal);
  }
}
