/** What a schedule consists of: plain data, so that it can be printed, cut down and played again. */

/** What one call of a reconcile does. */
export interface Behaviour {
  readonly durationMs: number;
  /** Whether it ends when its signal aborts. */
  readonly obedient: boolean;
  readonly end:
    | "succeed"
    | "return-nothing"
    | "fail"
    | "throw"
    | "give-up"
    | "retry-after"
    | "circular";
  /** Size of its result's data, or of its error's message. */
  readonly bytes: number;
  /** For `retry-after`. */
  readonly delayMs: number;
}

/** One event. */
export interface EventPlan {
  readonly id: number;
  readonly at: number;
  readonly type: string;
  readonly resource: string;
  readonly kind: "run" | "unwanted" | "poison";
  /** The driver that it is addressed to by name. */
  readonly step?: string;
  /** What happens to its resource, where there is an API server after release 0.6, unless the resource has to be created. */
  readonly change?: "update" | "delete";
  /** What the first call does, the second, and so on; the last one stands for all that follow. */
  readonly behaviours: readonly Behaviour[];
}

/** Attempts at an event at most, unless its driver has another number: the manager's default. */
export const MOST_ATTEMPTS = 5;

/** One driver as a manager has it. */
export interface DriverPlan {
  readonly name: string;
  readonly resources: readonly string[];
  readonly timeoutMs?: number;
  readonly maxAttempts?: number;
  /** What its spec validator does. */
  readonly validator?: "passes" | "throws" | "hangs";
}

/** One process with a manager in it. */
export interface ManagerPlan {
  readonly name: string;
  readonly startAt: number;
  readonly drivers: readonly DriverPlan[];
  readonly concurrency: number;
  readonly ackWaitMs: number;
  readonly maxAckPending: number;
  readonly journal: boolean;
  readonly exclusive: boolean;
  readonly shutdownGraceMs: number;
  readonly abortGraceMs: number;
  /** What its log sink does. */
  readonly sink: "keeps" | "default" | "throws" | "fails-at-end" | "hangs";
  /** What its hooks do. */
  readonly hooks: "none" | "pass" | "throw" | "hang";
}

/** Moments at which a fault does most harm. */
export type Moment = "call" | "result" | "record" | "delivery";

/** Something that goes wrong. */
export type Fault =
  & {
    readonly at: number;
    /** It waits for the next one of these, and hits the process that it came from. */
    readonly after?: Moment;
    /** So long after that. */
    readonly afterMs?: number;
  }
  & (
    /** The connections of a process, or of all, break and stay broken for a time. */
    | {
      kind: "cut";
      process?: string;
      forMs: number;
      loseOut: boolean;
      loseBack: boolean;
      dial: "refuse" | "hang";
    }
    /** Nothing passes in one direction or both, and neither end is told. */
    | { kind: "mute"; process?: string; forMs: number; direction: "out" | "back" | "both" }
    /** The client's end is gone, and the server does not notice for a time. */
    | { kind: "half-open"; process?: string; forMs: number }
    | { kind: "slow"; process?: string; forMs: number; latencyMs: number }
    | { kind: "restart"; forMs: number; how: "term" | "kill" | "empty"; forgetMs: number }
    | {
      kind: "trouble";
      stream: string;
      forMs: number;
      trouble: "full" | "mute" | "unconfirmed" | "unreadable" | "denied";
    }
    | { kind: "delete-stream"; stream: string; forMs: number }
    | { kind: "delete-consumer"; driver: string }
    | { kind: "change-consumer"; driver: string; ackWaitMs: number }
    | { kind: "pause"; process: string; forMs: number }
    /** The host sleeps: its monotonic clock stands still. */
    | { kind: "sleep"; process: string; forMs: number }
    | { kind: "clock-jump"; process: string; byMs: number }
    /** The process dies: now, or when it sends its nth message from now. */
    | { kind: "kill"; process: string; afterSends: number; forMs: number; lose: boolean }
    | { kind: "stop"; process: string; forMs: number }
  );

/** An API server after release 0.6, which can be asked whether runs are still wanted. */
export interface ApiPlan {
  readonly downFrom: number;
  readonly downUntil: number;
  /** Whether it takes requests while it is down. */
  readonly hangs: boolean;
  /** Whether it is that of another broker, and knows none of the resources. */
  readonly isAnother: boolean;
}

/** A whole schedule. */
export interface Plan {
  readonly seed: number;
  readonly protocol: "v1" | "v2";
  readonly maxPayload: number;
  readonly managers: readonly ManagerPlan[];
  readonly events: readonly EventPlan[];
  readonly faults: readonly Fault[];
  readonly engineMs: number;
  /** Without one, no run is superseded. */
  readonly api?: ApiPlan;
}
