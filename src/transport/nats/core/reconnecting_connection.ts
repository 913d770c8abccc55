/**
 * The line to a NATS server, kept up for ever. The client library's own reconnect is not used: it finds its transport
 * through a setting that all connections of a process share, so that TCP and WebSocket would disturb each other, it
 * throws away what was published while it dials, and it cannot take fresh certificates.
 *
 * @module
 */

import type { Msg, NatsConnection, PublishOptions, ServerInfo } from "@nats-io/nats-core";
import { ConnectionError, hasCode, isErrorLike, messageOf } from "../../../errors.ts";
import { withDeadline } from "../../../async/deadline.ts";
import { delayUnlessAborted } from "../../../async/delay.ts";
import { StatusListeners } from "../../shared/status_listeners.ts";
import type { Dial } from "../dial/dial.ts";
import { type DialLoopOptions, dialUntilConnected, type Established } from "../dial/dial_loop.ts";
import type { EncodedHeaders } from "./encoded_headers.ts";
import { ReconnectBuffer } from "./reconnect_buffer.ts";
import { ServerPool } from "../dial/server_pool.ts";
import type { ServerUrl } from "../dial/server_url.ts";
import { answersPing, answersPingWithin } from "./liveness.ts";
import { type ReconnectingSubscription, ReconnectingSubscriptions } from "./subscriptions.ts";

/** What goes with a message besides subject and data. */
export interface Extras {
  readonly reply?: string;
  readonly headers?: EncodedHeaders;
}

/** Somebody who has to do something when the line goes down, comes up or is closed. */
export interface ConnectionListener {
  onDown?(): void;
  onUp?(): void;
  onClosed?(): void;
}

/** Time for the server to answer a ping, in milliseconds, before the connection counts as dead. */
const PING_TIMEOUT_MS = 2000;
/** Time to close in an orderly way, in milliseconds. */
const CLOSE_TIMEOUT_MS = 1000;
/** How long a connection that is on its way out is left alone, in milliseconds. */
const LEAVING_MS = 50;

/** The line to a NATS server, kept up until it is closed. */
export class ReconnectingConnection {
  readonly status: StatusListeners = new StatusListeners();
  readonly closed: Promise<undefined>;
  readonly #dial: Dial;
  readonly #options: DialLoopOptions;
  readonly #servers: ServerPool;
  readonly #subscriptions = new ReconnectingSubscriptions((thrown) => this.#report(thrown));
  readonly #listeners = new Set<ConnectionListener>();
  readonly #buffer = new ReconnectBuffer();
  readonly #ending = new AbortController();
  #core: NatsConnection | undefined;
  #info!: ServerInfo;
  #server!: ServerUrl;
  #settleClosed!: () => void;

  /** Takes over a connection that was just made. */
  constructor(dial: Dial, options: DialLoopOptions, established: Established) {
    this.#dial = dial;
    this.#options = options;
    this.#servers = new ServerPool(options.servers(), options.followCluster);
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
    this.#buffer.add(subject, data);
  }

  /** Receives what is published on a subject, over all reconnects. */
  subscribe(subject: string, onMessage: (message: Msg) => void): ReconnectingSubscription {
    return this.#subscriptions.add(subject, onMessage);
  }

  /** Tells `user` of what befalls the line, until the returned function is called. */
  join(user: ConnectionListener): () => void {
    this.#listeners.add(user);
    return () => void this.#listeners.delete(user);
  }

  /** Resolves when a server has taken all that was sent so far. Rejects when the line is closed. */
  async flush(): Promise<void> {
    for (;;) {
      if (this.isClosed) throw connectionClosed("flush");
      const core = this.#core;
      if (!core) await this.#change();
      else if (await answersPing(core)) return;
      else await delayUnlessAborted(LEAVING_MS, this.#ending.signal);
    }
  }

  /** Asks the server for a sign of life, and gives a connection up that shows none. */
  async check(): Promise<boolean> {
    const core = this.#core;
    if (!core) return false;
    const alive = await answersPingWithin(core, PING_TIMEOUT_MS);
    if (!alive && this.#core === core) this.#lose(core);
    return alive;
  }

  /** Sends what is to be sent, then closes; gives up on a server that does not answer. Idempotent. */
  async close(): Promise<void> {
    if (this.isClosed) return await this.closed;
    const core = this.#core;
    if (core) await answersPingWithin(core, CLOSE_TIMEOUT_MS);
    if (this.isClosed) return await this.closed;
    this.#ending.abort();
    this.#core = undefined;
    for (const user of this.#listeners) user.onClosed?.();
    this.#listeners.clear();
    this.#subscriptions.bind(undefined);
    if (core) {
      await withDeadline({ action: "close", timeoutMs: CLOSE_TIMEOUT_MS }, () => core.close())
        .catch((error) => hasCode(error, "timeout") || this.#report(error));
    }
    this.#settleClosed();
    this.status.emit({ type: "closed" });
  }

  #adopt({ core, server }: Established): void {
    this.#core = core;
    this.#server = server;
    if (core.info) this.#info = core.info;
    this.#servers.learn(core.info?.connect_urls);
    this.#subscriptions.bind(core);
    void this.#watch(core);
    void core.closed().then(() => this.#core === core && this.#lose(core));
  }

  async #watch(core: NatsConnection): Promise<void> {
    for await (const status of core.status()) {
      if (this.#core !== core) continue;
      if (status.type === "error") this.#report(status.error);
      else if (status.type === "ldm") void this.#leave(core);
      else if (status.type === "staleConnection") this.#lose(core);
    }
  }

  /** A server that is about to go away is left while it still answers, if there is another one. */
  async #leave(core: NatsConnection): Promise<void> {
    if (this.#servers.after(this.#server).length < 2) return;
    await answersPingWithin(core, PING_TIMEOUT_MS);
    if (this.#core === core) this.#lose(core);
  }

  #lose(core: NatsConnection): void {
    this.#core = undefined;
    this.#subscriptions.bind(undefined);
    core.close().catch((error) => this.#report(error));
    this.status.emit({ type: "disconnected", server: this.server });
    for (const user of this.#listeners) user.onDown?.();
    void this.#restore();
  }

  async #restore(): Promise<void> {
    const options: DialLoopOptions = {
      ...this.#options,
      servers: () => this.#servers.after(this.#server),
      isHopeless: () => false,
      signal: this.#ending.signal,
      onAttempt: ({ url }) => this.status.emit({ type: "reconnecting", server: url }),
      onAttemptFailed: ({ error }) => this.status.emit({ type: "error", error }),
    };
    // All clients of a server lose it in the same moment; they must not all come back in the same moment.
    await delayUnlessAborted(Math.random() * 100, this.#ending.signal);
    // It fails for one reason only: that the line was closed meanwhile.
    const established = await dialUntilConnected(this.#dial, options).catch(() => undefined);
    if (!established) return;
    if (this.isClosed) return void established.core.close();
    this.#adopt(established);
    const dropped = this.#buffer.release((subject, data) => this.send(subject, data));
    if (dropped > 0) {
      this.#report(
        new ConnectionError(
          `cannot publish ${dropped} messages: there were too many to hold back while ${this.server} was not reached`,
        ),
      );
    }
    for (const user of this.#listeners) user.onUp?.();
    this.status.emit({ type: "reconnected", server: this.server });
  }

  #report(thrown: unknown): void {
    const error = isErrorLike(thrown) ? thrown : new ConnectionError(messageOf(thrown));
    this.status.emit({ type: "error", error });
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
export function connectionClosed(action: string): ConnectionError {
  return new ConnectionError(`cannot ${action}: the connection is closed; connect again`);
}
