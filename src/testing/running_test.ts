/** A driver under test, in a manager with a broker in memory and virtual time. @module */

import { createClient } from "../client/create_client.ts";
import type { Client } from "../client/client.ts";
import type { Driver } from "../driver.ts";
import { ConfigError, ConnectionError } from "../errors.ts";
import { createDriverManager } from "../manager/create_driver_manager.ts";
import type { DriverManager } from "../manager/driver_manager.ts";
import { runIn, type TestContext } from "./context.ts";
import { Drive } from "./drive.ts";
import type { DriverTest } from "./driver_test.ts";
import { eventMessage } from "./event_message.ts";
import { createObservedBroker, type ObservedBroker } from "./observed_broker.ts";
import { observedDriver } from "./observed_driver.ts";
import { type DriverTestOptions, timeoutOf } from "./options.ts";
import { Recorder } from "./recorder.ts";
import type { DriverReport } from "./report.ts";
import { installVirtualGlobals } from "./virtual_globals.ts";
import { VirtualTime } from "./virtual_time.ts";

/** The ends of a delivery after which the run goes on. */
const NOT_THE_LAST = new Set(["retried", "lease-lost", "unconfirmed", "handed-back"]);

/** How long a connection may need to see that it is back, in milliseconds. */
const MOMENT_MS = 1;

/** A driver in a manager with a broker in memory and virtual time. */
export class RunningTest implements DriverTest {
  readonly #driver: Driver;
  readonly #options: DriverTestOptions;
  readonly #time = new VirtualTime();
  readonly #drive = new Drive(this.#time);
  readonly #recorder: Recorder;
  readonly #manager: TestContext;
  readonly #observed: Driver;
  readonly #uninstall = installVirtualGlobals();
  #broker: ObservedBroker | undefined;
  #current: { readonly manager: DriverManager; readonly running: Promise<void> } | undefined;
  #reported = 0;
  #disposal: Promise<void> | undefined;

  constructor(driver: Driver, options: DriverTestOptions) {
    const { attempt = 1, timers = "real" } = options;
    this.#driver = driver;
    this.#options = options;
    const drive = this.#drive;
    this.#recorder = new Recorder({
      skippedAttempts: attempt - 1,
      time: this.#time,
      onChange: () => drive.changed(),
    });
    const context = { time: this.#time, onUserTimer: (change: 1 | -1) => drive.userTimer(change) };
    this.#manager = { ...context, virtualTimers: true, isUserCode: false };
    this.#observed = observedDriver(driver, {
      manager: this.#manager,
      user: { ...context, virtualTimers: timers === "virtual", isUserCode: true },
      drive,
      recorder: this.#recorder,
      skippedAttempts: attempt - 1,
    });
  }

  /** Starts the manager and sends the event. */
  async start(): Promise<void> {
    try {
      this.#broker = await this.#inManager(() =>
        createObservedBroker(this.#driver.name, this.#manager, this.#recorder)
      );
      await this.restart();
      const { subject, data } = eventMessage(this.#driver, this.#options);
      await this.#inManager(() => this.#broker?.connection.publishConfirmed(subject, data));
    } catch (error) {
      this.#uninstall();
      throw error;
    }
  }

  async called(): Promise<void> {
    const { count } = this.#recorder;
    await this.#drive.until(
      `see ${this.#driver.name} called`,
      () => this.#recorder.called || this.#hasEnded(count),
    );
  }

  async settled(): Promise<DriverReport> {
    const index = this.#reported++;
    await this.#drive.until(
      `see the delivery to ${this.#driver.name} settled`,
      () => this.#hasEnded(index),
    );
    return this.#recorder.report(index);
  }

  async completed(): Promise<DriverReport> {
    for (;;) {
      const report = await this.settled();
      if (!NOT_THE_LAST.has(report.outcome)) return report;
    }
  }

  advance(ms: number): Promise<void> {
    return this.#drive.pass(ms);
  }

  async timeOut(): Promise<void> {
    const timeoutMs = timeoutOf(this.#driver, this.#options);
    if (timeoutMs === undefined) {
      throw new ConfigError(
        "timeoutMs",
        `${this.#driver.name} has no time-out: set timeoutMs of the driver, or manager: { timeoutMs }`,
      );
    }
    await this.advance(timeoutMs);
  }

  async loseLease(): Promise<void> {
    this.disconnect();
    await this.advance(this.#options.manager?.ackWaitMs ?? 30_000);
    this.reconnect();
    await this.advance(MOMENT_MS);
  }

  async shutDown(): Promise<void> {
    this.#inManager(() => void this.#current?.manager.stop("the test stops it"));
    await this.advance(0);
  }

  async restart(): Promise<void> {
    const previous = this.#current?.running;
    if (previous) await this.#finish(previous);
    const manager = this.#inManager(() => this.#createManager());
    const running = this.#inManager(() => manager.run());
    this.#current = { manager, running };
    let state: "waiting" | "bound" | { readonly error: unknown } = "waiting";
    running.catch((error: unknown) => state = { error });
    manager.ready.then(() => state = "bound", () => {}); // `run` rejects with the same error.
    await this.#drive.until("start the manager", () => state !== "waiting");
    if (typeof state === "object") throw (state as { error: unknown }).error;
  }

  disconnect(): void {
    this.#inManager(() => this.#broker?.transport.disconnect());
  }

  reconnect(): void {
    this.#inManager(() => this.#broker?.transport.reconnect());
  }

  loseAck(): void {
    this.#recorder.loseAck = true;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#disposal ??= this.#dispose();
  }

  async #dispose(): Promise<void> {
    try {
      this.#drive.skips = true; // A reconcile that goes on is not waited for in real time.
      this.reconnect();
      await this.shutDown();
      if (this.#current) await this.#finish(this.#current.running);
    } finally {
      this.#uninstall();
    }
  }

  async #finish(running: Promise<void>): Promise<void> {
    let ended = false;
    void running.catch(() => {}).then(() => ended = true); // `restart` has thrown it.
    await this.#drive.until("stop the manager", () => ended);
  }

  #hasEnded(index: number): boolean {
    if (this.#recorder.count <= index) this.#recorder.endWithoutRun();
    return this.#recorder.count > index;
  }

  #createManager(): DriverManager {
    const { manager = {}, client = failingClient() } = this.#options;
    return createDriverManager({
      runLog: "off", // Reports have the lines of the driver.
      ...manager,
      driver: this.#observed,
      client,
      servers: "memory:",
      transport: this.#broker!.transport,
      sinks: [this.#recorder.sink],
      handleSignals: false,
      console: false,
      onEvent: (event) => {
        this.#recorder.onManagerEvent(event);
        manager.onEvent?.(event);
      },
    });
  }

  #inManager<T>(work: () => T): T {
    return runIn(this.#manager, work);
  }
}

/** A client that reaches no server, whatever the environment says. */
function failingClient(): Client {
  const fetch = () =>
    Promise.reject(new ConnectionError("a test of a driver has no API server: pass a client"));
  return createClient({ url: "http://localhost", credentials: false, retry: false, fetch });
}
