/** The progress of a run's steps, read off its log. @module */

import type { LogEntry } from "../../client/mod.ts";
import { OWN_ENTRY, parseEndOfLog } from "../../protocol/logs/end_of_log.ts";
import { seconds } from "./duration.ts";
import { plain } from "./plain.ts";
import type { Terminal } from "../terminal.ts";

/** How far a step has come. */
type StepState = "waiting" | "running" | "retrying" | "succeeded" | "failed";

interface Step {
  state: StepState;
  durationMs?: number;
}

/** The steps of a run, in order: those that are known, and those that its log shows. */
export class RunProgress {
  readonly #terminal: Terminal;
  readonly #steps = new Map<string, Step>();
  #width = 0;

  /** `steps` are the drivers of the steps that are known. */
  constructor(terminal: Terminal, steps: readonly string[] = []) {
    this.#terminal = terminal;
    for (const driver of steps) this.#stepOf(driver);
  }

  /** Takes an entry of the log, and returns it as a line. */
  line({ driver, message }: Pick<LogEntry, "driver" | "message">): string {
    const step = this.#stepOf(driver);
    const end = parseEndOfLog(message);
    if (end) {
      step.durationMs = end.durationMs;
      step.state = end.outcome === "succeeded"
        ? "succeeded"
        : /^(?:failed|superseded)$/.test(end.outcome)
        ? "failed"
        : "retrying";
    } else if (step.state === "waiting" || step.state === "retrying") step.state = "running";
    const { palette } = this.#terminal;
    const coloured = palette.bold("") !== "";
    const name = palette.driver([...this.#steps.keys()].indexOf(driver))(
      driver.padEnd(this.#width),
    );
    const text = plain(message, coloured).replaceAll("\n", `\n${" ".repeat(this.#width)} │ `);
    const own = message.startsWith(OWN_ENTRY);
    return `${name} ${palette.dim("│")} ${own ? palette.dim(text.slice(OWN_ENTRY.length)) : text}`;
  }

  /** Describes all steps in one line: `✓ build → deploy`. */
  describe(): string {
    const { palette } = this.#terminal;
    const { good, bad, warn, bold, dim } = palette;
    const styles = {
      waiting: dim,
      running: bold,
      retrying: (driver: string) => warn(`↻ ${driver}`),
      succeeded: (driver: string) => good(`✓ ${driver}`),
      failed: (driver: string) => bad(`✗ ${driver}`),
    };
    return [...this.#steps].map(([driver, { state }]) => styles[state](driver)).join(dim(" → ")) ||
      dim("waiting for the first log entry");
  }

  /** Describes each step and its result, a line for each. */
  summary(
    results: Readonly<Record<string, { readonly success: boolean; readonly message: string }>>,
  ): string {
    const { good, bad, dim, bold } = this.#terminal.palette;
    const coloured = bold("") !== "";
    return [...this.#steps].map(([driver, { durationMs }]) => {
      const result = results[driver];
      const mark = !result ? dim("·") : result.success ? good("✓") : bad("✗");
      const time = dim((durationMs === undefined ? "" : seconds(durationMs)).padStart(8));
      const said = result ? plain(result.message, coloured) : dim("not reached");
      return `${mark} ${driver.padEnd(this.#width)} ${time}  ${said}`.trimEnd();
    }).join("\n");
  }

  #stepOf(driver: string): Step {
    const known = this.#steps.get(driver);
    if (known) return known;
    const step: Step = { state: "waiting" };
    this.#steps.set(driver, step);
    this.#width = Math.max(this.#width, driver.length);
    return step;
  }
}
