/** The spans of a delivery, by OpenTelemetry's conventions for messaging. @module */

import {
  type Attributes,
  type Context,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import { isErrorLike, messageOf } from "../errors.ts";
import type { DeliveryTrace, TracedDelivery } from "../telemetry/telemetry.ts";

/** The most spans that later deliveries may link to. */
const MOST_RECENT = 1000;

/** How a delivery ends when nothing has failed. */
const WELL: ReadonlySet<string> = new Set([
  "succeeded",
  "already-done",
  "superseded",
  "handed-back",
]);

/** The last span of each message, for the next delivery of it. */
export class RecentSpans {
  readonly #spans = new Map<string, SpanContext>();

  /** The link to the last span of a message, if it is known. */
  linksOf(delivery: TracedDelivery): Link[] {
    const before = this.#spans.get(keyOf(delivery));
    return before ? [{ context: before }] : [];
  }

  /** Keeps the span of a message as its last one. */
  keep(delivery: TracedDelivery, span: SpanContext): void {
    const key = keyOf(delivery);
    this.#spans.delete(key);
    this.#spans.set(key, span);
    if (this.#spans.size > MOST_RECENT) this.#spans.delete(this.#spans.keys().next().value!);
  }
}

function keyOf({ driver, messageId }: TracedDelivery): string {
  return `${driver} ${messageId}`;
}

/** Starts the span of a delivery. */
export function startDelivery(
  tracer: Tracer,
  delivery: TracedDelivery,
  recent: RecentSpans,
): DeliveryTrace {
  const parent = propagation.extract(ROOT_CONTEXT, delivery, {
    get: ({ header }, name) => header(name),
    keys: () => [],
  });
  const { driver, runId, messageId, resource, event, subject, deliveries } = delivery;
  const span = tracer.startSpan(`process ${subject}`, {
    kind: SpanKind.CONSUMER,
    links: recent.linksOf(delivery),
    attributes: {
      ...messaging("process", subject),
      "messaging.message.id": messageId,
      "messaging.message.conversation_id": runId,
      "messaging.consumer.group.name": driver,
      "conveyor.driver": driver,
      "conveyor.run.id": runId,
      "conveyor.resource": resource,
      "conveyor.event": event,
      "conveyor.deliveries": deliveries,
    },
  }, parent);
  recent.keep(delivery, span.spanContext());
  return new DeliverySpans(tracer, span, trace.setSpan(parent, span), delivery);
}

class DeliverySpans implements DeliveryTrace {
  readonly ids: DeliveryTrace["ids"];
  readonly #tracer: Tracer;
  readonly #span: Span;
  readonly #context: Context;
  readonly #delivery: TracedDelivery;
  #reconcile: Span | undefined;

  constructor(tracer: Tracer, span: Span, parent: Context, delivery: TracedDelivery) {
    this.#tracer = tracer;
    this.#span = span;
    this.#context = parent;
    this.#delivery = delivery;
    if (span.isRecording()) this.ids = span.spanContext();
  }

  get span(): Span | undefined {
    return this.#reconcile;
  }

  reconcile<T>(attempt: number, reconcile: () => Promise<T>): Promise<T> {
    const attributes = { "conveyor.attempt": attempt };
    return this.#in(`reconcile ${this.#delivery.driver}`, { attributes }, (span) => {
      this.#reconcile = span;
      return reconcile();
    });
  }

  flush(flush: Promise<void>): Promise<void> {
    return this.#in("flush log", {}, () => flush);
  }

  publish<T>(
    subject: string,
    publish: (headers: Record<string, string>) => Promise<T>,
  ): Promise<T> {
    const options = { kind: SpanKind.PRODUCER, attributes: messaging("send", subject) };
    return this.#in(`send ${subject}`, options, () => {
      const headers: Record<string, string> = {};
      propagation.inject(context.active(), headers);
      return publish(headers);
    });
  }

  end(outcome: string, reason: string | undefined): void {
    this.#span.setAttribute("conveyor.outcome", outcome);
    if (!WELL.has(outcome)) fail(this.#span, outcome, reason ?? outcome);
    this.#span.end();
  }

  /** Does a piece of work in a span of its own, which is the active one in it. */
  async #in<T>(
    name: string,
    options: { kind?: SpanKind; attributes?: Attributes },
    work: (span: Span) => Promise<T>,
  ): Promise<T> {
    const span = this.#tracer.startSpan(name, options, this.#context);
    const active = trace.setSpan(this.#context, span);
    try {
      return await context.with(active, () => work(span));
    } catch (error) {
      this.#record(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  #record(span: Span, error: unknown): void {
    const { mask } = this.#delivery;
    const message = mask(messageOf(error));
    if (!isErrorLike(error)) return fail(span, "_OTHER", message);
    const { name, stack = "" } = error;
    span.recordException({ name, message, stack: mask(stack) });
    fail(span, name, message);
  }
}

function messaging(operation: "process" | "send", subject: string): Attributes {
  return {
    "messaging.system": "nats",
    "messaging.operation.name": operation,
    "messaging.operation.type": operation,
    "messaging.destination.name": subject,
  };
}

function fail(span: Span, type: string, message: string): void {
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}
