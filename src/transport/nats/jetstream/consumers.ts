/** Durable consumers over the JetStream API. @module */

import type { ConsumerInfo as NatsConsumerInfo } from "@nats-io/jetstream";
import { ConfigError, type ConveyorError } from "../../../errors.ts";
import { ConsumerConflictError, NoStreamError } from "../../errors.ts";
import type { ConsumerConfig, ConsumerInfo } from "../../transport.ts";
import { API_ERROR, isApiError, type JetStreamApiError, undefinedOn } from "./api_errors.ts";
import {
  checkConsumerKind,
  checkIsDurable,
  consumerUpdate,
  filtersOf,
  isEphemeral,
  isSameConfig,
  natsConsumerConfig,
  restrictionsOf,
} from "./consumer_config.ts";
import type { Manage } from "./manage.ts";
import { NANOS } from "./streams.ts";

/** Errors of a consumer that another instance has created or deleted between the look-up and the change. */
const RACE = [
  API_ERROR.ConsumerAlreadyExists,
  API_ERROR.ConsumerDoesNotExist,
  API_ERROR.ConsumerNameExists,
  API_ERROR.ConsumerNotFound,
];
const MAX_RACES = 5;

/** Returns a durable consumer's configuration and state; `undefined` when it does not exist. */
export async function consumerInfo(
  manage: Manage,
  stream: string,
  durable: string,
): Promise<ConsumerInfo | undefined> {
  const found = await undefinedOn(findConsumer(manage, stream, durable), API_ERROR.StreamNotFound);
  return found && readConsumerInfo(found);
}

/** Creates a durable pull consumer, or updates it when it differs from `config`. See `Connection.ensureConsumer`. */
export async function ensureConsumer(
  manage: Manage,
  serverVersion: string,
  stream: string,
  config: ConsumerConfig,
  merge?: (existing: ConsumerInfo) => ConsumerConfig,
): Promise<ConsumerInfo> {
  checkServer(serverVersion, config);
  for (let races = 0;; races++) {
    try {
      return readConsumerInfo(await findOrChange(manage, stream, config, merge));
    } catch (error) {
      if (isApiError(error, ...RACE) && races < MAX_RACES) continue;
      throw isApiError(error) ? consumerError(error, stream, config) : error;
    }
  }
}

async function findOrChange(
  manage: Manage,
  stream: string,
  config: ConsumerConfig,
  merge: (existing: ConsumerInfo) => ConsumerConfig = () => config,
): Promise<NatsConsumerInfo> {
  const { durable } = config;
  const found = await findConsumer(manage, stream, durable);
  if (!found) {
    return await manage(
      `create consumer ${durable} of stream ${stream}`,
      ({ consumers }) => consumers.add(stream, natsConsumerConfig(config)),
    );
  }
  checkConsumerKind(stream, durable, found.config);
  const merged = merge(readConsumerInfo(found));
  if (isSameConfig(found.config, merged)) return found;
  const update = () =>
    manage(
      `update consumer ${durable} of stream ${stream}`,
      ({ consumers }) => consumers.update(stream, durable, consumerUpdate(merged)),
    );
  const updated = await update();
  if (!isEphemeral(found.config)) return updated;
  // The first update makes it durable, and keeps the inactivity after which the server deletes it.
  const again = await update();
  checkIsDurable(stream, durable, again.config);
  return again;
}

/** Deletes a consumer. Does nothing when it does not exist. */
export async function deleteConsumer(
  manage: Manage,
  stream: string,
  durable: string,
): Promise<void> {
  await undefinedOn(
    manage(
      `delete consumer ${durable} of stream ${stream}`,
      ({ consumers }) => consumers.delete(stream, durable),
    ),
    API_ERROR.StreamNotFound,
    API_ERROR.ConsumerNotFound,
  );
}

async function findConsumer(
  manage: Manage,
  stream: string,
  durable: string,
): Promise<NatsConsumerInfo | undefined> {
  return await undefinedOn(
    manage(
      `look up consumer ${durable} of stream ${stream}`,
      ({ consumers }) => consumers.info(stream, durable),
    ),
    API_ERROR.ConsumerNotFound,
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
    case API_ERROR.StreamNotFound:
      return new NoStreamError(
        `cannot create consumer ${durable}: stream ${stream} does not exist; create it first`,
        options,
      );
    case API_ERROR.WorkQueueNotUnique:
    case API_ERROR.WorkQueueUnfiltered:
      return new ConsumerConflictError(
        `cannot create consumer ${durable} on stream ${stream}: another consumer already consumes ${
          filterSubjects.join(" or ")
        }, and a work-queue stream allows one consumer per subject; ` +
          "use another resource type, or the name of the existing driver to share its work",
        options,
      );
    case API_ERROR.FiltersOverlap:
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

function readConsumerInfo(info: NatsConsumerInfo): ConsumerInfo {
  const { config, delivered, ts } = info;
  return {
    stream: info.stream_name,
    durable: info.name,
    filterSubjects: filtersOf(config),
    ackWaitMs: (config.ack_wait ?? 0) / NANOS,
    maxAckPending: config.max_ack_pending ?? 0,
    ...(config.description === undefined ? {} : { description: config.description }),
    createdMs: Date.parse(info.created),
    // The server stores the sequences on disk, but not the time of the last delivery.
    restarted: delivered.consumer_seq > 0 && delivered.last_active === undefined,
    serverTimeMs: ts === undefined ? Date.now() : Date.parse(ts),
    restrictions: restrictionsOf(config),
    waiting: info.num_waiting,
    pending: info.num_pending,
    ackPending: info.num_ack_pending,
    redelivered: info.num_redelivered,
  };
}
