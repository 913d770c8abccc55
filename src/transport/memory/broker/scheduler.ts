/** Runs the memory broker's tasks after the caller's code, in order. @module */

/** After so many batches as microtasks, one runs as a timer, so that timers and sockets are not starved. */
const BATCHES_IN_A_ROW = 500;

/** A task queue: a task runs after the code that scheduled it, in batches. */
export class Scheduler {
  #waiting: (() => void)[] = [];
  #scheduled = false;
  #inARow = 0;

  /** Runs `task` after the tasks that were scheduled before. */
  schedule(task: () => void): void {
    this.#waiting.push(task);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#inARow++;
    if (this.#inARow < BATCHES_IN_A_ROW) return queueMicrotask(() => this.#run());
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
