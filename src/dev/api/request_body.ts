/** JSON bodies of requests, and their fields. @module */

import { decodeText, isObject, type JsonObject } from "../../protocol/json.ts";
import { HttpError } from "../store/http_error.ts";

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
 * Reads a text field of a body; empty when it is absent.
 *
 * @throws {HttpError} 400 when it has another type.
 */
export function textField(body: JsonObject, field: string): string {
  const value = body[field] ?? "";
  if (typeof value === "string") return value;
  throw new HttpError(400, `Invalid request payload: "${field}" is not text`);
}

/**
 * Reads a field of a body that holds texts by name; `null` when it is absent, as in the server's responses.
 *
 * @throws {HttpError} 400 when it has another type.
 */
export function textsField(body: JsonObject, field: string): Record<string, string> | null {
  const value = body[field] ?? null;
  if (value === null) return null;
  if (isObject(value) && Object.values(value).every((entry) => typeof entry === "string")) {
    return value as Record<string, string>;
  }
  throw new HttpError(400, `Invalid request payload: "${field}" does not hold texts only`);
}
