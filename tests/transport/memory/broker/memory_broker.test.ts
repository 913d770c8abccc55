import { expect, it } from "vitest";
import { MemoryBroker } from "../../../../src/transport/memory/broker/memory_broker.ts";

const encoder = new TextEncoder();
const config = { durable: "d", filterSubjects: ["a.>"], ackWaitMs: 30_000, maxAckPending: 10 };

/** A broker with a work queue, and what takes its messages. */
function openQueue() {
  const broker = new MemoryBroker();
  broker.ensureStream({ name: "s", subjects: ["a.>"], retention: "workqueue" });
  const consumer = broker.ensureConsumer("s", config);
  const taken: [sequence: number, deliveryCount: number][] = [];
  const take = () =>
    consumer.subscribe({
      ready: () => true,
      receive: ({ sequence }, deliveryCount) => void taken.push([sequence, deliveryCount]),
      onLost() {},
    });
  take();
  const publish = (messageId: string) =>
    broker.publishConfirmed("a.b", encoder.encode("m"), { messageId });
  return { broker, consumer, taken, take, publish, settled: () => Promise.resolve() };
}

it("a restarted broker knows the ids of what it holds, and forgets those of what was consumed", async () => {
  const { broker, consumer, publish, settled } = openQueue();
  publish("consumed");
  publish("held");
  await settled();
  consumer.settle(1);
  expect(publish("consumed").duplicate).toBe(true);
  broker.restart();
  expect(publish("held").duplicate).toBe(true);
  expect(publish("consumed")).toMatchObject({ duplicate: false, sequence: 3 });
});

it("a restarted broker keeps what it delivered, and delivers nothing twice by itself", async () => {
  const { broker, taken, take, publish, settled } = openQueue();
  publish("one");
  await settled();
  broker.restart();
  take();
  publish("two");
  await settled();
  expect(taken).toEqual([[1, 1], [2, 1]]);
});

it("a killed broker forgets the latest deliveries and acknowledgements", async () => {
  const { broker, consumer, taken, take, publish, settled } = openQueue();
  publish("one");
  const saved = broker.save();
  await settled();
  expect(taken).toEqual([[1, 1]]);
  consumer.settle(1);
  broker.restart(saved);
  take();
  consumer.wake();
  await settled();
  expect(taken).toEqual([[1, 1], [1, 1]]);
});
