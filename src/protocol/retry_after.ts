/** The `Retry-After` header of HTTP. @module */

/**
 * Reads a `Retry-After` header: seconds, also with a fraction, or a date.
 *
 * @returns Milliseconds from `nowMs` on, 0 or more; `undefined` when there is no header or it holds neither.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (!header) return undefined;
  const isSeconds = /^\s*\d+(\.\d+)?\s*$/.test(header);
  const ms = isSeconds ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
