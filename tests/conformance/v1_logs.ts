import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import type { Connection } from "../../src/transport/transport.ts";
import { startLokiServer } from "../support/loki_server.ts";

/** The logs of v1: Loki, and the server's WebSocket route that reads them. The embedded server has neither. */
export interface V1Logs extends AsyncDisposable {
  /** Base URL of the WebSocket route. */
  readonly url: string;
  readonly lokiUrl: string;
  /** Returns the lines that Loki has stored under these labels. */
  stored(labels: Record<string, string>): string[];
}

/** Starts them. As the real route does, this one sends the stored lines of a driver's run, then the live ones. */
export async function startV1Logs(connection: Connection): Promise<V1Logs> {
  const loki = await startLokiServer();
  const sockets = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  sockets.on("connection", (socket, { url = "" }) => {
    const [driver = "", run_id = ""] = url.split("/").slice(-2);
    if (url !== `/drivers/streams/logs/${driver}/${run_id}`) return socket.close();
    for (const { nanoseconds, line } of loki.lines({ driver, run_id })) {
      socket.send(JSON.stringify([String(nanoseconds), line]));
    }
    const live = connection.subscribe(
      `driver:${driver}:logs:${run_id}`,
      ({ data }) => socket.send(new TextDecoder().decode(data)),
    );
    socket.on("close", () => live.unsubscribe());
  });
  await new Promise((resolve) => sockets.on("listening", resolve));
  return {
    url: `http://127.0.0.1:${(sockets.address() as AddressInfo).port}`,
    lokiUrl: loki.url,
    stored: (labels) => loki.lines(labels).map(({ line }) => line),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise((resolve) => sockets.close(resolve));
      await loki[Symbol.asyncDispose]();
    },
  };
}
