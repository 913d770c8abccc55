/** Sends calls over HTTP: deadline, attempts, authentication and hooks. @module */

import { withDeadline } from "../../async/deadline.ts";
import { delay } from "../../async/delay.ts";
import type { TokenSource } from "../../credentials/token_source.ts";
import { ConfigError, ConnectionError, hasCode, isErrorLike, messageOf } from "../../errors.ts";
import type { CallOptions, ClientOptions, FetchLike } from "../options.ts";
import type { Address } from "./address.ts";
import type { ApiCall, ApiResponse } from "./api_call.ts";
import { readResult, readText } from "./response.ts";
import { responseError } from "./response_error.ts";
import { createRetryPolicy } from "./retry_policy.ts";

/** Sends calls. */
export interface HttpClient {
  /** Sends a call and reads its result. */
  send<T>(call: ApiCall<T>, options?: CallOptions): Promise<T>;
  /** Sends a call and returns its response with the body unread. `timeoutMs` ends with the headers. */
  open(call: ApiCall<unknown>, options?: CallOptions): Promise<ApiResponse>;
}

/** What {@linkcode createHttpClient} needs beyond the client's options. */
export interface HttpClientParts {
  readonly address: Address;
  readonly fetch: FetchLike;
  readonly tokens: TokenSource | undefined;
}

/**
 * Creates an HTTP client.
 *
 * @throws {ConfigError} `retry` is invalid.
 */
export function createHttpClient(
  options: ClientOptions,
  { address, fetch, tokens }: HttpClientParts,
): HttpClient {
  const { maxBodyBytes = 64 * 2 ** 20, onRequest, onResponse } = options;
  const policy = createRetryPolicy(options.retry);
  let serverTimeMs = NaN;

  /** Sends one request. Returns the response when its status is 2xx. */
  async function attemptOnce(
    call: ApiCall<unknown>,
    attempt: number,
    signal: AbortSignal,
  ): Promise<ApiResponse> {
    const { method } = call;
    const url = address.url + call.path;
    const request = { method, url, headers: new Headers(options.headers), attempt };
    const body = toJson(call);
    if (body) request.headers.set("content-type", "application/json");
    await onRequest?.(request);
    const token = call.anonymous ? undefined : await tokens?.token();
    // A copy: a hook may keep the headers it was given.
    const sent = new Headers(request.headers);
    if (token) sent.set("authorization", `Bearer ${token}`);
    const startedAt = performance.now();
    const report = (outcome: { status?: number; headers?: Headers; error?: unknown }) =>
      onResponse?.({
        method,
        url,
        attempt,
        durationMs: performance.now() - startedAt,
        status: undefined,
        headers: new Headers(),
        ...outcome,
      });
    let fetched: Response;
    try {
      fetched = await fetch(url, {
        method,
        headers: sent,
        redirect: "manual",
        signal,
        ...(body && { body }),
      });
    } catch (error) {
      await report({ error });
      throw noResponse(call, url, attempt, error);
    }
    const { status, headers } = fetched;
    await report({ status, headers });
    serverTimeMs = Date.parse(headers.get("date") ?? "");
    const response = { call, url, status, headers, body: fetched.body, maxBodyBytes };
    if (fetched.ok) return response;
    throw responseError(response, await readText(response));
  }

  /** Repeats `work` as the retry policy says. Retries once more with a new token after a 401. */
  async function withRetries<T>(
    call: ApiCall<unknown>,
    { signal, timeoutMs = options.timeoutMs ?? 30_000 }: CallOptions,
    work: (attempt: number, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { action, method, idempotent = method === "GET" || method === "DELETE" } = call;
    const deadline = Date.now() + timeoutMs;
    return await withDeadline({ action, signal, timeoutMs }, async (signal) => {
      for (let attempt = 1, renewed = false;; attempt++) {
        try {
          return await work(attempt, signal);
        } catch (error) {
          if (signal.aborted) throw error;
          if (hasCode(error, "unauthorized") && !renewed && tokens?.renew(serverTimeMs)) {
            renewed = true;
            continue;
          }
          const delayMs = policy.delayAfter(error, attempt, idempotent);
          if (delayMs === undefined || Date.now() + delayMs >= deadline) throw error;
          await delay(delayMs, signal);
        }
      }
    });
  }

  return {
    open: (call, options = {}) =>
      withRetries(call, options, (attempt, signal) => attemptOnce(call, attempt, signal)),
    send: (call, options = {}) =>
      withRetries(
        call,
        options,
        async (attempt, signal) => await readResult(call, await attemptOnce(call, attempt, signal)),
      ),
  };
}

function toJson({ action, body }: ApiCall<unknown>): string | undefined {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    const why = `JSON cannot hold its body: ${messageOf(cause)}`;
    throw new ConfigError("body", `cannot ${action}: ${why}`, { cause });
  }
}

function noResponse(
  call: ApiCall<unknown>,
  url: string,
  attempt: number,
  cause: unknown,
): ConnectionError {
  const attempts = attempt > 1 ? ` in ${attempt} attempts` : "";
  return new ConnectionError(
    `cannot ${call.action}: no response to ${call.method} ${url}${attempts}: ${reasonOf(cause)}; ` +
      "check that the server runs there, or set CONVEYOR_SERVER_HOST and CONVEYOR_SERVER_PORT",
    { cause },
  );
}

/** Returns the message of the cause: `fetch` on Node itself says no more than "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = (error as Error | undefined)?.cause;
  const inner = (cause as AggregateError | undefined)?.errors?.[0] ?? cause;
  return messageOf(isErrorLike(inner) ? inner : error);
}
