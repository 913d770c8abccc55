/** A server that speaks as much of NATS and JetStream as drivers use, over the broker in memory. */

import { MemoryBroker, type SavedBroker } from "../../src/transport/memory/broker/memory_broker.ts";
import type { MemoryConsumer } from "../../src/transport/memory/broker/memory_consumer.ts";
import type { StoredMessage } from "../../src/transport/memory/broker/stored_message.ts";
import type { World } from "../world/world.ts";
import { answerApi, ApiFailure } from "./api.ts";
import { acknowledge } from "./acknowledge.ts";
import type { PullRequest } from "./pull_request.ts";
import type { Session } from "./session.ts";
import { jsonBytes, readHeaders, type WireMessage } from "./wire.ts";

/** How a stream behaves while something is wrong with it. */
export type StreamTrouble =
  /** Refuses what is published, and says so: it is full. */
  | "full"
  /** Does not answer: neither stored nor refused. */
  | "mute"
  /** Stores, and its answers are lost. */
  | "unconfirmed"
  /** Takes what is published, and refuses to be read. */
  | "unreadable"
  /** The user may not publish there. */
  | "denied";

/** An event that a process hands back. */
export interface Nak {
  readonly durable: string;
  readonly sequence: number;
  readonly delayMs: number;
  readonly client: string;
  /** The count of the delivery that it hands back. */
  readonly deliveryCount: number;
  readonly sentAt: number;
}

/** Receives what goes on at the server. */
export interface ServerObserver {
  stored(
    stream: string,
    message: { subject: string; data: Uint8Array; headers: Record<string, string> },
    duplicate: boolean,
    client: string,
    sentAt: number,
  ): void;
  refusedStore(
    subject: string,
    data: Uint8Array,
    why: StreamTrouble | "gone",
    client: string,
    sentAt: number,
  ): void;
  delivered(
    consumer: MemoryConsumer,
    message: StoredMessage,
    deliveryCount: number,
    client: string,
  ): void;
  settled(
    stream: string,
    durable: string,
    sequence: number,
    how: "ack" | "term",
    client: string,
    sentAt: number,
  ): void;
  lookedUp(durable: string, client: string): void;
  /** The last message of a subject was read; `undefined` when there is none. */
  read(subject: string, message: StoredMessage | undefined, client: string): void;
  nakked(nak: Nak): void;
  renewed(durable: string, sequence: number, client: string, sentAt: number): void;
  consumerChanged(
    stream: string,
    durable: string,
    before: { ackWaitMs: number } | undefined,
    after: { ackWaitMs: number },
  ): void;
}

/** A server over the broker in memory. */
export class SimulatedServer {
  readonly world: World;
  readonly observer: ServerObserver;
  readonly maxPayload: number;
  readonly sessions: Set<Session> = new Set();
  readonly pullRequests: Set<PullRequest> = new Set();
  /** Consumers that have delivered nothing since the last restart. */
  readonly restarted: Set<MemoryConsumer> = new Set();
  readonly troubles: Map<string, StreamTrouble> = new Map();
  broker: MemoryBroker;
  up = true;

  constructor(world: World, maxPayload: number, observer: ServerObserver) {
    this.world = world;
    this.observer = observer;
    this.maxPayload = maxPayload;
    this.broker = this.#newBroker();
  }

  /** Takes a message from a client. */
  receive(session: Session, message: WireMessage): void {
    const { subject } = message;
    if (subject.startsWith("$JS.API.")) {
      const answer = answerApi(this, session, subject.slice("$JS.API.".length), message);
      if (answer !== undefined) this.reply(message.reply, jsonBytes(answer));
    } else if (subject.startsWith("$JS.ACK.")) acknowledge(this, session, message);
    else this.#publish(session, message);
  }

  /** Answers a request. */
  reply(inbox: string | undefined, data: Uint8Array, status?: WireMessage["status"]): void {
    if (inbox === undefined) return;
    const message = { subject: inbox, data, reply: undefined, ...(status && { status }) };
    for (const session of this.sessions) session.send(inbox, message);
  }

