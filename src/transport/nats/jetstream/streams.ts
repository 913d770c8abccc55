/** Streams over the JetStream API. @module */

import { ConfigError } from "../../../errors.ts";
import type { StreamConfig, StreamInfo } from "../../transport.ts";
import { API_ERROR, isApiError, requestApi } from "./api.ts";
import type { RequestMux } from "../core/request_mux.ts";

/** The wire form of a stream's configuration, with further fields. */
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
  /** The server's clock; since 2.10. */
  readonly ts?: string;
}

/** Nanoseconds in a millisecond. */
export const NANOS = 1e6;

/** Returns a stream's configuration and state; `undefined` when it does not exist. */
export async function streamInfo(
  mux: RequestMux,
  stream: string,
): Promise<StreamInfo | undefined> {
  const found = await findStream(mux, stream);
  return found && readStreamInfo(found);
}

/** Creates a stream, or updates it with `config`. */
export async function ensureStream(mux: RequestMux, config: StreamConfig): Promise<StreamInfo> {
  const { name } = config;
  const found = await findStream(mux, name);
  const verb = found ? "UPDATE" : "CREATE";
  const wanted = { ...found?.config, ...wireConfig(config) };
  const response = await withConfigError(
    requestApi<WireStreamInfo>(
      mux,
      `${verb.toLowerCase()} stream ${name}`,
      `STREAM.${verb}.${name}`,
      wanted,
    ),
  );
  return readStreamInfo(response);
}

/** Deletes a stream and its consumers. Does nothing when it does not exist. */
export async function deleteStream(mux: RequestMux, stream: string): Promise<void> {
  await undefinedOn(
    API_ERROR.streamNotFound,
    requestApi(mux, `delete stream ${stream}`, `STREAM.DELETE.${stream}`),
  );
}

/** Returns the response of a request; `undefined` when it is the error with this code. */
export async function undefinedOn<T>(
  errorCode: number,
  request: Promise<T>,
): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isApiError(error) && error.errorCode === errorCode) return undefined;
    throw error;
  }
}

async function findStream(
  mux: RequestMux,
  stream: string,
): Promise<WireStreamInfo | undefined> {
  return await undefinedOn(
    API_ERROR.streamNotFound,
    requestApi<WireStreamInfo>(mux, `look up stream ${stream}`, `STREAM.INFO.${stream}`),
  );
}

/** Turns an error response into a `ConfigError`: the server has rejected the configuration. */
async function withConfigError<T>(request: Promise<T>): Promise<T> {
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
