/** Calls over HTTP: limits, attempts, authentication and hooks. @module */

import type { TokenSource } from "../../credentials/token_source.ts";
import { ConfigError, ConnectionError, hasCode, isErrorLike, messageOf } from "../../errors.ts";
import type { Address } from "./address.ts";
import { type ApiResponse, parseJson, readText, unreadableResponse } from "./response.ts";
import { errorFromResponse } from "./response_error.ts";
import { delay } from "../../async/delay.ts";
import { withDeadline } from "../../async/deadline.ts";
import type { CallOptions, ClientOptions, FetchLike } from "../options.ts";
import { createRetryPolicy } from "./retry_policy.ts";

/** One call of the API. */
export interface ApiCall<T> {
  /** Completes "cannot …" in messages, for example `get the pipeline "ship"`. */
  readonly action: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Path below the base URL, encoded, with its query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Whether doing it twice is as good as doing it once. @default {"true for GET and DELETE"} */
  readonly repeatable?: boolean;
  /** Whether it needs no credentials. @default {false} */
  readonly open?: boolean;
  /** What the answer is. @default {"json"} */
  readonly answer?: "json" | "text" | "none";
  /** Makes the result of the answer. */
  readonly read: (answer: unknown) => T;
}

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
    headers,
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
    const request = { method, url, headers: new Headers(headers), attempt };
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
    await done({ status: response.status, headers: response.headers });
    serverTimeMs = Date.parse(response.headers.get("date") ?? "");
    const exchange = { call, url, path: new URL(url).pathname, response, maxBodyBytes };
    if (response.ok) return exchange;
    throw errorFromResponse(exchange, await readText(exchange));
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
      withRetries(call, options, async (attempt, signal) => {
        const exchange = await attemptOnce(call, attempt, signal);
        return await readResult(call, exchange);
      }),
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

async function readResult<T>(call: ApiCall<T>, exchange: ApiResponse): Promise<T> {
  if (call.answer === "none" || exchange.response.status === 204) {
    await exchange.response.body?.cancel();
    return call.read(undefined);
  }
  const text = await readText(exchange);
  const answer = call.answer === "text" ? text : parseJson(exchange, text);
  try {
    return call.read(answer);
  } catch (cause) {
    if (hasCode(cause, "malformed-message")) {
      throw unreadableResponse(exchange, text, cause.message, cause);
    }
    throw cause;
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
