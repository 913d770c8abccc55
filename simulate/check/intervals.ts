/** Times in which something was wrong, by whom it hit. */

interface Interval {
  readonly name: string;
  readonly from: number;
  until: number;
}

/** Times in which something was wrong. */
export class Intervals {
  readonly #all: Interval[] = [];

  /** Something is wrong for a time; `Infinity` is until it has {@linkcode Intervals.end | ended}. */
  begin(name: string, from: number, until: number = Infinity): void {
    this.#all.push({ name, from, until });
  }

  /** What had no end ends now. */
  end(name: string, now: number): void {
    for (const one of this.#all) if (one.name === name && one.until === Infinity) one.until = now;
  }

  /** Whether something was wrong at some moment between two. */
  overlap(name: string, from: number, until: number): boolean {
    return this.#all.some((one) => one.name === name && one.from <= until && one.until >= from);
  }

  /** When something was last wrong, up to now; `-Infinity` when nothing was. */
  latest(name: string, now: number): number {
    const ends = this.#all.filter((one) => one.name === name && one.from <= now)
      .map(({ until }) => Math.min(until, now));
    return Math.max(-Infinity, ...ends);
  }

  /** The longest time without interruption in which nothing was wrong with any of these, between two moments. */
  longestWithout(names: readonly string[], from: number, until: number): number {
    let at = from;
    let longest = 0;
    for (
      const one of this.#all.filter((one) => names.includes(one.name))
        .sort((a, b) => a.from - b.from)
    ) {
      longest = Math.max(longest, Math.min(one.from, until) - at);
      at = Math.max(at, one.until);
    }
    return Math.max(longest, until - at);
  }
}
