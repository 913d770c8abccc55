/** What a process weighed over time. */

/** What a process weighs at a moment. */
export interface Sample {
  /** Bytes of the heap in use, after a collection. */
  readonly heapUsed: number;
  /** Open file descriptors. */
  readonly files: number;
}

/** Samples in the order they were taken. */
export class Series {
  readonly #samples: Sample[] = [];
  readonly #minutes: number;

  constructor(minutes: number) {
    this.#minutes = minutes;
  }

  /** Adds a sample. */
  add(sample: Sample): void {
    this.#samples.push(sample);
  }

  /** The last one in words. */
  get last(): string {
    const last = this.#samples.at(-1);
    return last
      ? `heap ${(last.heapUsed / 1e6).toFixed(1)} MB, ${last.files} open files`
      : "no sample";
  }

  /** Medians of ten stretches of equal length. */
  tenths(what: keyof Sample): number[] {
    return this.#stretches(what, 10).map(median);
  }

  /** By how much the median of the last third is above that of the second; 0.1 is a tenth. */
  growth(what: keyof Sample): number {
    const [, second = [], third = []] = this.#stretches(what, 3);
    return median(third) / median(second) - 1;
  }

  #stretches(what: keyof Sample, count: number): number[][] {
    if (this.#samples.length < count) {
      throw new Error(`${this.#samples.length} samples in ${this.#minutes} minutes are too few`);
    }
    const length = this.#samples.length / count;
    return Array.from(
      { length: count },
      (_, i) =>
        this.#samples.slice(Math.round(i * length), Math.round((i + 1) * length))
          .map((sample) => sample[what]),
    );
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}
