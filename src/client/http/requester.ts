/** Sends single requests: headers, token, hooks. @module */

import type { TokenSource } from "../../credentials/token_source.ts";
import { ConfigError, ConnectionError, isErrorLike, messageOf } from "../../errors.ts";
import { toJson } from "../../encoding/json.ts";
import type { ClientOptions, ClientResponse, FetchLike } from "../options.ts";
import type { Address } from "./address.ts";
import type { ApiCall, ApiResponse } from "./api_call.ts";
import { readText } from "./response.ts";
import { responseError } from "./response_error.ts";

/** Sends requests, each of which is one attempt of a call. */
export interface Requester {
  /** Sends the request. Resolves when the status of the response is 2xx, with the body unread. */
  request(call: ApiCall<unknown>, attempt: number, signal: AbortSignal): Promise<ApiResponse>;
  /** Discards the token after the server has rejected it. Returns whether a new one may be accepted. */
  renewToken(): boolean | undefined;
}

/** What a client's requests need beyond its options. */
export interface RequesterParts {
  readonly address: Address;
  readonly fetch: FetchLike;
  readonly tokens: TokenSource | undefined;
}

/** Creates a requester. */
export function createRequester(
  { headers: common, onRequest, onResponse, maxBodyBytes = 64 * 2 ** 20 }: ClientOptions,
  { address, fetch, tokens }: RequesterParts,
): Requester {
  let serverTimeMs = NaN;

  /** Returns the headers of a request: the client's, as the hook leaves them, and the token. */
  async function headersOf(
    { method, anonymous }: ApiCall<unknown>,
    url: string,
    attempt: number,
    body: string | undefined,
  ): Promise<Headers> {
    const headers = new Headers(common);
    if (body) headers.set("content-type", "application/json");
    await onRequest?.({ method, url, headers, attempt });
    const token = anonymous ? undefined : await tokens?.token();
    const sent = new Headers(headers); // A copy: a hook may keep the headers it was given.
    if (token) sent.set("authorization", `Bearer ${token}`);
    return sent;
  }

  return {
    renewToken: () => tokens?.renew(serverTimeMs),

    async request(call, attempt, signal) {
      const { method } = call;
      const url = address.url + call.path;
      const body = toJson(call.body);
      const sent = await headersOf(call, url, attempt, body);
      const startedAt = performance.now();
      const report = (outcome: Pick<ClientResponse, "status" | "headers" | "error">) =>
        onResponse?.({
          method,
          url,
          attempt,
          durationMs: performance.now() - startedAt,
          ...outcome,
        });
      let fetched: Response;
      try {
        const init = { method, headers: sent, redirect: "manual", signal } as const;
        fetched = await fetch(url, body ? { ...init, body } : init);
      } catch (error) {
        await report({ status: undefined, headers: new Headers(), error });
        throw noResponse(call, url, attempt, error);
      }
      const { status, headers, body: answer } = fetched ?? {};
      if (!headers?.get || answer !== null && answer?.locked !== false) {
        throw new ConfigError(
          "fetch",
          "fetch must return an unread Response with headers",
        );
      }
      await report({ status, headers });
      serverTimeMs = Date.parse(headers.get("date") ?? "");
      const response = { call, url, status, headers, body: answer, maxBodyBytes };
      if (fetched.ok) return response;
      throw responseError(response, await readText(response));
    },
  };
}

function noResponse(
  { action, method }: ApiCall<unknown>,
  url: string,
  attempt: number,
  cause: unknown,
): ConnectionError {
  const attempts = attempt > 1 ? ` in ${attempt} attempts` : "";
  return new ConnectionError(
    `cannot ${action}: no response to ${method} ${url}${attempts}: ${reasonOf(cause)}; ` +
      "check the server, or pass another url",
    { cause },
  );
}

/** Returns the message of the cause: `fetch` on Node itself says no more than "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = (error as Error | undefined)?.cause;
  const inner = (cause as AggregateError | undefined)?.errors?.[0] ?? cause;
  return messageOf(isErrorLike(inner) ? inner : error);
}
