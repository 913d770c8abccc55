/** The `Retry-After` header. @module */

/**
 * Reads a `Retry-After` header: seconds, also with a fraction, or a date. Returns the delay from `nowMs`, in milliseconds;
 * `undefined` when the header is absent or has another form.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (!header) return undefined;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(header)
    ? Math.round(Number(header) * 1000)
    : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
