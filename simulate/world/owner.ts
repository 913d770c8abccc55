/** Whose step it is: a simulated process, or the world itself. */

/** An owner of steps, timers and clocks. */
export class Owner {
  readonly name: string;
  /** Nothing of it runs any more. */
  dead = false;
  /** Its steps wait until this time. */
  pausedUntil = 0;
  /** How far its wall clock is from the world's, in milliseconds. */
  wallOffsetMs = 0;
  /** Time that its monotonic clock did not see, because the host slept. */
  sleptMs = 0;
  /** When it was told to stop. */
  stoppingSince: number | undefined;
  /** Timers that have not fired and were not cleared. */
  readonly timers: Set<object> = new Set();

  constructor(name: string) {
    this.name = name;
  }
}
