import { expect } from "vitest";
import { connectBroker } from "../../../src/transport/connect.ts";
import type { ConnectOptions } from "../../../src/transport/transport.ts";
import { Inbox } from "./world.ts";

/** Connects to a server that refuses it, and returns the first failure. */
export async function firstFailure(
  options: Omit<ConnectOptions, "signal" | "onAttemptFailed">,
  connect: typeof connectBroker = connectBroker,
): Promise<{ server: string; attempt: number; error: Error }> {
  const ending = new AbortController();
  const failures = new Inbox<{ server: string; attempt: number; error: Error }>();
  const connecting = connect({
    ...options,
    signal: ending.signal,
    onAttemptFailed: (failure) => failures.put(failure),
  });
  const failed = expect(connecting).rejects.toThrow("enough");
  const first = await failures.next();
  ending.abort(new Error("enough"));
  await failed;
  return first;
}
