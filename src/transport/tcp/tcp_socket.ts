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

import { connect, isIP, type Socket } from "node:net";
import { setImmediate } from "node:timers";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { ConnectionOptions, ServerInfo } from "@nats-io/nats-core";
import { NodeTransport } from "@nats-io/transport-node/lib/node_transport.js";

/**
 * The library's options, and those of one attempt. The library passes them on to the socket of this very attempt; its
 * factory of sockets does not know for which attempt it is called.
 */
export interface SocketOptions extends ConnectionOptions {
  /** Closes the socket, at any time. */
  readonly signal: AbortSignal;
  /** The name or address that the server's certificate is verified for. */
  readonly tlsName: string;
}

const NO_INFO =
  "the server has closed the connection before INFO (with handshake_first, it requires tls.handshakeFirst)";

/** A TCP socket, with or without TLS. */
export class TcpSocket extends NodeTransport {
  override dial({ hostname, port }: { hostname: string; port: number }): Promise<Socket> {
    const socket = connect({ host: hostname, port });
    socket.setNoDelay(true);
    return this.#opened(socket, "connect");
  }

  override async tlsFirst(server: { hostname: string; port: number }): Promise<TLSSocket> {
    this.socket = await this.dial(server);
    return await this.startTLS();
  }

  override async startTLS(): Promise<TLSSocket> {
    const { tls, tlsName } = this.options as SocketOptions;
    const target = isIP(tlsName) ? { host: tlsName } : { servername: tlsName };
    return await this.#opened(
      connectTls({ ...tls, ...target, socket: this.socket }),
      "secureConnect",
    );
  }

  override async peekInfo(): Promise<ServerInfo> {
    return await super.peekInfo().catch((error = new Error(NO_INFO)) => {
      throw error;
    });
  }

  /** Resolves when the socket has emitted `event`. */
  #opened<S extends Socket>(socket: S, event: "connect" | "secureConnect"): Promise<S> {
    const { signal } = this.options as SocketOptions;
    keepErrorListener(socket);
    return new Promise((resolve, reject) => {
      socket.on("error", (error) => {
        reject(error);
        // After an alert, Node's sockets stay open, and the library's write of its last bytes may never complete.
        socket.destroy();
      });
      socket.on("close", () => reject(new Error("the server has closed the connection")));
      // An alert may come with the end of the handshake, before the library listens again.
      socket.on(event, () => setImmediate(resolve, socket));
      signal.addEventListener("abort", () => socket.destroy(), { once: true });
      if (signal.aborted) socket.destroy();
    });
  }
}

/** An error without a listener ends the process, and the library removes all listeners. */
function keepErrorListener(socket: Socket): void {
  const removeAllListeners = socket.removeAllListeners.bind(socket);
  socket.removeAllListeners = (...events) =>
    removeAllListeners(...events).on("error", () => undefined);
}
