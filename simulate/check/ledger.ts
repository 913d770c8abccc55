/** Writes down what happens, and finds what must not. */

import type { RunRef } from "../../src/manager/events.ts";
import { decodeOutcomeRecord } from "../../src/manager/session/outcome_record.ts";
import { decodeNumbers, saysStored } from "../../src/manager/session/stored_numbers.ts";
import type { MemoryConsumer } from "../../src/transport/memory/broker/memory_consumer.ts";
import type { StoredMessage } from "../../src/transport/memory/broker/stored_message.ts";
import type { ApiServer } from "../actors/api_server.ts";
import type { Plan } from "../plan/plan.ts";
import type { ServerObserver, SimulatedServer, StreamTrouble } from "../server/server.ts";
import type { World } from "../world/world.ts";
import type { Owner } from "../world/owner.ts";
import { checkAttempt } from "./attempts.ts";
import { askedDelay } from "./asked_delay.ts";
import { Holders } from "./holders.ts";
import { Intervals } from "./intervals.ts";
import { Moments } from "./moments.ts";
import { watchOverlap } from "./overlap.ts";
import { checkResult } from "./result.ts";
import { type Call, newRunRecord, type RunRecord } from "./run_record.ts";
import type { Violation, Violations } from "./violation.ts";

/** Whether an event is still wanted is asked before an attempt that begins so long after it was stored, in milliseconds. */
const STALE_MS = 5000;

/** With so much time on a connection, a process corrects a record whose result was not confirmed, in milliseconds. */
const CORRECTS_MS = 15_000;

/** A journal that could not be used is tried again within this time, in milliseconds: 30 s, and a request that fails. */
const TRIES_AGAIN_MS = 40_000;

const JOURNAL_SUBJECT = "$KV.conveyor-driver-outcomes.";
const NUMBERS_SUBJECT = `${JOURNAL_SUBJECT}instance.`;

/** Deliveries that the server has forgotten: of a driver or of all, of a run or of all. */
interface Voided {
  readonly at: number;
  readonly driver: string | undefined;
  readonly of?: RunRecord;
}

/** A broken connection is restored within this time, in milliseconds, or breaks again. */
const RECONNECTED_MS = 120_000;

/** Writes down what happens in a schedule. */
export class Ledger implements ServerObserver, Violations {
  readonly runs: RunRecord[] = [];
  readonly violations: Violation[] = [];
  readonly #world: World;
  readonly #plan: Plan;
  readonly #holders: Holders;
  /** When processes stood still, or were cut off from the server, or from its confirmations of results. */
  readonly breaks: Intervals = new Intervals();
  /** When the journal could not be used, or lost what it knew. */
  readonly journalAway: Intervals = new Intervals();
  /** When the results' stream forgot the ids of results that the engine had taken. */
  readonly forgettings: number[] = [];
  /** Faults that wait for a moment. */
  readonly moments: Moments = new Moments();
  /** When the server forgot deliveries: they are no leases any more. */
  readonly #voided: Voided[] = [];
  /** When another tool has changed the ack wait of a driver's consumer last, and what it was before. */
  readonly #ackWaitChanges = new Map<string, { readonly at: number; readonly beforeMs: number }>();
  /** When a process has looked up the consumer of a driver last. */
  readonly #lookedUpAt = new Map<string, number>();
  readonly #owners = new Map<string, Owner>();
  /** Set once the server is made. */
  server!: SimulatedServer;
  /** Where there is one that knows which runs are still wanted. */
  api: ApiServer | undefined;

  constructor(world: World, plan: Plan) {
    this.#world = world;
    this.#plan = plan;
    this.#holders = new Holders(plan, () => world.now);
  }

