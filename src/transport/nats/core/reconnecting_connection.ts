/**
 * A connection to NATS that reconnects. The reconnect of the client library is not used: it finds its transport through
 * a setting that all connections of a process share, so that TCP and WebSocket would interfere, it drops messages that
 * are published while it dials, and it cannot reload certificates.
 *
 * @module
 */

import type { Msg, NatsConnection, PublishOptions, ServerInfo } from "@nats-io/nats-core";
import { ConnectionError, hasCode, isErrorLike, messageOf } from "../../../errors.ts";
import { withDeadline } from "../../../async/deadline.ts";
import { sharedDelay } from "../../../async/shared_delay.ts";
import { connectionClosed } from "../../shared/connection_closed.ts";
import { StatusListeners } from "../../shared/status_listeners.ts";
import type { Dial } from "../dial/dial.ts";
import { type DialLoopOptions, dialUntilConnected, type Established } from "../dial/dial_loop.ts";
import type { EncodedHeaders } from "./encoded_headers.ts";
import { ReconnectBuffer } from "./reconnect_buffer.ts";
import { ServerPool } from "../dial/server_pool.ts";
import type { ServerUrl } from "../dial/server_url.ts";
import type { ConnectionListener } from "./connection_listener.ts";
import { DeniedPermissions } from "./denied_permissions.ts";
import { permissionError } from "./permission.ts";
import { answersPing, Liveness } from "./liveness.ts";
import { type ReconnectingSubscription, ReconnectingSubscriptions } from "./subscriptions.ts";

/** Reply subject and headers of a message. */
export interface Extras {
  readonly reply?: string;
  readonly headers?: EncodedHeaders;
}

/** Time for a graceful close, in milliseconds. */
const CLOSE_TIMEOUT_MS = 1000;
/** Delay before another ping while a lost connection is being closed, in milliseconds. */
const CLOSING_MS = 50;

/** A connection to NATS that reconnects until it is closed. */
export class ReconnectingConnection {
  readonly status: StatusListeners = new StatusListeners();
  readonly closed: Promise<undefined>;
  readonly #dial: Dial;
  readonly #options: DialLoopOptions;
  readonly #servers: ServerPool;
  readonly #subscriptions = new ReconnectingSubscriptions((thrown) => this.#report(thrown));
  readonly #listeners = new Set<ConnectionListener>();
  readonly #buffer = new ReconnectBuffer();
  readonly #denied = new DeniedPermissions();
  readonly #ending = new AbortController();
  #core: NatsConnection | undefined;
  #liveness: Liveness | undefined;
  #checking: Promise<boolean> | undefined;
  #info!: ServerInfo;
  #server!: ServerUrl;
  #settleClosed!: () => void;

