/** Failures and warnings of one cause are reported once, and then ever more rarely. @module */

import { missingPermission } from "../../transport/errors.ts";
import type { ManagerEvent } from "../events.ts";

/** Warnings about retries, by code. */
const RETRIED: ReadonlySet<string> = new Set(["connection", "stream-info", "bucket-slow"]);

/** When an unchanged failure that is retried is reported again, in milliseconds: each time after twice as long. */
const FAILURE_MS = 60_000;
/** The same for other warnings, each of which may have a cause of its own. */
const WARNING_MS = 5000;
const LONGEST_MS = 3_600_000;
/** The most causes to remember. */
const MOST = 500;

/** What an event is about, and what it says of it. */
interface Cause {
  readonly key: string;
  readonly text: string;
  /** Whether it is retried, so that a connection or a binding shows that it has passed. */
  readonly retried: boolean;
}

interface Reported extends Cause {
  readonly at: number;
  readonly waitMs: number;
}

/** Recognises events whose cause was reported a short time ago. */
export class RepeatedEvents {
  readonly #reported = new Map<string, Reported>();
  readonly #now: () => number;

  /** `now` is a clock that never jumps, in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether it is too early to report an event again, whose cause has neither changed nor passed since the last report. */
  isRepeated(event: ManagerEvent): boolean {
    if (event.type === "connected" || event.type === "reconnected" || event.type === "bound") {
      for (const [key, { retried }] of this.#reported) if (retried) this.#reported.delete(key);
      return false;
    }
    const cause = causeOf(event);
    if (!cause) return false;
    const { key, text, retried } = cause;
    const at = this.#now();
    const before = this.#reported.get(key);
    const same = before?.text === text ? before : undefined;
    if (same && at - same.at < same.waitMs) return true;
    // What has stayed away for twice its time has passed.
    const lasts = same && at - same.at < same.waitMs * 2;
    const firstMs = retried ? FAILURE_MS : WARNING_MS;
    const waitMs = lasts ? Math.min(LONGEST_MS, same.waitMs * 2) : firstMs;
    this.#reported.delete(key);
    this.#reported.set(key, { ...cause, at, waitMs });
    if (this.#reported.size > MOST) this.#reported.delete(this.#reported.keys().next().value!);
    return false;
  }
}

/** The cause of an event. A missing permission is the same one wherever it is noticed. */
function causeOf(event: ManagerEvent): Cause | undefined {
  const { type } = event;
  if (type === "waiting-for-stream") return { key: type, text: event.stream, retried: true };
  if (type !== "connect-failed" && type !== "lost" && type !== "warning") return undefined;
  const { error } = event;
  const denied = error && missingPermission(error);
  if (denied) return { key: `${denied.operation} ${denied.permit}`, text: "", retried: true };
  if (type === "connect-failed") {
    return { key: event.server, text: event.error.message, retried: true };
  }
  if (type === "lost") {
    return { key: `lost ${event.driver}`, text: event.error.message, retried: true };
  }
  const { code, driver, message } = event;
  if (!error || !RETRIED.has(code)) {
    return { key: `${code} ${driver} ${message}`, text: "", retried: false };
  }
  // The errors of reconnecting begin with the server.
  const key = /^cannot connect to \S+/.exec(error.message)?.[0] ?? code;
  return { key, text: error.message, retried: true };
}
