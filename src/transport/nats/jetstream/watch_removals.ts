/** Removals of a key of a bucket, seen through the JetStream API. @module */

import { isMarker } from "../../shared/stream_bucket.ts";
import type { Connection } from "../../transport.ts";
import type { Manage } from "./manage.ts";
import { NANOS } from "./streams.ts";

/** Time after which the server deletes the consumer of a process that ended, in milliseconds. */
const INACTIVE_MS = 30_000;

/**
 * Calls `onRemoved` when the value on a subject is removed, or has been, until the returned function is called. It uses a
 * consumer: subscriptions do not get the changes of a bucket in another domain or account.
 */
export function watchRemovals(
  { connection, manage, onError }: {
    readonly connection: Pick<Connection, "pull">;
    readonly manage: Manage;
    readonly onError: (error: Error) => void;
  },
  stream: string,
  subject: string,
  onRemoved: () => void,
): () => void {
  const start = async (): Promise<() => Promise<void>> => {
    const { name } = await manage(`watch ${subject}`, ({ consumers }) =>
      consumers.add(stream, {
        ack_policy: "none",
        deliver_policy: "last_per_subject",
        filter_subject: subject,
        inactive_threshold: INACTIVE_MS * NANOS,
        mem_storage: true,
      }));
    const pull = await connection.pull(stream, name, {
      onMessage: (delivery) => isMarker(delivery) ? onRemoved() : pull.demand(1),
      onLost: onError,
    });
    pull.demand(1);
    return async () => {
      await pull.stop();
      await manage(
        `end the watch of ${subject}`,
        ({ consumers }) => consumers.delete(stream, name),
      );
    };
  };
  const started = start().catch(onError);
  return () => void started.then((end) => end?.()).catch(onError);
}
