/** The lines of a manager's start and of its stop. @module */

import type { Driver } from "../../driver.ts";
import { host } from "../../runtime/detect.ts";
import { VERSION } from "../../version.ts";
import type { ManagerEvent } from "../events.ts";
import type { ResolvedOptions } from "../options.ts";
import { type EventLine, line } from "./event_lines.ts";
import type { RunningRuns } from "./running_runs.ts";

/** Follows a manager's events, and says once what has started, and what a stop waits for. */
export class LifeLines {
  readonly #options: ResolvedOptions;
  readonly #runs: RunningRuns;
  #server = "";
  #protocol = "";
  #started = false;

  constructor(options: ResolvedOptions, runs: RunningRuns) {
    this.#options = options;
    this.#runs = runs;
  }

  /** The further line of an event, if it has one. */
  describe(event: ManagerEvent): EventLine | undefined {
    if (event.type === "connected") this.#server = event.server;
    if (event.type === "bound") this.#protocol = event.protocol;
    if (event.type !== "state") return undefined;
    if (event.state === "stopping") return line("info", this.#stopText(event.reason));
    if (event.state !== "running" || this.#started) return undefined;
    this.#started = true;
    return line("info", this.#startText());
  }

  #startText(): string {
    const { drivers, instance } = this.#options;
    return `@conveyor/driver ${VERSION} on ${host().name} runs ${
      drivers.map(described).join(", ")
    } at ${this.#server}, ` +
      `protocol ${this.#protocol}, as ${instance}`;
  }

  #stopText(reason: string): string {
    const { shutdownGraceMs } = this.#options;
    const running = this.#runs.describe();
    if (running === undefined) return `stopping: ${reason}`;
    const again = reason.endsWith("was received")
      ? "; a second signal ends the process at once"
      : "";
    const limit = shutdownGraceMs === Infinity ? "" : ` up to ${shutdownGraceMs / 1000} s`;
    return `stopping: ${reason}; waiting${limit} for ${running}${again}`;
  }
}

function described({ name, resources, events }: Driver): string {
  return `${name} (${resources.join(", ")}: ${events?.join(", ") ?? "every event"})`;
}
