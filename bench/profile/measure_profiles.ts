/** Where the time for an event goes, in the SDK and in loops by hand. @module */

import { measureEvents, type Start } from "../loop/throughput.ts";
import { startBaseline, startRecording } from "../loop/baseline.ts";
import { startSdk } from "../loop/sdk.ts";
import { median } from "../median.ts";
import { type BenchWorld, openBenchWorld } from "../world.ts";
import { CpuProfile, type Part, PARTS, type Spent } from "./cpu_profile.ts";
import { cpuOf } from "../server_cpu.ts";

/** Medians over all rounds, in microseconds for an event. */
export interface Profile {
  readonly what: string;
  readonly parts: ReadonlyMap<Part, number>;
  /** CPU time of the nats-server. */
  readonly serverUs: number;
}

const SUBJECTS: readonly (readonly [what: string, start: Start])[] = [
  ["loop by hand", startBaseline],
  ["loop by hand with records", startRecording],
  ["SDK without the journal", (options) => startSdk({ ...options, journal: false })],
  ["SDK", startSdk],
];

/** Profiles `events` events in `rounds` rounds, in turns. */
export async function measureProfiles(
  { concurrency, events, rounds }: { concurrency: number; events: number; rounds: number },
): Promise<Profile[]> {
  await using world = await openBenchWorld();
  const taken = SUBJECTS.map((): { spent: Spent; serverUs: number }[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, [, start]] of SUBJECTS.entries()) {
      const one = await profileOf(world, start, concurrency, events);
      if (round > 0) taken[i]!.push(one); // The first one warms up.
    }
  }
  return SUBJECTS.map(([what], i) => ({
    what,
    parts: new Map(
      PARTS.map((part) => [part, median(taken[i]!.map(({ spent }) => spent.get(part)! / events))]),
    ),
    serverUs: median(taken[i]!.map(({ serverUs }) => serverUs / events)),
  }));
}

async function profileOf(
  world: BenchWorld,
  start: Start,
  concurrency: number,
  events: number,
): Promise<{ spent: Spent; serverUs: number }> {
  using profile = new CpuProfile();
  let [started, done, serverUs] = [false, 0, 0];
  let spent: Spent | undefined;
  await measureEvents(
    world,
    (options) =>
      start({
        ...options,
        onReconcile(runId) {
          if (!started) {
            started = true;
            serverUs = cpuOf(world.serverPid);
            profile.start();
          }
          options.onReconcile(runId);
        },
        onDone(runId) {
          if (++done === events) {
            spent = profile.end();
            serverUs = cpuOf(world.serverPid) - serverUs;
          }
          options.onDone(runId);
        },
      }),
    concurrency,
    events,
  );
  if (!spent) throw new Error("the profile has not ended");
  return { spent, serverUs };
}
