/** Fills the store of a server up to its limit, with messages of its own. */

import { jetstream, type JetStreamClient, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { setTimeout as pause } from "node:timers/promises";

const STREAM = "filler";
/** What it tries to put, the largest first: what no large message fits into, a small one may. */
const SIZES = [512 * 1024, 16 * 1024, 512];
const TIMEOUT_MS = 3000;
const AGAIN_MS = 20;

/** Takes the room, and keeps taking what becomes free, until it is disposed of: then it gives all of it back. */
export class StoreFiller implements AsyncDisposable {
  /** How often the server had no room. */
  refusals = 0;
  readonly #nc: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #worker: Promise<void>;
  #ended = false;

  private constructor(nc: NatsConnection) {
    this.#nc = nc;
    this.#js = jetstream(nc, { timeout: TIMEOUT_MS });
    this.#worker = this.#fill();
  }

  /** Begins to fill the store of a server, and resolves when it is full. */
  static async start(servers: readonly string[]): Promise<StoreFiller> {
    const nc = await connect({ servers: [...servers], noAsyncTraces: true });
    const jsm = await jetstreamManager(nc);
    await jsm.streams.add({ name: STREAM, subjects: [STREAM] });
    const filler = new StoreFiller(nc);
    while (filler.refusals < SIZES.length) await pause(AGAIN_MS);
    return filler;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    await this.#worker;
    await (await jetstreamManager(this.#nc)).streams.delete(STREAM);
    await this.#nc.close();
  }

  async #fill(): Promise<void> {
    while (!this.#ended) {
      for (const size of SIZES) {
        while (!this.#ended && await this.#put(size));
      }
      await pause(AGAIN_MS);
    }
  }

  async #put(size: number): Promise<boolean> {
    try {
      await this.#js.publish(STREAM, new Uint8Array(size));
      return true;
    } catch {
      this.refusals++;
      return false;
    }
  }
}