  /** Something happened that must not. */
  violate(kind: string, detail: string): void {
    this.#world.say(() => `!! ${kind}: ${detail}`);
    if (this.violations.length < 20) this.violations.push({ kind, at: this.#world.now, detail });
  }

  /** Finds a run. */
  find(driver: string, runId: string): RunRecord | undefined {
    return this.runs.find((run) => run.runId === runId && run.driver === driver);
  }

  /** A process has started. */
  started(owner: Owner): void {
    this.#owners.set(owner.name, owner);
  }

  /** A process stands still or is cut off, until a time or until it is connected again. */
  cutOff(client: string, untilMs?: number): void {
    this.breaks.begin(client, this.#world.now, untilMs);
  }

  /** A process is connected again. */
  connected(client: string): void {
    this.breaks.end(client, this.#world.now);
  }

  /** A process has died. */
  died(owner: Owner): void {
    this.#holders.gone(owner.name);
    this.breaks.begin(owner.name, this.#world.now, this.#world.now);
  }

  /** A process has ended in an orderly way. */
  released(client: string): void {
    this.#holders.gone(client);
  }

  /** The journal lost what it knew, or cannot be used for a time. It is tried again some time after that. */
  journalLost(forMs: number): void {
    const { now } = this.#world;
    this.journalAway.begin("journal", now, now + forMs + TRIES_AGAIN_MS);
  }

  /** The server forgets to whom it has delivered the events of a driver, or of all, so that it may deliver them again. */
  deliveriesForgotten(driver?: string): void {
    this.#voided.push({ at: this.#world.now, driver });
  }

  /** Whether what was delivered to a process at a time is no lease any more, because the server has forgotten the delivery. */
  isVoid(run: RunRecord, deliveredAt: number): boolean {
    return this.#voided.some(({ at, driver, of }) =>
      at >= deliveredAt && (driver ?? run.driver) === run.driver && (of ?? run) === run
    );
  }

  /** Another tool has changed the ack wait of a driver's consumer: a process learns it when it renews a lease. */
  ackWaitChanged(driver: string, beforeMs: number): void {
    this.#ackWaitChanges.set(driver, { at: this.#world.now, beforeMs });
  }

  /** When the process of a call must know the ack wait. */
  ackWaitKnownAt({ driver }: RunRecord, { owner, deliveredAt }: Call): number {
    const { at = -Infinity, beforeMs = 0 } = this.#ackWaitChanges.get(driver) ?? {};
    if ((this.#lookedUpAt.get(`${owner.name} ${driver}`) ?? 0) > at) return -Infinity;
    return Math.max(at, deliveredAt) + beforeMs;
  }

  lookedUp(durable: string, client: string): void {
    this.#lookedUpAt.set(`${client} ${durable}`, this.#world.now);
  }

  stored(
    stream: string,
    { subject, data }: { subject: string; data: Uint8Array },
    duplicate: boolean,
    client: string,
    sentAt: number,
  ): void {
    if (stream === "pipeline-engine") {
      const { run_id, driverresult } = JSON.parse(new TextDecoder().decode(data));
      const run = this.find(driverresult.driver, run_id);
      this.#world.say(() =>
        `result of event ${run?.event.id} for ${run?.driver} stored from ${client}${
          duplicate ? " (duplicate)" : ""
        }`
      );
      if (!run) return;
      this.moments.happened("result", client);
      run.stored.push({
        at: this.#world.now,
        sentAt,
        duplicate,
        client,
        owner: this.#owners.get(client),
        deliveredAt: run.deliveredAt.get(client) ?? 0,
        success: driverresult.success,
      });
      if (!duplicate) checkResult(this.#plan, this, run, driverresult);
    } else if (subject.startsWith("logs.")) {
      this.api?.logged(data);
    } else if (subject.endsWith(".dead-letter")) {
      const { run_id, driver } = JSON.parse(new TextDecoder().decode(data));
      const run = this.find(driver, run_id);
      if (run) run.deadLetters++;
    } else if (subject.startsWith(NUMBERS_SUBJECT)) {
      this.#told(subject.slice(NUMBERS_SUBJECT.length), data);
      this.moments.happened("record", client);
      this.#world.say(() => `numbers stored from ${client}: ${new TextDecoder().decode(data)}`);
    } else if (subject.startsWith(`${JOURNAL_SUBJECT}attempts.`)) {
      const run = this.#runOfRecord(subject);
      const text = new TextDecoder().decode(data);
      this.#world.say(() => `${text} attempts at event ${run?.event.id} recorded by ${client}`);
      if (!run) return;
      checkAttempt(this, run, client, Number(text), "records");
      run.counted.push({ at: this.#world.now, client, count: Number(text) });
    } else if (subject.startsWith(JOURNAL_SUBJECT)) {
      const run = this.#runOfRecord(subject);
      const text = new TextDecoder().decode(data);
      if (run) run.record = decodeOutcomeRecord(data);
      if (run?.record) run.firstRecordedAt ??= this.#world.now;
      if (run?.record?.unconfirmed) run.unconfirmedAt ??= this.#world.now;
      if (run?.record?.unconfirmed === false) run.recordedAt = this.#world.now;
      this.moments.happened("record", client);
      this.#world.say(() =>
        `record of event ${run?.event.id} stored from ${client}: ${text.slice(0, 80)}`
      );
    }
  }

  /** A process tells which of its results are stored. */
  #told(instance: string, data: Uint8Array): void {
    const numbers = decodeNumbers(data);
    for (const run of this.runs) {
      const of = run.record?.numbers;
      if (numbers && of?.instance === instance && saysStored(numbers, of.result)) {
        run.toldAt ??= this.#world.now;
      }
    }
  }

  refusedStore(
    subject: string,
    data: Uint8Array,
    why: StreamTrouble | "gone",
    client: string,
  ): void {
    if (subject !== "pipelines.driver.result") return;
    const { run_id, driverresult } = JSON.parse(new TextDecoder().decode(data));
    const run = this.find(driverresult.driver, run_id);
    run?.refused.push({ at: this.#world.now, owner: this.#owners.get(client) });
    this.#world.say(() => `result of event ${run?.event.id} not stored: ${why}`);
  }

  delivered(
    consumer: MemoryConsumer,
    message: StoredMessage,
    deliveryCount: number,
    client: string,
  ): void {
    const run = this.#runAt(consumer.config.durable, message.sequence) ??
      this.#lateRun(consumer.config.durable, message.sequence);
    run?.deliveredAt.set(client, this.#world.now);
    run?.deliveries.set(`${client} ${deliveryCount}`, this.#world.now);
    this.#world.say(() => `event ${run?.event.id} goes to ${client}, delivery ${deliveryCount}`);
    this.moments.happened("delivery", client);
    const { durable } = consumer.config;
    const resource = run && `${run.event.type}/${run.event.resource}`;
    this.#holders.taken(durable, message.sequence, client, resource);
    if (run) this.#checkDelay(run);
  }

  /** A delivery must not come before the delay of the nak is over, unless the server has forgotten it. */
  #checkDelay(run: RunRecord): void {
    const { lastNak, event, driver } = run;
    run.lastNak = undefined;
    if (!lastNak || this.isVoid(run, lastNak.at)) return;
    const waited = this.#world.now - lastNak.at;
    if (waited < Math.min(lastNak.delayMs, 1e9) - 1) {
      this.violate(
        "retried-too-early",
        `event ${event.id} for ${driver} came again after ${
          waited.toFixed(0)
        } ms of ${lastNak.delayMs} ms`,
      );
    }
  }

  settled(
    stream: string,
    durable: string,
    sequence: number,
    how: "ack" | "term",
    client: string,
  ): void {
    if (stream !== "messages") return;
    const run = this.#runAt(durable, sequence);
    this.#world.say(() => `event ${run?.event.id} for ${durable}: ${how} from ${client}`);
    if (
      !run || run.settled ||
      !this.server.broker.consumer("messages", durable)?.holds(sequence)
    ) return;
    run.settled = true;
    run.settledAt = this.#world.now;
    this.#holders.let(durable, sequence);
    if (run.event.kind !== "run") return;
    const done = this.#plan.protocol === "v1"
      ? run.calls.some(({ ended }) => ended)
      : run.stored.length > 0;
    // An event that is no longer wanted is dropped.
    if (this.api?.supersededAt(run.runId) !== undefined && how === "ack") return;
    if (done || this.#plan.protocol === "v1" && how === "term") return;
    if (!this.#inNamedGap(run)) {
      this.violate(
        "acked-before-result",
        `event ${run.event.id} for ${durable} was settled (${how}) by ${client}, and no result is stored`,
      );
    }
  }

  nakked(
    _stream: string,
    durable: string,
    sequence: number,
    delayMs: number,
    client: string,
    deliveryCount: number,
  ): void {
    const run = this.#runAt(durable, sequence);
    this.#world.say(() => `event ${run?.event.id} for ${durable}: nak, ${delayMs} ms`);
    this.#holders.let(durable, sequence);
    if (!run) return;
    run.lastNak = { at: this.#world.now, delayMs };
    // What a process hands back of a delivery that the server has forgotten is another one's by now, or its own next one.
    const call = run.calls.findLast(({ owner }) => owner.name === client);
    const deliveredAt = run.deliveries.get(`${client} ${deliveryCount}`) ?? 0;
    if (this.isVoid(run, Math.min(deliveredAt, call?.deliveredAt ?? deliveredAt))) {
      this.#voided.push({ at: this.#world.now, driver: durable, of: run });
    }
    const asked = askedDelay(this.#plan, run, client);
    if (delayMs < Math.min(asked, 1e9)) {
      this.violate(
        "retried-too-early",
        `event ${run.event.id} for ${durable} is to come again in ${delayMs} ms, not ${asked} ms`,
      );
    }
  }

  consumerChanged(
    stream: string,
    durable: string,
    before: { ackWaitMs: number } | undefined,
    after: { ackWaitMs: number },
  ): void {
    if (before && before.ackWaitMs !== after.ackWaitMs) {
      this.#world.say(() =>
        `consumer ${durable} of ${stream}: ack wait ${before.ackWaitMs} becomes ${after.ackWaitMs}`
      );
    }
  }

  /** A run has begun, and its message waits no longer. */
  runStarted({ driver, runId, messageId }: RunRef, client: string): void {
    const run = this.runs.find((run) =>
      run.driver === driver && run.runId === runId && run.messageId === messageId
    );
    if (run) this.#holders.let(driver, run.sequence);
    const brokenAt = this.breaks.latest(client, this.#world.now);
    const hoarded = this.#holders.hoarded(driver, client, brokenAt + RECONNECTED_MS);
    if (hoarded) this.violate("hoarding", hoarded);
  }

  /** A reconcile was called. */
  callStarted(run: RunRecord, call: Call): void {
    const { event, driver } = run;
    checkAttempt(this, run, call.owner.name, call.attempt, "is told");
    this.#checkWanted(run);
    run.calls.push(call);
    this.moments.happened("call", call.owner.name);
    this.#world.say(() =>
      `reconcile of event ${event.id} for ${driver} in ${call.owner.name}: call ${run.calls.length}, attempt ${call.attempt}`
    );
    for (const other of run.calls) {
      if (other !== call) watchOverlap(this.#world, this, run, other, call);
    }
  }

  /** Where nothing else is wrong, no attempt is made at what has not been wanted for some time. */
  #checkWanted({ runId, event, driver }: RunRecord): void {
    const since = this.api?.supersededAt(runId);
    const { faults, api } = this.#plan;
    if (since === undefined || faults.length > 0 || api?.isAnother !== false) return;
    if (api.downFrom < Infinity || this.#world.now - since < STALE_MS) return;
    this.violate("unwanted", `event ${event.id} for ${driver} is run, and superseded`);
  }

  /**
   * The gap that docs/delivery.md names: the server took the record of a result and not the result, its process died or was cut
   * off before it could correct the record, and three quarters of the duplicate window are over.
   */
  #inNamedGap({ refused, record, recordedAt = Infinity }: RunRecord): boolean {
    const { now } = this.#world;
    return record?.unconfirmed === false && now - recordedAt >= 90_000 &&
      refused.some(({ owner, at }) =>
        owner?.dead ||
        this.breaks.longestWithout(owner?.name ?? "", at, at + 90_000) < CORRECTS_MS
      );
  }

  #runAt(durable: string, sequence: number): RunRecord | undefined {
    const stream = this.server.broker.stream("messages");
    return this.runs.find((run) =>
      run.stream === stream && run.sequence === sequence && run.driver === durable
    );
  }

  /** A consumer that was created later also delivers what was published before, as long as it is in the stream. */
  #lateRun(driver: string, sequence: number): RunRecord | undefined {
    const stream = this.server.broker.stream("messages");
    const other = this.runs.find((run) => run.stream === stream && run.sequence === sequence);
    if (!other) return undefined;
    const run = newRunRecord({ ...other, driver });
    this.runs.push(run);
    return run;
  }

  #runOfRecord(subject: string): RunRecord | undefined {
    return this.runs.find((run) =>
      subject.includes(run.runId) && subject.includes(`.${run.driver}.`)
    );
  }
}
