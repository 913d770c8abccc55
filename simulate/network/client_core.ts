/**
 * The client library's connection, as far as the package uses it. What the package builds on top of it is the real code:
 * requests, pulls, acknowledgements, buckets, reconnecting.
 */

import type { Msg, NatsConnection, Stats, Status } from "@nats-io/nats-core";
import type { Session } from "../server/session.ts";
import { sizeOf, type WireMessage } from "../server/wire.ts";
import type { Owner } from "../world/owner.ts";
import type { World } from "../world/world.ts";
import type { Pipe } from "./link.ts";

/** How often the client library pings, in milliseconds, and how many pings may stay unanswered. */
const PING_INTERVAL_MS = 10_000;
const MOST_PINGS_OUT = 2;

interface ClientSubscription {
  readonly id: number;
  readonly callback: (error: null, message: Msg) => void;
  closed: boolean;
}

/** What a connection is made of. */
export interface ClientCoreParts {
  readonly world: World;
  readonly owner: Owner;
  readonly session: Session;
  readonly toServer: Pipe;
  readonly toClient: Pipe;
  readonly info: { readonly max_payload: number; readonly version: string };
  /** Called before anything is sent; gives whether the process still lives. */
  readonly maySend: () => boolean;
}

/** A connection as the client library gives it. */
export class ClientCore {
  readonly info: ClientCoreParts["info"];
  readonly #parts: ClientCoreParts;
  readonly #stats: Stats = { inBytes: 0, outBytes: 0, inMsgs: 0, outMsgs: 0 };
  readonly #subscriptions = new Map<number, ClientSubscription>();
  readonly #closed: Promise<void>;
  #settleClosed: () => void = () => {};
  #isClosed = false;
  #nextId = 1;
  #pingsOut = 0;
  #pings: { cancelled: boolean } | undefined;
  #flushes = new Set<() => void>();
  readonly #statuses: Status[] = [];
  #wakeStatus: () => void = () => {};

  constructor(parts: ClientCoreParts) {
    this.#parts = parts;
    this.info = parts.info;
    this.#closed = new Promise((resolve) => this.#settleClosed = resolve);
    this.#pingLater();
  }

  /** The connection as the package's code takes it. */
  get asNatsConnection(): NatsConnection {
    return this as unknown as NatsConnection;
  }

  /** Whether nothing can be sent any more. */
  isClosed(): boolean {
    return this.#isClosed;
  }

  /** Resolves when it is closed. */
  closed(): Promise<void> {
    return this.#closed;
  }

  /** What it has received and sent. As in the library, only messages count, and no responses to pings. */
  stats(): Stats {
    return { ...this.#stats };
  }

  /** Sends a message. */
  publish(
    subject: string,
    data: Uint8Array,
    options?: { reply?: string; headers?: { encode(): Uint8Array } },
  ): void {
    if (this.#isClosed) throw new Error("closed connection");
    const headers = options?.headers?.encode();
    const message: WireMessage = {
      subject,
      data: data.slice(),
      reply: options?.reply,
      sentAt: this.#parts.world.now,
      headers: headers && new TextDecoder().decode(headers),
    };
    this.#stats.outMsgs++;
    this.#stats.outBytes += sizeOf(message);
    this.#send(() => this.#parts.session.receive(message));
  }

  /** Receives what is published on a subject. */
  subscribe(
    subject: string,
    { callback }: { callback: (error: null, message: Msg) => void },
  ): unknown {
    const { session } = this.#parts;
    const subscription = { id: this.#nextId++, callback, closed: false };
    this.#subscriptions.set(subscription.id, subscription);
    this.#send(() => session.subscribe(subscription.id, subject));
    const end = () => {
      subscription.closed = true;
      this.#subscriptions.delete(subscription.id);
    };
    return {
      isClosed: () => subscription.closed,
      unsubscribe: () => {
        end();
        this.#send(() => session.unsubscribe(subscription.id));
      },
      drain: async () => {
        this.#send(() => session.unsubscribe(subscription.id));
        await this.flush();
        end();
      },
    };
  }

  /** Resolves when the server has taken all that was sent before. */
  flush(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new Error("closed connection"));
      const lost = () => reject(new Error("closed connection"));
      this.#flushes.add(lost);
      this.#send(() =>
        this.#parts.toClient.send(() => {
          this.#flushes.delete(lost);
          resolve();
        })
      );
    });
  }

  /** Closes; what was sent before still arrives, if anything does. */
  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#send(() => this.#parts.session.end());
    this.lost();
    return Promise.resolve();
  }

  /** Connection status events, until it is closed. */
  async *status(): AsyncGenerator<Status> {
    while (!this.#isClosed) {
      const status = this.#statuses.shift();
      if (status) yield status;
      else await new Promise<void>((resolve) => this.#wakeStatus = resolve);
    }
  }

  /** The socket is gone. */
  lost(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#pings) this.#pings.cancelled = true;
    for (const lost of this.#flushes) lost();
    this.#subscriptions.clear();
    this.#wakeStatus();
    this.#settleClosed();
  }

  /** The server said that something is wrong. */
  refused(subject: string): void {
    const error = Object.assign(new Error(`Permissions Violation for Publish to "${subject}"`), {
      operation: "publish",
      subject,
    });
    this.#statuses.push({ type: "error", error } as Status);
    this.#wakeStatus();
  }

  /** A message has arrived for a subscription. */
  receive(id: number, message: WireMessage): void {
    this.#stats.inMsgs++;
    this.#stats.inBytes += sizeOf(message);
    this.#subscriptions.get(id)?.callback(null, asMsg(message));
  }

  #send(run: () => void): void {
    if (!this.#parts.owner.dead && this.#parts.maySend()) this.#parts.toServer.send(run);
  }

  #pingLater(): void {
    const { world, owner, toServer, toClient } = this.#parts;
    this.#pings = world.after(PING_INTERVAL_MS, () => {
      this.#pingsOut = toServer.silent || toClient.silent ? this.#pingsOut + 1 : 0;
      if (this.#pingsOut <= MOST_PINGS_OUT) return this.#pingLater();
      this.#statuses.push({ type: "staleConnection" } as Status);
      this.#wakeStatus();
    }, owner);
  }
}

function asMsg({ subject, data, reply, status }: WireMessage): Msg {
  const headers = status && {
    code: status.code,
    description: status.text,
    get: (name: string) => status.values?.[name] ?? "",
    has: (name: string) => status.values?.[name] !== undefined,
  };
  return { subject, data, reply, headers } as unknown as Msg;
}
