/** Failures that are retried are written once, until they change or pass. @module */

import { missingPermission } from "../../transport/errors.ts";
import type { ManagerEvent } from "../events.ts";

/** Warnings about retries, by code. */
const RETRIED: ReadonlySet<string> = new Set(["connection", "stream-info", "bucket-slow"]);

/** When an unchanged failure is written again, at first and at the longest, in milliseconds: each time after twice as long. */
const FIRST_REMINDER_MS = 60_000;
const LONGEST_REMINDER_MS = 3_600_000;

interface Written {
  readonly text: string;
  readonly at: number;
  readonly reminderMs: number;
}

/** Recognises the failures that were written already. One that lasts is written again, ever more rarely. */
export class RepeatedFailures {
  readonly #written = new Map<string, Written>();
  readonly #now: () => number;

  /** `now` is a clock that never jumps, in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether an event repeats a failure that has neither changed nor passed since it was last passed here. */
  isRepeated(event: ManagerEvent): boolean {
    if (event.type === "connected" || event.type === "reconnected" || event.type === "bound") {
      this.#written.clear();
      return false;
    }
    const failure = failureOf(event);
    if (!failure) return false;
    const { key, text } = failure;
    const at = this.#now();
    const before = this.#written.get(key);
    const isSame = before?.text === text;
    if (isSame && at - before.at < before.reminderMs) return true;
    const reminderMs = isSame
      ? Math.min(before.reminderMs * 2, LONGEST_REMINDER_MS)
      : FIRST_REMINDER_MS;
    this.#written.set(key, { text, at, reminderMs });
    return false;
  }
}

/** The subject of a failure, and what failed. A missing permission is the same failure wherever it is noticed. */
function failureOf(event: ManagerEvent): { key: string; text: string } | undefined {
  if (!("error" in event) || event.error === undefined) {
    return event.type === "waiting-for-stream"
      ? { key: event.type, text: event.stream }
      : undefined;
  }
  const denied = missingPermission(event.error);
  if (denied) return { key: `${denied.operation} ${denied.permit}`, text: "" };
  const text = event.error.message;
  switch (event.type) {
    case "connect-failed":
      return { key: event.server, text };
    case "lost":
      return { key: `lost ${event.driver}`, text };
    case "warning": {
      // The errors of reconnecting begin with the server.
      const key = /^cannot connect to \S+/.exec(text)?.[0] ?? event.code;
      return RETRIED.has(event.code) ? { key, text } : undefined;
    }
  }
}
