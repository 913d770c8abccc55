/** What the demo shows on the terminal. */

/** A step as the summary shows it. */
export interface StepSummary {
  driver: string;
  /** `undefined` when the run did not come to it. */
  success: boolean | undefined;
  message: string;
  durationMs: number | undefined;
}

type Style = (text: string) => string;

/** How texts look. Without colours they look as they are. */
export interface Palette {
  bold: Style;
  dim: Style;
  good: Style;
  bad: Style;
  /** The colour of the step at a place. */
  step(index: number): Style;
}

const STEP_COLOURS = [36, 35, 33, 34];

/** Colours on a terminal, unless `NO_COLOR` is set; none anywhere else. */
export function palette(terminal: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Palette {
  const coloured = env["FORCE_COLOR"]
    ? env["FORCE_COLOR"] !== "0"
    : terminal.isTTY && !env["NO_COLOR"];
  const style = (code: number): Style =>
    coloured ? (text) => `\x1b[${code}m${text}\x1b[0m` : (text) => text;
  return {
    bold: style(1),
    dim: style(2),
    good: style(32),
    bad: style(31),
    step: (index) => style(STEP_COLOURS[index % STEP_COLOURS.length] ?? 0),
  };
}

/** Writes the demo's output, aligned by the drivers' names. */
export class Screen {
  readonly #write: (text: string) => unknown;
  readonly #drivers: readonly string[];
  readonly #palette: Palette;
  readonly #width: number;

  constructor(
    { write, drivers, palette }: {
      write: (text: string) => unknown;
      drivers: readonly string[];
      palette: Palette;
    },
  ) {
    this.#write = write;
    this.#drivers = drivers;
    this.#palette = palette;
    this.#width = Math.max(...drivers.map((driver) => driver.length));
  }

  /** Says what is about to happen. */
  opening(facts: Record<string, string>): void {
    const { bold, dim } = this.#palette;
    this.#line(`\n  ${bold("Conveyor demo")}  ${this.#drivers.join(dim(" → "))}\n`);
    for (const [name, value] of Object.entries(facts)) {
      this.#line(`  ${dim(name.padEnd(8))}${value}`);
    }
    this.#line("");
  }

  /** Shows a line of the run's log. */
  log({ driver, message }: { driver: string; message: string }): void {
    const { dim, step } = this.#palette;
    const colour = step(this.#drivers.indexOf(driver));
    this.#line(`  ${colour(driver.padEnd(this.#width))} ${dim("│")} ${message}`);
  }

  /** Shows what became of each step, and of the whole. */
  summary(steps: readonly StepSummary[], totalMs: number): void {
    const { bold, dim, good, bad } = this.#palette;
    this.#line("");
    for (const { driver, success, message, durationMs } of steps) {
      const mark = success === undefined ? dim("·") : success ? good("✓") : bad("✗");
      const time = durationMs === undefined ? "" : seconds(durationMs);
      const text = success === false
        ? bad(message)
        : success === undefined
        ? dim(message)
        : message;
      this.#line(`  ${mark} ${driver.padEnd(this.#width)} ${dim(time.padStart(8))}  ${text}`);
    }
    const failed = steps.find(({ success }) => success === false);
    const passed = steps.filter(({ success }) => success).length;
    const end = failed
      ? bad(`failed at ${failed.driver}: ${failed.message}`)
      : good(`all ${passed} steps passed`);
    this.#line(`\n  ${bold(end)} ${dim(`in ${seconds(totalMs)}`)}\n`);
  }

  #line(text: string): void {
    this.#write(`${text}\n`);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
