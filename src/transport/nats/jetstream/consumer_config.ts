/** The client library's form of a durable pull consumer's configuration. @module */

import type { ConsumerConfig as NatsConsumerConfig } from "@nats-io/jetstream";
import { ConfigError } from "../../../errors.ts";
import type { ConsumerConfig } from "../../consumer.ts";
import { NANOS } from "./streams.ts";

/** Options that would keep events from a driver: expiry of the consumer, request limits, messages without payload. */
const UNSUPPORTED = [
  "backoff",
  "headers_only",
  "inactive_threshold",
  "max_batch",
  "max_bytes",
  "max_expires",
] as const;

/** Builds a configuration. As an update it keeps other options of an existing consumer. */
export function natsConsumerConfig(
  { durable, filterSubjects, ackWaitMs, maxAckPending, description }: ConsumerConfig,
): Partial<NatsConsumerConfig> {
  return {
    durable_name: durable,
    ack_policy: "explicit",
    ack_wait: ackWaitMs * NANOS,
    max_ack_pending: maxAckPending,
    max_deliver: -1,
    ...(description === undefined ? {} : { description }),
    ...filtersOption(filterSubjects),
  };
}

/** Servers before 2.10 have one filter subject. */
function filtersOption(subjects: readonly string[]): Partial<NatsConsumerConfig> {
  return subjects.length === 1
    ? { filter_subject: subjects[0]! }
    : { filter_subjects: [...subjects] };
}

/** Builds an update: it also removes the options that would keep events from a driver. */
export function consumerUpdate(config: ConsumerConfig): Partial<NatsConsumerConfig> {
  const removed = [...UNSUPPORTED, "filter_subject", "filter_subjects"];
  return {
    ...Object.fromEntries(removed.map((name) => [name, undefined])),
    ...natsConsumerConfig(config),
  };
}

/** Names the options of a consumer that would keep events from a driver. */
export function restrictionsOf(config: NatsConsumerConfig): string[] {
  const set: string[] = UNSUPPORTED.filter((name) => config[name]);
  return (config.max_deliver ?? -1) > 0 ? [...set, "max_deliver"] : set;
}

/** Whether an existing configuration equals the wanted one. */
export function isSameConfig(existing: NatsConsumerConfig, config: ConsumerConfig): boolean {
  const wanted = natsConsumerConfig(config);
  return !isEphemeral(existing) &&
    existing.ack_wait === wanted.ack_wait &&
    existing.max_ack_pending === wanted.max_ack_pending &&
    existing.max_deliver === wanted.max_deliver &&
    (config.description === undefined || existing.description === config.description) &&
    UNSUPPORTED.every((name) => !existing[name]) &&
    filtersOf(existing).toSorted().join() === filtersOf(wanted).toSorted().join();
}

/** Returns the filter subjects of a consumer: a server reports one in another field than several. */
export function filtersOf(
  { filter_subject, filter_subjects }: Partial<NatsConsumerConfig>,
): string[] {
  return filter_subject ? [filter_subject] : [...filter_subjects ?? []];
}

/**
 * Checks that an existing consumer is a pull consumer with explicit acknowledgement. A server cannot change that.
 *
 * @throws {ConfigError} that names the consumer and the command that deletes it.
 */
export function checkConsumerKind(stream: string, name: string, config: NatsConsumerConfig): void {
  const kind = config.deliver_subject
    ? "is a push consumer"
    : config.ack_policy !== "explicit"
    ? `has the ack policy "${config.ack_policy}"`
    : undefined;
  if (kind !== undefined) throw unusable(stream, name, kind);
}

/**
 * Checks that an ephemeral consumer was made durable, for good.
 *
 * @throws {ConfigError} as {@linkcode checkConsumerKind}.
 */
export function checkIsDurable(stream: string, name: string, config: NatsConsumerConfig): void {
  if (isEphemeral(config) || config.inactive_threshold) {
    throw unusable(stream, name, "is not durable");
  }
}

/** Whether the server deletes a consumer that has no clients: drivers for Go up to release 0.6 have such. */
export function isEphemeral({ durable_name }: NatsConsumerConfig): boolean {
  return !durable_name;
}

function unusable(stream: string, name: string, kind: string): ConfigError {
  return new ConfigError(
    "name",
    `cannot use consumer ${name} of stream ${stream}: it ${kind}, which cannot be changed; ` +
      `delete it ("nats consumer rm ${stream} ${name}") or give the driver another name`,
  );
}
