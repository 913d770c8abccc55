/** The engine: takes each result out of its work queue, as the real one does. */

import type {
  MemoryConsumer,
  PullSubscriber,
} from "../../src/transport/memory/broker/memory_consumer.ts";
import type { StoredMessage } from "../../src/transport/memory/broker/stored_message.ts";
import type { ApiServer } from "./api_server.ts";
import type { Ledger } from "../check/ledger.ts";
import type { SimulatedServer } from "../server/server.ts";

/** What it is configured with. */
const CONSUMER = {
  durable: "pipeline-engine",
  filterSubjects: ["pipelines.>"],
  ackWaitMs: 30_000,
  maxAckPending: 512,
};

/** The engine. It lives in the server's process, as today's does. */
export class Engine implements PullSubscriber {
  readonly #server: SimulatedServer;
  readonly #ledger: Ledger;
  readonly #takesMs: number;
  readonly #streams = new Map<object, number>();

  readonly #api: ApiServer | undefined;

  constructor(server: SimulatedServer, ledger: Ledger, takesMs: number, api?: ApiServer) {
    this.#api = api;
    this.#server = server;
    this.#ledger = ledger;
    this.#takesMs = takesMs;
  }

  /** Begins to take results, once the stream is there. */
  bind(): void {
    const stream = this.#server.broker.stream("pipeline-engine");
    if (!stream) return;
    const consumer = this.#server.broker.ensureConsumer("pipeline-engine", CONSUMER);
    consumer.unsubscribe(this);
    consumer.subscribe(this);
    consumer.wake();
  }

  ready(): boolean {
    return this.#server.up;
  }

  receive(message: StoredMessage, _deliveryCount: number, consumer: MemoryConsumer): void {
    const { stream } = consumer;
    if (!this.#streams.has(stream)) this.#streams.set(stream, this.#streams.size);
    const { run_id, driverresult } = JSON.parse(new TextDecoder().decode(message.data));
    const run = this.#ledger.find(driverresult.driver, run_id);
    const { world } = this.#server;
    world.after(this.#takesMs, () => {
      if (!this.#server.up || this.#server.broker.stream("pipeline-engine") !== stream) return;
      consumer.settle(message.sequence);
      if (!run) return;
      this.#api?.resultTaken(run.runId, driverresult.success);
      run.seen.add(`${this.#streams.get(stream)}:${message.sequence}`);
      world.say(() => `the engine takes a result of event ${run.event.id} for ${run.driver}`);
    });
  }

  onLost(): void {}
}
