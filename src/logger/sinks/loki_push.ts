/** The client of Loki's push API, with retries. @module */

import { backoffMs } from "../../async/backoff.ts";
import { withDeadline } from "../../async/deadline.ts";
import { delay } from "../../async/delay.ts";
import { ConfigError, isErrorLike, messageOf, TimeoutError } from "../../errors.ts";
import { toBase64 } from "../../encoding/base64.ts";
import { encodeText } from "../../encoding/json.ts";
import { LOKI_PUSH_PATH, LOKI_TENANT_HEADER } from "../../protocol/logs/loki.ts";
import { decodeUriPart } from "../../encoding/uri.ts";
import { readSetting, withoutUserInfo } from "../../settings.ts";
import { createMasker, type Masker } from "../masking/masker.ts";
import { type LokiFailure, readFailure, refused } from "./loki_response.ts";

/** Options to reach Loki. */
export interface LokiPushOptions {
  /** Loki's base URL, for example `http://localhost:3100`, or the full URL of its push API. */
  endpoint: string;
  /** The tenant (`X-Scope-OrgID`). */
  tenant?: string;
  /** User name and password. @default {those in the endpoint's URL} */
  basicAuth?: { user: string; password: string };
  /** A token, sent as `Authorization: Bearer`. */
  bearerToken?: string;
  /** Whether bodies are compressed with gzip. @default {whether the runtime supports it} */
  gzip?: boolean;
  /** Sends requests. @default {globalThis.fetch} */
  fetch?: typeof globalThis.fetch;
  /** Time-out of a request, in milliseconds. @default {10000} */
  requestTimeoutMs?: number;
}

const RETRY = { initialMs: 250, maxMs: 5_000 };

/** Sends bodies to Loki's push API. */
export class LokiPush {
  /** The address, without what may be secret in it: user name, password and query. */
  readonly url: string;
  readonly #target: string;
  readonly #headers: Record<string, string>;
  readonly #fetch: typeof globalThis.fetch;
  readonly #gzip: boolean;
  readonly #requestTimeoutMs: number;
  /** The request's own secrets: some servers echo them. */
  readonly #masker: Masker;

  constructor(options: LokiPushOptions) {
    const url = new URL(readSetting("lokiEndpoint", options.endpoint, { field: "endpoint" })!);
    const { tenant, bearerToken, requestTimeoutMs = 10_000 } = options;
    const basicAuth = options.basicAuth ?? userInfo(url);
    url.username = url.password = "";
    if (!url.pathname.endsWith(LOKI_PUSH_PATH)) {
      url.pathname = url.pathname.replace(/\/+$/, "") + LOKI_PUSH_PATH;
    }
    this.#target = url.href;
    this.url = url.origin + url.pathname;
    this.#masker = createMasker([
      ...basicAuth ? [basicAuth.password, basic(basicAuth)] : [],
      ...bearerToken === undefined ? [] : [bearerToken],
      ...url.searchParams.values(),
    ]);
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.#gzip = options.gzip ?? typeof CompressionStream === "function";
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#headers = { "content-type": "application/json" };
    if (this.#gzip) this.#headers["content-encoding"] = "gzip";
    if (tenant !== undefined) this.#headers[LOKI_TENANT_HEADER] = tenant;
    if (basicAuth && bearerToken !== undefined) {
      throw new ConfigError(
        "bearerToken",
        "cannot use both basicAuth and bearerToken: a request to Loki has one authorization; pass one of them",
      );
    }
    if (basicAuth) this.#headers["authorization"] = `Basic ${basic(basicAuth)}`;
    if (bearerToken !== undefined) this.#headers["authorization"] = `Bearer ${bearerToken}`;
  }

  /**
   * Sends a body, which is encoded for each attempt. Retries after 408, 429, 5xx and network errors until `deadline`.
   *
   * @throws {TimeoutError} when the deadline has passed.
   * @throws {ConveyorError} when Loki refuses the body, with Loki's own text and a code of `loki_response.ts`.
   */
  async send(encode: () => string, deadline: number): Promise<void> {
    for (let attempt = 1;; attempt++) {
      const body = encode();
      const bytes = this.#gzip ? await gzip(body) : encodeText(body);
      const failure = await this.#attempt(bytes, deadline);
      if (failure === undefined) return;
      if (failure.code !== undefined) throw refused(this.url, failure);
      const { reason, ignored, waitMs = backoffMs(attempt, RETRY) } = failure;
      if (performance.now() + waitMs >= deadline) {
        const message =
          `cannot store log lines in Loki at ${this.url}: ${reason} (attempt ${attempt}); check that Loki is running`;
        throw Object.assign(new TimeoutError(message, this.#requestTimeoutMs), { ignored });
      }
      await delay(waitMs);
    }
  }

  async #attempt(body: Uint8Array, deadline: number): Promise<LokiFailure | undefined> {
    const leftMs = Math.max(1, Math.min(this.#requestTimeoutMs, deadline - performance.now()));
    const mask = (text: string) => this.#masker.mask(text);
    const request = async (signal: AbortSignal) => {
      const response = await this.#fetch(this.#target, {
        method: "POST",
        headers: this.#headers,
        body: body as BodyInit,
        redirect: "manual",
        signal,
      });
      return await readFailure(response, mask);
    };
    try {
      return await withDeadline({ action: "push", timeoutMs: Math.ceil(leftMs) }, request);
    } catch (error) {
      return { reason: mask(causeOf(error)), code: undefined };
    }
  }
}

async function gzip(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function userInfo(url: URL): { user: string; password: string } | undefined {
  if (url.username === "" && url.password === "") return undefined;
  return { user: decodeUriPart(url.username), password: decodeUriPart(url.password) };
}

function basic({ user, password }: { user: string; password: string }): string {
  return toBase64(encodeText(`${user}:${password}`));
}

/** `fetch` has the reason of a failed connection in the cause only. */
function causeOf(error: unknown): string {
  const cause = isErrorLike(error) && isErrorLike(error.cause) ? error.cause : error;
  return withoutUserInfo(messageOf(cause));
}
