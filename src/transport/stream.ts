/** Streams, as a broker keeps them. @module */

/** What a stream is made of. */
export interface StreamConfig {
  /** Its name. */
  readonly name: string;
  /** What it takes: subjects, which may hold the wildcards `*` and `>`. */
  readonly subjects: readonly string[];
  /** When a message goes: at a limit, when every consumer has acknowledged it, or when one has. */
  readonly retention: "limits" | "interest" | "workqueue";
  /** Where messages are kept. @default {"file"} */
  readonly storage?: "file" | "memory";
  /** How long message ids are remembered, in milliseconds. @default {120000} */
  readonly duplicateWindowMs?: number;
  /** How long messages are kept, in milliseconds; 0 is for ever. @default {0} */
  readonly maxAgeMs?: number;
  /** Servers of a cluster that keep a copy. @default {1} */
  readonly replicas?: number;
}

/** What a stream looks like. */
export interface StreamInfo {
  /** Its name. */
  readonly name: string;
  /** What it takes: subjects, which may hold the wildcards `*` and `>`. */
  readonly subjects: readonly string[];
  /** When a message goes: at a limit, when every consumer has acknowledged it, or when one has. */
  readonly retention: "limits" | "interest" | "workqueue";
  /** How long message ids are remembered, in milliseconds. */
  readonly duplicateWindowMs: number;
  /** Messages it holds. */
  readonly messages: number;
  /** Servers of a cluster that keep a copy. */
  readonly replicas: number;
  /** When it was created, RFC 3339. Another time means another stream of the same name. */
  readonly created: string;
  /** The broker's clock when it said all this, Unix milliseconds. */
  readonly serverTimeMs: number;
}
