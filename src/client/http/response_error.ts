/** The errors that responses stand for. @module */

import { ConnectionError, messageOf } from "../../errors.ts";
import { isObject } from "../../protocol/json.ts";
import { readRetryAfter } from "../../protocol/retry_after.ts";
import {
  ApiError,
  ConflictError,
  NotFoundError,
  UnauthorizedError,
  ValidationError,
} from "../errors.ts";
import type { ApiResponse } from "./api_call.ts";

type Meaning = [
  applies: (status: number, text: string) => boolean,
  kind: typeof ApiError,
  way: string,
  code?: string,
];

const isRefusal = (status: number) => status === 400 || status === 422;

/** Who is let in is told by the status alone, whatever stands in between. */
const UNAUTHORIZED: Meaning = [
  (status) => status === 401 || status === 403,
  UnauthorizedError,
  "pass credentials whose certificate is valid now and signed by a CA that this server trusts",
];

/** The first that applies counts. This server says 500 also for what others say 404 and 409 for. */
const MEANINGS: Meaning[] = [
  UNAUTHORIZED,
  [
    (status) => status < 400,
    ApiError,
    "redirects are not followed: pass the base of the address that it leads to as url",
  ],
  [
    (status, text) =>
      status === 405 || status === 501 || (status === 404 && /^cannot [A-Z]+ \//i.test(text)),
    ApiError,
    "this server has no such call; see its release, and the client's protocol",
    "not-supported",
  ],
  [
    (status, text) => isRefusal(status) && /valid|schema/i.test(text),
    ValidationError,
    "correct what is sent",
  ],
  [
    (status, text) =>
      status === 404 || ((isRefusal(status) || status === 500) && /not found/i.test(text)),
    NotFoundError,
    "check the name, or create it first",
  ],
  [
    (status, text) => status === 409 || (status === 500 && /already exists/i.test(text)),
    ConflictError,
    "choose another name, or update the one that is there",
  ],
  [isRefusal, ValidationError, "correct what is sent"],
  [(status) => status === 429, ApiError, "wait, and call less often"],
  [() => true, ApiError, "look at the server's own log, and try again later"],
];

/** The error that a response with an error status stands for. */
export function responseError(response: ApiResponse, body: string): ApiError {
  const { status, headers } = response;
  const isPage = isWebPage(response, body);
  const text = isPage ? body : headers.get("location") ?? errorText(body);
  const meaning = MEANINGS.find(([applies]) => applies(status, text))!;
  if (isPage && meaning !== UNAUTHORIZED) return notJson(response, text);
  const [, Kind, way, code] = meaning;
  return apiError(response, { text, why: text || "no reason given", way, code, Kind });
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

function isWebPage({ headers }: ApiResponse, text: string): boolean {
  return /\bhtml\b/.test(headers.get("content-type") ?? "") ||
    /^\s*<(!doctype|html)/i.test(text);
}

/** The error of a body that should be JSON. */
export function notJson(response: ApiResponse, text: string, cause?: unknown): ApiError {
  const why = text === ""
    ? "is empty"
    : isWebPage(response, text)
    ? "is a web page, not JSON"
    : `is not JSON, or is cut short after ${text.length} characters`;
  return unreadableResponse(response, text, `its body ${why}`, cause);
}

/** The error of a response that is not what the API would send. */
export function unreadableResponse(
  response: ApiResponse,
  text: string,
  why: string,
  cause?: unknown,
): ApiError {
  const way = "check url, and any proxy in between";
  return apiError(response, { text, why, way, cause, code: "unreadable-answer" });
}

/** The error of a body that is larger than allowed. */
export function bodyTooLarge(response: ApiResponse): ApiError {
  const why = `its body is larger than ${response.maxBodyBytes} bytes`;
  const way = "ask for less, or pass a larger maxBodyBytes";
  return apiError(response, { text: "", why, way, code: "answer-too-large" });
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

interface Explanation {
  /** The server's text. */
  readonly text: string;
  readonly why: string;
  /** What to do about it. */
  readonly way: string;
  readonly cause?: unknown;
  readonly code?: string | undefined;
  readonly Kind?: typeof ApiError;
}

function apiError(
  { call, url, status, headers }: ApiResponse,
  { text, why, way, cause, code, Kind = ApiError }: Explanation,
): ApiError {
  const { action, method } = call;
  return new Kind(fit(`cannot ${action}: ${method} ${url} answered ${status}: ${why}; ${way}`), {
    status,
    serverText: fit(text),
    method,
    path: new URL(url).pathname,
    retryAfterMs: readRetryAfter(headers.get("retry-after"), Date.now()),
    ...(code && { code }),
    cause,
  });
}

const SHOWN_CHARACTERS = 2000;

/** Makes text fit to be shown: no token, and not a whole page. */
function fit(text: string): string {
  const masked = text.replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, "***");
  return masked.length > SHOWN_CHARACTERS ? `${masked.slice(0, SHOWN_CHARACTERS)}…` : masked;
}
