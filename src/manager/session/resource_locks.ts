/** Locks that let one process at a time reconcile a resource, over all instances of a driver. Off by default. @module */

import { linkedController } from "../../async/deadline.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import { hasCode } from "../../errors.ts";
import { encodeText } from "../../protocol/json.ts";
import type { RecoverableBucket } from "./recoverable_bucket.ts";

/** A held lock. */
export interface HeldLock {
  /** Releases it. Never rejects: a lock that cannot be released expires. */
  release(): Promise<void>;
}

/** Options of resource locks. */
export interface ResourceLocksOptions {
  /** Time after which the lock of a process that stopped renewing it expires, in milliseconds. */
  readonly ttlMs: number;
  /** Looks up that time where the process that has created the bucket may have chosen it. Never rejects. @default {it is as given} */
  readonly lookUpTtl?: () => Promise<number>;
  /** Called with the error of a lock that could not be renewed or released. */
  readonly onError: (error: Error) => void;
}

/** The bucket of the locks. */
export const LOCK_BUCKET = "conveyor-driver-locks";
/** The stream below it. */
export const LOCK_STREAM = `KV_${LOCK_BUCKET}`;

/** The longest time from one renewal to the next, in milliseconds. */
const LONGEST_RENEWAL_MS = 3_600_000;

/** Locks in a key-value bucket whose values expire. */
export class ResourceLocks {
  readonly #bucket: RecoverableBucket;
  readonly #options: ResourceLocksOptions;
  #ttlMs: number;

  constructor(bucket: RecoverableBucket, options: ResourceLocksOptions) {
    this.#bucket = bucket;
    this.#options = options;
    this.#ttlMs = options.ttlMs;
  }

  /**
   * Waits until the lock is free, acquires it, and renews it until it is released. Calls `onLost` if it could not be renewed
   * in time. Returns `undefined` when the signal fires first. While the bucket cannot be used, nothing is locked.
   */
  async acquire(
    owner: { driver: string; resource: string },
    signal: AbortSignal,
    onLost: () => void,
  ): Promise<HeldLock | undefined> {
    const key = this.#bucket.bucket.key(owner.driver, owner.resource);
    while (!signal.aborted) {
      const created = await this.#create(key);
      if (!created) return { release: () => Promise.resolve() };
      if (created.value !== undefined) return this.#hold(key, created.value, onLost);
      await this.#untilFreed(key, signal);
    }
    return undefined;
  }

  /** Looks up when locks expire. Never rejects. */
  async refresh(): Promise<void> {
    const { ttlMs, lookUpTtl } = this.#options;
    this.#ttlMs = await lookUpTtl?.() ?? ttlMs;
  }

  #create(key: string): Promise<{ value: number | undefined } | undefined> {
    return this.#bucket.use("write", (bucket) => bucket.create(key, encodeText("held")));
  }

  /** Waits until the lock is released, or for a quarter of the time in which the lock of a silent owner expires. */
  async #untilFreed(key: string, signal: AbortSignal): Promise<void> {
    const { controller, release } = linkedController(signal);
    const unwatch = this.#bucket.bucket.onRemoved(key, () => controller.abort());
    await delayUnlessAborted(this.#ttlMs / 4, controller.signal);
    unwatch();
    release();
  }

  #hold(key: string, revision: number, onLost: () => void): HeldLock {
    const { onError } = this.#options;
    const ttlMs = this.#ttlMs;
    let current = revision;
    let renewedAt = performance.now();
    let busy = Promise.resolve();
    const renew = async () => {
      const sentAt = performance.now();
      try {
        const next = await this.#renew(key, current);
        if (next === undefined) return lose();
        current = next;
        renewedAt = sentAt;
      } catch (error) {
        onError(error as Error);
        if (performance.now() - renewedAt > ttlMs) lose();
      }
    };
    const lose = () => {
      clearInterval(timer);
      onLost();
      void this.refresh(); // Another process may have created the bucket again, with another time.
    };
    const timer = setInterval(() => void (busy = renew()), Math.min(ttlMs / 3, LONGEST_RENEWAL_MS));
    return {
      release: async () => {
        clearInterval(timer);
        await busy;
        if (this.#bucket.available) await this.#bucket.bucket.delete(key, current).catch(onError);
      },
    };
  }

  /** Renews a lock. One that went with its bucket is acquired again, unless another process has it. */
  async #renew(key: string, revision: number): Promise<number | undefined> {
    try {
      return await this.#bucket.bucket.update(key, encodeText("held"), revision);
    } catch (error) {
      if (!hasCode(error, "no-stream")) throw error;
      return (await this.#create(key))?.value;
    }
  }
}
