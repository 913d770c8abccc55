/** Settles messages that do not become a run in this process. @module */

import { backoffMs } from "../../async/backoff.ts";
import type { Driver } from "../../driver.ts";
import type { Delivery } from "../../transport/transport.ts";
import type { Lease } from "../run/lease.ts";
import type { Session } from "../session/session.ts";
import type { DriverStats } from "../stats.ts";
import type { Classification } from "./classify_message.ts";
import { PoisonMessages } from "./poison.ts";
import { unlistedTypeWarning } from "./warnings.ts";

/** Delays of a message that this instance cannot take: longer each time, since each time counts as a delivery. */
const NOT_NOW = { initialMs: 1000, maxMs: 60_000 } as const;

/** The messages of one driver that do not become a run. */
export class SkippedMessages {
  readonly #session: Session;
  readonly #driver: Driver;
  readonly #stats: DriverStats;
  readonly #poison: PoisonMessages;

  constructor(session: Session, driver: Driver, stats: DriverStats) {
    this.#session = session;
    this.#driver = driver;
    this.#stats = stats;
    this.#poison = new PoisonMessages(session, driver.name);
  }

  /** Settles a message that its class rules out. Without its lease it is not redelivered from here: another process may have it. */
  skip(
    delivery: Delivery,
    classified: Exclude<Classification, { kind: "run" }>,
    lease: Lease,
  ): void {
    if (classified.kind !== "poison") lease.release();
    switch (classified.kind) {
      case "filtered":
        this.#stats.filtered++;
        return delivery.ack();
      case "poison":
        this.#stats.poisoned++;
        return this.#poison.report(delivery, classified.error, lease);
      case "unlisted-type":
        this.#session.emit(unlistedTypeWarning(this.#driver, classified.resourceType));
        if (lease.held) this.redeliver(delivery, "later");
    }
  }

  /** Has a message redelivered: at once, or after a delay. */
  redeliver(delivery: Delivery, when?: "later"): void {
    this.#stats.handedBack++;
    delivery.nak(when && backoffMs(delivery.deliveryCount, NOT_NOW));
  }

  /** Resolves when every poison message is terminated. */
  async settled(): Promise<void> {
    await this.#poison.terminated();
  }
}
