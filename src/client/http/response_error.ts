/** The errors of responses. @module */

import { ConnectionError, messageOf } from "../../errors.ts";
import { isObject } from "../../encoding/json.ts";
import { readRetryAfter } from "../../protocol/retry_after.ts";
import {
  ApiError,
  ConflictError,
  NotFoundError,
  UnauthorizedError,
  ValidationError,
} from "../errors.ts";
import type { ApiResponse } from "./api_call.ts";

/** The status and the text that it applies to, as `500 not found`. */
type Rule = [applies: RegExp, Kind: typeof ApiError, remedy: string, code?: string];

/** Applies by status alone: a proxy in between may send a page with it. */
const UNAUTHORIZED: Rule = [
  /^40[13] /,
  UnauthorizedError,
  "pass a valid certificate of its CA, for server authentication too",
];

/** The first rule that applies is taken. Conveyor servers send 500 for errors that are 404 and 409 elsewhere. */
const RULES: Rule[] = [
  UNAUTHORIZED,
  [/^[1-3]/, ApiError, "pass the base of its target as url"],
  [
    /^(405|501|404 cannot [A-Z]+ \/)/i,
    ApiError,
    "check its release",
    "not-supported",
  ],
  [/^4(00|22) [^]*(valid|schema)/i, ValidationError, "correct the request"],
  [/^(404|(400|422|500) [^]*not found)/i, NotFoundError, "check its name"],
  [
    /^(409|500 [^]*already exists)/i,
    ConflictError,
    "update it",
  ],
  [/^4(00|22)/, ValidationError, "correct the request"],
  [/^429/, ApiError, "call less often"],
  [/^/, ApiError, "check the server's log"],
];

/** Creates the error of a response with an error status. */
export function responseError(response: ApiResponse, body: string): ApiError {
  const { status, headers } = response;
  const isPage = isWebPage(response, body);
  const text = isPage ? body : headers.get("location") ?? errorText(body);
  const rule = RULES.find(([applies]) => applies.test(`${status} ${text}`))!;
  if (isPage && rule !== UNAUTHORIZED) return notJson(response, text);
  const [, Kind, remedy, code] = rule;
  return apiError(response, {
    text,
    why: text || "no reason given",
    remedy: (status === 500 && Kind === ApiError && response.call.remedy500) || remedy,
    code,
    Kind,
  });
}

/** Returns the text of an error's body: of `{"error": …}` with its details, or the body itself. */
function errorText(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    if (!isObject(value)) return body;
    const parts = [value["error"] ?? value["message"], value["details"]]
      .filter(Boolean)
      .map((part) => typeof part === "string" ? part : JSON.stringify(part));
    return parts.join(": ") || body;
  } catch {
    return body.trim(); // The server sends some errors as plain text.
  }
}

function isWebPage({ headers }: ApiResponse, text: string): boolean {
  return /\bhtml\b/.test(headers.get("content-type") ?? "") ||
    /^\s*<(!doctype|html)/i.test(text);
}

/** Creates the error of a body that is not JSON. */
export function notJson(response: ApiResponse, text: string, cause?: unknown): ApiError {
  const why = text === ""
    ? "is empty"
    : isWebPage(response, text)
    ? "is a web page, not JSON"
    : "is not JSON, or is cut short";
  return unreadableResponse(response, text, `its body ${why}`, cause);
}

/** Creates the error of a response that is not of the API. */
export function unreadableResponse(
  response: ApiResponse,
  text: string,
  why: string,
  cause?: unknown,
): ApiError {
  const remedy = "check url and any proxy";
  return apiError(response, { text, why, remedy, cause, code: "unreadable-answer" });
}

/** Creates the error of a body, or of one entry in it, that exceeds the limit. */
export function tooLarge(response: ApiResponse, maxBytes: number): ApiError {
  const why = `it is larger than ${maxBytes} bytes`;
  const remedy = "request less, or raise maxBodyBytes";
  return apiError(response, { text: "", why, remedy, code: "answer-too-large" });
}

/** Creates the error of a body that was cut short. */
export function truncatedBody(
  { call, url }: ApiResponse,
  bytes: number,
  cause: unknown,
): ConnectionError {
  return new ConnectionError(
    `cannot ${call.action}: the response to ${call.method} ${url} was cut short after ${bytes} bytes: ${
      messageOf(cause)
    }`,
    { cause },
  );
}

interface Details {
  /** The server's text. */
  readonly text: string;
  readonly why: string;
  readonly remedy: string;
  readonly cause?: unknown;
  readonly code?: string | undefined;
  readonly Kind?: typeof ApiError;
}

function apiError(
  { call, url, status, headers }: ApiResponse,
  { text, why, remedy, cause, code, Kind = ApiError }: Details,
): ApiError {
  const { action, method } = call;
  return new Kind(
    presentable(`cannot ${action}: ${method} ${url} returned ${status}: ${why}; ${remedy}`),
    {
      status,
      serverText: presentable(text),
      method,
      path: new URL(url).pathname,
      retryAfterMs: readRetryAfter(headers),
      ...(code && { code }),
      cause,
    },
  );
}

const MAX_CHARACTERS = 2000;

/** Masks tokens in a text, and cuts it to the length that messages may have. */
function presentable(text: string): string {
  const masked = text.replace(/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, "***");
  return masked.length > MAX_CHARACTERS ? `${masked.slice(0, MAX_CHARACTERS)}…` : masked;
}
