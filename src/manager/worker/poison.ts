/** Reports poison messages and terminates them. @module */

import { messageOf } from "../../errors.ts";
import type { Delivery } from "../../transport/transport.ts";
import { callHook, hookLimits } from "../hook_limits.ts";
import type { Lease } from "../run/lease.ts";
import type { Session } from "../session/session.ts";

/** The poison messages of one driver whose hook has not returned yet. */
export class PoisonMessages {
  readonly #session: Session;
  readonly #driver: string;
  readonly #pending = new Set<Promise<void>>();

  constructor(session: Session, driver: string) {
    this.#session = session;
    this.#driver = driver;
  }

  /** Reports a message as an event and to the user's hook, then terminates it. */
  report(delivery: Delivery, error: Error, lease: Lease): void {
    const session = this.#session;
    const { subject, sequence, data } = delivery;
    const message = { driver: this.#driver, subject, sequence, data, error };
    session.emit({ type: "poison", message });
    const limits = hookLimits("wait for onPoison", session.options);
    const { onPoison } = session.hooks;
    const called = onPoison
      ? callHook(onPoison, limits, async () => await onPoison(message))
      : Promise.resolve();
    const pending = called
      .catch((thrown) =>
        session.emit({
          type: "warning",
          code: "hook-threw",
          message: `onPoison failed: ${messageOf(thrown)}`,
          driver: this.#driver,
        })
      )
      .then(() => {
        if (lease.held) delivery.term(`malformed message: ${error.message}`);
        lease.release();
        this.#pending.delete(pending);
      });
    this.#pending.add(pending);
  }

  /** Resolves when every reported message is terminated. */
  async terminated(): Promise<void> {
    await Promise.all(this.#pending);
  }
}
