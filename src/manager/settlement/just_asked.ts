/** How long an answer of the journal about other processes is relied on. @module */

/** The time in milliseconds. */
const RELIED_ON_MS = 10_000;

/**
 * The right to store a result of which the journal has just said that no other process has stored it. It ends by the wall clock,
 * which goes on while the host sleeps, and with `isDue`.
 */
export function justAsked(isDue: () => boolean = () => true): { readonly held: boolean } {
  const until = Date.now() + RELIED_ON_MS;
  return {
    get held() {
      return Date.now() < until && isDue();
    },
  };
}
