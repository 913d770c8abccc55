/** A process of the driver under test. */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { binaryOf, type Runtime } from "../../tests/support/program.ts";
import type { PackageStage } from "./package_stage.ts";

/** What the driver is told to be. */
export interface InstanceConfig {
  readonly name: string;
  readonly resources: readonly string[];
  readonly servers: readonly string[];
  readonly concurrency: number;
  readonly ackWaitMs: number;
  readonly maxAckPending?: number;
  /** The time-out of an attempt, in milliseconds. @default {2000} */
  readonly timeoutMs?: number;
  /** How often it tells what it weighs, in milliseconds; never, unless set. */
  readonly sampleMs?: number;
}

/** A line that the driver writes. */
export type InstanceLine =
  | { type: "ready" }
  | { type: "started"; runId: string; attempt: number }
  | { type: "ended"; runId: string; attempt: number; outcome: string; reason?: string }
  | { type: "notice"; text: string }
  | { type: "sample"; heapUsed: number; rss: number }
  | { type: "stats"; stats: Record<string, number> };

/** How a process has ended. */
export interface InstanceExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** What it wrote to standard error. */
  readonly complaints: string;
}

const ARGS: Readonly<Record<Runtime, readonly string[]>> = {
  node: ["--expose-gc"],
  deno: ["run", "-A", "--node-modules-dir=manual", "--v8-flags=--expose-gc"],
  bun: ["--no-install"],
};

/** A running driver. */
export class Instance {
  readonly pid: number;
  /** Resolves when its consumer is bound. Rejects when it ends before. */
  readonly ready: Promise<void>;
  readonly exit: Promise<InstanceExit>;
  /** Runs it has started and not ended. */
  readonly #going = new Set<string>();
  #onWork: (() => void) | undefined;
  #running = true;

  /** Starts a program of the stage on a runtime. */
  constructor(
    stage: PackageStage,
    runtime: Runtime,
    config: InstanceConfig,
    listener: (line: InstanceLine) => void,
    program = "worker.mjs",
  ) {
    const child = spawn(binaryOf(runtime), [...ARGS[runtime], program], {
      cwd: stage.folder,
      env: { ...process.env, NO_COLOR: "1", CHAOS_DRIVER: JSON.stringify(config) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.pid = child.pid ?? 0;
    let complaints = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => complaints += text);
    this.exit = new Promise<InstanceExit>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", () => this.#running = false);
      child.once("close", (code, signal) => resolve({ code, signal, complaints }));
    });
    this.ready = new Promise((resolve, reject) => {
      const hear = (line: InstanceLine) => {
        if (line.type === "ready") resolve();
        this.#note(line);
        listener(line);
      };
      createInterface({ input: child.stdout }).on("line", (text) => hear(parseLine(text)));
      this.exit.then((exit) => {
        reject(new Error(`the driver ended before it was ready: ${JSON.stringify(exit)}`));
      }, reject);
    });
    this.ready.catch(() => undefined); // One may be killed while it starts.
  }

  /** Whether the process is there. */
  get running(): boolean {
    return this.#running;
  }

  /** Resolves when it is in the middle of a run. */
  async atWork(): Promise<void> {
    if (this.#going.size > 0) return;
    await Promise.race([new Promise<void>((resolve) => this.#onWork = resolve), this.exit]);
  }

  /** Sends a signal, and resolves when the process has ended. */
  async end(signal: NodeJS.Signals): Promise<InstanceExit> {
    // Deno's child.kill() reports the signal as the end of a process that has ended by itself.
    if (this.#running) process.kill(this.pid, signal);
    return await this.exit;
  }

  #note(line: InstanceLine): void {
    if (line.type === "ended") this.#going.delete(line.runId);
    if (line.type !== "started") return;
    this.#going.add(line.runId);
    this.#onWork?.();
  }
}

/** A process that is killed may leave half a line, which tells nothing. */
function parseLine(text: string): InstanceLine {
  try {
    return JSON.parse(text) as InstanceLine;
  } catch {
    return { type: "notice", text };
  }
}
