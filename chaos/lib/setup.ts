/** A server, two instances of a driver and their runs: what the scenarios with one server and lasting faults have in common. */

import type { NatsServerOptions } from "../../tests/support/nats_server.ts";
import { type SingleServer, singleServer } from "./broker.ts";
import { Checker } from "./checker.ts";
import { Fleet } from "./fleet.ts";
import type { InstanceConfig } from "./instance.ts";
import { Ledger, type LedgerOptions } from "./ledger.ts";
import { NetworkProxy } from "./proxy.ts";
import { Publisher } from "./publisher.ts";
import { exactly, type Figure, type ScenarioContext, told } from "./scenario.ts";
import type { StreamOptions } from "./streams.ts";
import { type Excuses, exitFigure, resultFigures } from "./verdict.ts";

/** The driver, and the resource type it lists. */
export const DRIVER = "chaos";
const TYPE = "workflow";
/** The places of the instances. */
export const PLACES = [0, 1] as const;

/** What is told of the instances' last notices when a figure was missed. */
const NOTICES = 10;
const NOTICE_LENGTH = 200;

/** What is different from scenario to scenario. */
export interface SetupOptions {
  readonly server?: NatsServerOptions;
  /** The user and the password of the instances, as they stand in a URL. */
  readonly login?: string;
  /** Places whose instances have a proxy before the server. @default none */
  readonly proxied?: readonly number[];
  readonly streams?: Omit<StreamOptions, "replicas">;
  readonly ledger: Omit<LedgerOptions, "driver" | "type">;
  readonly instance: Pick<InstanceConfig, "ackWaitMs" | "timeoutMs"> & {
    /** @default {8} */
    readonly concurrency?: number;
  };
}

/** All of it, running. Disposing of it ends it. */
export interface Setup extends AsyncDisposable {
  readonly server: SingleServer;
  readonly checker: Checker;
  readonly fleet: Fleet;
  readonly ledger: Ledger;
  readonly publisher: Publisher;
  /** The proxies of the instances that have one. */
  readonly proxies: readonly NetworkProxy[];
  /** Publishes what is left, waits until all is done, stops the instances, and gives the figures that all have to reach. */
  conclude(excuses?: Excuses): Promise<Figure[]>;
}

/** Starts it: the server, its streams, and the instances. */
export async function openSetup(
  { stage, runtime, say }: ScenarioContext,
  options: SetupOptions,
): Promise<Setup> {
  const owned: AsyncDisposable[] = [];
  const own = <Part extends AsyncDisposable>(part: Part) => {
    owned.unshift(part);
    return part;
  };
  const dispose = async () => {
    for (const part of owned) await part[Symbol.asyncDispose]();
  };
  try {
    const server = own(await singleServer(options.server));
    const checker = own(await Checker.connect(server.urls));
    await checker.createStreams(options.streams);
    await checker.keepEvents();
    const url = server.urls[0]!.replace("//", `//${options.login ? `${options.login}@` : ""}`);
    const fleet = own(
      new Fleet(stage, runtime, {
        name: DRIVER,
        resources: [TYPE],
        servers: [url],
        concurrency: 8,
        ...options.instance,
      }),
    );
    const proxies = new Map<number, NetworkProxy>();
    for (const place of options.proxied ?? []) {
      proxies.set(place, own(await NetworkProxy.start(url)));
    }
    await Promise.all(PLACES.map((place) => {
      const proxy = proxies.get(place);
      return fleet.start(place, proxy ? { servers: [proxy.url] } : {});
    }));
    const ledger = new Ledger({ driver: DRIVER, type: TYPE, ...options.ledger });
    const publisher = new Publisher(checker, ledger);
    const parts = { server, checker, fleet, ledger, publisher, proxies: [...proxies.values()] };
    return {
      ...parts,
      conclude: (excuses) => conclude(parts, say, excuses),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function conclude(
  { checker, fleet, ledger, publisher }: Omit<Setup, "conclude" | typeof Symbol.asyncDispose>,
  say: ScenarioContext["say"],
  excuses?: Excuses,
): Promise<Figure[]> {
  publisher.allowAll();
  await publisher.done;
  const settled = await checker.allSettled(DRIVER);
  if (!settled) say(await checker.describe(DRIVER));
  const alive = PLACES.filter((place) => fleet.at(place).running);
  const exits = await fleet.stop();
  const figures = await resultFigures(checker, ledger, fleet.histories, say, excuses);
  if (figures.some(({ met }) => !met)) {
    for (const notice of fleet.notices.slice(-NOTICES)) say(notice.slice(0, NOTICE_LENGTH));
  }
  return [
    exactly("instances that lived through it", PLACES.length, alive.length),
    ...figures,
    exactly("consumers left with work", 0, settled ? 0 : 1),
    exitFigure(exits, say),
    told("results handed in again", fleet.total("republished")),
    told("attempts beyond a run's first", fleet.repeats),
    told("dead letters", fleet.total("deadLettered")),
  ];
}
