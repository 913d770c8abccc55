/** Ends what a manager has opened. @module */

import { withDeadline } from "../../async/deadline.ts";
import { hasCode, isErrorLike, messageOf } from "../../errors.ts";
import { livenessOf } from "../../logger/liveness.ts";
import type { LogSink } from "../../logger/record.ts";
import type { Connection } from "../../transport/transport.ts";
import type { ManagerEvent } from "../events.ts";
import { hookLimits } from "../hook_limits.ts";
import type { ResolvedOptions } from "../options.ts";
import type { Session } from "../session/session.ts";
import type { Worker } from "../worker/worker.ts";

/** How long to wait at the end for a sink that is away, in milliseconds. */
const LAST_MS = 1000;

/** What a manager has opened. */
export interface OpenParts {
  readonly options: ResolvedOptions;
  readonly workers: readonly Worker[];
  readonly session: Session | undefined;
  readonly connection: Connection | undefined;
  /** Whether the sinks were created by the manager, which then ends them; those of the user are only flushed. */
  readonly ownSinks: boolean;
  emit(event: ManagerEvent): void;
}

/**
 * Stops the workers within the grace period, then flushes the sinks and closes the connection. Never rejects: each step is taken
 * whatever happened to those before it, and a failure is reported.
 */
export async function drain(parts: OpenParts): Promise<void> {
  const { options, workers, session, connection, ownSinks } = parts;
  const stops = workers.map((worker) =>
    reported(
      parts,
      `stop the driver ${worker.driver.name}`,
      () => worker.stop(options.shutdownGraceMs),
    )
  );
  await Promise.all(stops);
  session?.journal?.close();
  const ends = (session?.allSinks ?? []).map((sink) => {
    const action = `flush the log sink ${sink.sinkName ?? sink.name}`;
    return reported(
      parts,
      action,
      () => withDeadline(endLimits(action, options, sink), async () => await end(sink, ownSinks)),
    );
  });
  await Promise.all(ends);
  await reported(parts, "close the connection", async () => await connection?.close());
}

/** A sink that is known to be away gets a last moment only. */
function endLimits(action: string, { hookTimeoutMs }: ResolvedOptions, sink: LogSink) {
  const timeoutMs = livenessOf(sink).away ? Math.min(LAST_MS, hookTimeoutMs) : hookTimeoutMs;
  return hookLimits(action, { hookTimeoutMs: timeoutMs });
}

async function end(sink: LogSink, own: boolean): Promise<void> {
  await (own ? sink[Symbol.asyncDispose]?.() : sink.flush?.());
}

async function reported(
  { emit }: OpenParts,
  action: string,
  step: () => Promise<void>,
): Promise<void> {
  try {
    await step();
  } catch (error) {
    const reason = messageOf(error);
    emit({
      type: "warning",
      code: "shutdown",
      message: hasCode(error, "timeout") ? reason : `cannot ${action}: ${reason}`,
      ...(isErrorLike(error) && { error }),
    });
  }
}
