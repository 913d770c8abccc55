/**
 * A TCP socket, as the NATS client library wants one. Ours rather than the library's: that one takes its listeners off
 * while a socket still lives, so that on Deno a server's word on a client certificate ends the whole process, and it
 * cannot be told to give up an attempt.
 *
 * @module
 */

import type { ConnectionOptions, Server, ServerInfo } from "@nats-io/nats-core";
import type { SocketTlsOptions } from "./tls_options.ts";

/** As much of Node's sockets as is needed here; Deno and Bun have them too. */
interface Socket {
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "close" | "secureConnect", listener: () => void): unknown;
  removeAllListeners(event: "data"): unknown;
  setNoDelay(on: boolean): unknown;
  write(data: Uint8Array): unknown;
  destroy(): unknown;
}

/** As much of Node's `net` and `tls` as is needed here. */
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
  #over = false;

  /** Makes a socket that is connected to nothing. `signal` gives it up, at any time. */
  constructor(modules: SocketModules, signal: AbortSignal) {
    this.#modules = modules;
    this.#closed = new Promise((resolve) => this.#settleClosed = resolve);
    signal.addEventListener("abort", () => this.discard(), { once: true });
  }

  get isClosed(): boolean {
    return this.#over;
  }

  /** Resolves when the server has introduced itself and, where it is wanted, the line is encrypted. */
  connect({ hostname, port }: Server, { tls }: ConnectionOptions): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#onFailed = reject;
      const connected = () => {
        this.#onFailed = undefined;
        resolve();
      };
      const socket = this.#take(this.#modules.net.connect({ host: hostname, port }));
      socket.setNoDelay(true);
      socket.on("data", () => {
        try {
          this.#greet(socket, tls, connected);
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
    if (!this.#over) this.#sockets.at(-1)?.write(frame);
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    while (!this.#over) {
      const chunks = this.#chunks;
      this.#chunks = [];
      yield* chunks;
      if (this.#chunks.length > 0 || this.#over) continue;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Ends it, for a reason or for none. */
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

  /** Goes on as the server's introduction demands, once it is there. */
  #greet(socket: Socket, tls: ConnectionOptions["tls"], connected: () => void): void {
    const info = this.#introduction();
    if (!info) return;
    socket.removeAllListeners("data");
    const offered = info.tls_required || info.tls_available;
    if (tls && !offered) throw new Error("the server does not support TLS");
    if (offered) return this.#encrypt(socket, tls ?? {}, connected);
    this.#listen(socket);
    connected();
  }

  /** What the server says of itself, once all of it has come. The library reads it too. */
  #introduction(): ServerInfo | undefined {
    const text = this.#chunks.map((chunk) => new TextDecoder().decode(chunk)).join("");
    if (!text.includes("\r\n")) return undefined;
    const info = INFO.exec(text)?.[1];
    if (info === undefined) throw new Error("what answers there is no NATS server");
    return JSON.parse(info);
  }

  #encrypt(socket: Socket, options: SocketTlsOptions, connected: () => void): void {
    const secure = this.#take(this.#modules.tls.connect({ ...options, socket }));
    secure.on("secureConnect", () => {
      this.#encrypted = true;
      connected();
    });
  }

  /** Listens to a socket from its first moment to its last. */
  #take(socket: Socket): Socket {
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
    if (this.#over) return;
    this.#over = true;
    if (error) this.closeError = error;
    for (const socket of this.#sockets) socket.destroy();
    this.#wake?.();
    // An attempt that failed is told by `connect`; the library must not take it for a connection that was lost.
    if (!this.#onFailed) this.#settleClosed(error);
    else this.#onFailed(error ?? new Error("it was given up"));
  }
}
