/** Records a manager's metrics and traces through the API of OpenTelemetry. @module */

import {
  type Context,
  context,
  type Meter,
  metrics,
  propagation,
  type ProxyTracerProvider,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { VERSION } from "../version.ts";
import { RecentSpans, startDelivery } from "./delivery_spans.ts";
import { registerMetrics } from "./register_metrics.ts";

/** Options of {@linkcode openTelemetry}. */
export interface OpenTelemetryOptions {
  /** Where traces go: a `TracerProvider` of OpenTelemetry. @default the one that is registered with the API */
  tracerProvider?: { getTracer(name: string, version?: string): unknown };
  /** Where metrics go: a `MeterProvider` of OpenTelemetry. @default the one that is registered with the API */
  meterProvider?: { getMeter(name: string, version?: string): unknown };
}

const NAME = "@conveyor/driver";

/**
 * Creates the telemetry of a manager. It records through the providers that are registered when the manager is run.
 *
 * The trace of a delivery continues the one that its message's `traceparent` names. It has a span of kind consumer with spans for
 * the reconcile, the flush of the log and what is published; each published message has a `traceparent`, and so do the requests of
 * the reconcile's client. A second delivery of a run links to the one before, if that was in this process.
 *
 * @example
 * ```ts
 * import { createDriver, createDriverManager } from "@conveyor/driver";
 * import { openTelemetry } from "@conveyor/driver/otel";
 *
 * const driver = createDriver({ name: "greet", resources: ["workflow"], reconcile() {} });
 * const manager = createDriverManager({ driver, telemetry: openTelemetry() });
 * ```
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Telemetry {
  const recent = new RecentSpans();
  return {
    observe: (source) => {
      const provider = options.meterProvider ?? metrics.getMeterProvider();
      return registerMetrics(provider.getMeter(NAME, VERSION) as Meter, source);
    },
    trace: (delivery) => {
      const provider = options.tracerProvider ?? trace.getTracerProvider();
      if (isWithoutSdk(provider) && propagation.fields().length === 0) return undefined;
      return startDelivery(provider.getTracer(NAME, VERSION) as Tracer, delivery, recent);
    },
    propagate: (headers) => inject(context.active(), headers),
  };
}

/** Whether the provider is the API's own, and no SDK has registered another one with it yet. By its shape: there may be two APIs. */
function isWithoutSdk(provider: object): boolean {
  const { getDelegateTracer } = provider as Partial<ProxyTracerProvider>;
  return getDelegateTracer !== undefined &&
    getDelegateTracer.call(provider, NAME, VERSION) === undefined;
}

function inject(active: Context, headers: Headers): void {
  propagation.inject(active, headers, { set: (carrier, name, value) => carrier.set(name, value) });
}
