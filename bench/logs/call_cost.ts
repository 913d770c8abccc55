/** What a call of `logger.info` costs the caller: the time until it returns. */

import { createLogger } from "@conveyor/driver";
import { median } from "../median.ts";

const CALLS = 1000;

/** Microseconds a call, without labels and with two. */
export async function measureCallCost(
  rounds: number,
): Promise<{ plainUs: number; labelledUs: number }> {
  const logger = createLogger({
    driver: "deploy",
    runId: "bench",
    labels: { team: "ci" },
    sinks: [() => {}],
    secrets: ["a-secret-of-the-run", "another-secret"],
  });
  const plain: number[] = [];
  const labelled: number[] = [];
  for (let round = 0; round < rounds; round++) {
    plain.push(timed(() => logger.info("compiling module 17 of the application")));
    await logger.flush();
    labelled.push(timed(() => logger.info("compiling", { module: "17", of: "application" })));
    await logger.flush();
  }
  await logger.close();
  return { plainUs: median(plain), labelledUs: median(labelled) };
}

function timed(call: () => void): number {
  const start = performance.now();
  for (let index = 0; index < CALLS; index++) call();
  return (performance.now() - start) * 1000 / CALLS;
}
