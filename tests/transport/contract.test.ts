import { WebSocket as NodeWebSocket } from "ws";
import { connectBroker } from "../../src/transport/connect.ts";
import { createMemoryTransport } from "../../src/transport/memory/memory_transport.ts";
import { createWebSocketTransport } from "../../src/transport/websocket.ts";
import { startNatsServer } from "../support/nats_server.ts";
import { type Broker, describeContract } from "./contract.ts";

/** Releases to test besides the one that is found, for example `v2.10.27,v2.15.2`. */
const releases = (process.env["NATS_SERVER_RELEASES"] ?? "").split(",").filter(Boolean);

describeContract("the memory broker", () => {
  const transport = createMemoryTransport();
  const broker: Broker = {
    connect: () => transport.connect({ servers: ["memory:"] }),
    async [Symbol.asyncDispose]() {},
  };
  return Promise.resolve(broker);
});

for (const release of [undefined, ...releases]) {
  const name = release ?? "nats-server";

  describeContract(`${name} over TCP`, async () => {
    const server = await startNatsServer(release === undefined ? {} : { release });
    return {
      connect: () => connectBroker({ servers: [server.url] }),
      [Symbol.asyncDispose]: () => server.stop(),
    };
  });

  describeContract(`${name} over WebSocket`, async () => {
    const server = await startNatsServer({
      websocket: true,
      ...(release === undefined ? {} : { release }),
    });
    // Node 20 has no WebSocket of its own.
    const transport = typeof WebSocket === "function" ? undefined : createWebSocketTransport({
      webSocket: (url) => new NodeWebSocket(url) as unknown as WebSocket,
    });
    return {
      connect: () => connectBroker({ servers: [server.wsUrl] }, transport),
      [Symbol.asyncDispose]: () => server.stop(),
    };
  });
}
