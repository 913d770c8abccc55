/** Acknowledgements, as a server takes them: by the names of stream and consumer and the message's sequence. */

import type { SimulatedServer } from "./server.ts";
import type { Session } from "./session.ts";
import type { WireMessage } from "./wire.ts";

/** The longest delay that a server reads, in nanoseconds; it takes a larger number for none. */
const LONGEST_DELAY_NS = 2 ** 63 - 1;

/** Takes an acknowledgement of any kind. */
export function acknowledge(server: SimulatedServer, session: Session, message: WireMessage): void {
  const [, , stream = "", durable = "", countText, sequenceText] = message.subject.split(".");
  const consumer = server.broker.consumer(stream, durable);
  if (!consumer) return server.noResponders(message.reply);
  const sequence = Number(sequenceText);
  const body = new TextDecoder().decode(message.data);
  if (server.troubles.get(stream) === "mute") return;
  const { sentAt = server.world.now } = message;
  if (body.startsWith("+WPI")) {
    server.observer.renewed(durable, sequence, session.client, sentAt);
    consumer.renew(sequence);
  } else if (body.startsWith("-NAK")) {
    const delayMs = readDelay(body);
    server.observer.nakked({
      durable,
      sequence,
      delayMs,
      client: session.client,
      deliveryCount: Number(countText),
      sentAt,
    });
    consumer.nak(sequence, delayMs);
  } else {
    server.observer.settled(
      stream,
      durable,
      sequence,
      body.startsWith("+TERM") ? "term" : "ack",
      session.client,
      sentAt,
    );
    consumer.settle(sequence);
  }
  if (server.troubles.get(stream) !== "unconfirmed") server.reply(message.reply, new Uint8Array());
}

function readDelay(body: string): number {
  const delay = Number(/"delay":\s*([\d.e+]+)/.exec(body)?.[1] ?? 0);
  return delay > LONGEST_DELAY_NS || !Number.isInteger(delay) ? 0 : delay / 1e6;
}
