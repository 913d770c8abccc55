/** Where a process spends its CPU time, by V8's sampling profiler. @module */

import { type Profiler, Session } from "node:inspector";

/** How often a sample is taken, in microseconds. */
const INTERVAL_US = 200;

/** The parts of a program, in the order in which they are shown. */
export const PARTS = [
  "@conveyor/driver",
  "loop by hand",
  "nats.js",
  "Node.js: sockets, timers, promises",
  "garbage collection",
  "native code outside JavaScript",
  "waiting",
] as const;

/** A part of a program. */
export type Part = typeof PARTS[number];

/** Time in each part, in microseconds. */
export type Spent = ReadonlyMap<Part, number>;

/** Samples from {@linkcode CpuProfile.start} to {@linkcode CpuProfile.end}. Both happen at once, between two lines of the program. */
export class CpuProfile implements Disposable {
  readonly #session = new Session();

  constructor() {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.setSamplingInterval", { interval: INTERVAL_US });
  }

  start(): void {
    this.#session.post("Profiler.start");
  }

  /** Ends the profile, and tells where the time went. */
  end(): Spent {
    let spent: Spent = new Map();
    this.#session.post("Profiler.stop", (error, { profile }) => {
      if (error) throw error;
      spent = spentIn(profile);
    });
    return spent;
  }

  [Symbol.dispose](): void {
    this.#session.disconnect();
  }
}

function spentIn({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Spent {
  const partOfNode = new Map(nodes.map(({ id, callFrame }) => [id, partOf(callFrame)]));
  const spent = new Map<Part, number>(PARTS.map((part) => [part, 0]));
  samples.forEach((node, i) => {
    const part = partOfNode.get(node)!;
    spent.set(part, spent.get(part)! + (timeDeltas[i] ?? 0));
  });
  return spent;
}

function partOf({ functionName, url }: { functionName: string; url: string }): Part {
  if (functionName === "(idle)") return "waiting";
  if (functionName === "(garbage collector)") return "garbage collection";
  if (functionName === "(program)") return "native code outside JavaScript";
  if (url.includes("/node_modules/")) return "nats.js";
  if (url.includes("/dist/")) return "@conveyor/driver";
  if (url.includes("/bench/")) return "loop by hand";
  return "Node.js: sockets, timers, promises";
}
