/** Reads responses: the body up to a limit, its JSON, and the result of the call. @module */

import { hasCode } from "../../errors.ts";
import type { ApiCall, ApiResponse } from "./api_call.ts";
import { notJson, tooLarge, truncatedBody, unreadableResponse } from "./response_error.ts";

/**
 * Reads the result of a call.
 *
 * @throws {ApiError} the body is too large, no JSON, or of another shape; {ConnectionError} when it is cut short.
 */
export async function readResult<T>(call: ApiCall<T>, response: ApiResponse): Promise<T> {
  const { read, bodyType, maxBytes } = call;
  if (bodyType === "stream") return response as T;
  if (!read) return await response.body?.cancel() as T;
  const text = await readText(response, maxBytes);
  const value = bodyType ? text : parseJson(response, text);
  try {
    return read(value, response.status);
  } catch (cause) {
    if (hasCode(cause, "malformed-message")) {
      throw unreadableResponse(response, text, cause.message, cause);
    }
    throw cause;
  }
}

function parseJson(response: ApiResponse, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notJson(response, text, cause);
  }
}

/** Reads the whole body as text, up to `maxBodyBytes` unless there is another limit. */
export async function readText(response: ApiResponse, maxBytes?: number): Promise<string> {
  let text = "";
  for await (const chunk of readChunks(response, maxBytes)) text += chunk;
  return text;
}

/** Reads the body as text, chunk by chunk, until it ends or the signal fires. */
export async function* readChunks(
  response: ApiResponse,
  maxBytes: number = response.maxBodyBytes,
  signal?: AbortSignal,
): AsyncGenerator<string, void, void> {
  const { body, headers } = response;
  if (!body) return;
  let bytes = 0;
  const reader = body.getReader();
  const cancel = () => reader.cancel().catch(() => {}); // Rejects when the stream has failed already.
  signal?.addEventListener("abort", cancel, { once: true });
  const decoder = new TextDecoder();
  try {
    if (Number(headers.get("content-length")) > maxBytes) throw tooLarge(response, maxBytes);
    while (!signal?.aborted) {
      const { done, value } = await reader.read().catch((cause) => {
        throw truncatedBody(response, bytes, cause);
      });
      if (done) return yield decoder.decode();
      bytes += value.byteLength;
      if (bytes > maxBytes) throw tooLarge(response, maxBytes);
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    signal?.removeEventListener("abort", cancel);
    await cancel();
  }
}
