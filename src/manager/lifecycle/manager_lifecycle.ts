/** The lifecycle of a manager, from `run()` to the closed connection. @module */

import { derivedSignal } from "../../async/derived_signal.ts";
import { ConnectionError, ConveyorError, hasCode, messageOf } from "../../errors.ts";
import { createMasker } from "../../logger/masking/masker.ts";
import type { Connection, ConnectionStatus } from "../../transport/transport.ts";
import type { DriverManager } from "../driver_manager.ts";
import type { ManagerEvent, ManagerState } from "../events.ts";
import { captureContext, type InContext } from "../../runtime/async_context.ts";
import { createHandler } from "../monitoring/http_handler.ts";
import { RepeatedWarnings } from "../monitoring/repeated_warnings.ts";
import { createReporter } from "../monitoring/reporter.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";
import { openSession } from "../session/open_session.ts";
import type { Session } from "../session/session.ts";
import { type ManagerStats, newDriverStats } from "../stats.ts";
import { Worker } from "../worker/worker.ts";
import { connectManager, rejectWhenClosed } from "./connect.ts";
import { connectionSecrets } from "./connection_secrets.ts";
import { keepBound } from "./consumer_binding.ts";
import { drain } from "./drain.ts";
import { StateMachine } from "./state_machine.ts";
import { stopOnSignals } from "./stop_signals.ts";

/** A manager. */
export class ManagerLifecycle implements DriverManager {
  readonly ready: Promise<void>;
  readonly handler: (request: Request) => Promise<Response>;

  readonly #given: DriverManagerOptions;
  readonly #options: ResolvedOptions;
  readonly #machine: StateMachine;
  readonly #emit: (event: ManagerEvent) => void;
  readonly #masker = createMasker();
  /** Fires when a graceful stop begins. */
  readonly #stopping = new AbortController();
  readonly #bound = new Set<string>();
  #resolveReady: () => void = () => {};
  #rejectReady: (error: Error) => void = () => {};
  /** Known before the first line of `#run` and of `#stop` runs: a hook may call `stop()` from there. */
  #running: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;
  #ended = false;
  #inContext: InContext = (work) => work();
  #connection: Connection | undefined;
  #session: Session | undefined;
  #workers: Worker[] = [];

