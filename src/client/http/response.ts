/** What an answer holds: its body within bounds, and its JSON. @module */

import { ConnectionError, messageOf } from "../../errors.ts";
import type { ApiCall } from "./http_client.ts";
import { ApiError, type ApiErrorDetails } from "../errors.ts";
import { readRetryAfter } from "./retry_policy.ts";

/** An exchange that got an answer. */
export interface ApiResponse {
  readonly call: Pick<ApiCall<unknown>, "action" | "method">;
  /** Full URL. */
  readonly url: string;
  /** Path with the base path, without the query. */
  readonly path: string;
  readonly response: Response;
  readonly maxBodyBytes: number;
}

const SHOWN_CHARACTERS = 2000;

/** Reads a body that was asked for as text. */
export async function readText(exchange: ApiResponse): Promise<string> {
  const { response, maxBodyBytes } = exchange;
  if (Number(response.headers.get("content-length")) > maxBodyBytes) {
    await response.body?.cancel();
    throw bodyTooLarge(exchange);
  }
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0;;) {
    const { done, value } = await reader.read().catch((cause) => {
      throw truncatedBody(exchange, bytes, cause);
    });
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBodyBytes) {
      await reader.cancel();
      throw bodyTooLarge(exchange);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** The error of a body that is larger than allowed. */
export function bodyTooLarge(exchange: ApiResponse): ApiError {
  return apiError(exchange, ApiError, "answer-too-large", "", {
    why: `its body is larger than ${exchange.maxBodyBytes} bytes`,
    way: "ask for less, or pass a larger maxBodyBytes",
  });
}

/** The error of a body that ends too early. */
export function truncatedBody(
  { call, url }: ApiResponse,
  bytes: number,
  cause: unknown,
): ConnectionError {
  return new ConnectionError(
    `cannot ${call.action}: the answer to ${call.method} ${url} broke off after ${bytes} bytes (${
      messageOf(cause)
    }); try again`,
    { cause },
  );
}

/** Reads JSON out of the text of an answer. */
export function parseJson(exchange: ApiResponse, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadableResponse(exchange, text, describeBody(exchange, text), cause);
  }
}

/** The error of an answer that is not what the API would send. */
export function unreadableResponse(
  exchange: ApiResponse,
  text: string,
  why: string,
  cause?: unknown,
): ApiError {
  return apiError(exchange, ApiError, "unreadable-answer", text, {
    why,
    way: "check url, and any proxy in between",
    cause,
  });
}

function describeBody({ response }: ApiResponse, text: string): string {
  if (text === "") return "its body is empty";
  if (isWebPage(response, text)) return "its body is a web page, not JSON";
  return `its body is not JSON, or is cut short after ${text.length} characters`;
}

/** Whether an answer is a web page. */
export function isWebPage(response: Response, text: string): boolean {
  return /\bhtml\b/.test(response.headers.get("content-type") ?? "") ||
    /^\s*<(!doctype|html)/i.test(text);
}

/** Makes the error of an answer: what, why, and the way out. */
export function apiError(
  { call, url, path, response }: ApiResponse,
  Kind: new (message: string, details: ApiErrorDetails) => ApiError,
  code: string | undefined,
  text: string,
  { why, way, cause }: { why: string; way: string; cause?: unknown },
): ApiError {
  const { status, headers } = response;
  const message = `cannot ${call.action}: ${call.method} ${url} answered ${status}: ${why}; ${way}`;
  return new Kind(fit(message), {
    status,
    serverText: fit(text),
    method: call.method,
    path,
    retryAfterMs: readRetryAfter(headers.get("retry-after"), Date.now()),
    ...(code === undefined ? {} : { code }),
    cause,
  });
}

/** Makes text fit to be shown: no token, and not a whole page. */
function fit(text: string): string {
  const masked = text.replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, "***");
  return masked.length > SHOWN_CHARACTERS ? `${masked.slice(0, SHOWN_CHARACTERS)}…` : masked;
}
