/** The instances of a driver: how many run, and what became of those that were ended. */

import { setTimeout as pause } from "node:timers/promises";
import type { Runtime } from "../../tests/support/program.ts";
import { Instance, type InstanceConfig, type InstanceExit, type InstanceLine } from "./instance.ts";
import type { PackageStage } from "./package_stage.ts";
import { RunHistories } from "./run_histories.ts";

/** An instance that has had nothing to do for so long, in milliseconds, while there is work, is stuck. */
const IDLE_MS = 60_000;

/** Several processes of one driver. Disposing of it ends those that still run. */
export class Fleet implements AsyncDisposable {
  /** Attempts beyond a run's first. */
  repeats = 0;
  /** Last words of the instances that stopped gracefully. */
  readonly stats: Record<string, number>[] = [];
  /** What the instances had to say besides, the latest last. */
  readonly notices: string[] = [];
  /** What the instances had to say of the latest runs. */
  readonly histories: RunHistories = new RunHistories();
  readonly #stage: PackageStage;
  readonly #runtime: Runtime;
  readonly #config: InstanceConfig;
  readonly #listener: (line: InstanceLine, index: number) => void;
  readonly #program: string | undefined;
  readonly #instances: Instance[] = [];

  constructor(
    stage: PackageStage,
    runtime: Runtime,
    config: InstanceConfig,
    listener: (line: InstanceLine, index: number) => void = () => {},
    program?: string,
  ) {
    this.#stage = stage;
    this.#runtime = runtime;
    this.#config = config;
    this.#listener = listener;
    this.#program = program;
  }

  /** Starts an instance in a place, with a configuration of its own if given, and resolves when it is bound. */
  async start(index: number, config: Partial<InstanceConfig> = {}): Promise<void> {
    const merged = { ...this.#config, ...config };
    const instance = new Instance(this.#stage, this.#runtime, merged, (line) => {
      this.#hear(line, index);
    }, this.#program);
    this.#instances[index] = instance;
    await instance.ready;
  }

  /** The instance in a place. */
  at(index: number): Instance {
    const instance = this.#instances[index];
    if (!instance) throw new Error(`no instance was started in place ${index}`);
    return instance;
  }

  /** Resolves when the instance in a place is in the middle of a run. Rejects, with what all had to say, when it never is. */
  async atWork(index: number): Promise<Instance> {
    const instance = this.at(index);
    const idle = new AbortController();
    const late = pause(IDLE_MS, undefined, { signal: idle.signal }).then(() => {
      const said = this.notices.slice(-40).join("\n");
      throw new Error(`the instance in place ${index} got nothing to do; last was said:\n${said}`);
    });
    late.catch(() => undefined); // When it is not late, the pause is cut short.
    await Promise.race([instance.atWork(), late]);
    idle.abort();
    return instance;
  }

  /** Stops all gracefully, and gives how they ended. */
  async stop(): Promise<InstanceExit[]> {
    return await Promise.all(this.#instances.map((instance) => instance.end("SIGTERM")));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.end("SIGKILL")));
  }

  /** A counter, summed up over the last words of the instances that stopped gracefully. */
  total(counter: string): number {
    return this.stats.reduce((sum, counted) => sum + (counted[counter] ?? 0), 0);
  }

  #hear(line: InstanceLine, index: number): void {
    if (line.type === "started" && line.attempt > 1) this.repeats++;
    this.histories.hear(line, index);
    if (line.type === "stats") this.stats.push(line.stats);
    if (line.type === "notice") this.notices.push(`[${index}] ${line.text}`);
    this.#listener(line, index);
  }
}
