/** Sends calls over HTTP: a deadline, and as many attempts as it takes. @module */

import { withDeadline } from "../../async/deadline.ts";
import { delay } from "../../async/delay.ts";
import { hasCode } from "../../errors.ts";
import type { CallOptions, ClientOptions } from "../options.ts";
import type { ApiCall } from "./api_call.ts";
import { createRequester, type RequesterParts } from "./requester.ts";
import { readResult } from "./response.ts";
import { createRetryPolicy } from "./retry_policy.ts";

/** Sends a call and reads its result. `timeoutMs` of a call for a stream ends with the headers. */
export type SendCall = <T>(call: ApiCall<T>, options?: CallOptions) => Promise<T>;

/**
 * Creates the function that sends calls. It repeats them as the retry policy says, and once more with a new token after the
 * server has rejected the one it had.
 *
 * @throws {ConfigError} `retry` is invalid.
 */
export function createHttpClient(options: ClientOptions, parts: RequesterParts): SendCall {
  const { request, renewToken } = createRequester(options, parts);
  const delayAfter = createRetryPolicy(options.retry);

  return async (call, { signal, timeoutMs = options.timeoutMs ?? 30_000 } = {}) => {
    const { action, method, idempotent = method === "GET" || method === "DELETE" } = call;
    const deadline = performance.now() + timeoutMs;
    return await withDeadline({ action, signal, timeoutMs }, async (signal) => {
      for (let attempt = 1, renewed = false;; attempt++) {
        try {
          return await readResult(call, await request(call, attempt, signal));
        } catch (error) {
          if (signal.aborted) throw error;
          if (hasCode(error, "unauthorized") && !renewed && renewToken()) {
            renewed = true;
            continue;
          }
          const delayMs = delayAfter(error, attempt, idempotent);
          if (delayMs === undefined || performance.now() + delayMs >= deadline) throw error;
          await delay(delayMs, signal);
        }
      }
    });
  };
}
