import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { createClient } from "@conveyor/driver";
import { memorySink } from "@conveyor/driver/logging";
import { openTelemetry } from "@conveyor/driver/otel";
import { describe, expect, it, onTestFinished } from "vitest";
import { encodeDriverMessage } from "../../src/protocol/driver_message.ts";
import { eventSubject } from "../../src/protocol/subjects.ts";
import { serve } from "../client/support/http_server.ts";
import { hexId, openWorld } from "../manager/support/world.ts";
import { installSdk } from "./sdk.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";

describe("the trace of a delivery", () => {
  it("continues that of its message, with spans for what is done and headers on what is published", async () => {
    const sdk = installSdk();
    const world = await openWorld("nats-server");
    const sink = memorySink();
    const headers: (string | undefined)[] = [];
    await world.connection.ensureConsumer("messages", {
      durable: "listener",
      filterSubjects: [eventSubject("deploy", "progress")],
      ackWaitMs: 30_000,
      maxAckPending: 10,
    });
    const pull = await world.connection.pull("messages", "listener", {
      onMessage: (delivery) => void headers.push(delivery.header("traceparent")),
      onLost() {},
    });
    pull.demand(1);
    let active: string | undefined;
    let own: string | undefined;
    const manager = await world.start({
      async reconcile({ logger, emit, span }) {
        active = trace.getActiveSpan()?.spanContext().spanId;
        own = span?.spanContext().spanId;
        span?.setAttribute("region", "eu");
        logger.info("working");
        await emit("progress", {});
        return { success: true };
      },
    }, { sinks: [sink], telemetry: openTelemetry({ tracerProvider: sdk.provider }) });
    const runId = crypto.randomUUID();
    const payload = JSON.stringify({ id: hexId(), name: "site", resource: "workflow", spec: {} });
    await world.connection.publishConfirmed(
      "resources.workflow",
      encodeDriverMessage({ event: "create", id: hexId(), runId, payload }),
      { headers: { traceparent: `00-${TRACE}-${PARENT}-01` } },
    );
    await world.events.find(({ type }) => type === "run-ended");
    await manager.stop();

    const [consumer] = sdk.named("process ");
    expect(consumer).toMatchObject({
      name: "process resources.workflow",
      kind: SpanKind.CONSUMER,
      parentSpanContext: { traceId: TRACE, spanId: PARENT },
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        "messaging.system": "nats",
        "messaging.operation.type": "process",
        "messaging.destination.name": "resources.workflow",
        "conveyor.run.id": runId,
        "conveyor.outcome": "succeeded",
      },
    });
    const children = [
      "reconcile deploy",
      "send events.deploy.progress",
      "flush log",
      "send pipelines.",
    ]
      .map((name) => sdk.named(name)[0]!);
    const consumerId = consumer!.spanContext().spanId;
    expect(children.map((span) => span.parentSpanContext?.spanId))
      .toEqual([consumerId, consumerId, consumerId, consumerId]);
    expect(children[0]!.attributes).toEqual({ "conveyor.attempt": 1, region: "eu" });
    expect([active, own]).toEqual([children[0]!.spanContext().spanId, active]);
    expect(sink.records[0]!.trace).toMatchObject({ traceId: TRACE, spanId: consumerId });
    expect(headers).toEqual([`00-${TRACE}-${children[1]!.spanContext().spanId}-01`]);
  });

  it("says what failed, without secrets, and links to the delivery before", async () => {
    const sdk = installSdk();
    const world = await openWorld("memory");
    const manager = await world.start({
      maxAttempts: 2,
      reconcile: ({ attempt }) => {
        if (attempt === 1) throw new TypeError("no hunter2-hunter2 here");
      },
    }, {
      secrets: ["hunter2-hunter2"],
      telemetry: openTelemetry({ tracerProvider: sdk.provider }),
    });
    await world.send();
    await world.results.first(1);
    await manager.stop();
    const [failed, again] = sdk.named("process ");
    expect(failed!.status).toEqual({ code: SpanStatusCode.ERROR, message: "no *** here" });
    const [reconcile] = sdk.named("reconcile");
    expect(reconcile!.attributes["error.type"]).toBe("TypeError");
    expect(JSON.stringify(reconcile!.events)).toContain("no *** here");
    expect(JSON.stringify([failed!.events, reconcile!.events])).not.toContain("hunter2");
    expect(again!.links.map(({ context }) => context.spanId)).toEqual([
      failed!.spanContext().spanId,
    ]);
    expect(again!.status.code).toBe(SpanStatusCode.UNSET);
  });

  it("goes on in the requests of the reconcile's client", async () => {
    const sdk = installSdk();
    const server = await serve({ status: 404, body: "none" });
    const telemetry = openTelemetry({ tracerProvider: sdk.provider });
    const client = createClient({
      url: server.url,
      onRequest: ({ headers }) => telemetry.propagate(headers),
    });
    const world = await openWorld("memory");
    const manager = await world.start({
      reconcile: ({ client }) => client.getResource("a", "workflow").then(() => {}, () => {}),
    }, { client, telemetry });
    await world.send();
    await world.results.first(1);
    await manager.stop();
    const { traceId, spanId } = sdk.named("reconcile")[0]!.spanContext();
    expect(server.seen.map(({ headers }) => headers["traceparent"]))
      .toEqual([`00-${traceId}-${spanId}-01`]);
  });

  it("costs nothing and changes nothing without an SDK", async () => {
    const world = await openWorld("memory");
    let span: unknown = "unset";
    const manager = await world.start({
      reconcile: (context) => void (span = context.span),
    }, { telemetry: openTelemetry() });
    await world.send();
    const [result] = await world.results.first(1);
    await manager.stop();
    expect(result!.driverresult.success).toBe(true);
    expect(span).toBeUndefined();
  });
});

describe("the metrics of a manager", () => {
  it("are collected by an SDK as /metrics shows them", async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const meterProvider = new MeterProvider({ readers: [reader] });
    onTestFinished(() => meterProvider.shutdown());
    const world = await openWorld("memory");
    const manager = await world.start({}, { telemetry: openTelemetry({ meterProvider }) });
    await world.send();
    await world.events.find(({ type }) => type === "run-ended");
    await reader.forceFlush();
    const found = exporter.getMetrics().at(-1)!.scopeMetrics.flatMap(({ metrics }) => metrics);
    const valueOf = (name: string) =>
      found.find(({ descriptor }) => descriptor.name === name)?.dataPoints[0];
    expect(valueOf("conveyor.driver.deliveries.received")).toMatchObject({
      value: 1,
      attributes: { driver: "deploy" },
    });
    expect(valueOf("conveyor.driver.consumer.backlog")).toMatchObject({ value: 0 });
    expect(valueOf("conveyor.driver.attempt.duration")).toMatchObject({
      value: { count: 1 },
      attributes: { driver: "deploy", outcome: "succeeded" },
    });
    const text = await (await manager.handler(new Request("http://x/metrics"))).text();
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    const exported = found.map(({ descriptor: { name } }) => name.replaceAll(".", "_"));
    expect(exported.filter((name) => !names.some((each) => each?.startsWith(name)))).toEqual([]);
    expect(exported.length).toBeGreaterThan(20);
    await manager.stop();
  });
});
