import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A TCP proxy that can fail as networks do. Disposing of it closes all. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** How many connections were made so far. */
  readonly connections: number;
  /** Stops forwarding on the connections there are, and leaves them open. New ones work. */
  freeze(): void;
  /** Stops forwarding on all connections, new ones included. */
  freezeAll(): void;
  /** Forwards again on new connections, and ends those there are. */
  thaw(): void;
  /** Ends the connections there are. */
  cut(): void;
  /** Ends the connections there are, and new ones at once. */
  refuse(): void;
  /** Takes new connections again. */
  accept(): void;
}

/** Starts a proxy to a port on 127.0.0.1. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<[Socket, Socket]>();
  let connections = 0;
  let frozen = false;
  let refusing = false;
  const freeze = () => {
    for (const pair of pairs) {
      for (const socket of pair) {
        socket.unpipe();
        socket.removeAllListeners("data");
        socket.pause();
      }
    }
  };
  const cut = () => {
    for (const pair of pairs) {
      for (const socket of pair) socket.destroy();
    }
    pairs.clear();
  };
  const server = createServer((client) => {
    connections++;
    if (refusing) return void client.destroy();
    const upstream = connect(targetPort, "127.0.0.1");
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    for (const [from, to] of [[client, upstream], [upstream, client]] as const) {
      from.setNoDelay(true);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        pairs.delete(pair);
        to.destroy();
      });
      if (!frozen) from.on("data", (chunk) => to.write(chunk));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    freeze,
    thaw() {
      frozen = false;
      cut();
    },
    freezeAll() {
      frozen = true;
      freeze();
    },
    cut,
    refuse() {
      refusing = true;
      cut();
    },
    accept() {
      refusing = false;
    },
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
