/** The `Retry-After` header. @module */

/**
 * Reads a `Retry-After` header: seconds, also with a fraction, or a date. Gives the time to wait from `nowMs` on, in
 * milliseconds; `undefined` when there is no header, or one of another form.
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
