/** What a driver needs of its consumer, and what other releases of the driver need, which share it. @module */

import { filterSubjects } from "../../protocol/subjects.ts";
import { matchesSubject } from "../../protocol/subject_pattern.ts";
import type { ConsumerConfig, ConsumerInfo, StreamInfo } from "../../transport/transport.ts";
import type { ManagerEvent } from "../events.ts";
import type { Session } from "../session/session.ts";

/** What one driver of a manager needs. */
export class ConsumerNeeds {
  readonly #session: Session;
  readonly #driver: string;
  readonly #types: readonly string[];

  constructor(
    session: Session,
    { name, resources }: { name: string; resources: readonly string[] },
  ) {
    this.#session = session;
    this.#driver = name;
    this.#types = resources;
  }

  /** The consumer as this process is configured. */
  get config(): ConsumerConfig {
    const { protocol, options: { maxAckPending, ackWaitMs } } = this.#session;
    return {
      durable: this.#driver,
      filterSubjects: filterSubjects(protocol, this.#driver, this.#types),
      ackWaitMs,
      maxAckPending,
      description: `Conveyor driver ${this.#driver}`,
    };
  }

  /** Whether a consumer delivers what this driver needs, and nothing keeps it from doing so. */
  areMet({ filterSubjects, restrictions }: ConsumerInfo): boolean {
    return restrictions.length === 0 &&
      this.config.filterSubjects.every((needed) =>
        filterSubjects.some((filter) => matchesSubject(filter, needed))
      );
  }

  /**
   * What a consumer that exists is updated to. While instances of another release are alive, it delivers what either needs: what
   * it did not deliver would be lost. Only the first binding sets the rest: two releases that run side by side must not
   * overwrite each other's configuration for ever.
   */
  merge(
    existing: ConsumerInfo,
    stream: StreamInfo | undefined,
    everBound: boolean,
  ): ConsumerConfig {
    const wanted = this.config;
    const others = existing.filterSubjects.filter((filter) =>
      !wanted.filterSubjects.includes(filter) &&
      (!stream || stream.subjects.some((subject) => matchesSubject(subject, filter)))
    );
    const isShared = everBound || existing.waiting > 0 || existing.ackPending > 0;
    if (others.length > 0) this.#warnOfFilters(others, isShared);
    const all = [...wanted.filterSubjects, ...isShared ? others : []];
    const filterSubjects = all.filter((one) =>
      !all.some((other) => other !== one && matchesSubject(other, one))
    );
    if (existing.restrictions.length > 0) this.#warnOfRestrictions(existing.restrictions);
    if (everBound) {
      const { description = wanted.description!, ackWaitMs, maxAckPending } = existing;
      return { ...wanted, filterSubjects, description, ackWaitMs, maxAckPending };
    }
    this.#warnOfAckWait(existing.ackWaitMs, wanted.ackWaitMs);
    // It is that of every process of the driver: those that renew their leases by a longer one would lose them.
    const ackWaitMs = Math.max(wanted.ackWaitMs, existing.ackWaitMs);
    return { ...wanted, filterSubjects, ackWaitMs };
  }

  #warnOfFilters(others: readonly string[], isShared: boolean): void {
    const text = others.join(", ");
    this.#warn(
      "consumer-filters",
      isShared
        ? `also delivers ${text}, which another release needs; those are redelivered. If none does, delete the consumer ` +
          "while no instance runs"
        : `no longer delivers ${text}: no other instance runs, and this one does not list them`,
    );
  }

  #warnOfRestrictions(names: readonly string[]): void {
    this.#warn(
      "consumer-restricted",
      `had ${names.join(", ")} set, which can keep events away; they are removed`,
    );
  }

  #warnOfAckWait(existingMs: number, wantedMs: number): void {
    if (existingMs === wantedMs) return;
    const action = existingMs > wantedMs
      ? "it keeps its own; to lower it, delete the consumer while no instance runs"
      : `it is raised to ${wantedMs} ms`;
    this.#warn(
      "ack-wait",
      `has an ack wait of ${existingMs} ms, and this process asks for ${wantedMs} ms: ${action}; ` +
        "give all processes of a driver one ackWaitMs",
    );
  }

  #warn(code: string, what: string): void {
    const driver = this.#driver;
    const message = `the consumer ${driver} ${what}`;
    this.#session.emit({ type: "warning", code, message, driver } satisfies ManagerEvent);
  }
}