  /** Creates it from an established connection. */
  constructor(dial: Dial, options: DialLoopOptions, established: Established) {
    this.#dial = dial;
    this.#options = options;
    this.#servers = new ServerPool(options.servers, options.followCluster);
    this.closed = new Promise((resolve) => this.#settleClosed = () => resolve(undefined));
    this.#onConnected(established);
  }

  /** Whether it is connected at the moment. */
  get up(): boolean {
    return this.#core !== undefined && !this.#core.isClosed();
  }

  /** Judges whether the present connection is alive. */
  get liveness(): Liveness {
    return this.#liveness!;
  }

  /** Whether it was closed. */
  get isClosed(): boolean {
    return this.#ending.signal.aborted;
  }

  /** The latest INFO of the server, which sends it again when its limits or its cluster change. */
  get info(): ServerInfo {
    return this.#core?.info ?? this.#info;
  }

  /** The server it is, or was last, connected to. */
  get server(): string {
    return this.#server.url;
  }

  /** Sends a message if connected; returns whether it was. */
  send(subject: string, data: Uint8Array, extras?: Extras): boolean {
    const core = this.#core;
    if (!core || core.isClosed()) return false;
    this.liveness.sent(data.length);
    if (!extras) core.publish(subject, data);
    else {
      // Options of one shape for every call: objects built by spreading make a publish twice as slow.
      const options = { reply: extras.reply, headers: extras.headers?.core };
      core.publish(subject, data, options as PublishOptions);
    }
    return true;
  }

  /** Sends a message, or buffers it until the connection is restored. */
  sendOrBuffer(subject: string, data: Uint8Array): void {
    if (this.isClosed || this.send(subject, data)) return;
    this.#buffer.add(subject, data);
  }

  /** Subscribes to a subject. The subscription is restored on every reconnect. */
  subscribe(subject: string, onMessage: (message: Msg) => void): ReconnectingSubscription {
    return this.#subscriptions.add(subject, onMessage);
  }

  /** Adds a listener; the returned function removes it. */
  addListener(listener: ConnectionListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves when a server has received everything sent so far. Rejects when the connection is closed. */
  async flush(): Promise<void> {
    for (;;) {
      if (this.isClosed) throw connectionClosed("flush");
      const core = this.#core;
      if (!core) await this.#stateChange();
      else if (await answersPing(core)) return;
      else await sharedDelay(CLOSING_MS, this.#ending.signal);
    }
  }

  /** Pings the server; drops the connection when nothing arrives any more. Returns whether the server has responded. */
  check(): Promise<boolean> {
    return this.#checking ??= this.#check().finally(() => this.#checking = undefined);
  }

  async #check(): Promise<boolean> {
    const core = this.#core;
    const alive = core !== undefined && await this.liveness.responds();
    if (core && !alive && this.#core === core) this.#drop(core);
    return alive;
  }

  /** Flushes, then closes; a server that does not respond delays it by a bounded time. Idempotent. */
  async close(): Promise<void> {
    if (this.isClosed) return await this.closed;
    const core = this.#core;
    if (core) await this.liveness.responds(CLOSE_TIMEOUT_MS);
    if (this.isClosed) return await this.closed;
    this.#ending.abort();
    this.#core = undefined;
    for (const listener of this.#listeners) listener.onClosed?.();
    this.#listeners.clear();
    this.#subscriptions.bind(undefined);
    if (core) {
      await withDeadline({ action: "close", timeoutMs: CLOSE_TIMEOUT_MS }, () => core.close())
        .catch((error) => hasCode(error, "timeout") || this.#report(error));
    }
    this.#settleClosed();
    this.status.emit({ type: "closed" });
  }

  #onConnected({ core, server }: Established): void {
    this.#core = core;
    this.#liveness = new Liveness(core, this.#liveness);
    this.#server = server;
    this.#denied.clear();
    this.#onInfo(core);
    this.#subscriptions.bind(core);
    void this.#watchStatus(core);
    void core.closed().then(() => this.#core === core && this.#drop(core));
  }

  #onInfo({ info }: NatsConnection): void {
    if (!info) return;
    this.#info = info;
    this.#servers.learn(this.#server, info.connect_urls);
  }

  async #watchStatus(core: NatsConnection): Promise<void> {
    for await (const status of core.status()) {
      if (this.#core !== core) continue;
      if (status.type === "error") this.#onError(status.error);
      else if (status.type === "update") this.#onInfo(core);
      else if (status.type === "ldm") void this.#leaveLameDuck(core);
      else if (status.type === "staleConnection") this.#drop(core);
    }
  }

  /** Leaves a server in lame duck mode while it still responds, if there is another one. */
  async #leaveLameDuck(core: NatsConnection): Promise<void> {
    if (!this.#servers.hasOther(this.#server)) return;
    await this.liveness.responds();
    if (this.#core === core) this.#drop(core);
  }

  #drop(core: NatsConnection): void {
    this.#core = undefined;
    this.#subscriptions.bind(undefined);
    core.close().catch((error) => this.#report(error));
    this.status.emit({ type: "disconnected", server: this.server });
    for (const listener of this.#listeners) listener.onDown?.();
    void this.#restore();
  }

  async #restore(): Promise<void> {
    // All clients of a server lose it at the same time; the jitter keeps them from reconnecting at the same time.
    await sharedDelay(Math.random() * 100, this.#ending.signal);
    const options: DialLoopOptions = {
      ...this.#options,
      servers: this.#servers.after(this.#server),
      isFatal: () => false,
      signal: this.#ending.signal,
      onAttempt: ({ url }) => this.status.emit({ type: "reconnecting", server: url }),
      onAttemptFailed: ({ error }) => this.status.emit({ type: "error", error }),
    };
    // It rejects only when the connection was closed meanwhile.
    const established = await dialUntilConnected(this.#dial, options).catch(() => undefined);
    if (!established) return;
    if (this.isClosed) return void established.core.close();
    this.#onConnected(established);
    this.#buffer.flush(
      this.#info.max_payload,
      this.send.bind(this),
      (error) => this.#report(error),
    );
    for (const listener of this.#listeners) listener.onUp?.();
    this.status.emit({ type: "reconnected", server: this.server });
  }

  #onError(thrown: Error): void {
    const error = permissionError(thrown);
    if (!error) this.#report(thrown);
    else if (this.#denied.isNews(error, this.#listeners)) this.#report(error);
  }

  #report(thrown: unknown): void {
    const error = isErrorLike(thrown) ? thrown : new ConnectionError(messageOf(thrown));
    this.status.emit({ type: "error", error });
  }

  async #stateChange(): Promise<void> {
    let remove = () => {};
    await new Promise<void>((onUp) => remove = this.addListener({ onUp, onClosed: onUp }));
    remove();
  }
}
