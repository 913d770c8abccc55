/**
 * The subject that a delivered message is answered on. It says all about the delivery.
 *
 * @see https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-15.md
 * @module
 */

/** What the answer's subject says about a delivery. */
export interface DeliveryInfo {
  readonly deliveryCount: number;
  readonly sequence: number;
  readonly timestampMs: number;
}

const PREFIX = "$JS.ACK.";

/** Whether a reply subject is one that deliveries are answered on. */
export function isAckSubject(reply: string): boolean {
  return reply.startsWith(PREFIX);
}

/**
 * Reads `$JS.ACK.{stream}.{consumer}.{count}.{stream seq}.{consumer seq}.{nanoseconds}.{pending}`, or the longer form
 * that has domain and account before the stream and may have a random token at the end.
 */
export function readAckSubject(reply: string): DeliveryInfo | undefined {
  const tokens = reply.split(".");
  const at = tokens.length === 9 ? 4 : tokens.length >= 11 ? 6 : undefined;
  if (at === undefined || !isAckSubject(reply)) return undefined;
  const deliveryCount = Number(tokens[at]);
  const sequence = Number(tokens[at + 1]);
  // Nanoseconds since 1970 are more than a number can hold exactly, so the last six digits go first.
  const timestampMs = Number(tokens[at + 3]!.slice(0, -6));
  if (!(deliveryCount > 0 && sequence > 0 && timestampMs >= 0)) return undefined;
  return { deliveryCount, sequence, timestampMs };
}
