/** How to make a client and how to make a call. @module */

import type { Credentials } from "../credentials/credentials.ts";
import type { ProtocolVersion } from "../protocol/subjects.ts";

/** How to reach the API server. Every option has a default that suits a server on this machine. */
export interface ClientOptions {
  /** Host name or address, without scheme and port. @default {"CONVEYOR_SERVER_HOST, or localhost"} */
  host?: string | undefined;
  /** Port, 1 to 65535. @default {"CONVEYOR_SERVER_PORT, or 8080"} */
  port?: number | undefined;
  /** Full base URL, `http:` or `https:`, with or without a path. Wins over host and port. @default {"CONVEYOR_SERVER_URL"} */
  url?: string | URL | undefined;
  /** Generation of the server's paths. @default {"CONVEYOR_PROTOCOL, or v2"} */
  protocol?: ProtocolVersion | undefined;
  /**
   * The client's key, certificate chain and CA, by value or by file: what a server that asks for authentication wants.
   * `false` uses none, whatever the environment says.
   *
   * @default {"CONVEYOR_CERT_FILE, CONVEYOR_KEY_FILE and CONVEYOR_CA_FILE, where they are set"}
   */
  credentials?: Credentials | false | undefined;
  /** Time for one call with all its attempts, in milliseconds; `Infinity` is no limit. @default {30000} */
  timeoutMs?: number | undefined;
  /** How calls that are safe to repeat are repeated; `false` tries once. */
  retry?: RetryOptions | false | undefined;
  /** Most bytes that an answer may have; streams are not limited. @default {67108864} */
  maxBodyBytes?: number | undefined;
  /** Headers of every request, for example for a proxy in between. */
  headers?: Record<string, string> | undefined;
  /** Used in place of the platform's `fetch`. Client certificates for HTTPS are then its own affair. */
  fetch?: FetchLike | undefined;
  /** Told of every request before it goes out, and may change its headers. It never sees the token. */
  onRequest?: ((request: ClientRequest) => void | Promise<void>) | undefined;
  /** Told of every answer and of every attempt that got none. */
  onResponse?: ((response: ClientResponse) => void | Promise<void>) | undefined;
}

/** How calls that are safe to repeat are repeated. */
export interface RetryOptions {
  /** How often a call is tried in all, 1 or more. @default {3} */
  attempts?: number;
  /** Upper bound of the first delay, in milliseconds; it doubles, with full jitter. @default {200} */
  initialMs?: number;
  /** Upper bound of every delay, and the longest `Retry-After` that is waited for, in milliseconds. @default {10000} */
  maxMs?: number;
}

/** As much of `fetch` as a client uses. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;

/** Limits of one call. */
export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Time for this call with all its attempts, in milliseconds; `Infinity` is no limit. @default {"the client's timeoutMs"} */
  timeoutMs?: number | undefined;
}

/** A request about to go out. */
export interface ClientRequest {
  /** HTTP method. */
  readonly method: string;
  /** Full URL. */
  readonly url: string;
  /** Its headers, which may be changed. The client sets `authorization` afterwards. */
  readonly headers: Headers;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
}

/** What came of a request. */
export interface ClientResponse {
  /** HTTP method. */
  readonly method: string;
  /** Full URL. */
  readonly url: string;
  /** Which attempt this was, from 1. */
  readonly attempt: number;
  /** Time from sending to the answer's headers, in milliseconds. */
  readonly durationMs: number;
  /** HTTP status; `undefined` when there was no answer. */
  readonly status: number | undefined;
  /** Headers of the answer; empty when there was none. */
  readonly headers: Headers;
  /** Why there was no answer. */
  readonly error?: unknown;
}
