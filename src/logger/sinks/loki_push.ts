/** The client of Loki's push API, with retries. @module */

import { backoffMs } from "../../async/backoff.ts";
import { delay } from "../../async/delay.ts";
import { ConfigError, ConveyorError, isErrorLike, messageOf, TimeoutError } from "../../errors.ts";
import { toBase64 } from "../../protocol/base64.ts";
import { encodeText } from "../../protocol/json.ts";
import { LOKI_PUSH_PATH, LOKI_TENANT_HEADER } from "../../protocol/loki.ts";
import { readRetryAfter } from "../../protocol/retry_after.ts";
import { readSetting, withoutUserInfo } from "../../settings.ts";

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

/** Code of the error when Loki refuses structured metadata: it is disabled, or this version does not support it. */
export const METADATA_REFUSED = "loki-metadata-refused";

const RETRY = { initialMs: 250, maxMs: 5_000 };

/** Sends bodies to Loki's push API. */
export class LokiPush {
  /** The address, without user name and password. */
  readonly url: string;
  readonly #headers: Record<string, string>;
  readonly #fetch: typeof globalThis.fetch;
  readonly #gzip: boolean;
  readonly #requestTimeoutMs: number;

  constructor(options: LokiPushOptions) {
    const url = new URL(readSetting("lokiEndpoint", options.endpoint, { field: "endpoint" })!);
    const { tenant, bearerToken, requestTimeoutMs = 10_000 } = options;
    const basicAuth = options.basicAuth ?? userInfo(url);
    url.username = url.password = "";
    if (!url.pathname.endsWith(LOKI_PUSH_PATH)) {
      url.pathname = url.pathname.replace(/\/+$/, "") + LOKI_PUSH_PATH;
    }
    this.url = url.href;
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
    if (basicAuth) this.#headers["authorization"] = basic(basicAuth);
    if (bearerToken !== undefined) this.#headers["authorization"] = `Bearer ${bearerToken}`;
  }

  /**
   * Sends a body. Retries after 429, 5xx and network errors until `deadline`.
   *
   * @throws {TimeoutError} when the deadline has passed.
   * @throws {ConveyorError} when Loki refuses the body, with Loki's own text. Its code is {@linkcode METADATA_REFUSED}
   * when Loki refuses structured metadata, else `loki-refused`.
   */
  async send(body: string, deadline: number): Promise<void> {
    const bytes = this.#gzip ? await gzip(body) : encodeText(body);
    for (let attempt = 1;; attempt++) {
      const { failure, waitMs = backoffMs(attempt, RETRY) } = await this.#attempt(bytes, deadline);
      if (failure === undefined) return;
      if (Date.now() + waitMs >= deadline) {
        throw new TimeoutError(
          `cannot store log lines in Loki at ${this.url}: ${failure} (attempt ${attempt}); check that Loki is running`,
          this.#requestTimeoutMs,
        );
      }
      await delay(waitMs);
    }
  }

  async #attempt(
    body: Uint8Array,
    deadline: number,
  ): Promise<{ failure?: string; waitMs?: number }> {
    const timeoutMs = Math.max(1, Math.min(this.#requestTimeoutMs, deadline - Date.now()));
    let response: Response;
    let text: string;
    try {
      response = await this.#fetch(this.url, {
        method: "POST",
        headers: this.#headers,
        body: body as BodyInit,
        signal: AbortSignal.timeout(timeoutMs),
      });
      text = (await response.text()).trim().slice(0, 500);
    } catch (error) {
      return { failure: causeOf(error) };
    }
    if (response.status === 204 || response.status === 200) return {};
    const failure = `it responded ${response.status}${text && ` "${text}"`}`;
    if (response.status === 429 || response.status >= 500) {
      const waitMs = readRetryAfter(response.headers.get("retry-after"), Date.now());
      return waitMs === undefined ? { failure } : { failure, waitMs };
    }
    const message =
      `cannot store log lines in Loki at ${this.url}: ${failure}; retrying would not help`;
    if (response.status === 400 && /structured metadata.*disallowed/.test(text)) {
      throw new ConveyorError(METADATA_REFUSED, message);
    }
    throw new ConveyorError("loki-refused", message);
  }
}

async function gzip(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function userInfo(url: URL): { user: string; password: string } | undefined {
  if (url.username === "" && url.password === "") return undefined;
  return { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
}

function basic({ user, password }: { user: string; password: string }): string {
  return `Basic ${toBase64(encodeText(`${user}:${password}`))}`;
}

/** `fetch` has the reason of a failed connection in the cause only. */
function causeOf(error: unknown): string {
  const cause = isErrorLike(error) && isErrorLike(error.cause) ? error.cause : error;
  return withoutUserInfo(messageOf(cause));
}
