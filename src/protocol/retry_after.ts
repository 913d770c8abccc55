/** The `Retry-After` header. @module */

/**
 * Reads a `Retry-After` header: seconds, also with a fraction, or a date, which is compared with the response's own where that has
 * one: this host's clock may differ. Returns the delay in milliseconds; `undefined` when the header is absent or has another form.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function readRetryAfter(headers: Headers): number | undefined {
  const header = headers.get("retry-after");
  if (!header) return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds)
    ? Date.parse(header) - (Date.parse(headers.get("date") ?? "") || Date.now())
    : Math.round(seconds * 1000);
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
