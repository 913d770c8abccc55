/** A key-value bucket that is recreated when it is deleted, and done without while it cannot be used. @module */

import { hasCode } from "../../errors.ts";
import { missingPermission } from "../../transport/errors.ts";
import type { Connection, KeyValue } from "../../transport/transport.ts";

/** What a recoverable bucket is made of. */
export interface RecoverableBucketOptions {
  readonly connection: Pick<Connection, "connected">;
  readonly bucket: KeyValue;
  /** Creates the bucket when there is none. */
  readonly reopen: () => Promise<unknown>;
  /** Called once when the bucket cannot be used, and again only after it could be. */
  readonly onUnavailable: (error: Error) => void;
  /** A clock that never jumps, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** How long failures may pass by themselves, such as those of a cluster that elects a leader, in milliseconds. */
const GRACE_MS = 10_000;
/** How long an unavailable bucket is left alone before it is tried again, in milliseconds. */
const PROBE_AFTER_MS = 30_000;

/** What a bucket is used for: a full one can still be read, and one may be allowed without the other. */
export type BucketUse = "read" | "write";

/** Since when uses of one kind fail, and when the next one is worth a try. */
interface Failures {
  since?: number;
  probeAt?: number;
}

/** A bucket that is recreated when it is deleted, and done without while it cannot be used. */
export class RecoverableBucket {
  readonly bucket: KeyValue;
  readonly #options: RecoverableBucketOptions;
  readonly #now: () => number;
  readonly #failures: Record<BucketUse, Failures> = { read: {}, write: {} };
  #reopening: Promise<unknown> | undefined;

  constructor(options: RecoverableBucketOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.bucket = options.bucket;
  }

  /** Whether a write is worth a try: `false` for some time after it was found that it cannot be written. */
  get available(): boolean {
    return this.#isAvailable("write");
  }

  /**
   * Uses the bucket. A deleted one is recreated and used once more. Gives `undefined` when it is unavailable, so that the
   * caller goes on without it; rejects when a failure may pass by itself.
   */
  async use<T>(
    kind: BucketUse,
    work: (bucket: KeyValue) => Promise<T>,
  ): Promise<{ value: T } | undefined> {
    if (!this.#isAvailable(kind)) return undefined;
    try {
      const value = await this.#orRecreated(work);
      this.succeeded(kind);
      return { value };
    } catch (error) {
      if (this.#isUnavailable(kind, error)) return undefined;
      throw error;
    }
  }

  /** Takes note that a use succeeded. */
  succeeded(kind: BucketUse = "write"): void {
    this.#failures[kind] = {};
  }

  /** Records that a write failed, and recreates the bucket if it was deleted. Returns whether the failure needs no report. Never rejects. */
  async failed(error: unknown): Promise<boolean> {
    if (!hasCode(error, "no-stream")) return this.#isUnavailable("write", error);
    return await this.#recreate().then(
      () => true,
      (refused) => this.#isUnavailable("write", refused),
    );
  }

  async #orRecreated<T>(work: (bucket: KeyValue) => Promise<T>): Promise<T> {
    try {
      return await work(this.bucket);
    } catch (error) {
      if (!hasCode(error, "no-stream")) throw error;
      await this.#recreate();
      return await work(this.bucket);
    }
  }

  #recreate(): Promise<unknown> {
    return this.#reopening ??= this.#options.reopen().finally(() => this.#reopening = undefined);
  }

  #isAvailable(kind: BucketUse): boolean {
    const { probeAt } = this.#failures[kind];
    return probeAt === undefined || this.#now() >= probeAt;
  }

  #isUnavailable(kind: BucketUse, error: unknown): boolean {
    // Without a connection nothing is known of the bucket.
    if (!this.#options.connection.connected) return false;
    const now = this.#now();
    const failures = this.#failures[kind];
    failures.since ??= now;
    if (!isRefused(error) && now - failures.since < GRACE_MS) return false;
    const { read, write } = this.#failures;
    const known = (read.probeAt ?? write.probeAt) !== undefined;
    failures.probeAt = now + PROBE_AFTER_MS;
    if (!known) this.#options.onUnavailable(error as Error);
    return true;
  }
}

/** Whether a server has refused something: trying again at once would not help. */
function isRefused(error: unknown): boolean {
  return hasCode(error, "broker") || hasCode(error, "no-stream") ||
    missingPermission(error) !== undefined;
}
