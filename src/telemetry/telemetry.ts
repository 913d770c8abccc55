/** The interface between a manager and what its metrics and traces are recorded with. @module */

import type { Metric } from "./prometheus.ts";

/** Labels of a value: few names, each with few values. */
export type MetricLabels = Readonly<Record<string, string>>;

/** A metric and what it measures, under its OpenTelemetry name. */
export interface Instrument {
  /** The name, such as `conveyor.driver.deliveries.received`. */
  readonly name: string;
  /** A unit of UCUM: `s`, or an annotation such as `{message}`. */
  readonly unit: string;
  /** What it measures, as one sentence. */
  readonly description: string;
  /** Counters only rise; gauges are read; histograms also report each value. */
  readonly kind: Metric["type"];
  /** The names of its labels. */
  readonly labels: readonly string[];
  /** Reads what the last refresh has found. */
  read(): Metric["samples"];
  /** Calls a listener with each value of a histogram, until the returned function is called. */
  onRecord?(listener: (value: number, labels: MetricLabels) => void): () => void;
}

/** The metrics of a manager. */
export interface MetricsSource {
  /** The metrics, each once. */
  readonly instruments: readonly Instrument[];
  /** Looks everything up that is read afterwards. Never rejects. */
  refresh(): Promise<void>;
}

/** A delivery that is traced. */
export interface TracedDelivery {
  /** The driver's name. */
  readonly driver: string;
  /** The run's id. */
  readonly runId: string;
  /** The id of its message. */
  readonly messageId: string;
  /** The resource's type and name, as `type/name`. */
  readonly resource: string;
  /** The event that started the run. */
  readonly event: string;
  /** The subject of its message. */
  readonly subject: string;
  /** How often its message was delivered, this delivery included. */
  readonly deliveries: number;
  /** Hides secrets in a text. */
  mask(text: string): string;
  /** Reads a header of its message. */
  header(name: string): string | undefined;
}

/** The part of an OpenTelemetry span that a reconcile uses. */
export interface TraceSpan {
  /** Adds an attribute. */
  setAttribute(name: string, value: string | number | boolean): unknown;
  /** Adds an event at the current time. */
  addEvent(name: string, attributes?: Record<string, string | number | boolean>): unknown;
  /** Records an error. */
  recordException(error: Error): void;
  /** Identifies it. */
  spanContext(): { readonly traceId: string; readonly spanId: string };
}

/** The trace of one delivery. */
export interface DeliveryTrace {
  /** Identifies it in log lines; `undefined` when it is not recorded. */
  readonly ids: { readonly traceId: string; readonly spanId: string } | undefined;
  /** The span of the reconcile while it runs. */
  readonly span: TraceSpan | undefined;
  /** Calls `reconcile` in a span, which is the active one in it. */
  reconcile<T>(attempt: number, reconcile: () => Promise<T>): Promise<T>;
  /** Waits for the flush of the log in a span. */
  flush(flush: Promise<void>): Promise<void>;
  /** Publishes in a span, with the headers that say so. */
  publish<T>(subject: string, publish: (headers: Record<string, string>) => Promise<T>): Promise<T>;
  /** Ends it. `reason` is given when it has failed. */
  end(outcome: string, reason: string | undefined): void;
}

/** Records metrics and traces elsewhere. Created by `openTelemetry()` of `@conveyor/driver/otel`. */
export interface Telemetry {
  /** Registers metrics, until the returned function is called. */
  observe(source: MetricsSource): () => void;
  /** Starts the trace of a delivery; `undefined` where nothing records or continues it. */
  trace(delivery: TracedDelivery): DeliveryTrace | undefined;
  /** Adds the headers of the active trace to a request. */
  propagate(headers: Headers): void;
}
