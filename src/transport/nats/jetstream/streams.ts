/** Streams, over JetStream's API. @module */

import { ConfigError } from "../../../errors.ts";
import type { StreamConfig, StreamInfo } from "../../transport.ts";
import { API_ERROR, askApi, isApiError } from "./api.ts";
import type { RequestMux } from "../core/request_mux.ts";

/** A stream's configuration on the wire; there is more than what is named here. */
export interface WireStreamConfig {
  readonly name: string;
  readonly subjects?: readonly string[];
  readonly retention?: StreamInfo["retention"];
  readonly storage?: "file" | "memory";
  readonly duplicate_window?: number;
  readonly max_age?: number;
  readonly num_replicas?: number;
  readonly [other: string]: unknown;
}

interface WireStreamInfo {
  readonly config: WireStreamConfig;
  readonly state: { readonly messages: number };
  readonly created: string;
  /** When the server said this. Servers before 2.10 do not. */
  readonly ts?: string;
}

/** Nanoseconds in a millisecond. */
export const NANOS = 1e6;

/** Tells what a stream looks like; `undefined` when there is none. */
export async function streamInfo(
  replies: RequestMux,
  stream: string,
): Promise<StreamInfo | undefined> {
  const found = await findStream(replies, stream);
  return found && readStreamInfo(found);
}

/** Creates a stream, or updates what it differs in from `config`. */
export async function ensureStream(replies: RequestMux, config: StreamConfig): Promise<StreamInfo> {
  const { name } = config;
  const found = await findStream(replies, name);
  const verb = found ? "UPDATE" : "CREATE";
  const wanted = { ...found?.config, ...wireConfig(config) };
  const made = await refusedAsConfig(
    askApi<WireStreamInfo>(
      replies,
      `${verb.toLowerCase()} stream ${name}`,
      `STREAM.${verb}.${name}`,
      wanted,
    ),
  );
  return readStreamInfo(made);
}

/** Deletes a stream and its consumers. Does nothing when there is none. */
export async function deleteStream(replies: RequestMux, stream: string): Promise<void> {
  await unless(
    API_ERROR.streamNotFound,
    askApi(replies, `delete stream ${stream}`, `STREAM.DELETE.${stream}`),
  );
}

/** What a request gives; `undefined` when the server refuses with this error. */
export async function unless<T>(errorCode: number, request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isApiError(error) && error.errorCode === errorCode) return undefined;
    throw error;
  }
}

async function findStream(
  replies: RequestMux,
  stream: string,
): Promise<WireStreamInfo | undefined> {
  return await unless(
    API_ERROR.streamNotFound,
    askApi<WireStreamInfo>(replies, `look up stream ${stream}`, `STREAM.INFO.${stream}`),
  );
}

/** A configuration that the server does not take is the caller's to change. */
async function refusedAsConfig<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!isApiError(error)) throw error;
    const field = error.errorCode === API_ERROR.subjectsOverlap ? "subjects" : "stream";
    throw new ConfigError(field, `${error.message}; change the stream's configuration`, {
      cause: error,
    });
  }
}

function wireConfig(config: StreamConfig): WireStreamConfig {
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

function readStreamInfo({ config, state, created, ts }: WireStreamInfo): StreamInfo {
  return {
    name: config.name,
    subjects: config.subjects ?? [],
    retention: config.retention ?? "limits",
    duplicateWindowMs: (config.duplicate_window ?? 0) / NANOS,
    messages: state.messages,
    replicas: config.num_replicas ?? 1,
    created,
    serverTimeMs: ts === undefined ? Date.now() : Date.parse(ts),
  };
}