  constructor(given: DriverManagerOptions, options: ResolvedOptions) {
    this.#given = given;
    this.#options = options;
    const report = createReporter(given, options);
    const repeated = new RepeatedWarnings();
    this.#emit = (event) => {
      if (!repeated.isTooSoon(event)) this.#inContext(() => report(event));
    };
    this.#machine = new StateMachine((state, previous, reason) =>
      this.#emit({ type: "state", state, previous, reason })
    );
    for (const secret of connectionSecrets(given, options)) this.#masker.add(secret);
    this.ready = new Promise<void>((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    this.ready.catch(() => {}); // Waiting for it is optional; `run()` rejects with the same error.
    this.handler = createHandler(this, () => this.#connection?.connected === true);
  }

  get state(): ManagerState {
    return this.#machine.current;
  }

  stats(): ManagerStats {
    const counted = new Map(this.#workers.map((worker) => [worker.driver.name, worker.stats]));
    return {
      state: this.state,
      server: this.#connection?.server ?? "",
      protocol: this.#session?.protocol,
      sinks: Object.fromEntries(this.#session?.sinkTotals ?? []),
      drivers: Object.fromEntries(
        this.#options.drivers.map(({ name }) => [name, counted.get(name) ?? newDriverStats()]),
      ),
    };
  }

  run(): Promise<void> {
    if (this.#ended || this.#stopped && !this.#running) return Promise.reject(cannotRunAgain());
    if (!this.#running) startOnce((running) => this.#running = running, () => this.#run());
    return this.#running!;
  }

  stop(reason = "stop() was called"): Promise<void> {
    if (!this.#stopped) startOnce((stopped) => this.#stopped = stopped, () => this.#stop(reason));
    return this.#stopped!;
  }

  async #stop(reason: string): Promise<void> {
    if (!this.#running) {
      this.#machine.to("stopped", reason);
      return this.#endReady(reason);
    }
    this.#machine.to("stopping", reason);
    const stopping = new ConveyorError("stopping", `the manager stops: ${reason}`);
    this.#inContext(() => this.#stopping.abort(stopping)); // Its listeners are the user's.
    await this.#running.catch(() => {}); // `run()` rejects with the error.
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("it was disposed");
  }

  async #run(): Promise<void> {
    this.#machine.to("connecting", "run() was called");
    const stopListening = this.#options.handleSignals
      ? stopOnSignals((signal) => void this.stop(`${signal} was received`))
      : () => {};
    try {
      this.#inContext = await captureContext();
      await this.#work(this.#stopping.signal);
      await this.#drain();
      this.#machine.to("stopping", "all drivers have ended");
      this.#machine.to("stopped", "every message is settled and the connection is closed");
    } catch (error) {
      this.#stopping.abort(error);
      await this.#drain();
      this.#machine.to("failed", messageOf(error));
      throw error;
    } finally {
      this.#ended = true;
      stopListening();
      this.#endReady(`it ended as ${this.state}`);
    }
  }

  async #work(stopping: AbortSignal): Promise<void> {
    const source = {
      given: this.#given,
      options: this.#options,
      masker: this.#masker,
      inContext: this.#inContext,
      emit: this.#emit,
    };
    const connection = await connectManager(source, stopping);
    if (!connection) return;
    this.#connection = connection;
    connection.onStatus((status) => this.#onStatus(status));
    this.#emit({ type: "connected", server: connection.server });
    this.#machine.to("binding", `connected to ${connection.server}`);
    const session = await openSession({ ...source, connection }, stopping);
    if (!session) return;
    this.#session = session;
    this.#workers = this.#options.drivers.map((driver) => new Worker(session, driver));
    await Promise.race([
      Promise.all(this.#workers.map((worker) => this.#keepBound(session, worker, stopping))),
      rejectWhenClosed(connection, stopping),
    ]);
  }

  async #keepBound(session: Session, worker: Worker, stopping: AbortSignal): Promise<void> {
    const driver = worker.driver.name;
    const own = derivedSignal(stopping);
    await keepBound(session, worker, {
      onBound: () => {
        this.#bound.add(driver);
        this.#emit({ type: "bound", driver, stream: "messages", protocol: session.protocol });
        this.#runIfAllBound();
      },
      onLost: (error) => {
        this.#bound.delete(driver);
        this.#machine.to("rebinding", `${driver} lost its consumer`);
        this.#emit({ type: "lost", driver, error });
      },
    }, own.signal).finally(own.release);
  }

  #runIfAllBound(): void {
    if (this.#bound.size < this.#options.drivers.length || !this.#connection?.connected) return;
    if (this.#machine.to("running", "every driver is bound to its consumer")) this.#resolveReady();
  }

  #onStatus(status: ConnectionStatus): void {
    switch (status.type) {
      case "disconnected":
        this.#machine.to("rebinding", `the connection to ${status.server} was lost`);
        this.#emit(status);
        break;
      case "reconnected":
        this.#emit({ type: "reconnected", server: status.server });
        for (const worker of this.#workers) void worker.reconnected();
        this.#runIfAllBound();
        break;
      case "error":
        this.#emit({
          type: "warning",
          code: hasCode(status.error, "permission") ? "permission" : "connection",
          message: status.error.message,
          error: status.error,
        });
        break;
      case "reconnecting":
      case "closed":
    }
  }

  async #drain(): Promise<void> {
    await drain({
      options: this.#options,
      workers: this.#workers,
      session: this.#session,
      connection: this.#connection,
      ownSinks: !this.#given.sinks,
      emit: this.#emit,
    });
  }

  #endReady(reason: string): void {
    this.#rejectReady(
      new ConnectionError(`the manager was not ready before it ended: ${reason}`),
    );
  }
}

/** Sets a promise before the work that it stands for starts. */
function startOnce(set: (promise: Promise<void>) => void, work: () => Promise<void>): void {
  let start = (_: Promise<void>) => {};
  set(new Promise((resolve) => start = resolve));
  start(work());
}

function cannotRunAgain(): ConveyorError {
  return new ConveyorError("stopped", "cannot run a manager that was stopped: create another one");
}
