import { createMemoryTransport } from "../../../src/transport/memory_transport.ts";
import { type Broker, describeContract } from "./contract.ts";

describeContract("the memory broker", () => {
  const transport = createMemoryTransport();
  const broker: Broker = {
    connect: () => transport.connect({ servers: ["memory:"] }),
    async [Symbol.asyncDispose]() {},
  };
  return Promise.resolve(broker);
});
