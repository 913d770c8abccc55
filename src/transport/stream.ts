/** Streams: configuration and state. @module */

/** A stream's configuration. */
export interface StreamConfig {
  /** Its name. */
  readonly name: string;
  /** The subjects that it stores; the wildcards `*` and `>` are allowed. */
  readonly subjects: readonly string[];
  /** When a message is removed: at a limit, once every consumer has acknowledged it, or once one has. */
  readonly retention: "limits" | "interest" | "workqueue";
  /** Where messages are stored. @default {"file"} */
  readonly storage?: "file" | "memory";
  /** The duplicate window: how long message ids are remembered, in milliseconds. @default {120000} */
  readonly duplicateWindowMs?: number;
  /** How long messages are kept, in milliseconds; 0 is without a limit. @default {0} */
  readonly maxAgeMs?: number;
  /** Replicas in a cluster. @default {1} */
  readonly replicas?: number;
}

/** A stream's configuration and state. */
export interface StreamInfo {
  /** Its name. */
  readonly name: string;
  /** The subjects that it stores; the wildcards `*` and `>` are allowed. */
  readonly subjects: readonly string[];
  /** When a message is removed: at a limit, once every consumer has acknowledged it, or once one has. */
  readonly retention: "limits" | "interest" | "workqueue";
  /** The duplicate window: how long message ids are remembered, in milliseconds. */
  readonly duplicateWindowMs: number;
  /** How long messages are kept, in milliseconds; 0 is without a limit. */
  readonly maxAgeMs: number;
  /** Messages that it stores. */
  readonly messages: number;
  /** Replicas in a cluster. */
  readonly replicas: number;
  /** When it was created, RFC 3339. A different time means that the stream was deleted and created again. */
  readonly created: string;
  /** The broker's clock at the time of the response, Unix milliseconds. */
  readonly serverTimeMs: number;
}
