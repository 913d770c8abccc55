/** Streams over the JetStream API. @module */

import type {
  StreamConfig as NatsStreamConfig,
  StreamInfo as NatsStreamInfo,
} from "@nats-io/jetstream";
import { ConfigError } from "../../../errors.ts";
import type { StreamConfig, StreamInfo } from "../../transport.ts";
import { API_ERROR, isApiError, undefinedOn } from "./api_errors.ts";
import type { Manage } from "./manage.ts";

/** Nanoseconds in a millisecond. */
export const NANOS = 1e6;

/** Returns a stream's configuration and state; `undefined` when it does not exist. */
export async function streamInfo(
  manage: Manage,
  stream: string,
): Promise<StreamInfo | undefined> {
  const found = await undefinedOn(
    manage(`look up stream ${stream}`, ({ streams }) => streams.info(stream)),
    API_ERROR.StreamNotFound,
  );
  return found && readStreamInfo(found);
}

/** Creates a stream, or updates it with `config`. */
export async function ensureStream(manage: Manage, config: StreamConfig): Promise<StreamInfo> {
  const { name } = config;
  const wanted = natsConfig(config);
  try {
    const updated = await undefinedOn(
      manage(`update stream ${name}`, ({ streams }) => streams.update(name, wanted)),
      API_ERROR.StreamNotFound,
    );
    return readStreamInfo(
      updated ?? await manage(`create stream ${name}`, ({ streams }) => streams.add(wanted)),
    );
  } catch (error) {
    if (!isApiError(error)) throw error;
    const field = error.errorCode === API_ERROR.SubjectsOverlap ? "subjects" : "stream";
    throw new ConfigError(field, `${error.message}; change the stream's configuration`, {
      cause: error,
    });
  }
}

/** Deletes a stream and its consumers. Does nothing when it does not exist. */
export async function deleteStream(manage: Manage, stream: string): Promise<void> {
  await undefinedOn(
    manage(`delete stream ${stream}`, ({ streams }) => streams.delete(stream)),
    API_ERROR.StreamNotFound,
  );
}

function natsConfig(config: StreamConfig): Partial<NatsStreamConfig> & { name: string } {
  const { maxAgeMs = 0, duplicateWindowMs = 120_000, storage = "file", replicas = 1 } = config;
  const window = maxAgeMs > 0 ? Math.min(duplicateWindowMs, maxAgeMs) : duplicateWindowMs;
  return {
    name: config.name,
    subjects: [...config.subjects],
    retention: config.retention,
    storage,
    duplicate_window: window * NANOS,
    max_age: maxAgeMs * NANOS,
    num_replicas: replicas,
  };
}

function readStreamInfo({ config, state, created, ts }: NatsStreamInfo): StreamInfo {
  return {
    name: config.name,
    subjects: config.subjects ?? [],
    retention: config.retention,
    duplicateWindowMs: config.duplicate_window / NANOS,
    maxAgeMs: (config.max_age ?? 0) / NANOS,
    messages: state.messages,
    replicas: config.num_replicas,
    created,
    serverTimeMs: ts === undefined ? Date.now() : Date.parse(ts),
  };
}
