import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A proxy to a port on 127.0.0.1 that forwards so many bytes a millisecond in each direction. Disposing of it closes all. */
export interface SlowProxy extends AsyncDisposable {
  readonly port: number;
  /** How many connections were made so far. */
  readonly connections: number;
  /** The bytes that clients have sent so far. */
  readonly sent: number;
}

/** How often bytes are forwarded, in milliseconds. */
const STEP_MS = 20;

/** Starts a slow proxy. */
export async function startSlowProxy(targetPort: number, bytesPerMs: number): Promise<SlowProxy> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let sent = 0;
  const forward = (from: Socket, to: Socket, onBytes: (count: number) => void) => {
    const queue: Uint8Array[] = [];
    const timer = setInterval(() => {
      for (let left = bytesPerMs * STEP_MS; left > 0 && queue.length > 0;) {
        const part = queue[0]!.subarray(0, left);
        queue[0] = queue[0]!.subarray(part.length);
        if (queue[0].length === 0) queue.shift();
        left -= part.length;
        onBytes(part.length);
        to.write(part);
      }
    }, STEP_MS);
    sockets.add(from);
    from.setNoDelay(true);
    from.on("data", (chunk) => queue.push(chunk));
    from.on("error", () => to.destroy());
    from.on("close", () => {
      clearInterval(timer);
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer((client) => {
    connections++;
    const upstream = connect(targetPort, "127.0.0.1");
    forward(client, upstream, (count) => sent += count);
    forward(upstream, client, () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    get sent() {
      return sent;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
