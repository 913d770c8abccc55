/** Watches a running manager for what its user may wonder about. @module */

import { delayUnlessAborted } from "../../async/delay.ts";
import type { Client } from "../../client/client.ts";
import { hasCode } from "../../errors.ts";
import { filterSubjects, type ProtocolVersion } from "../../protocol/subjects.ts";
import type { ManagerEvent } from "../events.ts";
import type { ResolvedOptions } from "../options.ts";

/** What is watched. */
export interface Watched {
  readonly options: Pick<ResolvedOptions, "drivers">;
  /** Returns the client of the API server; absent where its address was not given: it would ask what is there by chance. */
  readonly client: (() => Client) | undefined;
  readonly protocol: ProtocolVersion;
  /** Returns how many messages were delivered so far. */
  readonly received: () => number;
  emit(event: ManagerEvent): void;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** When a hint says that nothing has arrived, in milliseconds after the one before. */
const HINTS_MS = [60_000, 600_000, 3_600_000] as const;

/** Watches until the signal fires. */
export function watch(watched: Watched): void {
  if (watched.signal.aborted) return;
  void hintWhenIdle(watched);
  if (watched.client) void checkDefinitions(watched, watched.client);
}

/** Says that nothing has arrived since the start, ever more rarely. */
async function hintWhenIdle({ options, protocol, received, emit, signal }: Watched): Promise<void> {
  let waitedMs = 0;
  for (let hint = 0;; hint++) {
    const delayMs = HINTS_MS[Math.min(hint, HINTS_MS.length - 1)]!;
    await delayUnlessAborted(delayMs, signal);
    if (signal.aborted || received() > 0) return;
    waitedMs += delayMs;
    const subjects = options.drivers
      .flatMap(({ name, resources }) => filterSubjects(protocol, name, resources));
    emit({
      type: "warning",
      code: "idle",
      message:
        `no event has arrived for ${waitedMs / 60_000} min on ${
          [...new Set(subjects)].join(", ")
        }: it comes when a resource ` +
        "of this type is created, or a pipeline names this driver, on the Conveyor server of this NATS server",
    });
  }
}

/** Warns of listed resource types that the server has no definition of: no resource of theirs can be created. */
async function checkDefinitions(
  { options, emit, signal }: Watched,
  open: () => Client,
): Promise<void> {
  const types = new Set(options.drivers.flatMap(({ resources }) => resources));
  for (const type of types) {
    try {
      await open().getResourceDefinition(type, { signal, timeoutMs: 5000 });
    } catch (error) {
      // A reconcile that uses the client reports why it cannot be used.
      if (!hasCode(error, "not-found")) return;
      emit({
        type: "warning",
        code: "no-definition",
        message:
          `the server at ${open().getApiUrl()} has no definition of the resource type ${type}: create it, or correct the ` +
          "driver's resources",
      });
    }
  }
}
