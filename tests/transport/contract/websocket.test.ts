import { connectBroker } from "../../../src/transport/connect.ts";
import { startNatsServer, testedReleases } from "../../support/nats_server.ts";
import { webSocketTransport } from "../../support/web_socket.ts";
import { describeContract } from "./contract.ts";

for (const release of testedReleases()) {
  describeContract(`nats-server ${release ?? ""} over WebSocket`, async () => {
    const server = await startNatsServer({ release, websocket: true });
    return {
      connect: () => connectBroker({ servers: [server.wsUrl] }, webSocketTransport()),
      [Symbol.asyncDispose]: () => server.stop(),
    };
  });
}
