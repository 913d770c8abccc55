/** Runs the memory broker's work after the caller's own, in order. @module */

/** So many turns in a row run as microtasks; then timers and sockets get a chance. */
const TURNS_IN_A_ROW = 500;

/** A queue of work: what is put in runs after the code that put it in, each batch in a turn of its own. */
export class Scheduler {
  #waiting: (() => void)[] = [];
  #scheduled = false;
  #inARow = 0;

  /** Runs `task` soon, after everything that was put in before. */
  soon(task: () => void): void {
    this.#waiting.push(task);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#inARow++;
    if (this.#inARow < TURNS_IN_A_ROW) return queueMicrotask(() => this.#run());
    this.#inARow = 0;
    setTimeout(() => this.#run(), 0);
  }

  #run(): void {
    const tasks = this.#waiting;
    this.#waiting = [];
    this.#scheduled = false;
    for (const task of tasks) task();
  }
}
