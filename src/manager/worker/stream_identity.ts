/** Knows which stream the sequences of deliveries belong to: one of the same name may have taken its place. @module */

import { messageOf } from "../../errors.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import { signalWhen } from "../../async/signal_when.ts";
import { STREAMS } from "../../protocol/subjects.ts";
import type { StreamInfo } from "../../transport/transport.ts";
import type { Session } from "../session/session.ts";

/** How long a stop waits for acknowledgements that are held back while the stream cannot be asked for, in milliseconds. */
const SETTLE_LIMIT_MS = 5000;

/** For so long it needs no second look that the stream is still the same, in milliseconds. */
const FRESH_MS = 1000;
/** Delay before another look when one has failed, in milliseconds. */
const RETRY_MS = 500;

/** What was known of the stream at a moment. */
export interface SeenStream {
  /** When it was created: another time is another stream. `undefined` when that was in doubt. */
  readonly created: string | undefined;
  /** How often it had come into doubt. */
  readonly doubts: number;
}

/** The identity of the stream of events. */
export class StreamIdentity {
  /** The deliveries whose naks wait for a look, by sequence; none of them is sent once the stream has come into doubt. */
  readonly naks: Map<number, unknown> = new Map<number, unknown>();
  readonly #session: Session;
  readonly #onReplaced: (replacedAt: number) => void;
  readonly #pending = new Set<Promise<void>>();
  readonly #closed: AbortSignal;
  #created: string | undefined;
  #knownAt = -Infinity;
  #doubts = 0;
  #now: SeenStream | undefined;
  #looking: Promise<void> | undefined;

  /**
   * `onReplaced` is called when another stream is found in its place, with the time by `performance.now()` at which it was created;
   * `Infinity` when there is none.
   */
  constructor(session: Session, onReplaced: (replacedAt: number) => void) {
    this.#session = session;
    this.#onReplaced = onReplaced;
    session.connection.onStatus(({ type }) => type === "disconnected" && this.doubt());
    this.#closed = signalWhen(session.connection.closed);
  }

  /** What is known of the stream at this moment; for {@linkcode StreamIdentity.isStill}. One object until that changes. */
  get now(): SeenStream {
    const known = this.#knownAt > -Infinity;
    return this.#now ??= { created: known ? this.#created : undefined, doubts: this.#doubts };
  }

  /** Whether the connection is up. */
  get connected(): boolean {
    return this.#session.connection.connected;
  }

  /** The stream may have been replaced unseen: the connection was away, or the consumer is gone. */
  doubt(): void {
    this.#knownAt = -Infinity;
    this.#doubts++;
    this.#now = undefined;
    this.naks.clear();
  }

  /** Does something that is right only for a delivery of the stream seen then: now, when that is known, or once it is. */
  ifStill(seen: SeenStream, arrivedAt: number, act: () => void): void {
    if (this.#isFresh(arrivedAt)) {
      if (this.#isSame(seen)) act();
      return;
    }
    const pending = this.isStill(seen).then((still) => {
      if (still) act();
      this.#pending.delete(pending);
    });
    this.#pending.add(pending);
  }

  /** Looks whether the stream seen then is still the one. `false` too when that is not known within `limitMs`. */
  async isStill(seen: SeenStream, limitMs: number = Infinity): Promise<boolean> {
    this.#looking ??= this.#look().finally(() => this.#looking = undefined);
    const looked = signalWhen(this.#looking);
    await delayUnlessAborted(limitMs, looked);
    return looked.aborted && !this.#closed.aborted && this.#isSame(seen);
  }

  /** A delivery that came while it was in doubt belongs to the stream that is found next. */
  #isSame({ created, doubts }: SeenStream): boolean {
    return created === undefined ? doubts === this.#doubts : created === this.#created;
  }

  /** Looks which stream is there; for a binding. */
  async refresh(): Promise<StreamInfo | undefined> {
    this.doubt();
    const askedAt = performance.now();
    const found = await this.#session.connection.streamInfo(STREAMS.messages);
    if (found) this.#learn(found, askedAt);
    return found;
  }

  /** Resolves when nothing waits for a look any more, or when that has taken too long. */
  async settled(): Promise<void> {
    if (this.#pending.size === 0) return;
    await delayUnlessAborted(SETTLE_LIMIT_MS, signalWhen(Promise.all(this.#pending)));
  }

  #isFresh(arrivedAt: number): boolean {
    if (this.#knownAt === -Infinity || !this.connected) return false;
    // What arrived since then on the same connection is as good a proof, for as long.
    return performance.now() - Math.max(this.#knownAt, arrivedAt) < FRESH_MS;
  }

  async #look(): Promise<void> {
    while (!this.#closed.aborted) {
      try {
        const askedAt = performance.now();
        return this.#learn(await this.#session.connection.streamInfo(STREAMS.messages), askedAt);
      } catch (error) {
        if (this.#closed.aborted) return;
        this.#warn(error);
        await delayUnlessAborted(RETRY_MS, this.#closed);
      }
    }
  }

  #warn(error: unknown): void {
    if (!this.connected) return; // That has events of its own.
    this.#session.emit({
      type: "warning",
      code: "stream-info",
      message: `cannot look up the stream "${STREAMS.messages}": ${
        messageOf(error)
      }; acknowledgements wait for it`,
    });
  }

  #learn(found: StreamInfo | undefined, askedAt: number): void {
    const before = this.#created;
    this.#created = found?.created;
    this.#knownAt = performance.now();
    this.#now = undefined;
    if (before !== undefined && before !== this.#created) {
      this.#onReplaced(createdAt(found, askedAt));
    }
  }
}

/** When a stream was created, by `performance.now()`, or a little before. Its age is by the broker's clock alone. */
function createdAt(stream: StreamInfo | undefined, askedAt: number): number {
  return stream ? askedAt - (stream.serverTimeMs - Date.parse(stream.created)) : Infinity;
}
