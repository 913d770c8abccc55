/** Answers as the API server gives them, and bodies as it reads them. @module */

import { decodeText, isObject, type JsonObject } from "../../protocol/json.ts";
import { HttpError } from "../store/http_error.ts";

/** An answer in plain text. */
export function text(status: number, body: string): Response {
  return new Response(body, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
}

/**
 * Reads a JSON object from a request.
 *
 * @throws {HttpError} 400 when the content type is not JSON, or the body is not a JSON object.
 */
export async function readBody(request: Request): Promise<JsonObject> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type)) {
    throw new HttpError(400, "Invalid request payload: the content type is not application/json");
  }
  const bytes = new Uint8Array(await request.arrayBuffer());
  let body: unknown;
  try {
    body = JSON.parse(decodeText(bytes));
  } catch (cause) {
    throw new HttpError(400, `Invalid request payload: the body is not JSON (${cause})`);
  }
  if (!isObject(body)) {
    throw new HttpError(400, "Invalid request payload: the body is not an object");
  }
  return body;
}

/**
 * A text field of a body; empty when it is absent.
 *
 * @throws {HttpError} 400 when it is something else.
 */
export function textField(body: JsonObject, field: string): string {
  const value = body[field] ?? "";
  if (typeof value === "string") return value;
  throw new HttpError(400, `Invalid request payload: "${field}" is not text`);
}

/**
 * A field of a body that holds texts by name; `null` when it is absent, as the server answers it.
 *
 * @throws {HttpError} 400 when it is something else.
 */
export function textsField(body: JsonObject, field: string): Record<string, string> | null {
  const value = body[field] ?? null;
  if (value === null) return null;
  if (isObject(value) && Object.values(value).every((entry) => typeof entry === "string")) {
    return value as Record<string, string>;
  }
  throw new HttpError(400, `Invalid request payload: "${field}" does not hold texts only`);
}
