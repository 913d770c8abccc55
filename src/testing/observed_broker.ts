/** A broker in memory that says how deliveries are settled, and what is published. @module */

import { decodeText } from "../encoding/json.ts";
import { readDriverEvent } from "../protocol/driver_event.ts";
import { decodeResultEvent } from "../protocol/result_event.ts";
import type { DriverResult } from "../protocol/result.ts";
import { eventSubject, RESULT_SUBJECT, STREAMS } from "../protocol/subjects.ts";
import { createMemoryTransport, type MemoryTransport } from "../transport/memory_transport.ts";
import type { Connection, Delivery } from "../transport/transport.ts";
import { runIn, type TestContext } from "./context.ts";
import type { Settlement, TestEvent } from "./report.ts";

/** The event by which the manager reports a run that is not tried again: none of the driver's own. */
const DEAD_LETTER = "dead-letter";

/** What the broker reports. */
export interface BrokerObserver {
  /** Whether an acknowledgement is lost on its way. */
  losesAck(): boolean;
  onSettled(settled: Settlement, delayMs: number): void;
  onResult(result: DriverResult): void;
  onEvent(event: TestEvent): void;
}

/** A broker with the streams of a Conveyor server. */
export interface ObservedBroker {
  readonly transport: MemoryTransport;
  /** A connection beside those of managers. */
  readonly connection: Connection;
}

/** Creates a broker whose time is virtual. */
export async function createObservedBroker(
  driver: string,
  context: TestContext,
  observer: BrokerObserver,
): Promise<ObservedBroker> {
  const { time } = context;
  const after = (delayMs: number, run: () => void) => {
    const timer = time.after(delayMs, () => runIn(context, run));
    return () => timer.cancel();
  };
  const broker = createMemoryTransport({ clock: { now: () => time.wallMs, after } });
  const connection = await broker.connect({ servers: ["memory:"] });
  await createStreams(connection);
  connection.subscribe(
    RESULT_SUBJECT,
    ({ data }) => observer.onResult(decodeResultEvent(data).result),
  );
  connection.subscribe(eventSubject(driver, "*"), ({ data }) => {
    const { event, data: value } = readDriverEvent(JSON.parse(decodeText(data)));
    if (event !== DEAD_LETTER) observer.onEvent({ name: event, data: value });
  });
  const transport: MemoryTransport = {
    connect: async (options) => observe(await broker.connect(options), observer),
    disconnect: () => broker.disconnect(),
    reconnect: () => broker.reconnect(),
  };
  return { transport, connection };
}

/** The streams of a server of release 0.3 or later, which drivers need. */
async function createStreams(connection: Connection): Promise<void> {
  await connection.ensureStream({
    name: STREAMS.messages,
    subjects: ["resources.>", "events.>", "drivers.>"],
    retention: "interest",
  });
  await connection.ensureStream({
    name: STREAMS.pipelineEngine,
    subjects: ["pipelines.>"],
    retention: "workqueue",
  });
}

/** Reports how the messages of a connection are settled. */
function observe(connection: Connection, observer: BrokerObserver): Connection {
  const pull = connection.pull.bind(connection);
  return Object.assign(connection, {
    pull: ((stream, durable, handlers) =>
      pull(stream, durable, {
        ...handlers,
        onMessage: (delivery, requestedAt) =>
          handlers.onMessage(observeDelivery(delivery, observer), requestedAt),
      })) as Connection["pull"],
  });
}

function observeDelivery(delivery: Delivery, { onSettled, losesAck }: BrokerObserver): Delivery {
  const ack = delivery.ack.bind(delivery);
  const ackConfirmed = delivery.ackConfirmed.bind(delivery);
  const nak = delivery.nak.bind(delivery);
  const term = delivery.term.bind(delivery);
  return Object.assign(delivery, {
    ack: () => {
      onSettled("ack", 0);
      if (!losesAck()) ack();
    },
    ackConfirmed: async (timeoutMs?: number) => {
      const confirmed = losesAck() || await ackConfirmed(timeoutMs);
      if (confirmed) onSettled("ack", 0);
      return confirmed;
    },
    nak: (delayMs = 0) => {
      onSettled("nak", delayMs);
      nak(delayMs);
    },
    term: (reason?: string) => {
      onSettled("term", 0);
      term(reason);
    },
  });
}
