/** Options of a client and of its calls. @module */

import type { Credentials } from "../credentials/credentials.ts";
import type { ProtocolVersion } from "../protocol/subjects.ts";

/** Options of a client. The defaults reach a server on this machine. */
export interface ClientOptions {
  /** Host name or address, without scheme and port. @default {"CONVEYOR_SERVER_HOST, or localhost"} */
  host?: string | undefined;
  /** Port, 1 to 65535. @default {"CONVEYOR_SERVER_PORT, or 8080"} */
  port?: number | undefined;
  /** Full base URL, `http:` or `https:`, with or without a path. Wins over host and port. @default {"CONVEYOR_SERVER_URL"} */
  url?: string | URL | undefined;
  /** Protocol version of the server. @default {"CONVEYOR_PROTOCOL, or v2"} */
  protocol?: ProtocolVersion | undefined;
  /**
   * The client's key, certificate chain and CA, as text or as files. `false` uses none, and ignores the environment.
   *
   * @default {"CONVEYOR_CERT_FILE, CONVEYOR_KEY_FILE and CONVEYOR_CA_FILE, where they are set"}
   */
  credentials?: Credentials | false | undefined;
  /** Deadline of a call with all its attempts, in milliseconds; `Infinity` is none. @default {30000} */
  timeoutMs?: number | undefined;
  /** How calls are retried; `false` never retries. */
  retry?: RetryOptions | false | undefined;
  /** Maximum size of a response, in bytes; streams have no limit. @default {67108864} */
  maxBodyBytes?: number | undefined;
  /** Headers of every request, for example those that a proxy requires. */
  headers?: Record<string, string> | undefined;
  /** Replaces the platform's `fetch`. It then has to present client certificates for HTTPS itself. */
  fetch?: FetchLike | undefined;
  /** Called before each request is sent; may change its headers. It never sees the token. */
  onRequest?: ((request: ClientRequest) => unknown) | undefined;
  /** Called after each response, and after each attempt that got none. */
  onResponse?: ((response: ClientResponse) => unknown) | undefined;
}

/** How calls are retried. */
export interface RetryOptions {
  /** Maximum number of attempts, 1 or more. @default {3} */
  attempts?: number;
  /** Upper bound of the first delay, in milliseconds; doubles with each attempt, with full jitter. @default {200} */
  initialMs?: number;
  /** Upper bound of every delay and of `Retry-After`, in milliseconds. @default {10000} */
  maxMs?: number;
}

/** The part of `fetch` that a client uses. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;

/** Options of one call. */
export interface CallOptions {
  /** Cancels the call, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Deadline of the call with all its attempts, in milliseconds; `Infinity` is none. @default {"the client's timeoutMs"} */
  timeoutMs?: number | undefined;
}

/** A request that is about to be sent. */
export interface ClientRequest {
  /** HTTP method. */
  readonly method: string;
  /** Full URL. */
  readonly url: string;
  /** Headers, which may be changed. The client adds `authorization` afterwards. */
  readonly headers: Headers;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
}

/** The outcome of a request. */
export interface ClientResponse {
  /** HTTP method. */
  readonly method: string;
  /** Full URL. */
  readonly url: string;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /** Time from sending the request to receiving the headers, in milliseconds. */
  readonly durationMs: number;
  /** HTTP status; `undefined` without a response. */
  readonly status: number | undefined;
  /** Headers of the response; empty without a response. */
  readonly headers: Headers;
  /** The reason why there is no response. */
  readonly error?: unknown;
}
