import type { Connection, Delivery, Transport } from "../../../src/transport/transport.ts";
import type { TestBroker } from "./brokers.ts";

/** A transport that drops acknowledgements, as a process does that dies just before it sends them. */
export function losingAcks(broker: TestBroker): { transport: Transport } {
  return {
    transport: {
      async connect() {
        return withoutAcks(await broker.connect());
      },
    },
  };
}

function withoutAcks(connection: Connection): Connection {
  return new Proxy(connection, {
    get(target, property) {
      if (property === "pull") {
        return ((stream, durable, handlers) =>
          target.pull(stream, durable, {
            ...handlers,
            onMessage: (delivery) => handlers.onMessage(withoutAck(delivery)),
          })) satisfies Connection["pull"];
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function withoutAck(delivery: Delivery): Delivery {
  return new Proxy(delivery, {
    get(target, property) {
      if (property === "ack") return () => {};
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
