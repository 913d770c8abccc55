/** The same work with the SDK, as a user writes it. */

import * as sdk from "@conveyor/driver";
import type { Telemetry } from "@conveyor/driver/otel";
import type { LoopOptions } from "./nats_loop.ts";

/** What the SDK is told besides. */
export interface SdkOptions extends LoopOptions {
  /** Whether outcomes are kept in the journal. @default {true} */
  readonly journal?: boolean;
  /** Whether each run's log says when it started and how it ended. @default {false} */
  readonly runLog?: boolean;
  /** Whether a hook counts the runs. It costs a call for each event; without it, statistics are read now and then. @default {true} */
  readonly hook?: boolean;
  /** Records metrics and traces. @default none */
  readonly telemetry?: Telemetry;
  /** The API server to ask whether events are still wanted. @default none is asked */
  readonly apiUrl?: string;
}

/** How often statistics are read without a hook, in milliseconds. */
const STATS_MS = 5;

/** The functions of the package that are measured. */
export type SdkLibrary = Pick<typeof sdk, "createClient" | "createDriver" | "createDriverManager">;

/** Starts a manager; the function it gives ends it. */
export function startSdk(options: SdkOptions): Promise<() => Promise<void>> {
  return startSdkOf(sdk, options);
}

/** Starts a manager of a build of the package; the function it gives ends it. */
export async function startSdkOf(
  { createClient, createDriver, createDriverManager }: SdkLibrary,
  options: SdkOptions,
): Promise<() => Promise<void>> {
  const { url, driver: name, concurrency, journal = true, runLog = false, apiUrl } = options;
  const { onReconcile, onDone, telemetry, hook = true } = options;
  const driver = createDriver({
    name,
    resources: ["workflow"],
    reconcile({ runId }) {
      onReconcile(runId);
    },
  });
  const manager = createDriverManager({
    driver,
    servers: url,
    concurrency,
    journal,
    staleness: apiUrl === undefined ? "off" : "check",
    ...(apiUrl !== undefined && { client: createClient({ url: apiUrl }) }),
    ...(telemetry && { telemetry }),
    console: false,
    runLog: runLog ? "all" : "off",
    handleSignals: false,
    ...(hook && {
      onEvent(event) {
        if (event.type === "run-ended") onDone(event.run.runId);
      },
    }),
  });
  const running = manager.run();
  await manager.ready;
  let counted = 0;
  const count = () => {
    const { succeeded = 0 } = manager.stats().drivers[name] ?? {};
    for (; counted < succeeded; counted++) onDone("");
  };
  const counting = hook ? undefined : setInterval(count, STATS_MS);
  return async () => {
    clearInterval(counting);
    await manager.stop();
    await running;
  };
}
