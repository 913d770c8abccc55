/** The wire form of a durable pull consumer's configuration. @module */

import { ConfigError } from "../../../errors.ts";
import type { ConsumerConfig } from "../../consumer.ts";
import { NANOS } from "./streams.ts";

/** The wire form of a consumer's configuration, with further fields. */
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

/** Options that would keep events from a driver: expiry of the consumer, request limits, messages without payload. */
const UNSUPPORTED = [
  "backoff",
  "filter_subject",
  "headers_only",
  "inactive_threshold",
  "max_batch",
  "max_bytes",
  "max_expires",
] as const;

/** Builds a configuration. Other options of an existing consumer are fields. */
export function wireConsumerConfig(
  { durable, filterSubjects, ackWaitMs, maxAckPending, description }: ConsumerConfig,
  existing: WireConsumerConfig = { deliver_policy: "all", replay_policy: "instant" },
): WireConsumerConfig {
  const fields: Record<string, unknown> = { ...existing };
  for (const name of UNSUPPORTED) delete fields[name];
  return {
    ...fields,
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

/** Whether an existing configuration equals the wanted one. */
export function isSameConfig(existing: WireConsumerConfig, wanted: WireConsumerConfig): boolean {
  return existing.ack_wait === wanted.ack_wait &&
    existing.max_ack_pending === wanted.max_ack_pending &&
    existing.max_deliver === wanted.max_deliver &&
    existing.description === wanted.description &&
    UNSUPPORTED.every((name) => name === "filter_subject" || !existing[name]) &&
    filtersOf(existing).toSorted().join() === filtersOf(wanted).toSorted().join();
}

/** Returns the filter subjects of a consumer: a server reports one in another field than several. */
export function filtersOf({ filter_subject, filter_subjects }: WireConsumerConfig): string[] {
  return filter_subject ? [filter_subject] : [...filter_subjects ?? []];
}

/**
 * Checks that an existing consumer is a durable pull consumer with explicit acknowledgement. A server cannot change that.
 *
 * @throws {ConfigError} that names the consumer and the command that deletes it.
 */
export function checkConsumerKind(stream: string, name: string, config: WireConsumerConfig): void {
  const kind = config.deliver_subject
    ? "is a push consumer"
    : config.ack_policy !== "explicit"
    ? `has the ack policy "${config.ack_policy}"`
    : config.durable_name === undefined
    ? "is not durable"
    : undefined;
  if (kind === undefined) return;
  throw new ConfigError(
    "name",
    `cannot use consumer ${name} of stream ${stream}: it ${kind}, which cannot be changed; ` +
      `delete it ("nats consumer rm ${stream} ${name}") or give the driver another name`,
  );
}
