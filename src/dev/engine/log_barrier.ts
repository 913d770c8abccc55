/** Waits until the log entries that were published so far are stored. @module */

import { logSubject } from "../../protocol/subjects.ts";
import type { ConfirmedPublisher } from "./run_publisher.ts";

/** The run id of the messages that the barrier publishes. No log entry has it. */
const BARRIER = "conveyor-dev-barrier";

/** A mark in the stream of log entries: what was published before it is stored when it comes by. */
export class LogBarrier {
  readonly #waiting = new Map<string, () => void>();
  #next = 0;

  /** Publishes a mark, and resolves when the log writer has come to it. */
  async pass(connection: ConfirmedPublisher, signal: AbortSignal): Promise<void> {
    const mark = String(this.#next++);
    const passed = new Promise<void>((resolve) => this.#waiting.set(mark, resolve));
    const ended = () => this.reached(mark);
    signal.addEventListener("abort", ended, { once: true });
    try {
      if (signal.aborted) return;
      await connection.publishConfirmed(`${logSubject(BARRIER)}.${mark}`, new Uint8Array());
      await passed;
    } finally {
      signal.removeEventListener("abort", ended);
      this.#waiting.delete(mark);
    }
  }

  /** Whether a message of the stream is a mark. */
  isMark(subject: string): boolean {
    return subject.startsWith(`${logSubject(BARRIER)}.`);
  }

  /** The log writer has come to a mark, given by its subject or its number. */
  reached(subject: string): void {
    this.#waiting.get(subject.slice(subject.lastIndexOf(".") + 1))?.();
  }
}
