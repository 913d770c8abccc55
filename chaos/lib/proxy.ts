/** The network between an instance and its server, and how it fails. */

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * What is wrong with a network.
 *
 * - `cut`: connections are closed, and new ones at once.
 * - `mute up`, `mute down`: what the driver, or what the server sends is held back. It arrives when all is well again.
 * - `half-open`: the server's ends of the connections are closed, the driver's ends stay open, and new ones open too: nothing
 *   ever comes of them. They stay so when all is well again, until the driver gives them up.
 */
export type NetworkFault = "cut" | "mute up" | "mute down" | "half-open";

/** A driver's connection and the one to the server that belongs to it. */
interface Link {
  readonly down: Socket;
  readonly up: Socket;
  /** Whether the server's end is gone without the driver having been told. */
  orphaned: boolean;
}

/** A TCP proxy before a server. Disposing of it closes all. */
export class NetworkProxy implements AsyncDisposable {
  readonly url: string;
  readonly #links = new Set<Link>();
  readonly #server: ReturnType<typeof createServer>;
  #fault: NetworkFault | undefined;

  private constructor(server: ReturnType<typeof createServer>, target: URL) {
    this.#server = server;
    const url = new URL(target);
    url.port = String((server.address() as AddressInfo).port);
    this.url = url.href;
    server.on("connection", (socket) => this.#accept(socket, Number(target.port)));
  }

  /** Starts one before the server at a URL. */
  static async start(target: string): Promise<NetworkProxy> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new NetworkProxy(server, new URL(target));
  }

  /** Has a fault begin. */
  fail(fault: NetworkFault): void {
    this.heal();
    this.#fault = fault;
    for (const link of this.#links) this.#strike(link);
  }

  /** Ends the fault. What was held back goes on its way. */
  heal(): void {
    this.#fault = undefined;
    for (const { down, up } of this.#links) {
      down.resume();
      up.resume();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { down, up } of this.#links) {
      down.destroy();
      up.destroy();
    }
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(down: Socket, port: number): void {
    const link: Link = { down, up: connect(port, "127.0.0.1"), orphaned: false };
    this.#links.add(link);
    this.#forward(link, "down", "up");
    this.#forward(link, "up", "down");
    if (this.#fault) this.#strike(link);
  }

  #forward(link: Link, from: "down" | "up", to: "down" | "up"): void {
    const [source, target] = [link[from], link[to]];
    source.setNoDelay(true);
    source.on("data", (chunk) => link.orphaned || target.write(chunk));
    source.on("error", () => undefined); // `close` follows.
    source.on("close", () => {
      // Destroying the other end would throw away what is still on its way to it.
      if (!link.orphaned) target.end();
      if (target.closed) this.#links.delete(link);
    });
  }

  #strike(link: Link): void {
    const { down, up } = link;
    switch (this.#fault) {
      case "cut":
        down.destroy();
        return void up.destroy();
      case "mute up":
        return void down.pause();
      case "mute down":
        return void up.pause();
      case "half-open":
        link.orphaned = true;
        return void up.destroy();
    }
  }
}
