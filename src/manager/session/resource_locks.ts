/** Locks that let one process at a time reconcile a resource, over all instances of a driver. Off by default. @module */

import { linkedController } from "../../async/deadline.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import { hasCode } from "../../errors.ts";
import { decodeText, encodeText } from "../../protocol/json.ts";
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
  /** Called with the error of a lock that could not be renewed or released. */
  readonly onError: (error: Error) => void;
}

/** A lock of another process, as it was first seen. */
interface SeenLock {
  readonly revision: number | undefined;
  readonly since: number;
  readonly ttlMs: number;
}

/** The bucket of the locks. */
export const LOCK_BUCKET = "conveyor-driver-locks";

/** The longest part of a key, in characters: a subject is limited. Resources that begin alike wait for each other. */
const LONGEST_KEY = 150;

/** The longest time from one renewal to the next, in milliseconds. */
const LONGEST_RENEWAL_MS = 3_600_000;

/** Locks in a key-value bucket whose values expire. */
export class ResourceLocks {
  readonly #bucket: RecoverableBucket;
  readonly #options: ResourceLocksOptions;

  constructor(bucket: RecoverableBucket, options: ResourceLocksOptions) {
    this.#bucket = bucket;
    this.#options = options;
  }

  /**
   * Waits until the lock is free, acquires it, and renews it until it is released. Calls `onLost` if it could not be renewed
   * in time. Returns `undefined` when the signal fires first. While the bucket cannot be used, nothing is locked. It waits in
   * `aside`, which may take its time after that.
   */
  async acquire(
    owner: { driver: string; resource: string },
    signal: AbortSignal,
    onLost: () => void,
    aside: (wait: (signal: AbortSignal) => Promise<void>) => Promise<void> = (wait) => wait(signal),
  ): Promise<HeldLock | undefined> {
    const key = this.#bucket.bucket.key(owner.driver, owner.resource.slice(0, LONGEST_KEY));
    let seen: SeenLock | undefined;
    while (!signal.aborted) {
      const taken = await this.#take(key, seen);
      if (!taken) return { release: () => Promise.resolve() };
      if ("revision" in taken) return this.#hold(key, taken.revision, onLost);
      seen = taken.seen;
      const { ttlMs } = seen;
      await aside((signal) => this.#untilFreed(key, ttlMs / 4, signal));
    }
    return undefined;
  }

  /** Takes a lock that is free, or whose owner has not renewed it for as long as it says. The bucket may keep locks for longer. */
  async #take(
    key: string,
    seen: SeenLock | undefined,
  ): Promise<{ revision: number } | { seen: SeenLock } | undefined> {
    const taken = await this.#bucket.use(async (bucket) => {
      const found = await bucket.get(key);
      const isSilent = found && found.revision === seen?.revision &&
        performance.now() - seen.since > seen.ttlMs;
      const revision = !found
        ? await bucket.create(key, this.#value)
        : isSilent
        ? await bucket.update(key, this.#value, found.revision)
        : undefined;
      if (revision !== undefined) return { revision };
      if (found && found.revision === seen?.revision) return { seen };
      const ttlMs = found && Number(decodeText(found.value)) || this.#options.ttlMs;
      return { seen: { revision: found?.revision, since: performance.now(), ttlMs } };
    });
    return taken?.value;
  }

  get #value(): Uint8Array {
    return encodeText(String(this.#options.ttlMs));
  }

  /** Waits until the lock is released, at most for `limitMs`: its owner may have fallen silent. */
  async #untilFreed(key: string, limitMs: number, signal: AbortSignal): Promise<void> {
    const { controller, release } = linkedController(signal);
    const unwatch = this.#bucket.bucket.onRemoved(key, () => controller.abort());
    await delayUnlessAborted(limitMs, controller.signal);
    unwatch();
    release();
  }

  #hold(key: string, revision: number, onLost: () => void): HeldLock {
    const { ttlMs, onError } = this.#options;
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
      return await this.#bucket.bucket.update(key, this.#value, revision);
    } catch (error) {
      if (!hasCode(error, "no-stream")) throw error;
      return (await this.#bucket.use((bucket) => bucket.create(key, this.#value)))?.value;
    }
  }
}
