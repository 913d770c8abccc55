/** Manager events. @module */

import type { ProtocolVersion } from "../protocol/subjects.ts";

/**
 * The state of a manager: `idle` (not run yet), `connecting` (to the broker), `binding` (waiting for stream and consumer),
 * `running`, `rebinding` (connection or consumer lost; restoring it), `stopping`, `stopped`, and `failed` (an error that it
 * cannot recover from).
 */
export type ManagerState =
  | "idle"
  | "connecting"
  | "binding"
  | "running"
  | "rebinding"
  | "stopping"
  | "stopped"
  | "failed";

/** A message that could not be decoded. */
export interface PoisonMessage {
  /** The driver whose consumer received it. */
  readonly driver: string;
  /** The subject it was published on. */
  readonly subject: string;
  /** Its sequence in the `messages` stream. */
  readonly sequence: number;
  /** The bytes as received. */
  readonly data: Uint8Array;
  /** Why it could not be decoded. */
  readonly error: Error;
}

/** Identifies one attempt at a run. */
export interface RunRef {
  /** The driver's name. */
  readonly driver: string;
  /** The run's id. */
  readonly runId: string;
  /** The id of the message that started the run. */
  readonly messageId: string;
  /** The resource's type and name, as `type/name`. */
  readonly resource: string;
  /** Which attempt it was, or would have been, from 1. */
  readonly attempt: number;
}

/** A run that will not be tried again. */
export interface DeadLetter extends RunRef {
  /** The subject its message was published on. */
  readonly subject: string;
  /** The message's sequence in the `messages` stream. */
  readonly sequence: number;
  /** The event that started it. */
  readonly event: string;
  /** The resource as the text on the wire. */
  readonly payload: string;
  /** Why it will not be tried again, with secrets masked. */
  readonly reason: string;
}

/** How a run ended in this process. */
export type RunEnd =
  /** Its result is stored and its message acknowledged. */
  | "succeeded"
  /** The same, with `success: false`. */
  | "failed"
  /** It threw and will be tried again. */
  | "retried"
  /** It will not be tried again. */
  | "dead-lettered"
  /** Lease lost; another delivery decides. */
  | "lease-lost"
  /** Its result could not be stored; the next delivery stores it. */
  | "unconfirmed"
  /** It was redelivered (nak) during a shutdown. */
  | "handed-back"
  /** An earlier delivery had stored its result. */
  | "already-done"
  /** It is no longer wanted: its resource is gone, or another run has taken its place. No result is published. */
  | "superseded";

/** An attempt has begun, or the check of its spec. */
export interface RunStarted {
  /** The event's type. */
  type: "run-started";
  /** The attempt. */
  run: RunRef;
  /** The event that started the run. */
  event: string;
  /** Attempts before the run becomes a dead letter. */
  maxAttempts: number;
  /** How often its message was delivered, this delivery included. */
  deliveries: number;
  /** Whether the attempt before has begun and not ended: its process has crashed, or cannot reach NATS. */
  takenOver: boolean;
  /** The time since the message was stored, by the clocks of broker and process, in milliseconds. */
  waitedMs: number;
}

/** An attempt has ended, and its run is about to be settled. `run-ended` follows, and says how that went. */
export interface AttemptEnded {
  /** The event's type. */
  type: "attempt-ended";
  /** The attempt. */
  run: RunRef;
  /** What it will be settled as. */
  outcome: RunEnd;
  /** The result's message, or the reason, with secrets masked. */
  message: string;
  /** How long it took, in milliseconds. */
  durationMs: number;
  /** Attempts before the run becomes a dead letter. */
  maxAttempts: number;
  /** When the next attempt follows, in milliseconds. */
  retryInMs?: number;
}

/** An event of a manager. */
export type ManagerEvent =
  | { type: "state"; state: ManagerState; previous: ManagerState; reason: string }
  | { type: "connect-failed"; server: string; attempt: number; error: Error }
  | { type: "connected"; server: string }
  | { type: "disconnected"; server: string }
  | { type: "reconnected"; server: string }
  | { type: "serving"; url: string }
  | { type: "waiting-for-stream"; driver: string; stream: string }
  | { type: "bound"; driver: string; stream: string; protocol: ProtocolVersion }
  | { type: "lost"; driver: string; error: Error }
  | RunStarted
  | AttemptEnded
  | { type: "run-ended"; run: RunRef; outcome: RunEnd; durationMs: number; reason?: string }
  | { type: "poison"; message: PoisonMessage }
  | { type: "warning"; code: string; message: string; driver?: string; error?: Error };
