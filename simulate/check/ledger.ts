/** Writes down what happens, and finds what must not. */

import type { RunRef } from "../../src/manager/events.ts";
import type { MemoryConsumer } from "../../src/transport/memory/broker/memory_consumer.ts";
import type { StoredMessage } from "../../src/transport/memory/broker/stored_message.ts";
import type { ApiServer } from "../actors/api_server.ts";
import type { Plan } from "../plan/plan.ts";
import type { Nak, ServerObserver, StreamTrouble } from "../server/server.ts";
import type { World } from "../world/world.ts";
import type { Owner } from "../world/owner.ts";
import { AckWaits } from "./ack_waits.ts";
import { checkAttempt } from "./attempts.ts";
import { checkDelay, noteAckWait, noteNak, noteRenewal } from "./hand_back.ts";
import { Holders } from "./holders.ts";
import { Intervals } from "./intervals.ts";
import { Moments } from "./moments.ts";
import { watchOverlap } from "./overlap.ts";
import { type Call, noteDelivery, type RunRecord } from "./run_record.ts";
import { RunRecords } from "./run_records.ts";
import { checkSettled } from "./settlement.ts";
import { isStray } from "./stray.ts";
import { noteRead, noteRefused, noteStored } from "./stored_messages.ts";
import type { Violation, Violations } from "./violation.ts";
import { checkWanted, unwanted } from "./wanted.ts";
import { VoidDeliveries } from "./void_deliveries.ts";

/** A journal that could not be used is tried again within this time, in milliseconds: 30 s, and a request that fails. */
const TRIES_AGAIN_MS = 40_000;

/** Writes down what happens in a schedule. */
export class Ledger implements ServerObserver, Violations {
  readonly records: RunRecords = new RunRecords();
  readonly violations: Violation[] = [];
  readonly world: World;
  readonly plan: Plan;
  readonly #holders: Holders;
  /** When processes stood still, or were cut off from the server, or from its confirmations of results. */
  readonly breaks: Intervals = new Intervals();
  /** When the journal could not be used, or lost what it knew. */
  readonly journalAway: Intervals = new Intervals();
  /** When the results' stream forgot the ids of results that the engine had taken. */
  readonly forgettings: number[] = [];
  /** Faults that wait for a moment. */
  readonly moments: Moments = new Moments();
  /** Deliveries that the server forgot: they are no leases any more. */
  readonly voided: VoidDeliveries = new VoidDeliveries();
  /** Whose ack waits another tool has changed. */
  readonly ackWaits: AckWaits;
  readonly #owners: { readonly owner: Owner; readonly from: number }[] = [];
  /** Where there is one that knows which runs are still wanted. */
  api: ApiServer | undefined;

  constructor(world: World, plan: Plan) {
    this.world = world;
    this.plan = plan;
    this.ackWaits = new AckWaits(() => world.now);
    this.#holders = new Holders(plan, () => world.now);
  }

  /** Something happened that must not. */
  violate(kind: string, detail: string): void {
    this.world.say(() => `!! ${kind}: ${detail}`);
    if (this.violations.length < 20) this.violations.push({ kind, at: this.world.now, detail });
  }

  /** The runs. */
  get runs(): RunRecord[] {
    return this.records.all;
  }

  /** Finds a run. */
  find(driver: string, runId: string): RunRecord | undefined {
    return this.records.find(driver, runId);
  }

  /** The process of a name that ran at a time: what it has sent may arrive after its end. */
  ownerOf(client: string, at: number): Owner | undefined {
    return this.#owners.findLast(({ owner, from }) => owner.name === client && from <= at)?.owner;
  }

  /** A process has started. */
  started(owner: Owner): void {
    this.#owners.push({ owner, from: this.world.now });
  }

  /** A process stands still or is cut off, until a time or until it is connected again; or a stream stores nothing. */
  cutOff(client: string, untilMs?: number): void {
    this.breaks.begin(client, this.world.now, untilMs);
  }

  /** A process is connected again: what it sends at this moment is not cut off any more. */
  connected(client: string): void {
    this.breaks.end(client, this.world.now - 0.001);
  }

  /** A process has died. */
  died(owner: Owner): void {
    this.#holders.gone(owner.name);
    this.breaks.begin(owner.name, this.world.now, this.world.now);
  }

  /** A process has ended in an orderly way. */
  released(client: string): void {
    this.#holders.gone(client);
  }

  /** The journal lost what it knew, or cannot be used for a time. It is tried again some time after that. */
  journalLost(forMs: number): void {
    const { now } = this.world;
    this.journalAway.begin("journal", now, now + forMs + TRIES_AGAIN_MS);
  }

  /** The server forgets to whom it has delivered the events of a driver, or of all, so that it may deliver them again. */
  deliveriesForgotten(driver?: string): void {
    this.voided.add(this.world.now, driver);
  }

