/**
 * The driver runtime of Conveyor CI for JavaScript and TypeScript.
 *
 * @module
 */

export {
  ConfigError,
  ConnectionError,
  ConveyorError,
  type ConveyorErrorOptions,
  NonRetryableError,
  RetryAfterError,
  TimeoutError,
} from "./src/errors.ts";
export { type Clock } from "./src/transport/clock.ts";
export {
  ConsumerConflictError,
  NoStreamError,
  PayloadTooLargeError,
  PullLostError,
  type PullLostReason,
  WrongSequenceError,
} from "./src/transport/errors.ts";
export {
  createMemoryTransport,
  type MemoryTransport,
  type MemoryTransportOptions,
} from "./src/transport/memory/memory_transport.ts";
export type {
  Connection,
  ConnectionStatus,
  ConnectOptions,
  ConsumerConfig,
  ConsumerInfo,
  CoreMessage,
  Delivery,
  KeyValue,
  KeyValueEntry,
  KeyValueOptions,
  PublishConfirmation,
  PublishOptions,
  Pull,
  PullHandlers,
  StreamConfig,
  StreamInfo,
  Subscription,
  TlsMaterial,
  Transport,
} from "./src/transport/transport.ts";
