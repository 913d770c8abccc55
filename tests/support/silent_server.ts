import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** A server that accepts connections and leaves it to the test what it answers. Disposing of it closes all. */
export interface SilentServer extends AsyncDisposable {
  readonly port: number;
  /** Resolves with the next connection that was not taken yet. */
  next(): Promise<Socket>;
}

/** Starts a server that sends nothing but `greeting`. */
export async function startSilentServer(greeting = ""): Promise<SilentServer> {
  const sockets: Socket[] = [];
  const waiting: ((socket: Socket) => void)[] = [];
  const taken: Socket[] = [];
  const server = createServer((socket) => {
    // The client may end a connection at any time.
    socket.on("error", () => socket.destroy());
    socket.resume();
    socket.write(greeting);
    taken.push(socket);
    const take = waiting.shift();
    if (take) take(socket);
    else sockets.push(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    next() {
      const socket = sockets.shift();
      return socket ? Promise.resolve(socket) : new Promise((take) => waiting.push(take));
    },
    async [Symbol.asyncDispose]() {
      for (const socket of taken) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
