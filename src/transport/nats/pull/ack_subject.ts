/**
 * The reply subject of a delivered message: acknowledgements are sent to it, and it holds the metadata of the delivery.
 *
 * @see https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-15.md
 * @module
 */

/** The metadata of a delivery. */
export interface DeliveryInfo {
  readonly deliveryCount: number;
  readonly sequence: number;
  readonly timestampMs: number;
  /** How many more messages the consumer had to deliver. */
  readonly pending: number;
}

const PREFIX = "$JS.ACK.";

/** Whether a reply subject is the ack subject of a delivery. */
export function isAckSubject(reply: string): boolean {
  return reply.startsWith(PREFIX);
}

/**
 * Reads `$JS.ACK.{stream}.{consumer}.{count}.{stream seq}.{consumer seq}.{nanoseconds}.{pending}`, or the longer form
 * with domain and account before the stream and, on some servers, a random token at the end.
 */
export function readAckSubject(reply: string): DeliveryInfo | undefined {
  const tokens = reply.split(".");
  const at = tokens.length === 9 ? 4 : tokens.length >= 11 ? 6 : undefined;
  if (at === undefined || !isAckSubject(reply)) return undefined;
  const deliveryCount = Number(tokens[at]);
  const sequence = Number(tokens[at + 1]);
  // Nanoseconds since 1970 exceed the safe integers, so the last six digits are cut off first.
  const timestampMs = Number(tokens[at + 3]!.slice(0, -6));
  if (!(deliveryCount > 0 && sequence > 0 && timestampMs >= 0)) return undefined;
  return { deliveryCount, sequence, timestampMs, pending: Number(tokens[at + 4]) };
}
