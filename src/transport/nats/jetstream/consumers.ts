/** Durable consumers, over JetStream's API. @module */

import { ConfigError, type ConveyorError } from "../../../errors.ts";
import { ConsumerConflictError, NoStreamError } from "../../errors.ts";
import type { ConsumerConfig, ConsumerInfo } from "../../transport.ts";
import { API_ERROR, askApi, isApiError, type JetStreamApiError } from "./api.ts";
import {
  filtersOf,
  isSameConfig,
  refuseOtherKind,
  type WireConsumerConfig,
  wireConsumerConfig,
} from "./consumer_config.ts";
import type { RequestMux } from "../core/request_mux.ts";
import { NANOS, unless } from "./streams.ts";

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
  replies: RequestMux,
  stream: string,
  durable: string,
): Promise<ConsumerInfo | undefined> {
  const found = await unless(API_ERROR.streamNotFound, findConsumer(replies, stream, durable));
  return found && readConsumerInfo(found);
}

/** Creates a durable pull consumer, or updates what it differs in from `config`. See `Connection.ensureConsumer`. */
export async function ensureConsumer(
  replies: RequestMux,
  serverVersion: string,
  stream: string,
  config: ConsumerConfig,
): Promise<ConsumerInfo> {
  checkServer(serverVersion, config);
  try {
    const found = await findConsumer(replies, stream, config.durable);
    if (found) refuseOtherKind(found.stream_name, found.name, found.config);
    const wanted = wireConsumerConfig(config, found?.config);
    if (found && isSameConfig(found.config, wanted)) return readConsumerInfo(found);
    const made = await askApi<WireConsumerInfo>(
      replies,
      `${found ? "update" : "create"} consumer ${config.durable} of stream ${stream}`,
      `CONSUMER.CREATE.${stream}.${config.durable}`,
      { stream_name: stream, config: wanted },
    );
    return readConsumerInfo(made);
  } catch (error) {
    throw isApiError(error) ? consumerError(error, stream, config) : error;
  }
}

/** Deletes a consumer. Does nothing when there is none. */
export async function deleteConsumer(
  replies: RequestMux,
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
  replies: RequestMux,
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

function consumerError(
  refusal: JetStreamApiError,
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
