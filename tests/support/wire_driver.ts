import { decodeDriverMessage, type DriverMessage } from "../../src/protocol/driver_message.ts";
import { encodeResultEvent } from "../../src/protocol/result.ts";
import {
  filterSubjects,
  type ProtocolVersion,
  RESULT_SUBJECT,
} from "../../src/protocol/subjects.ts";
import type { Connection, Delivery } from "../../src/transport/transport.ts";

/** An event that a {@linkcode WireDriver} received. */
export interface Received extends DriverMessage {
  subject: string;
  delivery: Delivery;
}

/** A driver made of the wire protocol alone, which a test drives by hand. */
export interface WireDriver {
  /** The next event. Resolves when there is one. */
  next(): Promise<Received>;
  /** Acknowledges an event and reports a result for it. */
  report(
    received: Received,
    result: { success: boolean; message: string; data?: unknown },
  ): Promise<void>;
  /** How many events came without demand. */
  readonly waiting: number;
}

/** Binds a durable consumer of a driver's name. */
export async function wireDriver(
  connection: Connection,
  name: string,
  types: readonly string[],
  protocol: ProtocolVersion = "v2",
): Promise<WireDriver> {
  await connection.ensureConsumer("messages", {
    durable: name,
    filterSubjects: filterSubjects(protocol, name, types),
    ackWaitMs: 30_000,
    maxAckPending: 100,
  });
  const events: Received[] = [];
  const readers: ((received: Received) => void)[] = [];
  const pull = await connection.pull("messages", name, {
    onMessage(delivery) {
      const received = {
        ...decodeDriverMessage(delivery.data),
        subject: delivery.subject,
        delivery,
      };
      const reader = readers.shift();
      if (reader) reader(received);
      else events.push(received);
      pull.demand(10);
    },
    onLost() {},
  });
  pull.demand(10);
  return {
    next() {
      const received = events.shift();
      return received ? Promise.resolve(received) : new Promise((resolve) => readers.push(resolve));
    },
    async report({ event: runEvent, runId, payload, delivery }, { success, message, data }) {
      const event = encodeResultEvent(
        { event: runEvent, runId, driver: name, payload },
        { success, message, data },
      );
      await connection.publishConfirmed(RESULT_SUBJECT, event);
      delivery.ack();
    },
    get waiting() {
      return events.length;
    },
  };
}
