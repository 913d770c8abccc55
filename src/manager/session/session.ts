/** The session that all drivers of a connected manager share. @module */

import type { Client } from "../../client/client.ts";
import type { Masker } from "../../logger/masking/masker.ts";
import type { LogSink } from "../../logger/record.ts";
import type { InContext } from "../../runtime/async_context.ts";
import type { SinkTotals } from "../../logger/sink_stats.ts";
import type { Telemetry } from "../../telemetry/telemetry.ts";
import type { ProtocolVersion } from "../../protocol/subjects.ts";
import type { Connection, StreamInfo } from "../../transport/transport.ts";
import type { EventSource } from "../event_source.ts";
import type { ManagerEvent } from "../events.ts";
import type { AttemptCounts } from "./attempt_counts.ts";
import type { OutcomeJournal } from "./outcome_journal.ts";
import type { ResourceLocks } from "./resource_locks.ts";
import type { Meters } from "../meters.ts";
import type { BrokerClock } from "../staleness/broker_clock.ts";
import type { Staleness } from "../staleness/staleness.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";

/** A session. */
export interface Session {
  readonly options: ResolvedOptions;
  readonly hooks: {
    readonly [Hook in "onPoison" | "onDeadLetter" | "captureConsole"]:
      | DriverManagerOptions[Hook]
      | undefined;
  };
  readonly connection: Connection;
  readonly protocol: ProtocolVersion;
  /** How long the stream of events keeps a message, in milliseconds; 0 is without a limit. */
  readonly keepsMs: number;
  /** The broker's clock, as far as this host can tell. */
  readonly clock: BrokerClock;
  /** Reads the protocol off the stream of events, and its limits: the server may have been replaced by another version. */
  detectProtocol(stream: StreamInfo): Promise<void>;
  readonly journal: OutcomeJournal | undefined;
  readonly attempts: AttemptCounts;
  readonly locks: ResourceLocks | undefined;
  readonly sinks: readonly LogSink[];
  /** Those of earlier protocols too, for the end. */
  readonly allSinks: readonly LogSink[];
  /** Line counters of all runs, by sink. */
  readonly sinkTotals: SinkTotals;
  readonly masker: Masker;
  readonly meters: Meters;
  /** Whether anything takes the events of attempts: a hook, or the run log. */
  readonly reportsAttempts: boolean;
  readonly telemetry: Telemetry | undefined;
  readonly client: Client;
  /** Knows which events are no longer wanted; `undefined` when that is not asked. */
  readonly staleness: Staleness | undefined;
  /** Calls code of the user in the async context in which `run()` was called. */
  readonly inContext: InContext;
  /** Aborts when a graceful shutdown starts. */
  readonly shuttingDown: AbortSignal;
  /** Reports an event, with the run that it is about. Never throws. */
  emit(event: ManagerEvent, source?: EventSource): void;
}
