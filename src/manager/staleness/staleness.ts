/** Asks the API server whether events are still wanted. @module */

import { withDeadline } from "../../async/deadline.ts";
import type { Client } from "../../client/client.ts";
import { hasCode, isErrorLike, messageOf } from "../../errors.ts";
import type { DriverMessage } from "../../protocol/driver_message.ts";
import type { LogEntry } from "../../protocol/logs/log_entry.ts";
import type { Resource } from "../../protocol/resources/resource.ts";
import { STREAMS } from "../../protocol/subjects.ts";
import type { Connection } from "../../transport/transport.ts";
import type { ManagerEvent } from "../events.ts";
import type { BrokerClock } from "./broker_clock.ts";
import { ServerProof } from "./server_proof.ts";
import { canBeSuperseded, isAnother, whySuperseded } from "./why_superseded.ts";

/** A run that may be superseded. */
export interface Candidate {
  readonly driver: { readonly name: string };
  readonly message: DriverMessage;
  readonly delivery: { readonly timestampMs: number };
  /** Which attempt it is, from 1. */
  readonly attempt: number;
  /** Whether there may have been an earlier delivery. */
  readonly mayBeRepeat: boolean;
  readonly signal: AbortSignal;
}

/** What is needed to ask. */
export interface StalenessSource {
  readonly connection: Pick<Connection, "publishConfirmed" | "streamInfo">;
  /** Created when it is first used. */
  readonly client: () => Client;
  readonly clock: BrokerClock;
  /** Fires when the manager stops. */
  readonly shuttingDown: AbortSignal;
  emit(event: ManagerEvent): void;
}

/** An event that is attempted for the first time is taken for wanted for so long after the broker stored it, in milliseconds. */
const FRESH_MS = 1000;
/** Time for the API server to say what it has, in milliseconds. */
const ASK_MS = 2000;
/** After a failure nothing is asked for a time that grows from the one to the other, in milliseconds. */
const SHORTEST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** So many runs are asked about at most each time that leases are renewed. */
const MOST_AT_ONCE = 50;
/** The broker's clock is asked again when it was last known for so long, in milliseconds. */
const CLOCK_MS = 10 * 60_000;

/** Knows which events are no longer wanted. An API server that cannot be asked, or is not the one of the broker, holds up nothing. */
export class Staleness {
  readonly #source: StalenessSource;
  readonly #proof: ServerProof;
  readonly #passing = new Set<unknown>();
  readonly #askedAt = new WeakMap<Candidate, number>();
  #failures = 0;
  #pausedUntil = 0;
  /** What was last warned of, until the server is in order. */
  #said: string | undefined;

  constructor(source: StalenessSource) {
    this.#source = source;
    this.#proof = new ServerProof(source);
  }

  /**
   * Resolves to why a run must not be attempted, or to `undefined` when it is wanted as far as can be known; never rejects.
   * Returns `undefined` where there is nothing to ask.
   */
  beforeAttempt(run: Candidate): Promise<string | undefined> | undefined {
    return this.#mayBeStale(run) ? this.#ask(run) : undefined;
  }

  /**
   * Asks about running attempts, one after the other, those first that were not asked about for the longest. `runs` is the same
   * collection each time: it is skipped while it is being asked about. Never rejects.
   */
  async whileRunning<Run extends Candidate & { readonly attempting: boolean }>(
    runs: Iterable<Run>,
    onSuperseded: (run: Run, why: string) => void,
  ): Promise<void> {
    if (this.#passing.has(runs)) return;
    this.#passing.add(runs);
    const askedAt = (run: Run) => this.#askedAt.get(run) ?? 0;
    const next = [...runs].filter(({ attempting }) => attempting)
      .sort((a, b) => askedAt(a) - askedAt(b)).slice(0, MOST_AT_ONCE);
    for (const run of next) {
      this.#askedAt.set(run, performance.now());
      const why = run.attempting ? await this.#ask(run, this.#source.shuttingDown) : undefined;
      if (why !== undefined && run.attempting) onSuperseded(run, why);
    }
    this.#passing.delete(runs);
  }

  #mayBeStale({ attempt, mayBeRepeat, delivery }: Candidate): boolean {
    if (attempt > 1 || mayBeRepeat) return true;
    if (this.#source.clock.ageOf(delivery.timestampMs) < FRESH_MS) return false;
    if (this.#source.clock.elapsedMs > CLOCK_MS) void this.#askClock();
    return true;
  }

  async #askClock(): Promise<void> {
    try {
      const stream = await this.#source.connection.streamInfo(STREAMS.messages);
      if (stream) this.#source.clock.learn(stream.serverTimeMs);
    } catch {
      // Then more is asked than needed.
    }
  }

  async #ask(run: Candidate, signal: AbortSignal = run.signal): Promise<string | undefined> {
    const { message } = run;
    if (!canBeSuperseded(message) || performance.now() < this.#pausedUntil) return undefined;
    const { resource } = message;
    try {
      const stored = await this.#find(resource, signal);
      if (stored && !isAnother(resource, stored)) this.#inOrder();
      const why = whySuperseded(message, stored);
      if (why === undefined || (stored && !isAnother(resource, stored))) return why;
      if (await this.#proof.holds(this.#line(run, why))) return why;
      this.#say(
        "unproven",
        `${this.#source.client().getApiUrl()} says of ${resource.resource}/${resource.name} that ${why}, and shows neither ` +
          "another resource nor a log line of this broker",
      );
    } catch (error) {
      if (signal.aborted) return undefined;
      const pauseMs = Math.min(SHORTEST_PAUSE_MS * 2 ** this.#failures++, LONGEST_PAUSE_MS);
      this.#pausedUntil = performance.now() + pauseMs;
      this.#say(isErrorLike(error) ? error.name : "", messageOf(error), error);
    }
    return undefined;
  }

  async #find({ name, resource }: Resource, signal: AbortSignal): Promise<Resource | undefined> {
    try {
      const limits = { action: `get ${resource}/${name}`, timeoutMs: ASK_MS, signal };
      return await withDeadline(
        limits,
        (signal) => this.#source.client().getResource(name, resource, { signal }),
      );
    } catch (error) {
      if (hasCode(error, "not-found")) return undefined;
      throw error;
    }
  }

  /** The line of a run's log by which the server is proved. */
  #line({ message, driver }: Candidate, why: string): LogEntry {
    return {
      runId: message.runId,
      driver: driver.name,
      pipeline: message.resource.pipeline ?? "",
      timestamp: new Date().toISOString(),
      message:
        `${this.#source.client().getApiUrl()} says that ${why}; it is the server of this broker if it shows this line`,
    };
  }

  #inOrder(): void {
    this.#proof.seen();
    this.#failures = 0;
    this.#said = undefined;
  }

  /** Says once what is wrong, until it changes or passes. */
  #say(problem: string, what: string, error?: unknown): void {
    if (this.#said === problem) return;
    this.#said = problem;
    this.#source.emit({
      type: "warning",
      code: "staleness",
      message:
        `cannot tell whether events are still wanted: ${what}; they are reconciled all the same; ` +
        'check the address of the API server, or pass staleness: "off"',
      ...isErrorLike(error) && { error },
    });
  }
}