  /** Answers that there are no responders. */
  noResponders(inbox: string | undefined): void {
    this.reply(inbox, new Uint8Array(), { code: 503, text: "No Responders" });
  }

  /** A message has gone out. */
  delivered(
    consumer: MemoryConsumer,
    message: StoredMessage,
    deliveryCount: number,
    session: Session,
  ): void {
    this.restarted.delete(consumer);
    this.observer.delivered(consumer, message, deliveryCount, session.client);
  }

  /** A client is gone. */
  forget(session: Session): void {
    this.sessions.delete(session);
    for (const request of [...this.pullRequests]) if (request.isOf(session)) request.drop();
  }

  /** Goes down: no client is served. Gives what is needed to come back. */
  down(): void {
    this.up = false;
    for (const request of [...this.pullRequests]) request.drop();
    for (const session of [...this.sessions]) session.end();
  }

  /** Comes back: with all it had, with what it `saved`, or with nothing. */
  comeBack(kept: SavedBroker | "all" | "nothing"): void {
    this.up = true;
    if (kept === "nothing") this.broker = this.#newBroker();
    else {
      const saved = kept === "all" ? this.broker.save() : kept;
      this.broker.restart(saved);
      for (const { config } of saved.keys()) {
        for (const consumer of this.broker.consumersOf(config.name)) this.restarted.add(consumer);
      }
    }
  }

  #newBroker(): MemoryBroker {
    const clock = {
      now: () => this.world.wall(),
      after: (delayMs: number, run: () => void) => {
        const step = this.world.after(delayMs, run);
        return () => void (step.cancelled = true);
      },
    };
    const broker = new MemoryBroker({ clock, maxPayload: this.maxPayload });
    broker.core.add({
      pattern: ">",
      onMessage: ({ subject, data }) => {
        for (const session of this.sessions) {
          session.send(subject, { subject, data, reply: undefined });
        }
      },
    });
    return broker;
  }

  #publish(
    session: Session,
    { subject, data, reply, sentAt = 0, headers: text }: WireMessage,
  ): void {
    const stream = this.broker.streamOf(subject);
    const name = stream?.config.name ?? "";
    const {
      "Nats-Msg-Id": messageId,
      "Nats-Expected-Last-Subject-Sequence": expected,
      ...headers
    } = readHeaders(text);
    const found = this.troubles.get(name);
    // What it has stored is confirmed again before its limits are looked at.
    const isRepeat = found === "full" && messageId !== undefined && stream?.hasStored(messageId);
    const trouble = isRepeat ? undefined : found;
    if (!stream) {
      this.observer.refusedStore(subject, data, "gone", session.client, sentAt);
      this.broker.publish(subject, data);
      return this.noResponders(reply);
    }
    if (trouble === "full" || trouble === "mute" || trouble === "denied") {
      this.observer.refusedStore(subject, data, trouble, session.client, sentAt);
      if (trouble === "denied") return session.sendRefusal(subject);
      if (trouble === "full") {
        this.reply(
          reply,
          jsonBytes({
            stream: name,
            seq: 0,
            error: new ApiFailure(503, 10077, "maximum bytes exceeded"),
          }),
        );
      }
      return;
    }
    try {
      const { sequence, duplicate } = this.broker.publishConfirmed(subject, data, {
        headers,
        ...(messageId !== undefined && { messageId }),
        ...(expected !== undefined && { expectLastSubjectSequence: Number(expected) }),
      });
      this.observer.stored(
        name,
        { subject, data, headers: { ...headers, ...(messageId && { "Nats-Msg-Id": messageId }) } },
        duplicate,
        session.client,
        sentAt,
      );
      if (trouble === "unconfirmed") return;
      this.reply(
        reply,
        jsonBytes({ stream: name, seq: sequence, ...(duplicate && { duplicate }) }),
      );
    } catch (error) {
      this.reply(
        reply,
        jsonBytes({
          stream: name,
          seq: 0,
          error: new ApiFailure(400, 10071, (error as Error).message),
        }),
      );
    }
  }
}
