import { context, propagation } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { onTestFinished } from "vitest";

/** Spans that were recorded, in the order in which they ended. */
export interface RecordedSpans {
  readonly provider: BasicTracerProvider;
  /** The spans of a name that begins so. */
  named(name: string): ReadableSpan[];
}

/** Installs a real SDK until the test has finished. */
export function installSdk(): RecordedSpans {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  onTestFinished(() => {
    context.disable();
    propagation.disable();
  });
  return {
    provider,
    named: (name) => exporter.getFinishedSpans().filter((span) => span.name.startsWith(name)),
  };
}
