/**
 * The line to a NATS server, kept up for ever. The client library's own reconnect is not used: it finds its transport
 * through a setting that all connections of a process share, so that TCP and WebSocket would disturb each other, it
 * throws away what was published while it dials, and it cannot take fresh certificates.
 *
 * @module
 */

import type {
  Msg,
  NatsConnection,
  PublishOptions,
  ServerInfo,
  Subscription,
} from "@nats-io/nats-core";
import { ConnectionError, messageOf } from "../../errors.ts";
import { letProcessEnd } from "../clock.ts";
import { StatusListeners } from "../status_listeners.ts";
import type { Dial } from "./dial.ts";
import { type DialLoopOptions, dialUntilConnected, type Established, pause } from "./dial_loop.ts";
import type { EncodedHeaders } from "./headers.ts";
import { HeldMessages } from "./held_messages.ts";
import { type ServerUrl, siblingServer } from "./server_url.ts";

/** What goes with a message besides subject and data. */
export interface Extras {
  readonly reply?: string;
  readonly headers?: EncodedHeaders;
}

/** Somebody who has to do something when the line goes down, comes up or is closed. */
export interface LineUser {
  onDown?(): void;
  onUp?(): void;
  onClosed?(): void;
}

/** A subscription that outlives reconnects. */
export interface LineSubscription {
  /** Stops it at once. */
  unsubscribe(): void;
  /** Stops it, and resolves once nothing more can arrive. */
  drain(): Promise<void>;
}

interface LiveSubscription {
  readonly subject: string;
  readonly onMessage: (message: Msg) => void;
  core: Subscription | undefined;
}

/** Time for the server to answer a ping, in milliseconds, before the connection counts as dead. */
const PING_TIMEOUT_MS = 2000;
/** Time to close in an orderly way, in milliseconds. */
const CLOSE_TIMEOUT_MS = 1000;

/** The line to a NATS server, kept up until it is closed. */
export class Line {
  readonly status: StatusListeners = new StatusListeners();
  readonly closed: Promise<undefined>;
  readonly #dial: Dial;
  readonly #options: DialLoopOptions;
  readonly #subscriptions = new Set<LiveSubscription>();
  readonly #users = new Set<LineUser>();
  readonly #held = new HeldMessages();
  readonly #ending = new AbortController();
  readonly #discovered = new Set<string>();
  #core: NatsConnection | undefined;
  #info!: ServerInfo;
  #server!: ServerUrl;
  #settleClosed!: () => void;

