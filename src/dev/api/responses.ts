/** Plain-text responses. @module */

/** Creates a response in plain text. */
export function text(status: number, body: string): Response {
  return new Response(body, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
}
