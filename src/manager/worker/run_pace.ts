/** How soon the next runs of a driver are expected to start. @module */

/** Starts within this time are expected soon, in milliseconds. A run that takes longer on the average is not short. */
const SOON_MS = 20;
/** The part that a run has in the moving averages. */
const WEIGHT = 1 / 8;

/** Moving averages of a driver's runs. */
export class RunPace {
  readonly #slots: number;
  readonly #unsettled: number;
  #runMs: number | undefined;
  #settledMs: number | undefined;

  /** For `slots` runs at once, and `unsettled` that run or settle. */
  constructor(slots: number, unsettled: number) {
    this.#slots = slots;
    this.#unsettled = unsettled;
  }

  /** A run has held its slot for so long. */
  ran(ms: number): void {
    this.#runMs = mean(this.#runMs, ms);
  }

  /** A run was settled, so long after its start. */
  settled(ms: number): void {
    this.#settledMs = mean(this.#settledMs, ms);
  }

  /** How many runs are expected to start soon; 0 as long as nothing is known. */
  get startsSoon(): number {
    const runMs = this.#runMs;
    const settledMs = this.#settledMs;
    if (runMs === undefined || settledMs === undefined || runMs > SOON_MS) return 0;
    return Math.floor(SOON_MS * Math.min(this.#slots / runMs, this.#unsettled / settledMs));
  }
}

function mean(before: number | undefined, ms: number): number {
  return before === undefined ? ms : before + (ms - before) * WEIGHT;
}
