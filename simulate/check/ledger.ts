/** Writes down what happens, and finds what must not. */

import type { RunRef } from "../../src/manager/events.ts";
import { decodeOutcomeRecord } from "../../src/manager/session/outcome_record.ts";
import { decodeNumbers, saysStored } from "../../src/manager/session/stored_numbers.ts";
import type { MemoryConsumer } from "../../src/transport/memory/broker/memory_consumer.ts";
import type { StoredMessage } from "../../src/transport/memory/broker/stored_message.ts";
import type { Plan } from "../plan/plan.ts";
import type { ServerObserver, SimulatedServer, StreamTrouble } from "../server/server.ts";
import type { World } from "../world/world.ts";
import type { Owner } from "../world/owner.ts";
import { Holders } from "./holders.ts";
import { Moments } from "./moments.ts";
import { watchOverlap } from "./overlap.ts";
import { checkResult } from "./result.ts";
import type { Call, RunRecord } from "./run_record.ts";
import type { Violation, Violations } from "./violation.ts";

const JOURNAL_SUBJECT = "$KV.conveyor-driver-outcomes.";
const NUMBERS_SUBJECT = `${JOURNAL_SUBJECT}instance.`;

/** A broken connection is restored within this time, in milliseconds, or breaks again. */
const RECONNECTED_MS = 120_000;

/** Writes down what happens in a schedule. */
export class Ledger implements ServerObserver, Violations {
  readonly runs: RunRecord[] = [];
  readonly violations: Violation[] = [];
  readonly #world: World;
  readonly #plan: Plan;
  readonly #holders: Holders;
  /** When connections broke, and whose. */
  readonly breaks: { readonly client: string; readonly at: number }[] = [];
  /** Faults that wait for a moment. */
  readonly moments: Moments = new Moments();
  /** Until when processes cannot know that another tool has changed the ack wait of their consumer, by driver. */
  readonly #unnoticed = new Map<string, number>();
  /** Set once the server is made. */
  server!: SimulatedServer;

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

