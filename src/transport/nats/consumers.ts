/** Durable consumers, over JetStream's API. @module */

import { ConfigError, type ConveyorError } from "../../errors.ts";
import { ConsumerConflictError, NoStreamError } from "../errors.ts";
import type { ConsumerConfig, ConsumerInfo } from "../transport.ts";
import { API_ERROR, ApiRefusal, askApi } from "./api.ts";
import type { Replies } from "./replies.ts";
import { NANOS, unless } from "./streams.ts";

/** A consumer's configuration on the wire; there is more than what is named here. */
interface WireConsumerConfig {
  readonly durable_name?: string;
  readonly deliver_subject?: string;
  readonly ack_policy?: string;
  readonly filter_subject?: string;
  readonly filter_subjects?: readonly string[];
  readonly ack_wait?: number;
  readonly max_ack_pending?: number;
  readonly max_deliver?: number;
  readonly inactive_threshold?: number;
  readonly description?: string;
  readonly backoff?: readonly number[];
  readonly [other: string]: unknown;
}

interface WireConsumerInfo {
  readonly stream_name: string;
  readonly name: string;
  readonly created: string;
  /** The server's clock; since 2.10. */
  readonly ts?: string;
  /** The server keeps the sequences on disk, but not when the last one was. */
  readonly delivered: { readonly consumer_seq: number; readonly last_active?: string };
  readonly config: WireConsumerConfig;
  readonly num_pending: number;
  readonly num_ack_pending: number;
  readonly num_redelivered: number;
}

/** Tells what a durable consumer looks like; `undefined` when there is none. */
export async function consumerInfo(
  replies: Replies,
  stream: string,
  durable: string,
): Promise<ConsumerInfo | undefined> {
  const found = await unless(API_ERROR.streamNotFound, findConsumer(replies, stream, durable));
  return found && readConsumerInfo(found);
}

/** Creates a durable pull consumer, or updates what it differs in from `config`. See `Connection.ensureConsumer`. */
export async function ensureConsumer(
  replies: Replies,
  serverVersion: string,
  stream: string,
  config: ConsumerConfig,
): Promise<ConsumerInfo> {
  checkServer(serverVersion, config);
  try {
    const found = await findConsumer(replies, stream, config.durable);
    if (found) refuseOtherKind(found);
    const wanted = wireConfig(config, found?.config);
    if (found && isSame(found.config, wanted)) return readConsumerInfo(found);
    const made = await askApi<WireConsumerInfo>(
      replies,
      `${found ? "update" : "create"} consumer ${config.durable} of stream ${stream}`,
      `CONSUMER.CREATE.${stream}.${config.durable}`,
      { stream_name: stream, config: wanted },
    );
    return readConsumerInfo(made);
  } catch (error) {
    throw error instanceof ApiRefusal ? consumerError(error, stream, config) : error;
  }
}

/** Deletes a consumer. Does nothing when there is none. */
export async function deleteConsumer(
  replies: Replies,
  stream: string,
  durable: string,
): Promise<void> {
  const request = askApi(
    replies,
    `delete consumer ${durable} of stream ${stream}`,
    `CONSUMER.DELETE.${stream}.${durable}`,
  );
  await unless(API_ERROR.streamNotFound, unless(API_ERROR.consumerNotFound, request));
}

async function findConsumer(
  replies: Replies,
  stream: string,
  durable: string,
): Promise<WireConsumerInfo | undefined> {
  return await unless(
    API_ERROR.consumerNotFound,
    askApi<WireConsumerInfo>(
      replies,
      `look up consumer ${durable} of stream ${stream}`,
      `CONSUMER.INFO.${stream}.${durable}`,
    ),
  );
}

function checkServer(version: string, { durable, filterSubjects }: ConsumerConfig): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (filterSubjects.length < 2 || major > 2 || major === 2 && minor >= 10) return;
  throw new ConfigError(
    "servers",
    `cannot create consumer ${durable}: it listens to ${filterSubjects.length} subjects, and nats-server ${version} ` +
      "lets a consumer have one only; upgrade it to 2.10 or newer",
  );
}

/** What a server never changes in a consumer. */
function refuseOtherKind({ name, stream_name, config }: WireConsumerInfo): void {
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
    `cannot use consumer ${name} of stream ${stream_name}: it ${kind}, and a server does not change that; ` +
      `delete it ("nats consumer rm ${stream_name} ${name}") or give the driver another name`,
  );
}

/** What somebody else has tuned in a consumer stays as it is. */
function wireConfig(
  { durable, filterSubjects, ackWaitMs, maxAckPending, description }: ConsumerConfig,
  existing: WireConsumerConfig = { deliver_policy: "all", replay_policy: "instant" },
): WireConsumerConfig {
  const { filter_subject: _, inactive_threshold: __, backoff: ___, ...kept } = existing;
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

function isSame(existing: WireConsumerConfig, wanted: WireConsumerConfig): boolean {
  return existing.ack_wait === wanted.ack_wait &&
    existing.max_ack_pending === wanted.max_ack_pending &&
    existing.max_deliver === wanted.max_deliver &&
    existing.description === wanted.description &&
    !existing.inactive_threshold && !existing.backoff?.length &&
    filtersOf(existing).toSorted().join() === filtersOf(wanted).toSorted().join();
}

function filtersOf({ filter_subject, filter_subjects }: WireConsumerConfig): string[] {
  return filter_subject ? [filter_subject] : [...filter_subjects ?? []];
}

function consumerError(
  refusal: ApiRefusal,
  stream: string,
  { durable, filterSubjects }: ConsumerConfig,
): ConveyorError {
  const options = { cause: refusal };
  switch (refusal.errorCode) {
    case API_ERROR.streamNotFound:
      return new NoStreamError(
        `cannot create consumer ${durable}: there is no stream ${stream}; create it first`,
        options,
      );
    case API_ERROR.workQueueNotUnique:
    case API_ERROR.workQueueUnfiltered:
      return new ConsumerConflictError(
        `cannot create consumer ${durable} on stream ${stream}: another consumer takes ${
          filterSubjects.join(" or ")
        } already, and a work-queue stream gives a subject to one consumer only; ` +
          "use another resource type, or the name of the driver that is there to share its work",
        options,
      );
    case API_ERROR.filtersOverlap:
      return new ConfigError(
        "filterSubjects",
        `cannot create consumer ${durable}: its filter subjects ${
          filterSubjects.join(", ")
        } overlap; leave one out`,
        options,
      );
    default:
      return refusal;
  }
}

function readConsumerInfo(info: WireConsumerInfo): ConsumerInfo {
  const { config } = info;
  return {
    stream: info.stream_name,
    durable: info.name,
    filterSubjects: filtersOf(config),
    ackWaitMs: (config.ack_wait ?? 0) / NANOS,
    maxAckPending: config.max_ack_pending ?? 0,
    ...(config.description === undefined ? {} : { description: config.description }),
    createdMs: Date.parse(info.created),
    restarted: info.delivered.consumer_seq > 0 && info.delivered.last_active === undefined,
    serverTimeMs: info.ts === undefined ? Date.now() : Date.parse(info.ts),
    pending: info.num_pending,
    ackPending: info.num_ack_pending,
    redelivered: info.num_redelivered,
  };
}
