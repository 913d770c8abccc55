/** What the demo shows on the terminal. */

import type { DriverResult } from "@conveyor/driver";
import type { LogEntry } from "@conveyor/driver/client";
import { wrap } from "./wrap.ts";

type Style = (text: string) => string;

/** How texts are styled. Without colours they are not changed. */
export interface Palette {
  bold: Style;
  dim: Style;
  good: Style;
  bad: Style;
  /** The colour of the step at an index. */
  step(index: number): Style;
}

const STEP_COLOURS = [36, 35, 33, 34];

/** Colours on a terminal unless `NO_COLOR` is set, and elsewhere if `FORCE_COLOR` is. */
export function palette(output: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Palette {
  const { FORCE_COLOR: force, NO_COLOR: never } = env;
  const coloured = force ? force !== "0" : output.isTTY === true && !never;
  const style = (code: number): Style => (text) => coloured ? `\x1b[${code}m${text}\x1b[0m` : text;
  return {
    bold: style(1),
    dim: style(2),
    good: style(32),
    bad: style(31),
    step: (index) => style(STEP_COLOURS[index % STEP_COLOURS.length] ?? 0),
  };
}

/** Where the output goes. */
export interface Output {
  write(text: string): unknown;
  /** Whether it is a terminal: only there a line can be overwritten. */
  isTTY?: boolean;
  /** The width of the terminal. */
  columns?: number;
}

const SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const ERASE_LINE = "\r\x1b[K";

/** Writes the demo's output, aligned by the names of the steps. */
export class Screen {
  readonly #output: Output;
  readonly #steps: readonly string[];
  readonly #palette: Palette;
  readonly #width: number;
  /** The step that writes, and since when it has: for the progress below its last line. */
  #active: { step: string; since: number } | undefined;

  constructor(
    output: Output,
    steps: readonly string[],
    palette: Palette,
  ) {
    this.#output = output;
    this.#steps = steps;
    this.#palette = palette;
    this.#width = Math.max(...steps.map((step) => step.length));
  }

  /** Shows the title and the facts of the run. */
  opening(facts: Readonly<Record<string, string>>): void {
    const { bold, dim } = this.#palette;
    this.#line(`\n  ${bold("Conveyor demo")}  ${this.#steps.join(dim(" → "))}\n`);
    for (const [name, value] of Object.entries(facts)) {
      this.#line(`  ${dim(name.padEnd(8))}${value}`);
    }
    this.#line("");
  }

  /** Shows a line of the run's log. A long one goes on below, beside the same bar. */
  log({ driver, message }: Pick<LogEntry, "driver" | "message">): void {
    if (this.#active?.step !== driver) this.#active = { step: driver, since: performance.now() };
    const gutter = this.#width + 5;
    for (
      const [index, line] of wrap(message, (this.#output.columns ?? Infinity) - gutter).entries()
    ) {
      this.#line(`${this.#gutter(driver, index === 0)} ${line}`);
    }
  }

  /** Shows on a terminal, below the log, that the step is at work, and for how long. Call it some times a second. */
  progress(now: number = performance.now()): void {
    if (!this.#output.isTTY || !this.#active) return;
    const { step, since } = this.#active;
    const ms = now - since;
    const sign = SPINNER[Math.floor(ms / 100) % SPINNER.length];
    const text = this.#palette.dim(`${sign} ${(ms / 1000).toFixed(0)} s`);
    this.#output.write(`${ERASE_LINE}${this.#gutter(step, true)} ${text}`);
  }

  /** Shows the result of each step, and of the run. */
  summary(
    results: Readonly<Record<string, DriverResult>>,
    durations: ReadonlyMap<string, number>,
    totalMs: number,
  ): void {
    const { bold, dim, good, bad } = this.#palette;
    this.#active = undefined;
    this.#line("");
    for (const step of this.#steps) this.#step(step, results[step], durations.get(step));
    const failed = this.#steps.find((step) => results[step]?.success === false);
    const end = failed === undefined
      ? good(`all ${this.#steps.length} steps passed`)
      : bad(`failed at ${failed}: ${results[failed]?.message}`);
    this.#line(`\n  ${bold(end)} ${dim(`in ${seconds(totalMs)}`)}\n`);
  }

  #step(step: string, result: DriverResult | undefined, durationMs: number | undefined): void {
    const { dim, good, bad } = this.#palette;
    const name = step.padEnd(this.#width);
    const time = dim((durationMs === undefined ? "" : seconds(durationMs)).padStart(8));
    if (!result) this.#line(`  ${dim("·")} ${name} ${time}  ${dim("not reached")}`);
    else if (result.success) this.#line(`  ${good("✓")} ${name} ${time}  ${result.message}`);
    else this.#line(`  ${bad("✗")} ${name} ${time}  ${bad(result.message)}`);
  }

  /** What stands before a line of a step. */
  #gutter(driver: string, named: boolean): string {
    const { dim, step } = this.#palette;
    const name = (named ? driver : "").padEnd(this.#width);
    return `  ${step(this.#steps.indexOf(driver))(name)} ${dim("│")}`;
  }

  #line(text: string): void {
    this.#output.write(`${this.#output.isTTY ? ERASE_LINE : ""}${text}\n`);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