  /** A connection broke, and what was on its way with it; or a process stands still. */
  connectionBroke(client: string): void {
    this.breaks.push({ client, at: this.#world.now });
  }

  /** A process holds nothing any more. */
  released(client: string): void {
    this.#holders.gone(client);
  }

  /** A process has died. */
  died(owner: Owner): void {
    this.released(owner.name);
    this.excuseCalls("its process died", (_, call) => call.owner === owner);
    for (const run of this.runs) {
      const { client, count = 0 } = run.attempts ?? {};
      if (client === owner.name) run.uncalled = Math.max(run.uncalled, count - run.calls.length);
    }
  }

  /** The journal may have forgotten what it knew. */
  journalLost(why: string): void {
    for (const run of this.runs) run.journalLost ??= why;
  }

  /** From now on two leases on runs that go on are no fault of the package's. */
  excuseCalls(why: string, matches: (run: RunRecord, call: Call) => boolean = () => true): void {
    for (const run of this.runs) {
      for (const call of run.calls) {
        if (call.endedAt === undefined && matches(run, call)) call.excused ??= why;
      }
    }
  }

  /** The broker has lost its latest deliveries and acknowledgements. */
  deliveriesForgotten(): void {
    this.excuseCalls("the server forgot its delivery");
    for (const run of this.runs) run.forgotten = true;
  }

  /** Another tool has changed the ack wait of a driver's consumer, which is noticed by the next renewal. */
  ackWaitChanged(driver: string, beforeMs: number): void {
    this.excuseCalls("its consumer was changed", (run) => run.driver === driver);
    this.#unnoticed.set(driver, this.#world.now + beforeMs / 2);
  }

  stored(
    stream: string,
    { subject, data }: { subject: string; data: Uint8Array },
    duplicate: boolean,
    client: string,
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
      run.stored.push({ at: this.#world.now, duplicate, client, success: driverresult.success });
      if (this.server.troubles.get(stream) === "unconfirmed") run.unconfirmed = true;
      if (!duplicate) checkResult(this.#plan, this, run, driverresult);
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
      if (run) run.attempts = { client, count: Number(text) };
      this.#world.say(() => `${text} attempts at event ${run?.event.id} recorded by ${client}`);
    } else if (subject.startsWith(JOURNAL_SUBJECT)) {
      const run = this.#runOfRecord(subject);
      const text = new TextDecoder().decode(data);
      if (run) run.record = decodeOutcomeRecord(data);
      if (run && text !== "" && !text.includes('"unconfirmed":true')) {
        run.recordedBy.push({ at: this.#world.now, client });
      }
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
    _stream: string,
    subject: string,
    data: Uint8Array,
    why: StreamTrouble | "gone",
  ): void {
    if (subject.startsWith(JOURNAL_SUBJECT)) {
      this.journalLost(why); // A bucket that cannot be written is not used for a time, nor read.
    } else if (subject === "pipelines.driver.result") {
      const { run_id, driverresult } = JSON.parse(new TextDecoder().decode(data));
      const run = this.find(driverresult.driver, run_id);
      run?.refused.push({ at: this.#world.now, client: "", silent: why === "mute" });
      this.#world.say(() => `result of event ${run?.event.id} not stored: ${why}`);
    }
  }

  delivered(
    consumer: MemoryConsumer,
    message: StoredMessage,
    deliveryCount: number,
    client: string,
  ): void {
    const run = this.#runAt(consumer.config.durable, message.sequence);
    // A new consumer, and a broker that has forgotten, know of no delay.
    if (run && deliveryCount === 1) run.lastNak = undefined;
    this.#world.say(() => `event ${run?.event.id} goes to ${client}, delivery ${deliveryCount}`);
    this.moments.happened("delivery", client);
    const { durable } = consumer.config;
    const resource = run && `${run.event.type}/${run.event.resource}`;
    this.#holders.taken(durable, message.sequence, client, resource);
    const last = run?.calls.at(-1);
    if (!run?.lastNak || last?.ended !== "retry-after" || last.endedAt === undefined) return;
    const waited = this.#world.now - last.endedAt;
    if (last.delayMs > 5000 && waited < Math.min(last.delayMs, 500) && last.excused === undefined) {
      this.violate(
        "retried-too-early",
        `event ${run.event.id} came again after ${
          waited.toFixed(0)
        } ms, and was to wait ${last.delayMs} ms`,
      );
    }
    run.lastNak = undefined;
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
    if (done || this.#plan.protocol === "v1" && how === "term") return;
    const why = this.#gapOf(run);
    if (why === undefined) {
      this.violate(
        "acked-before-result",
        `event ${run.event.id} for ${durable} was settled (${how}) by ${client}, and no result is stored`,
      );
    }
  }

  nakked(_stream: string, durable: string, sequence: number, delayMs: number): void {
    const run = this.#runAt(durable, sequence);
    this.#world.say(() => `event ${run?.event.id} for ${durable}: nak, ${delayMs} ms`);
    this.#holders.let(durable, sequence);
    if (run) run.lastNak = { at: this.#world.now };
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

  unreadable(stream: string): void {
    if (stream.startsWith("KV_")) this.journalLost("unreadable");
  }

  /** A run has begun, and its message waits no longer. */
  runStarted({ driver, runId, messageId }: RunRef, client: string): void {
    const run = this.runs.find((run) =>
      run.driver === driver && run.runId === runId && run.messageId === messageId
    );
    if (run) this.#holders.let(driver, run.sequence);
    const brokeAt = Math.max(
      0,
      ...this.breaks.filter((b) => b.client === client).map(({ at }) => at),
    );
    const hoarded = this.#holders.hoarded(driver, client, brokeAt + RECONNECTED_MS);
    if (hoarded) this.violate("hoarding", hoarded);
  }

  /** A reconcile was called. */
  callStarted(run: RunRecord, call: Call): void {
    const { event, driver } = run;
    run.calls.push(call);
    if (run.forgotten) call.excused = "the server forgot its delivery";
    if (this.#world.now < (this.#unnoticed.get(driver) ?? 0)) {
      call.excused = "its consumer was changed";
    }
    this.moments.happened("call", call.owner.name);
    this.#world.say(() =>
      `reconcile of event ${event.id} for ${driver} in ${call.owner.name}: call ${run.calls.length}, attempt ${call.attempt}`
    );
    if (call.attempt > run.calls.length + run.uncalled) {
      this.violate(
        "attempt",
        `event ${event.id} for ${driver}: call ${run.calls.length} is told that it is attempt ${call.attempt}`,
      );
    }
    for (const other of run.calls) {
      if (other !== call) watchOverlap(this.#world, this, run, other, call);
    }
  }

  /**
   * The gap that docs/delivery.md names: a server that took the record of a result and not the result, and a process that died
   * before it could correct the record.
   */
  #gapOf(run: RunRecord): string | undefined {
    return run.refused.length > 0 && run.record?.unconfirmed === false &&
        run.calls.some(({ owner }) => owner.dead)
      ? "known gap"
      : undefined;
  }

  #runAt(durable: string, sequence: number): RunRecord | undefined {
    const stream = this.server.broker.stream("messages");
    return this.runs.find((run) =>
      run.stream === stream && run.sequence === sequence && run.driver === durable
    );
  }

  #runOfRecord(subject: string): RunRecord | undefined {
    return this.runs.find((run) =>
      subject.includes(run.runId) && subject.includes(`.${run.driver}.`)
    );
  }
}
