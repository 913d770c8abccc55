/** What the demo shows on the terminal. */

import type { DriverResult } from "@conveyor/driver";
import type { LogEntry } from "@conveyor/driver/client";

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

/** Writes the demo's output, aligned by the names of the steps. */
export class Screen {
  readonly #output: { write(text: string): unknown };
  readonly #steps: readonly string[];
  readonly #palette: Palette;
  readonly #width: number;

  constructor(
    output: { write(text: string): unknown },
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

  /** Shows a line of the run's log. */
  log({ driver, message }: Pick<LogEntry, "driver" | "message">): void {
    const { dim, step } = this.#palette;
    const name = step(this.#steps.indexOf(driver))(driver.padEnd(this.#width));
    this.#line(`  ${name} ${dim("│")} ${message}`);
  }

  /** Shows the result of each step, and of the run. */
  summary(
    results: Readonly<Record<string, DriverResult>>,
    durations: ReadonlyMap<string, number>,
    totalMs: number,
  ): void {
    const { bold, dim, good, bad } = this.#palette;
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

  #line(text: string): void {
    this.#output.write(`${text}\n`);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
