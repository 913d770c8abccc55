/** What each measured program does alike: it says how many jobs have ended since the first one began. @module */

/** What a measured program is told on its command line. */
export interface Told {
  readonly url: string;
  readonly concurrency: number;
}

/** What it says of itself. */
export interface Progress {
  /** When its first job began, and when this is said, in milliseconds of the wall clock. */
  readonly startedAt: number;
  readonly at: number;
  readonly ended: number;
  /** CPU time since the first job began, in microseconds. */
  readonly cpu: number;
}

/** How often it does, in milliseconds. */
const INTERVAL_MS = 20;

/** Reads the command line. */
export function told(): Told {
  const [url = "", concurrency] = process.argv.slice(2);
  return { url, concurrency: Number(concurrency) };
}

/** Counts jobs, and writes a line of {@linkcode Progress} every 20 ms in which some have ended. */
export class Counter {
  #startedAt = 0;
  #cpu = process.cpuUsage();
  #ended = 0;
  #said = 0;

  constructor() {
    setInterval(() => this.#say(), INTERVAL_MS);
  }

  /** A job begins. */
  started(): void {
    if (this.#startedAt !== 0) return;
    this.#startedAt = now();
    this.#cpu = process.cpuUsage();
  }

  /** A job has ended, and its server knows it. */
  ended(): void {
    this.#ended++;
  }

  #say(): void {
    if (this.#ended === this.#said) return;
    this.#said = this.#ended;
    const { user, system } = process.cpuUsage(this.#cpu);
    const progress: Progress = {
      startedAt: this.#startedAt,
      at: now(),
      ended: this.#ended,
      cpu: user + system,
    };
    process.stdout.write(`${JSON.stringify(progress)}\n`);
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
