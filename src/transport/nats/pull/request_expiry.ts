/** When pull requests expire. @module */

/** Expiry of requests while messages arrive, in milliseconds: short, because a stop waits for it. */
export const BUSY_EXPIRES_MS = 250;
/** Expiry of requests of an idle pull, in milliseconds. It also serves as the heartbeat. */
export const IDLE_EXPIRES_MS = 5000;
/** Expiry of requests that take what is at hand, in milliseconds: the server may keep them where many are unacknowledged. */
export const AHEAD_EXPIRES_MS = 50;

/** The expiry of a request, in milliseconds: at most `longestMs`, unless that is too short for a request. */
export function requestExpiryMs(isBusy: boolean, longestMs: number): number {
  const idleMs = Math.min(IDLE_EXPIRES_MS, Math.round(longestMs));
  return isBusy ? BUSY_EXPIRES_MS : Math.max(BUSY_EXPIRES_MS, idleMs);
}
