/** Keeps the record of stored numbers in its bucket up to date. @module */

import { letProcessEnd } from "../../transport/clock.ts";
import type { Connection } from "../../transport/transport.ts";
import type { RecoverableBucket } from "./recoverable_bucket.ts";

/** What a writer writes, and where. */
export interface NumbersWriterOptions {
  readonly connection: Connection;
  readonly bucket: RecoverableBucket;
  readonly key: string;
  /** Encodes the record as it is at the moment. */
  readonly encode: () => Uint8Array;
  /** Called when the bucket has taken what was encoded last. */
  readonly onWritten?: () => void;
  /** Called with the error of a write that failed for no reason that is reported elsewhere. */
  readonly onError: (error: unknown) => void;
}

/** The shortest time between two writes, in milliseconds. The first after a pause is made at once. */
const INTERVAL_MS = 50;
/** Time to the next try after a write that failed, in milliseconds. */
const RETRY_MS = 1000;

/** Writes a record when it has changed: at once, but not more often than every 50 ms. Its timer keeps no process alive. */
export class NumbersWriter {
  readonly #options: NumbersWriterOptions;
  #writtenAt = -Infinity;
  #dirty = false;
  /**
   * The record's revision, which the next write replaces: what the network has held back must not replace a newer record.
   * `undefined` when it is another one, such as that of a write whose confirmation was lost.
   */
  #revision: number | undefined = 0;
  /** The write that is not confirmed yet. */
  #writing: object | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: NumbersWriterOptions) {
    this.#options = options;
  }

  /** The record has changed. */
  changed(): void {
    this.#dirty = true;
    if (this.#writing || this.#timer !== undefined) return;
    const waitMs = this.#writtenAt + INTERVAL_MS - performance.now();
    if (waitMs > 0) this.#writeIn(waitMs);
    else this.#write();
  }

  /** The connection is restored: whether the last write arrived before it was lost is unknown. */
  reconnected(): void {
    this.#writing = undefined;
    if (this.#writtenAt > -Infinity || this.#dirty) this.#writeNow();
  }

  /** Writes what is still to be written, without waiting for a confirmation, and stops. */
  close(): void {
    this.#cancel();
    if (this.#closed) return;
    this.#closed = true;
    const { connection, bucket: { available, bucket }, key, encode, onError } = this.#options;
    if (!this.#dirty && !this.#writing || !connection.connected || !available) return;
    try {
      connection.publish(bucket.writeSubject(key), encode());
    } catch (error) {
      onError(error);
    }
  }

  #writeNow(): void {
    this.#cancel();
    this.#write();
  }

  #writeIn(delayMs: number): void {
    if (this.#closed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#writeNow(), delayMs);
    letProcessEnd(this.#timer);
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #write(): void {
    const { connection, bucket, key, encode } = this.#options;
    if (this.#closed || !connection.connected) return; // The next connection writes it.
    if (!bucket.available) return this.#writeIn(RETRY_MS);
    const writing = {};
    this.#writing = writing;
    this.#dirty = false;
    this.#writtenAt = performance.now();
    void this.#put(key, encode()).then((done) => {
      if (this.#writing !== writing) return;
      this.#writing = undefined;
      if (done) {
        this.#options.onWritten?.();
        if (this.#dirty) this.changed();
      } else {
        this.#dirty = true;
        this.#writeIn(RETRY_MS);
      }
    });
  }

  async #put(key: string, record: Uint8Array): Promise<boolean> {
    const { connection, bucket, onError } = this.#options;
    const { bucket: records } = bucket;
    try {
      this.#revision = this.#revision === undefined
        ? await records.put(key, record)
        : await records.update(key, record, this.#revision);
      if (this.#revision === undefined) this.#dirty = true;
      bucket.succeeded();
      return true;
    } catch (error) {
      // Without a connection nothing is wrong with the bucket.
      if (!this.#closed && connection.connected && !await bucket.failed(error)) onError(error);
      return false;
    }
  }
}