  lookedUp(durable: string, client: string): void {
    const { now } = this.world;
    if (!this.breaks.overlap(client, now, now)) this.ackWaits.lookedUp(durable, client);
  }

  read(subject: string, message: StoredMessage | undefined, client: string): void {
    const settling = noteRead(this, subject, message?.data, client);
    if (settling) this.#holders.runs(settling.driver, settling.sequence, client);
  }

  stored(
    stream: string,
    { subject, data }: { subject: string; data: Uint8Array },
    duplicate: boolean,
    client: string,
    sentAt: number,
  ): void {
    noteStored(this, { stream, subject, data, duplicate, client, sentAt });
  }

  refusedStore(
    subject: string,
    data: Uint8Array,
    why: StreamTrouble | "gone",
    client: string,
    sentAt: number,
  ): void {
    if (subject === "pipelines.driver.result") noteRefused(this, { data, client, sentAt }, why);
  }

  delivered(
    consumer: MemoryConsumer,
    message: StoredMessage,
    deliveryCount: number,
    client: string,
  ): void {
    const { durable } = consumer.config;
    const run = this.records.delivered(durable, message.sequence);
    if (run) noteDelivery(run, client, deliveryCount, this.world.now);
    this.world.say(() => `event ${run?.event.id} goes to ${client}, delivery ${deliveryCount}`);
    this.moments.happened("delivery", client);
    const resource = run && `${run.event.type}/${run.event.resource}`;
    this.#holders.taken(durable, message.sequence, client, resource);
    if (run) checkDelay(this, run);
  }

  settled(
    stream: string,
    durable: string,
    sequence: number,
    how: "ack" | "term",
    client: string,
    sentAt: number,
  ): void {
    if (stream !== "messages") return;
    const run = this.records.at(durable, sequence);
    this.world.say(() => `event ${run?.event.id} for ${durable}: ${how} from ${client}`);
    if (!run || !this.records.server.broker.consumer("messages", durable)?.holds(sequence)) return;
    this.#holders.let(durable, sequence); // A server that was killed may have delivered it again.
    if (run.settled) return;
    run.settled = true;
    run.settledAt = this.world.now;
    if (isStray(this, run, client, sentAt)) {
      return this.voided.add(this.world.now, durable, run);
    }
    checkSettled(this, run, how, client);
  }

  nakked(nak: Nak): void {
    const { durable, sequence, delayMs } = nak;
    const run = this.records.at(durable, sequence);
    this.world.say(() => `event ${run?.event.id} for ${durable}: nak, ${delayMs} ms`);
    this.#holders.let(durable, sequence);
    if (!run) return;
    if (!isStray(this, run, nak.client, nak.sentAt)) return noteNak(this, run, nak);
    this.voided.add(this.world.now, durable, run);
  }

  renewed(durable: string, sequence: number, client: string, sentAt: number): void {
    const run = this.records.at(durable, sequence);
    if (run) noteRenewal(this, run, client, sentAt);
  }

  consumerChanged(
    stream: string,
    durable: string,
    before: { ackWaitMs: number } | undefined,
    after: { ackWaitMs: number },
  ): void {
    if (before && before.ackWaitMs !== after.ackWaitMs) {
      if (stream === "messages") this.ackWaits.set(durable);
      noteAckWait(this, durable, before.ackWaitMs, after.ackWaitMs);
      this.world.say(() =>
        `consumer ${durable} of ${stream}: ack wait ${before.ackWaitMs} becomes ${after.ackWaitMs}`
      );
    }
  }

  /** A result is sent, and its message waits for nothing but the confirmation. */
  resultSent({ driver, sequence }: RunRecord): void {
    this.#holders.runs(driver, sequence);
  }

  /** A run has begun, and its message waits no longer. */
  runStarted(ref: RunRef, client: string): void {
    const { driver } = ref;
    const run = this.records.ofRef(ref);
    if (run) this.#holders.runs(driver, run.sequence);
    for (const { sequence } of unwanted(this, driver)) this.#holders.runs(driver, sequence);
    const brokenAt = this.breaks.latest(client, this.world.now);
    const hoarded = this.#holders.hoarded(driver, client, brokenAt);
    if (hoarded) this.violate("hoarding", hoarded);
  }

  /** A reconcile was called. */
  callStarted(run: RunRecord, call: Call): void {
    const { event, driver } = run;
    checkAttempt(this, run, call.owner.name, call.attempt, "is told");
    checkWanted(this, run);
    run.calls.push(call);
    this.moments.happened("call", call.owner.name);
    this.world.say(() =>
      `reconcile of event ${event.id} for ${driver} in ${call.owner.name}: call ${run.calls.length}, attempt ${call.attempt}`
    );
    for (const other of run.calls) {
      if (other !== call) watchOverlap(this.world, this, run, other, call);
    }
  }
}
