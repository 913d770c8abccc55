/** The lifecycle of a manager, from `run()` to the closed connection. @module */

import { derivedSignal } from "../../async/derived_signal.ts";
import { startOnce } from "../../async/start_once.ts";
import { ConnectionError, ConveyorError, messageOf } from "../../errors.ts";
import { createMasker } from "../../logger/masking/masker.ts";
import type { Connection, ConnectionStatus } from "../../transport/transport.ts";
import type { DriverManager } from "../driver_manager.ts";
import type { EventSource } from "../event_source.ts";
import type { ManagerEvent, ManagerState } from "../events.ts";
import { Meters } from "../meters.ts";
import type { Measured } from "../monitoring/measured.ts";
import { captureContext, type InContext } from "../../runtime/async_context.ts";
import { host } from "../../runtime/detect.ts";
import { createHandler } from "../monitoring/http_handler.ts";
import { createEmitter } from "../monitoring/emitter.ts";
import { reportCrashes } from "../monitoring/crash_report.ts";
import { RunningRuns } from "../monitoring/running_runs.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";
import { openSession } from "../session/open_session.ts";
import type { Session } from "../session/session.ts";
import type { ManagerStats } from "../stats.ts";
import { Worker } from "../worker/worker.ts";
import { connectionWarning, connectManager, rejectWhenClosed } from "./connect.ts";
import { connectionSecrets } from "./connection_secrets.ts";
import { keepBound } from "./consumer_binding.ts";
import { drain } from "./drain.ts";
import { loadWatch } from "./load_watch.ts";
import { healthOf, type ManagerParts, measuredOf, statsOf } from "./manager_parts.ts";
import { observe } from "./observe.ts";
import { StateMachine } from "./state_machine.ts";
import { stopOnSignals } from "./stop_signals.ts";

/** A manager. */
export class ManagerLifecycle implements DriverManager {
  readonly ready: Promise<void>;
  readonly handler: (request: Request) => Promise<Response>;

  readonly #given: DriverManagerOptions;
  readonly #options: ResolvedOptions;
  readonly #machine: StateMachine;
  readonly #emit: (event: ManagerEvent, source?: EventSource) => void;
  readonly #runs = new RunningRuns(() => this.#workers.flatMap(({ runs }) => [...runs]));
  readonly #meters = new Meters();
  readonly #measured: Measured = measuredOf(this.#meters, () => this.#parts);
  readonly #masker = createMasker();
  /** Fires when a graceful stop begins. */
  readonly #stopping = new AbortController();
  readonly #bound = new Set<string>();
  #resolveReady: () => void = () => {};
  #rejectReady: (error: Error) => void = () => {};
  /** Known before the first line of `#run` and of `#stop` runs: a hook may call `stop()` from there. */
  #running: Promise<void> | undefined;
  #watching: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;
  #ended = false;
  #inContext: InContext = (work) => work();
  #connection: Connection | undefined;
  #session: Session | undefined;
  #workers: Worker[] = [];

  constructor(given: DriverManagerOptions, options: ResolvedOptions) {
    this.#given = given;
    this.#options = options;
    const inContext: InContext = (work) => this.#inContext(work);
    const parts = { masker: this.#masker, runs: this.#runs, meters: this.#meters, inContext };
    this.#emit = createEmitter(given, options, parts);
    this.#machine = new StateMachine((state, previous, reason) =>
      this.#emit({ type: "state", state, previous, reason })
    );
    for (const secret of connectionSecrets(given, options)) this.#masker.add(secret);
    this.ready = new Promise<void>((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    this.ready.catch(() => {}); // Waiting for it is optional; `run()` rejects with the same error.
    this.handler = createHandler(() => healthOf(this.#parts), this.#measured);
  }

  get state(): ManagerState {
    return this.#machine.current;
  }

  stats(): ManagerStats {
    return statsOf(this.#parts);
  }

  get #parts(): ManagerParts {
    return {
      state: this.state,
      drivers: this.#options.drivers,
      connection: this.#connection,
      session: this.#session,
      workers: this.#workers,
      bound: this.#bound,
      meters: this.#meters,
    };
  }

  get #source() {
    const [given, options, masker] = [this.#given, this.#options, this.#masker];
    const [meters, inContext, emit] = [this.#meters, this.#inContext, this.#emit];
    return { given, options, masker, meters, inContext, emit };
  }

  run(): Promise<void> {
    if (this.#ended || this.#stopped && !this.#running) {
      const message = "cannot run a manager that was stopped: create another one";
      return Promise.reject(new ConveyorError("stopped", message));
    }
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
    const unwatch = reportCrashes(this.#runs, this.#emit);
    const stopListening = this.#options.handleSignals
      ? stopOnSignals((signal) => void this.stop(`${signal} was received`))
      : () => {};
    let unobserve: (() => Promise<void>) | undefined;
    try {
      this.#inContext = await captureContext();
      const observing = observe({
        ...this.#source,
        measured: this.#measured,
        handler: this.handler,
      });
      unobserve = observing && await observing;
      await this.#work(this.#stopping.signal);
      await this.#drain();
      this.#machine.to("stopping", "all drivers have ended");
      this.#machine.to("stopped", "every message is settled and the connection is closed");
    } catch (thrown) {
      const error: unknown = this.#masker.maskValue(thrown);
      this.#stopping.abort(error);
      await this.#drain();
      this.#machine.to("failed", messageOf(error));
      throw error;
    } finally {
      this.#ended = true;
      stopListening();
      unwatch();
      await unobserve?.();
      await host().outWritten();
      this.#endReady(`it ended as ${this.state}`);
    }
  }

  async #work(stopping: AbortSignal): Promise<void> {
    const connection = await connectManager(this.#source, stopping);
    if (!connection) return;
    this.#connection = connection;
    connection.onStatus((status) => this.#onStatus(status));
    this.#emit({ type: "connected", server: connection.server });
    this.#machine.to("binding", `connected to ${connection.server}`);
    const session = await openSession({ ...this.#source, connection }, stopping);
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
    if (!this.#machine.to("running", "every driver is bound to its consumer")) return;
    this.#resolveReady();
    this.#watching ??= loadWatch({
      ...this.#source,
      session: this.#session!,
      received: () => this.#workers.reduce((sum, { stats }) => sum + stats.received, 0),
      signal: this.#stopping.signal,
    });
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
        this.#emit(connectionWarning(status.error));
        break;
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
