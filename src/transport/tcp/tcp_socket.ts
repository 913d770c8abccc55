/**
 * A TCP socket with the transport interface of the NATS client library. The library's own is not used: it removes its
 * listeners from open sockets, so that on Deno a TLS alert about the client certificate crashes the process, and its
 * attempts cannot be aborted.
 *
 * @module
 */

import type { ConnectionOptions, Server, ServerInfo } from "@nats-io/nats-core";
import type { SocketTlsOptions } from "./tls_options.ts";

/** The part of Node's sockets that is used; Deno and Bun implement it too. */
interface Socket {
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "close" | "secureConnect", listener: () => void): unknown;
  removeAllListeners(event: "data"): unknown;
  setNoDelay(on: boolean): unknown;
  write(data: Uint8Array): unknown;
  destroy(): unknown;
}

/** The part of Node's `net` and `tls` that is used. */
export interface SocketModules {
  readonly net: { connect(options: { host: string; port: number }): Socket };
  readonly tls: { connect(options: SocketTlsOptions & { socket: Socket }): Socket };
}

const INFO = /^INFO\s+([^\r\n]+)\r\n/i;

/** A TCP socket, with or without TLS. */
export class TcpSocket {
  readonly lang = "nats.js";
  readonly version = "3";
  closeError?: Error;
  readonly #modules: SocketModules;
  readonly #sockets: Socket[] = [];
  readonly #closed: Promise<Error | void>;
  #settleClosed!: (error: Error | void) => void;
  #chunks: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  #onFailed: ((error: Error) => void) | undefined;
  #failure: Error | undefined;
  #encrypted = false;
  #isOver = false;

  /** Creates a socket that is not connected. `signal` closes it, at any time. */
  constructor(modules: SocketModules, signal: AbortSignal) {
    this.#modules = modules;
    this.#closed = new Promise((resolve) => this.#settleClosed = resolve);
    signal.addEventListener("abort", () => this.discard(), { once: true });
  }

  get isClosed(): boolean {
    return this.#isOver;
  }

  /** Resolves when the server's INFO has arrived and the TLS handshake, where one is required, is complete. */
  connect({ hostname, port }: Server, { tls }: ConnectionOptions): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#onFailed = reject;
      const connected = () => {
        this.#onFailed = undefined;
        resolve();
      };
      const socket = this.#addSocket(this.#modules.net.connect({ host: hostname, port }));
      socket.setNoDelay(true);
      socket.on("data", () => {
        try {
          this.#onInfo(socket, tls, connected);
        } catch (error) {
          this.#fail(error as Error);
        }
      });
    });
  }

  isEncrypted(): boolean {
    return this.#encrypted;
  }

  send(frame: Uint8Array): void {
    if (!this.#isOver) this.#sockets.at(-1)?.write(frame);
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    while (!this.#isOver) {
      const chunks = this.#chunks;
      this.#chunks = [];
      yield* chunks;
      if (this.#chunks.length > 0 || this.#isOver) continue;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Closes the socket, with an error or without. */
  close(error?: Error): Promise<void> {
    this.#end(error);
    return Promise.resolve();
  }

  disconnect(): void {
    this.#end();
  }

  discard(): void {
    this.#end();
  }

  closed(): Promise<Error | void> {
    return this.#closed;
  }

  /** Completes the connection or starts TLS, once the server's INFO has arrived. */
  #onInfo(socket: Socket, tls: ConnectionOptions["tls"], connected: () => void): void {
    const info = this.#readInfo();
    if (!info) return;
    socket.removeAllListeners("data");
    const offered = info.tls_required || info.tls_available;
    if (tls && !offered) throw new Error("the server does not support TLS");
    if (offered) return this.#encrypt(socket, tls ?? {}, connected);
    this.#listen(socket);
    connected();
  }

  /** Returns the server's INFO, once it is complete. The chunks are kept: the library reads it too. */
  #readInfo(): ServerInfo | undefined {
    const text = this.#chunks.map((chunk) => new TextDecoder().decode(chunk)).join("");
    if (!text.includes("\r\n")) return undefined;
    const info = INFO.exec(text)?.[1];
    if (info === undefined) throw new Error("the peer is not a NATS server: no INFO line");
    return JSON.parse(info);
  }

  #encrypt(socket: Socket, options: SocketTlsOptions, connected: () => void): void {
    const secure = this.#addSocket(this.#modules.tls.connect({ ...options, socket }));
    secure.on("secureConnect", () => {
      this.#encrypted = true;
      connected();
    });
  }

  /** Adds a socket. Its error listener is never removed: an error without a listener would crash the process. */
  #addSocket(socket: Socket): Socket {
    this.#sockets.push(socket);
    socket.on("error", (error) => this.#failure ??= error);
    socket.on("close", () => this.#fail(this.#failure));
    this.#listen(socket);
    return socket;
  }

  #listen(socket: Socket): void {
    socket.on("data", (chunk) => {
      this.#chunks.push(chunk);
      this.#wake?.();
    });
  }

  #fail(error: Error = new Error("the server has closed the connection")): void {
    const onFailed = this.#onFailed;
    this.#onFailed = undefined;
    onFailed?.(error);
    this.#end(error);
  }

  #end(error?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (error) this.closeError = error;
    for (const socket of this.#sockets) socket.destroy();
    this.#wake?.();
    // `connect` rejects when the attempt fails; the library must not treat that as a lost connection.
    if (!this.#onFailed) this.#settleClosed(error);
    else this.#onFailed(error ?? new Error("the attempt was aborted"));
  }
}
