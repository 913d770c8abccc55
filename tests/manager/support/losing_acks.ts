import type { Connection, Delivery, Transport } from "../../../src/transport/transport.ts";
import type { TestBroker } from "./brokers.ts";

/**
 * A transport that drops its first acknowledgements, all unless told otherwise, as a process does that dies just before it sends
 * them. With `numbers`, it also drops what tells other processes which results are stored.
 */
export function losingAcks(
  broker: TestBroker,
  { times = Infinity, numbers = false }: { times?: number; numbers?: boolean } = {},
): { transport: Transport } {
  const lost = { left: times };
  return {
    transport: {
      async connect() {
        return withoutAcks(await broker.connect(), lost, numbers);
      },
    },
  };
}

function withoutAcks(
  connection: Connection,
  lost: { left: number },
  numbers: boolean,
): Connection {
  return new Proxy(connection, {
    get(target, property) {
      if (property === "publish" && numbers) {
        return ((subject, data) => {
          if (!subject.includes(".instance.")) target.publish(subject, data);
        }) satisfies Connection["publish"];
      }
      if (property === "keyValue" && numbers) {
        return (async (bucket, options) => ({
          ...await target.keyValue(bucket, options),
          update: () => new Promise(() => {}),
        })) satisfies Connection["keyValue"];
      }
      if (property === "pull") {
        return ((stream, durable, handlers) =>
          target.pull(stream, durable, {
            ...handlers,
            onMessage: (delivery) => handlers.onMessage(withoutAck(delivery, lost)),
          })) satisfies Connection["pull"];
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function withoutAck(delivery: Delivery, lost: { left: number }): Delivery {
  return new Proxy(delivery, {
    get(target, property) {
      if ((property === "ack" || property === "term") && lost.left-- > 0) return () => {};
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
