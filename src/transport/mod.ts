/**
 * Connections to NATS JetStream over TCP or WebSocket, or to a broker in the same process.
 *
 * @example A message from one connection to another, without a server
 * ```ts
 * import { createMemoryTransport } from "@conveyor/driver/transport";
 *
 * const transport = createMemoryTransport();
 * await using receiver = await transport.connect({ servers: ["memory:"] });
 * await using sender = await transport.connect({ servers: ["memory:"] });
 *
 * const received = new Promise<string>((resolve) => {
 *   receiver.subscribe("greetings", ({ data }) => resolve(new TextDecoder().decode(data)));
 * });
 * await receiver.flush();
 * sender.publish("greetings", new TextEncoder().encode("hello"));
 * console.log(await received);
 * ```
 *
 * @module
 */

export type { Authenticator, ConnectAuth } from "./auth.ts";
export type { Clock } from "./clock.ts";
export { connectBroker } from "./connect.ts";
export {
  ConnectFailedError,
  type ConnectFailureReason,
  ConsumerConflictError,
  NoStreamError,
  PayloadTooLargeError,
  PermissionError,
  PullLostError,
  type PullLostReason,
  TlsError,
  type TlsFailureReason,
  WrongSequenceError,
} from "./errors.ts";
export {
  createMemoryTransport,
  type MemoryTransport,
  type MemoryTransportOptions,
} from "./memory_transport.ts";
export type * from "./transport.ts";
export { createWebSocketTransport, type WebSocketTransportOptions } from "./websocket_transport.ts";

// Types that these name
export type { ConnectionError, ConveyorError } from "../errors.ts";