  /** Takes over a connection that was just made. */
  constructor(dial: Dial, options: DialLoopOptions, established: Established) {
    this.#dial = dial;
    this.#options = options;
    this.closed = new Promise((resolve) => this.#settleClosed = () => resolve(undefined));
    this.#adopt(established);
  }

  /** Whether the line is up. */
  get up(): boolean {
    return this.#core !== undefined;
  }

  /** Whether it was closed for good. */
  get isClosed(): boolean {
    return this.#ending.signal.aborted;
  }

  /** What the server said of itself, the last time it was heard. */
  get info(): ServerInfo {
    return this.#info;
  }

  /** The server it is, or was last, connected to. */
  get server(): string {
    return this.#server.url;
  }

  /** Sends a message if the line is up, and tells whether it was. */
  send(subject: string, data: Uint8Array, extras?: Extras): boolean {
    const core = this.#core;
    if (!core || core.isClosed()) return false;
    if (!extras) core.publish(subject, data);
    else {
      // Every call has options of one shape: objects put together by spreading make a publish twice as slow.
      const options = { reply: extras.reply, headers: extras.headers?.core };
      core.publish(subject, data, options as PublishOptions);
    }
    return true;
  }

  /** Sends a message, or holds it back until the line is up again. */
  sendOrHold(subject: string, data: Uint8Array): void {
    if (this.isClosed || this.send(subject, data)) return;
    this.#held.add(subject, data);
  }

  /** Receives what is published on a subject, over all reconnects. */
  subscribe(subject: string, onMessage: (message: Msg) => void): LineSubscription {
    const live: LiveSubscription = { subject, onMessage, core: undefined };
    this.#subscriptions.add(live);
    this.#bind(live);
    return {
      unsubscribe: () => {
        this.#subscriptions.delete(live);
        live.core?.unsubscribe();
      },
      drain: async () => {
        this.#subscriptions.delete(live);
        const core = this.#core;
        if (!core || !live.core || live.core.isClosed()) return;
        // On a dead line nothing arrives either, and the client library would wait for ever.
        await Promise.race([live.core.drain(), core.closed()]);
      },
    };
  }

  /** Tells `user` of what befalls the line, until the returned function is called. */
  join(user: LineUser): () => void {
    this.#users.add(user);
    return () => void this.#users.delete(user);
  }

  /** Resolves when a server has taken all that was sent so far. Rejects when the line is closed. */
  async flush(): Promise<void> {
    for (;;) {
      if (this.isClosed) throw closedLine("flush");
      const core = this.#core;
      if (!core) await this.#change();
      else if (await answered(core)) return;
    }
  }

  /** Asks the server for a sign of life, and gives a connection up that shows none. */
  async check(): Promise<boolean> {
    const core = this.#core;
    if (!core) return false;
    const alive = await within(PING_TIMEOUT_MS, answered(core), false);
    if (!alive && this.#core === core) this.#lose(core);
    return alive;
  }

  /** Sends what is to be sent, then closes; gives up on a server that does not answer. Idempotent. */
  async close(): Promise<void> {
    if (this.isClosed) return await this.closed;
    const core = this.#core;
    if (core) {
      await within(CLOSE_TIMEOUT_MS, answered(core), false);
    }
    if (this.isClosed) return await this.closed;
    this.#ending.abort();
    this.#core = undefined;
    for (const user of this.#users) user.onClosed?.();
    this.#users.clear();
    this.#subscriptions.clear();
    if (core) await within(CLOSE_TIMEOUT_MS, core.close(), undefined);
    this.#settleClosed();
    this.status.tell({ type: "closed" });
  }

  #adopt({ core, server }: Established): void {
    this.#core = core;
    this.#server = server;
    if (core.info) this.#info = core.info;
    if (this.#options.followCluster) {
      for (const address of core.info?.connect_urls ?? []) this.#discovered.add(address);
    }
    for (const live of this.#subscriptions) this.#bind(live);
    void this.#watch(core);
    void core.closed().then(() => this.#core === core && this.#lose(core));
  }

  #bind(live: LiveSubscription): void {
    live.core = this.#core?.subscribe(live.subject, {
      callback: (error, message) => error ? this.#report(error) : this.#receive(live, message),
    });
  }

  /** The client library stops reading for good when a callback throws. */
  #receive(live: LiveSubscription, message: Msg): void {
    try {
      live.onMessage(message);
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  async #watch(core: NatsConnection): Promise<void> {
    for await (const status of core.status()) {
      if (this.#core !== core) continue;
      if (status.type === "error") this.#report(status.error);
      if (status.type === "ldm") void this.#leave(core);
    }
  }

  /** A server that is about to go away is left while it still answers, if there is another one. */
  async #leave(core: NatsConnection): Promise<void> {
    if (this.#candidates().length < 2) return;
    await within(PING_TIMEOUT_MS, answered(core), false);
    if (this.#core === core) this.#lose(core);
  }

  #lose(core: NatsConnection): void {
    this.#core = undefined;
    core.close().catch((error) => this.#report(error));
    this.status.tell({ type: "disconnected", server: this.server });
    for (const user of this.#users) user.onDown?.();
    void this.#restore();
  }

  async #restore(): Promise<void> {
    const options: DialLoopOptions = {
      ...this.#options,
      servers: () => this.#candidates(),
      signal: this.#ending.signal,
      onAttempt: ({ url }) => this.status.tell({ type: "reconnecting", server: url }),
      onAttemptFailed: ({ error }) => this.status.tell({ type: "error", error }),
    };
    // All clients of a server lose it in the same moment; they must not all come back in the same moment.
    await pause(Math.random() * 100, this.#ending.signal);
    let established: Established;
    try {
      established = await dialUntilConnected(this.#dial, options);
    } catch (thrown) {
      if (!this.isClosed) this.#report(thrown);
      return;
    }
    if (this.isClosed) return void established.core.close();
    this.#adopt(established);
    const dropped = this.#held.release((subject, data) => this.send(subject, data));
    if (dropped > 0) {
      this.#report(
        new ConnectionError(
          `cannot publish ${dropped} messages: there were too many to hold back while ${this.server} was not reached`,
        ),
      );
    }
    for (const user of this.#users) user.onUp?.();
    this.status.tell({ type: "reconnected", server: this.server });
  }

  /** The servers that were given, then those they told of. The one just lost comes last among the given. */
  #candidates(): ServerUrl[] {
    const given = this.#options.servers();
    const at = given.findIndex(({ url }) => url === this.server);
    const turned = [...given.slice(at + 1), ...given.slice(0, at + 1)];
    const known = new Set(given.map(({ address }) => address));
    const others = [...this.#discovered].filter((address) => !known.has(address));
    return [...turned, ...others.map((address) => siblingServer(given[0]!, address))];
  }

  #report(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new ConnectionError(messageOf(thrown));
    this.status.tell({ type: "error", error });
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        leave();
        resolve();
      };
      const leave = this.join({ onUp: settle, onClosed: settle });
    });
  }
}

/** The error of something asked of a line that is closed. */
export function closedLine(action: string): ConnectionError {
  return new ConnectionError(`cannot ${action}: the connection is closed; connect again`);
}

/** Whether the server has answered a ping before the connection was lost. */
function answered(core: NatsConnection): Promise<boolean> {
  return Promise.race([
    core.flush().then(() => true, () => false),
    core.closed().then(() => false),
  ]);
}

/** What a promise gives within a time, or something else. */
async function within<T>(timeoutMs: number, promise: Promise<T>, otherwise: T): Promise<T> {
  let timer: unknown;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), timeoutMs);
    letProcessEnd(timer);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer as number);
  }
}
