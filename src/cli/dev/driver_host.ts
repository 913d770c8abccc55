/** Runs drivers, and replaces them by their next version without losing a run. @module */

import type { Driver } from "../../driver.ts";
import type { DriverManager } from "../../manager/driver_manager.ts";

/** Creates the manager of drivers. */
export type CreateManager = (drivers: readonly Driver[]) => DriverManager;

interface Running {
  readonly manager: DriverManager;
  readonly ended: Promise<void>;
}

/** Runs one manager at a time. */
export class DriverHost {
  readonly #createManager: CreateManager;
  readonly #onFailed: (error: unknown) => void;
  #running: Running | undefined;
  #stopped = false;

  /** `onFailed` is called when a manager ends with an error. */
  constructor(createManager: CreateManager, onFailed: (error: unknown) => void) {
    this.#createManager = createManager;
    this.#onFailed = onFailed;
  }

  /**
   * Runs drivers in place of those that run: these take nothing new, and end what they have begun. Events wait meanwhile.
   * Resolves when the new ones are bound.
   */
  async replace(drivers: readonly Driver[]): Promise<void> {
    const manager = this.#createManager(drivers); // Throws, before anything is stopped, when they cannot be used together.
    await this.#end("the driver files have changed");
    if (this.#stopped) return;
    const ended = manager.run().catch(this.#onFailed);
    this.#running = { manager, ended };
    await Promise.race([manager.ready, ended]);
  }

  /** Ends the drivers, for good. */
  async stop(reason: string): Promise<void> {
    this.#stopped = true;
    await this.#end(reason);
  }

  async #end(reason: string): Promise<void> {
    const running = this.#running;
    await running?.manager.stop(reason);
    await running?.ended;
  }
}
