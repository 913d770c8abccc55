/** Sends calls over HTTP: a deadline, and as many attempts as it takes. @module */

import { withDeadline } from "../../async/deadline.ts";
import { delay } from "../../async/delay.ts";
import { hasCode } from "../../errors.ts";
import type { CallOptions, ClientOptions } from "../options.ts";
import type { ApiCall, ApiResponse } from "./api_call.ts";
import { createRequester, type RequesterParts } from "./requester.ts";
import { readResult } from "./response.ts";
import { createRetryPolicy } from "./retry_policy.ts";

/** Sends calls. */
export interface HttpClient {
  /** Sends a call and reads its result. */
  send<T>(call: ApiCall<T>, options?: CallOptions): Promise<T>;
  /** Sends a call and returns its response with the body unread. `timeoutMs` ends with the headers. */
  open(call: ApiCall<unknown>, options?: CallOptions): Promise<ApiResponse>;
}

/**
 * Creates an HTTP client.
 *
 * @throws {ConfigError} `retry` is invalid.
 */
export function createHttpClient(options: ClientOptions, parts: RequesterParts): HttpClient {
  const { request, renewToken } = createRequester(options, parts);
  const delayAfter = createRetryPolicy(options.retry);

  /** Repeats a call as the retry policy says, and once more with a new token after the server has rejected the one it had. */
  async function withRetries<T>(
    call: ApiCall<unknown>,
    { signal, timeoutMs = options.timeoutMs ?? 30_000 }: CallOptions,
    read: (response: ApiResponse) => T | Promise<T>,
  ): Promise<T> {
    const { action, method, idempotent = method === "GET" || method === "DELETE" } = call;
    const deadline = Date.now() + timeoutMs;
    return await withDeadline({ action, signal, timeoutMs }, async (signal) => {
      for (let attempt = 1, renewed = false;; attempt++) {
        try {
          return await read(await request(call, attempt, signal));
        } catch (error) {
          if (signal.aborted) throw error;
          if (hasCode(error, "unauthorized") && !renewed && renewToken()) {
            renewed = true;
            continue;
          }
          const delayMs = delayAfter(error, attempt, idempotent);
          if (delayMs === undefined || Date.now() + delayMs >= deadline) throw error;
          await delay(delayMs, signal);
        }
      }
    });
  }

  return {
    open: (call, options = {}) => withRetries(call, options, (response) => response),
    send: (call, options = {}) =>
      withRetries(call, options, (response) => readResult(call, response)),
  };
}
