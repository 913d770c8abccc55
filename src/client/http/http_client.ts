/** Calls over HTTP: limits, attempts, authentication and hooks. @module */

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

/** Makes calls. */
export interface Http {
  readonly address: Address;
  /** Makes a call and reads the whole answer. */
  send<T>(call: ApiCall<T>, options?: CallOptions): Promise<T>;
  /** Makes a call and gives the answer's stream. The time-out counts until the headers have come. */
  open(call: ApiCall<unknown>, options?: CallOptions): Promise<ApiResponse>;
}

/** What {@linkcode createHttp} needs beyond the client's options. */
export interface HttpParts {
  readonly address: Address;
  readonly fetch: FetchLike;
  readonly tokens: TokenSource | undefined;
}

/** Makes what makes calls. */
export function createHttp(options: ClientOptions, { address, fetch, tokens }: HttpParts): Http {
  const {
    timeoutMs: defaultTimeoutMs = 30_000,
    maxBodyBytes = 64 * 2 ** 20,
    onRequest,
    onResponse,
  } = options;
  const policy = createRetryPolicy(options.retry);
  let serverTimeMs = NaN;

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
    const token = call.open ? undefined : await tokens?.token();
    // A copy, because a hook may keep the headers that it was shown.
    const sent = new Headers(request.headers);
    if (token) sent.set("authorization", `Bearer ${token}`);
    const startedAt = performance.now();
    const done = (outcome: { status?: number; headers?: Headers; error?: unknown }) =>
      onResponse?.({
        method,
        url,
        attempt,
        durationMs: performance.now() - startedAt,
        status: undefined,
        headers: new Headers(),
        ...outcome,
      });
    let response: Response;
    try {
      response = await fetch(url, {
        method,
        headers: sent,
        redirect: "manual",
        signal,
        ...(body && { body }),
      });
    } catch (error) {
      await done({ error });
      throw unreachable(call, url, attempt, error);
    }
    const { status, headers } = response;
    await done({ status, headers });
    serverTimeMs = Date.parse(headers.get("date") ?? "");
    const received = { call, url, status, headers, body: response.body, maxBodyBytes };
    if (response.ok) return received;
    throw responseError(received, await readText(received));
  }

  /** Repeats `work` as the policy says, and once more when the server refuses a token that can be made anew. */
  async function withRetries<T>(
    call: ApiCall<unknown>,
    options: CallOptions,
    work: (attempt: number, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { action, method, repeatable = method === "GET" || method === "DELETE" } = call;
    const { signal, timeoutMs = defaultTimeoutMs } = options;
    const endsAt = Date.now() + timeoutMs;
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
          const delayMs = policy.delayAfter(error, attempt, repeatable);
          if (delayMs === undefined || Date.now() + delayMs >= endsAt) throw error;
          await delay(delayMs, signal);
        }
      }
    });
  }

  return {
    address,
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
    const why = `what it sends cannot be JSON: ${messageOf(cause)}`;
    throw new ConfigError("body", `cannot ${action}: ${why}`, { cause });
  }
}

function unreachable(
  call: ApiCall<unknown>,
  url: string,
  attempt: number,
  cause: unknown,
): ConnectionError {
  const tries = attempt > 1 ? ` in ${attempt} attempts` : "";
  return new ConnectionError(
    `cannot ${call.action}: ${call.method} ${url} got no answer${tries}: ${reasonOf(cause)}; ` +
      "check that the API server runs there, or set CONVEYOR_SERVER_HOST and CONVEYOR_SERVER_PORT",
    { cause },
  );
}

/** `fetch` on Node says no more than "fetch failed"; the reason is in its cause. */
function reasonOf(error: unknown): string {
  const cause = (error as Error | undefined)?.cause;
  const inner = (cause as AggregateError | undefined)?.errors?.[0] ?? cause;
  return messageOf(isErrorLike(inner) ? inner : error);
}
