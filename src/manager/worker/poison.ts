/** Reports poison messages and terminates them. @module */

import { withDeadline } from "../../async/deadline.ts";
import { messageOf } from "../../errors.ts";
import type { Delivery } from "../../transport/transport.ts";
import { hookLimits } from "../hook_limits.ts";
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
  report(delivery: Delivery, error: Error): void {
    const session = this.#session;
    const { subject, sequence, data } = delivery;
    const message = { driver: this.#driver, subject, sequence, data, error };
    session.emit({ type: "poison", message });
    const limits = hookLimits("wait for onPoison", session.options);
    const pending = withDeadline(limits, async () => await session.hooks.onPoison?.(message))
      .catch((thrown) =>
        session.emit({
          type: "warning",
          code: "hook-threw",
          message: `onPoison failed: ${messageOf(thrown)}`,
          driver: this.#driver,
        })
      )
      .then(() => {
        delivery.term(`malformed message: ${error.message}`);
        this.#pending.delete(pending);
      });
    this.#pending.add(pending);
  }

  /** Resolves when every reported message is terminated. */
  async terminated(): Promise<void> {
    await Promise.all(this.#pending);
  }
}
