/** The same work with the SDK, as a user writes it. */

import { createClient, createDriver, createDriverManager } from "@conveyor/driver";
import type { LoopOptions } from "./nats_loop.ts";

/** What the SDK is told besides. */
export interface SdkOptions extends LoopOptions {
  /** Whether outcomes are kept in the journal. @default {true} */
  readonly journal?: boolean;
  /** The API server to ask whether events are still wanted. @default none is asked */
  readonly apiUrl?: string;
}

/** Starts a manager; the function it gives ends it. */
export async function startSdk(options: SdkOptions): Promise<() => Promise<void>> {
  const { url, driver: name, concurrency, journal = true, apiUrl, onReconcile, onDone } = options;
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
    console: false,
    handleSignals: false,
    onEvent(event) {
      if (event.type === "run-ended") onDone();
    },
  });
  const running = manager.run();
  await manager.ready;
  return async () => {
    await manager.stop();
    await running;
  };
}
