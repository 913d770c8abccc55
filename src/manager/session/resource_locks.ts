/** Locks that let one process at a time reconcile a resource, over all instances of a driver. Off by default. @module */

import { linkedController } from "../../async/deadline.ts";
import { bucketStream } from "../../transport/key_value.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import { SleepClock } from "../../async/sleep_clock.ts";
import { hasCode } from "../../errors.ts";
import { decodeText, encodeText } from "../../encoding/json.ts";
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

/** A lock of another process, as it was first seen. */
interface SeenLock {
  readonly revision: number | undefined;
  readonly since: number;
  readonly ttlMs: number;
}

/** A lock that was taken, and how long it is held without a renewal. */
interface Taken {
  readonly revision: number;
  readonly ttlMs: number;
}

/** The bucket of the locks. */
export const LOCK_BUCKET = "conveyor-driver-locks";
/** The stream below it. */
export const LOCK_STREAM: string = bucketStream(LOCK_BUCKET);

/** The longest part of a key, in characters: a subject is limited. Resources that begin alike wait for each other. */
const LONGEST_KEY = 150;

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
      if ("revision" in taken) return this.#hold(key, taken, onLost);
      seen = taken.seen;
      const { ttlMs } = seen;
      await aside((signal) => this.#untilFreed(key, ttlMs / 4, signal));
    }
    return undefined;
  }

  /** Looks up when locks expire. Never rejects. */
  async refresh(): Promise<void> {
    const { ttlMs, lookUpTtl } = this.#options;
    this.#ttlMs = await lookUpTtl?.() ?? ttlMs;
  }

  /** Takes a lock that is free, or whose owner has not renewed it for as long as it says. The bucket may keep locks for longer. */
  async #take(
    key: string,
    seen: SeenLock | undefined,
  ): Promise<Taken | { seen: SeenLock } | undefined> {
    const ttlMs = this.#ttlMs;
    const taken = await this.#bucket.use("write", async (bucket) => {
      const found = await bucket.get(key);
      const isSilent = found && found.revision === seen?.revision &&
        performance.now() - seen.since > seen.ttlMs;
      const revision = !found
        ? await bucket.create(key, valueOf(ttlMs))
        : isSilent
        ? await bucket.update(key, valueOf(ttlMs), found.revision)
        : undefined;
      if (revision !== undefined) return { revision, ttlMs };
      if (found && found.revision === seen?.revision) return { seen };
      const foundMs = found && Number(decodeText(found.value)) || this.#options.ttlMs;
      return { seen: { revision: found?.revision, since: performance.now(), ttlMs: foundMs } };
    });
    return taken?.value;
  }

  /** Waits until the lock is released, at most for `limitMs`: its owner may have fallen silent. */
  async #untilFreed(key: string, limitMs: number, signal: AbortSignal): Promise<void> {
    const { controller, release } = linkedController(signal);
    const unwatch = this.#bucket.bucket.onRemoved(key, () => controller.abort());
    await delayUnlessAborted(limitMs, controller.signal);
    unwatch();
    release();
  }

  #hold(key: string, { revision, ttlMs }: Taken, onLost: () => void): HeldLock {
    const { onError } = this.#options;
    let current = revision;
    const clock = new SleepClock({ monotonic: () => performance.now(), wall: () => Date.now() });
    let renewedAt = performance.now();
    let busy = Promise.resolve();
    const renew = async () => {
      const sentAt = performance.now();
      try {
        const next = await this.#renew(key, current, valueOf(ttlMs));
        if (next === undefined) return lose();
        current = next;
        renewedAt = sentAt;
      } catch (error) {
        onError(error as Error);
        if (clock.since(renewedAt) > ttlMs) lose();
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
  async #renew(key: string, revision: number, value: Uint8Array): Promise<number | undefined> {
    try {
      return await this.#bucket.bucket.update(key, value, revision);
    } catch (error) {
      if (!hasCode(error, "no-stream")) throw error;
      return (await this.#bucket.use("write", (bucket) => bucket.create(key, value)))?.value;
    }
  }
}

/** A lock says how long it is held without a renewal: other processes may have another time. */
function valueOf(ttlMs: number): Uint8Array {
  return encodeText(String(ttlMs));
}
