import { connectBroker } from "../../../src/transport/connect.ts";
import { startNatsServer, testedReleases } from "../../support/nats_server.ts";
import { describeContract } from "./contract.ts";

for (const release of testedReleases()) {
  describeContract(`nats-server ${release ?? ""} over TCP`, async () => {
    const server = await startNatsServer({ release });
    return {
      connect: () => connectBroker({ servers: [server.url] }),
      [Symbol.asyncDispose]: () => server.stop(),
    };
  });
}
