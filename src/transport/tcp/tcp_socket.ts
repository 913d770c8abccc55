/**
 * The TCP socket of the NATS client library, with work-arounds for these faults of version 3.4.0, which
 * `tests/transport/tcp/upstream` reproduces. `NodeTransport` can replace it when they are repaired.
 *
 * - It removes the error listeners of open sockets. On Deno, an alert about the client certificate ends the process.
 * - An attempt that times out leaves its socket open, and cannot be aborted.
 * - A server that closes before INFO is an "undefined error".
 *
 * @module
 */

import type * as net from "node:net";
import type * as tls from "node:tls";
import type { ConnectionOptions, ServerInfo } from "@nats-io/nats-core";
import { NodeTransport } from "@nats-io/transport-node/lib/node_transport.js";

/**
 * The library's options, and those of one attempt, which the library passes on to the socket of this very attempt: its
 * factory of sockets, one for the process, does not know for which attempt it is called. It is also called when a
 * connection that the program has made with the library itself reconnects; then only the library's options are there.
 */
export interface SocketOptions extends ConnectionOptions {
  /** Closes the socket, at any time. */
  readonly signal: AbortSignal;
  /** The name or address that the server's certificate is verified for. */
  readonly tlsName: string;
}

/** Modules of Node. They are not imported: a bundle of the sources must load where they do not exist. */
export interface SocketModules {
  readonly net: typeof net;
  readonly tls: typeof tls;
}

const NO_INFO =
  "the server has closed the connection before INFO (with handshake_first, it requires tls.handshakeFirst)";

/** A TCP socket, with or without TLS. */
export class TcpSocket extends NodeTransport {
  readonly #modules: SocketModules;

  /** Creates a socket that is not connected. */
  constructor(modules: SocketModules) {
    super();
    this.#modules = modules;
  }

  /** The bytes that have arrived, those of a message that is not whole included. */
  get bytesRead(): number {
    return this.socket?.bytesRead ?? 0;
  }

  override dial({ hostname, port }: { hostname: string; port: number }): Promise<net.Socket> {
    const socket = this.#modules.net.connect({ host: hostname, port });
    socket.setNoDelay(true);
    return this.#opened(socket, "connect");
  }

  override async tlsFirst(server: { hostname: string; port: number }): Promise<tls.TLSSocket> {
    this.socket = await this.dial(server);
    return await this.startTLS();
  }

  override async startTLS(): Promise<tls.TLSSocket> {
    const { tls: given, tlsName = this.tlsName } = this.options as Partial<SocketOptions>;
    const files = given ? await this.loadClientCerts() as tls.ConnectionOptions : {};
    const target = this.#modules.net.isIP(tlsName) ? { host: tlsName } : { servername: tlsName };
    const socket = this.#modules.tls.connect({
      ...given,
      ...files,
      ...target,
      socket: this.socket,
    });
    return await this.#opened(socket, "secureConnect");
  }

  /** Writes without the library's promise for each write, which costs a run at concurrency 1 several per cent. */
  override send(frame: Uint8Array): void {
    if (!this.isClosed) this.socket?.write(frame);
  }

  override async peekInfo(): Promise<ServerInfo> {
    return await super.peekInfo().catch((error = new Error(NO_INFO)) => {
      throw error;
    });
  }

  /** Resolves when the socket has emitted `event`. */
  #opened<S extends net.Socket>(socket: S, event: "connect" | "secureConnect"): Promise<S> {
    const { signal } = this.options as Partial<SocketOptions>;
    closeOnError(socket);
    return new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.on("close", () => reject(new Error("the server has closed the connection")));
      // An alert may come with the end of the handshake, before the library listens again.
      socket.on(event, () => setImmediate(resolve, socket));
      signal?.addEventListener("abort", () => socket.destroy(), { once: true });
      if (signal?.aborted) socket.destroy();
    });
  }
}

/**
 * Closes a socket on an error, for its life: an error without a listener ends the process, and after an alert Node leaves
 * the socket open.
 */
function closeOnError(socket: net.Socket): void {
  const close = () => void socket.destroy();
  const removeAllListeners = socket.removeAllListeners.bind(socket);
  socket.on("error", close);
  socket.removeAllListeners = (...events) => removeAllListeners(...events).on("error", close);
}
