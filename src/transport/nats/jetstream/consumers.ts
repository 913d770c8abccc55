/** Durable consumers over the JetStream API. @module */

import { ConfigError, type ConveyorError } from "../../../errors.ts";
import { ConsumerConflictError, NoStreamError } from "../../errors.ts";
import type { ConsumerConfig, ConsumerInfo } from "../../transport.ts";
import { API_ERROR, isApiError, type JetStreamApiError, requestApi } from "./api.ts";
import {
  checkConsumerKind,
  filtersOf,
  isSameConfig,
  type WireConsumerConfig,
  wireConsumerConfig,
} from "./consumer_config.ts";
import type { RequestMux } from "../core/request_mux.ts";
import { NANOS, undefinedOn } from "./streams.ts";

interface WireConsumerInfo {
  readonly stream_name: string;
  readonly name: string;
  readonly created: string;
  /** The server's clock; since 2.10. */
  readonly ts?: string;
  /** The server stores the sequences on disk, but not the time of the last delivery. */
  readonly delivered: { readonly consumer_seq: number; readonly last_active?: string };
  readonly config: WireConsumerConfig;
  readonly num_pending: number;
  readonly num_ack_pending: number;
  readonly num_redelivered: number;
}

/** Attempts to create a consumer that others create and delete at the same time. */
const MOST_ATTEMPTS = 3;

/** Returns a durable consumer's configuration and state; `undefined` when it does not exist. */
export async function consumerInfo(
  mux: RequestMux,
  stream: string,
  durable: string,
): Promise<ConsumerInfo | undefined> {
  const found = await undefinedOn(API_ERROR.streamNotFound, findConsumer(mux, stream, durable));
  return found && readConsumerInfo(found);
}

/** Creates a durable pull consumer, or updates it when it differs from `config`. See `Connection.ensureConsumer`. */
export async function ensureConsumer(
  mux: RequestMux,
  serverVersion: string,
  stream: string,
  config: ConsumerConfig,
  merge?: (existing: ConsumerInfo) => ConsumerConfig,
): Promise<ConsumerInfo> {
  checkServer(serverVersion, config);
  for (let attempt = 1;; attempt++) {
    try {
      const found = await findConsumer(mux, stream, config.durable);
      if (found) checkConsumerKind(found.stream_name, found.name, found.config);
      const merged = found && merge ? merge(readConsumerInfo(found)) : config;
      const wanted = wireConsumerConfig(merged, found?.config);
      if (found && isSameConfig(found.config, wanted)) return readConsumerInfo(found);
      const created = await requestApi<WireConsumerInfo>(
        mux,
        `${found ? "update" : "create"} consumer ${config.durable} of stream ${stream}`,
        `CONSUMER.CREATE.${stream}.${config.durable}`,
        // Servers before 2.10 ignore the action, and update what was created meanwhile.
        { stream_name: stream, config: wanted, action: found ? "" : "create" },
      );
      return readConsumerInfo(created);
    } catch (error) {
      const createdMeanwhile = isApiError(error) && error.errorCode === API_ERROR.consumerExists;
      if (createdMeanwhile && attempt < MOST_ATTEMPTS) continue;
      throw isApiError(error) ? consumerError(error, stream, config) : error;
    }
  }
}

/** Deletes a consumer. Does nothing when it does not exist. */
export async function deleteConsumer(
  mux: RequestMux,
  stream: string,
  durable: string,
): Promise<void> {
  const request = requestApi(
    mux,
    `delete consumer ${durable} of stream ${stream}`,
    `CONSUMER.DELETE.${stream}.${durable}`,
  );
  await undefinedOn(API_ERROR.streamNotFound, undefinedOn(API_ERROR.consumerNotFound, request));
}

async function findConsumer(
  mux: RequestMux,
  stream: string,
  durable: string,
): Promise<WireConsumerInfo | undefined> {
  return await undefinedOn(
    API_ERROR.consumerNotFound,
    requestApi<WireConsumerInfo>(
      mux,
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
    `cannot create consumer ${durable}: it has ${filterSubjects.length} filter subjects, and nats-server ${version} ` +
      "supports one; upgrade the server to 2.10 or newer",
  );
}

function consumerError(
  error: JetStreamApiError,
  stream: string,
  { durable, filterSubjects }: ConsumerConfig,
): ConveyorError {
  const options = { cause: error };
  switch (error.errorCode) {
    case API_ERROR.streamNotFound:
      return new NoStreamError(
        `cannot create consumer ${durable}: stream ${stream} does not exist; create it first`,
        options,
      );
    case API_ERROR.workQueueNotUnique:
    case API_ERROR.workQueueUnfiltered:
      return new ConsumerConflictError(
        `cannot create consumer ${durable} on stream ${stream}: another consumer already consumes ${
          filterSubjects.join(" or ")
        }, and a work-queue stream allows one consumer per subject; ` +
          "use another resource type, or the name of the existing driver to share its work",
        options,
      );
    case API_ERROR.filtersOverlap:
      return new ConfigError(
        "filterSubjects",
        `cannot create consumer ${durable}: its filter subjects ${
          filterSubjects.join(", ")
        } overlap; remove one`,
        options,
      );
    default:
      return error;
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
