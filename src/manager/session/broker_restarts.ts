/** What processes tell those that start later: when the broker may have forgotten its latest deliveries. @module */

import type { Connection } from "../../transport/transport.ts";
import type { RecoverableBucket } from "./recoverable_bucket.ts";

const KEY = "restarted";

/**
 * Restarts of the broker, as far as processes have lived through them. A broker that was killed delivers some events again, as if
 * for the first time; only until its next delivery does its consumer show that it was restarted.
 */
export class BrokerRestarts {
  /** Messages stored before this time may have been delivered, by the broker's clock. `Infinity` when that cannot be read. */
  beforeMs = 0;
  readonly #connection: Connection;
  readonly #bucket: RecoverableBucket;
  #read: Promise<void> | undefined;

  constructor(connection: Connection, bucket: RecoverableBucket) {
    this.#connection = connection;
    this.#bucket = bucket;
    // Ahead of the next request for messages, in one write to the socket.
    connection.onStatus(({ type }) => type === "reconnected" && this.note());
  }

  /** Records that the broker may have been restarted just now. */
  note(): void {
    const { available, bucket } = this.#bucket;
    if (available && this.#connection.connected) {
      this.#connection.publish(bucket.writeSubject(KEY), new Uint8Array());
    }
  }

  /** Reads what others have recorded, once: what comes later this process lives through itself. Never rejects. */
  read(): Promise<void> {
    return this.#read ??= this.#bucket.use("read", (bucket) => bucket.get(KEY)).then(
      (read) => void (this.beforeMs = read?.value?.timestampMs ?? 0),
      () => void (this.beforeMs = Infinity),
    );
  }
}
