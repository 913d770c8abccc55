import { expect, it } from "vitest";
import { serve } from "../client/support/http_server.ts";
import { binaryOf, runProgram } from "../support/program.ts";

/** A span as OTLP has it in JSON. */
interface OtlpSpan {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId: string;
}

/** The spans and the names of metrics in the bodies that a collector got. */
function decode(seen: readonly { path: string; body: string }[]) {
  const spans: OtlpSpan[] = [];
  const metrics: string[] = [];
  for (const { path, body } of seen) {
    if (path === "/v1/traces") {
      for (const { scopeSpans } of JSON.parse(body).resourceSpans) {
        for (const scope of scopeSpans) spans.push(...scope.spans);
      }
    }
    if (path !== "/v1/metrics") continue;
    for (const { scopeMetrics } of JSON.parse(body).resourceMetrics) {
      for (const scope of scopeMetrics) {
        metrics.push(...scope.metrics.map(({ name }: { name: string }) => name));
      }
    }
  }
  return { spans, metrics };
}

it("Deno's own exporter sends spans and metrics to a collector", async () => {
  const collector = await serve({ body: {} });
  const { code, output } = await runProgram(binaryOf("deno"), [
    "run",
    "-A",
    "tests/otel/one_run.ts",
  ], {
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_METRIC_EXPORT_INTERVAL: "100",
    },
  });
  expect(output).toBe("");
  expect(code).toBe(0);
  const { spans, metrics } = decode(collector.seen);
  const named = (name: string) => spans.find((span) => span.name === name)!;
  const consumer = named("process resources.workflow");
  expect(consumer).toMatchObject({
    kind: 5,
    traceId: "0af7651916cd43dd8448eb211c80319c",
    parentSpanId: "b7ad6b7169203331",
  });
  for (const child of ["reconcile deploy", "send pipelines.driver.result"]) {
    expect(named(child)).toMatchObject({ parentSpanId: consumer.spanId });
  }
  expect(metrics).toContain("conveyor.driver.attempt.duration");
});
