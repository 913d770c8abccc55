/** JSON bodies of requests, and their fields. @module */

import { decodeText, isObject, type JsonObject } from "../../encoding/json.ts";
import { HttpError } from "../store/http_error.ts";

/** Bytes of the largest body: that of the real server. */
const LARGEST_BODY = 4 * 1024 * 1024;
/** Objects and arrays inside each other. More would overflow the stack of what handles them. */
const DEEPEST_BODY = 1000;

/**
 * Reads a JSON object from a request.
 *
 * @throws {HttpError} 400 when the content type is not JSON, or the body is not a JSON object; 413 when it is too large.
 */
export async function readBody(request: Request): Promise<JsonObject> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type)) {
    throw new HttpError(400, "Invalid request payload: the content type is not application/json");
  }
  const bytes = await readBytes(request);
  let body: unknown;
  try {
    const text = decodeText(bytes);
    if (depthOf(text) > DEEPEST_BODY) throw new RangeError("it is nested too deep");
    body = JSON.parse(text);
  } catch (cause) {
    throw new HttpError(400, `Invalid request payload: the body is not JSON (${cause})`);
  }
  if (!isObject(body)) {
    throw new HttpError(400, "Invalid request payload: the body is not an object");
  }
  return body;
}

/** Reads a body up to the limit; what comes after it is not read. */
async function readBytes({ headers, body }: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = Number(headers.get("content-length") ?? 0);
  const refuse = async (cancel: () => Promise<void> | undefined) => {
    await cancel()?.catch(() => {}); // The client may have gone.
    throw new HttpError(413, "Request Entity Too Large");
  };
  if (size > LARGEST_BODY) await refuse(() => body?.cancel());
  size = 0;
  const reader = body?.getReader();
  for (let read = await reader?.read(); reader && read?.value; read = await reader.read()) {
    size += read.value.byteLength;
    if (size > LARGEST_BODY) await refuse(() => reader.cancel());
    chunks.push(read.value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** Returns how many objects and arrays are inside each other in a JSON text. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/gs)) {
    if (token === "{" || token === "[") deepest = Math.max(deepest, ++depth);
    else if (token === "}" || token === "]") depth--;
  }
  return deepest;
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
