/** A durable pull consumer's configuration on the wire. @module */

import { ConfigError } from "../../../errors.ts";
import type { ConsumerConfig } from "../../consumer.ts";
import { NANOS } from "./streams.ts";

/** A consumer's configuration on the wire; there is more than what is named here. */
export interface WireConsumerConfig {
  readonly durable_name?: string;
  readonly deliver_subject?: string;
  readonly ack_policy?: string;
  readonly filter_subject?: string;
  readonly filter_subjects?: readonly string[];
  readonly ack_wait?: number;
  readonly max_ack_pending?: number;
  readonly max_deliver?: number;
  readonly description?: string;
  readonly [other: string]: unknown;
}

/** What would keep events from a driver: an end of the consumer, limits of requests, messages without their content. */
const UNWANTED = [
  "backoff",
  "filter_subject",
  "headers_only",
  "inactive_threshold",
  "max_batch",
  "max_bytes",
  "max_expires",
] as const;

/** Puts a configuration together. What somebody else has tuned in an existing consumer stays as it is. */
export function wireConsumerConfig(
  { durable, filterSubjects, ackWaitMs, maxAckPending, description }: ConsumerConfig,
  existing: WireConsumerConfig = { deliver_policy: "all", replay_policy: "instant" },
): WireConsumerConfig {
  const kept: Record<string, unknown> = { ...existing };
  for (const name of UNWANTED) delete kept[name];
  return {
    ...kept,
    name: durable,
    durable_name: durable,
    ack_policy: "explicit",
    ack_wait: ackWaitMs * NANOS,
    max_ack_pending: maxAckPending,
    max_deliver: -1,
    ...(description === undefined ? {} : { description }),
    filter_subjects: [...filterSubjects],
  };
}

/** Whether a consumer has a configuration already. */
export function isSameConfig(existing: WireConsumerConfig, wanted: WireConsumerConfig): boolean {
  return existing.ack_wait === wanted.ack_wait &&
    existing.max_ack_pending === wanted.max_ack_pending &&
    existing.max_deliver === wanted.max_deliver &&
    existing.description === wanted.description &&
    UNWANTED.every((name) => name === "filter_subject" || !existing[name]) &&
    filtersOf(existing).toSorted().join() === filtersOf(wanted).toSorted().join();
}

/** The subjects that a consumer listens to: a server tells one in another field than several. */
export function filtersOf({ filter_subject, filter_subjects }: WireConsumerConfig): string[] {
  return filter_subject ? [filter_subject] : [...filter_subjects ?? []];
}

/**
 * Checks that a consumer is of the kind that drivers pull from. A server never changes that.
 *
 * @throws {ConfigError} that names the consumer and the way out.
 */
export function refuseOtherKind(stream: string, name: string, config: WireConsumerConfig): void {
  const kind = config.deliver_subject
    ? "pushes its messages to a subject"
    : config.ack_policy !== "explicit"
    ? `has the ack policy "${config.ack_policy}"`
    : config.durable_name === undefined
    ? "is not durable"
    : undefined;
  if (kind === undefined) return;
  throw new ConfigError(
    "name",
    `cannot use consumer ${name} of stream ${stream}: it ${kind}, and a server does not change that; ` +
      `delete it ("nats consumer rm ${stream} ${name}") or give the driver another name`,
  );
}
