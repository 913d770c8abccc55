/** There is no room for results, records and events any more, and then there is. */

import { setTimeout as pause } from "node:timers/promises";
import { enoughRuns, type Fault, strikeAll } from "../lib/faults.ts";
import type { SingleServer } from "../lib/broker.ts";
import { type Figure, type Scenario, type ScenarioContext, told } from "../lib/scenario.ts";
import { openSetup } from "../lib/setup.ts";
import { mountSmallDisk, type SmallDisk } from "../lib/small_disk.ts";
import { StoreFiller } from "../lib/store_filler.ts";

const EVENTS_A_SECOND = 50;
const LONG = [1, 5, 20, 60];
const SHORT = [2, 6];
/** What JetStream may take, and what the disk has. */
const STORE_MIB = 32;
const DISK_MIB = 64;

/**
 * In turn, JetStream reaches its limit, and the disk is full. After that the server is restarted when there is room again: release
 * 2.15 stores nothing in a stream on which a write has failed until then. Where no disk can be mounted, only the limit is reached.
 */
export const diskFull: Scenario = { name: "disk-full", run };

async function run(context: ScenarioContext): Promise<Figure[]> {
  const disk = await mountSmallDisk(DISK_MIB);
  if (typeof disk === "string") return await runOn(undefined, context, disk);
  await using mounted = disk;
  return await runOn(mounted, context, `${DISK_MIB} MiB, in a mount namespace`);
}

async function runOn(
  disk: SmallDisk | undefined,
  context: ScenarioContext,
  about: string,
): Promise<Figure[]> {
  const lengths = context.short ? SHORT : LONG;
  await using setup = await openSetup(context, {
    server: {
      storeConfig: `max_file_store: ${STORE_MIB}MB`,
      ...(disk && { storeFolder: disk.folder, within: disk.within }),
    },
    instance: { ackWaitMs: 5000 },
    ledger: { runs: enoughRuns(EVENTS_A_SECOND, [...lengths, ...lengths]) },
  });
  const faults = lengths.flatMap((seconds) => [
    limitReached(setup.server, seconds),
    ...(disk ? [noRoomOn(disk, setup.server, seconds)] : []),
  ]);
  const healed = await strikeAll(setup, faults, {
    eventsASecond: EVENTS_A_SECOND,
    say: context.say,
  });
  return [
    healed,
    ...await setup.conclude({ faultSeconds: Math.max(...lengths) }),
    told("file system", about),
  ];
}

function limitReached({ urls }: SingleServer, seconds: number): Fault {
  return {
    name: `JetStream's limit reached for ${seconds} s`,
    async strike() {
      await using _filler = await StoreFiller.start(urls);
      await pause(seconds * 1000);
    },
  };
}

function noRoomOn(disk: SmallDisk, server: SingleServer, seconds: number): Fault {
  return {
    name: `disk full for ${seconds} s, then a restart`,
    async strike() {
      await disk.fill();
      await pause(seconds * 1000);
      await disk.empty();
      await server.away(0, "SIGTERM");
    },
  };
}
