/** What an answer holds: its body within bounds, its JSON, and what an error status means. @module */

import { ConnectionError, messageOf } from "../errors.ts";
import { isObject } from "../protocol/json.ts";
import type { ApiCall } from "./http.ts";
import {
  ApiError,
  type ApiErrorDetails,
  ConflictError,
  NotFoundError,
  UnauthorizedError,
  ValidationError,
} from "./errors.ts";
import { readRetryAfter } from "./retry.ts";

/** An exchange that got an answer. */
export interface Exchange {
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
export async function readText(exchange: Exchange): Promise<string> {
  const { response, maxBodyBytes } = exchange;
  if (Number(response.headers.get("content-length")) > maxBodyBytes) {
    await response.body?.cancel();
    throw tooLarge(exchange);
  }
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0;;) {
    const { done, value } = await reader.read().catch((cause) => {
      throw brokenOff(exchange, bytes, cause);
    });
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBodyBytes) {
      await reader.cancel();
      throw tooLarge(exchange);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** The error of a body that is larger than allowed. */
export function tooLarge(exchange: Exchange): ApiError {
  return problem(exchange, ApiError, "answer-too-large", "", {
    why: `its body is larger than ${exchange.maxBodyBytes} bytes`,
    way: "ask for less, or pass a larger maxBodyBytes to createClient",
  });
}

/** The error of a body that ends too early. */
export function brokenOff({ call, url }: Exchange, bytes: number, cause: unknown): ConnectionError {
  return new ConnectionError(
    `cannot ${call.action}: the answer to ${call.method} ${url} broke off after ${bytes} bytes (${
      messageOf(cause)
    }); try again, and look at the server and at what is in between`,
    { cause },
  );
}

/** Reads JSON out of the text of an answer. */
export function parseAnswer(exchange: Exchange, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(exchange, text, describeBody(exchange, text), cause);
  }
}

/** The error of an answer that is not what the API would send. */
export function unreadable(
  exchange: Exchange,
  text: string,
  why: string,
  cause?: unknown,
): ApiError {
  return problem(exchange, ApiError, "unreadable-answer", text, {
    why,
    way:
      "see whether the URL is that of the API server, and whether a proxy in between answers for it",
    cause,
  });
}

function describeBody({ response }: Exchange, text: string): string {
  if (text === "") return "its body is empty";
  if (isPage(response, text)) return "its body is a web page, not JSON";
  return `its body is not JSON, or is cut short after ${text.length} characters`;
}

function isPage(response: Response, text: string): boolean {
  return /\bhtml\b/.test(response.headers.get("content-type") ?? "") ||
    /^\s*<(!doctype|html)/i.test(text);
}

/** The error that an answer with an error status stands for. */
export function errorOf(exchange: Exchange, body: string): ApiError {
  const { response: { status }, response, call: { method } } = exchange;
  const text = isPage(response, body) ? body : errorText(body);
  const means = (Kind: typeof ApiError, way: string, code?: string) =>
    problem(exchange, Kind, code, text, { why: text || "no reason given", way });

  if (status < 400) {
    const to = response.headers.get("location");
    return means(
      ApiError,
      `it is a redirect, which is not followed; pass ${
        to ? `the base of ${to}` : "where it leads"
      } as url`,
    );
  }
  if (status === 401 || status === 403) {
    return means(
      UnauthorizedError,
      "pass credentials whose certificate is valid now and signed by a CA that this server trusts",
    );
  }
  if (isPage(response, body)) {
    return unreadable(exchange, text, "its body is a web page, not the API's");
  }
  if (status === 405 || status === 501 || (status === 404 && /^cannot [A-Z]+ \//i.test(text))) {
    return means(
      ApiError,
      `this server has no such call; see whether its release and the client's protocol agree`,
      "not-supported",
    );
  }
  const isRefusal = status === 400 || status === 422;
  if (isRefusal && /valid|schema/i.test(text)) {
    return means(ValidationError, "correct what is sent");
  }
  if (status === 404 || ((isRefusal || status === 500) && /not found/i.test(text))) {
    return means(
      NotFoundError,
      method === "POST" ? "create it first" : "check the name, or create it first",
    );
  }
  if (status === 409 || (status === 500 && /already exists/i.test(text))) {
    return means(ConflictError, "choose another name, or update the one that is there");
  }
  if (isRefusal) return means(ValidationError, "correct what is sent");
  return means(
    ApiError,
    status === 429
      ? "wait, and call less often"
      : "look at the server's own log, and try again later",
  );
}

/** The text of an error's body: `{"error": …}` with whatever details it gives, or the text itself. */
function errorText(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    if (!isObject(value)) return body;
    const parts = [value["error"] ?? value["message"], value["details"]]
      .filter((part) => part !== undefined && part !== null && part !== "")
      .map((part) => typeof part === "string" ? part : JSON.stringify(part));
    return parts.join(": ") || body;
  } catch {
    return body.trim(); // Plain text is the other form that the server's errors come in.
  }
}

function problem(
  { call, url, path, response }: Exchange,
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
