/** What an answer with an error status means. @module */

import { isObject } from "../../protocol/json.ts";
import { apiError, type ApiResponse, isWebPage, unreadableResponse } from "./response.ts";
import {
  ApiError,
  ConflictError,
  NotFoundError,
  UnauthorizedError,
  ValidationError,
} from "../errors.ts";

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

/** The error that an answer with an error status stands for. */
export function errorFromResponse(exchange: ApiResponse, body: string): ApiError {
  const { status, headers } = exchange.response;
  const page = isWebPage(exchange.response, body);
  const text = page ? body : headers.get("location") ?? errorText(body);
  const meaning = MEANINGS.find(([applies]) => applies(status, text))!;
  if (page && meaning !== UNAUTHORIZED) {
    return unreadableResponse(exchange, text, "its body is a web page, not JSON");
  }
  const [, kind, way, code] = meaning;
  return apiError(exchange, kind, code, text, { why: text || "no reason given", way });
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
