/** Keeps a driver bound to its consumer: binds, waits until the consumer is lost, and binds again. @module */

import { asError } from "../../error_text.ts";
import { hasCode } from "../../errors.ts";
import { STREAMS } from "../../protocol/subjects.ts";
import { PullLostError } from "../../transport/errors.ts";
import type { ConsumerInfo, StreamInfo } from "../../transport/transport.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import { retryDelayMs } from "../session/retry_backoff.ts";
import type { Session } from "../session/session.ts";
import type { Worker } from "../worker/worker.ts";
import { ConsumerNeeds } from "./consumer_needs.ts";

/** A binding that was held for so long is good, in milliseconds: requests are responded to sooner. */
const GOOD_MS = 10_000;

/** The longest delay between attempts to bind, in milliseconds. */
const LONGEST_REBIND_MS = 10_000;

/** Called when a driver's binding changes. */
export interface BindingListener {
  onBound(): void;
  onLost(error: Error): void;
}

/**
 * Keeps a worker bound until the signal fires.
 *
 * @throws {ConsumerConflictError} when the stream refuses the first binding, because another consumer overlaps.
 * @throws {ConfigError} when the consumer of the first binding cannot be created as configured.
 */
export async function keepBound(
  session: Session,
  worker: Worker,
  listener: BindingListener,
  signal: AbortSignal,
): Promise<void> {
  let everBound = false;
  for (let failures = 0; !signal.aborted;) {
    let failure: unknown;
    let boundAt = Infinity;
    try {
      await bindOnce(session, worker, everBound, () => {
        everBound = true;
        boundAt = performance.now();
        listener.onBound();
      }, signal);
    } catch (error) {
      if (signal.aborted) return;
      const heldMs = performance.now() - boundAt;
      if (heldMs > GOOD_MS || heldMs >= 0 && !isRefused(error)) failures = 0;
      failure = error;
      if (!everBound && isFinal(error)) throw error;
      if (hasCode(error, "no-stream")) {
        session.emit({
          type: "waiting-for-stream",
          driver: worker.driver.name,
          stream: STREAMS.messages,
        });
      }
      listener.onLost(asError(error));
      failures++;
    }
    if (signal.aborted) return;
    const delayMs = failures === 0 ? 0 : retryDelayMs(failures, failure, LONGEST_REBIND_MS);
    await delayUnlessAborted(delayMs, signal);
  }
}

/** Whether the server refuses every pull: then it is no use to bind again at once. */
function isRefused(error: unknown): boolean {
  return hasCode(error, "connection") && (error as Partial<PullLostError>).reason === "refused";
}

function isFinal(error: unknown): boolean {
  return hasCode(error, "consumer-conflict") || hasCode(error, "config");
}

/** Binds, and resolves when the signal fires. Rejects when it cannot bind or when the consumer is lost. */
async function bindOnce(
  session: Session,
  worker: Worker,
  everBound: boolean,
  onBound: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { connection } = session;
  const stream = await worker.stream.refresh();
  if (stream) await session.detectProtocol(stream);
  const needs = new ConsumerNeeds(session, worker.driver);
  const asked = worker.leases.askedTime();
  const consumer = await ensureConsumer(session, needs, stream, everBound);
  await session.journal?.restarts.read();
  if (signal.aborted) return; // It has fired before there was a listener.
  let onAbort = () => {};
  let isLost = false;
  await new Promise<void>((resolve, reject) => {
    onAbort = resolve;
    signal.addEventListener("abort", onAbort);
    connection.pull(STREAMS.messages, worker.driver.name, {
      onMessage: (delivery, requestedAt) => worker.receive(delivery, requestedAt),
      onLost: (error) => {
        isLost = true;
        worker.unbind(
          error.reason === "consumer-deleted" || error.reason === "stream-deleted",
        );
        reject(error);
      },
      onNotice: (message) =>
        session.emit({ type: "warning", code: "pull", message, driver: worker.driver.name }),
    }).then(async (pull) => {
      if (signal.aborted) return await pull.stop();
      worker.bind(pull, consumer, asked, {
        onGone: (replacedAt) => {
          isLost = true;
          void pull.stop();
          worker.unbind(true, replacedAt);
          reject(consumerGone(worker.driver.name));
        },
        onSeen: async (seen) => {
          if (!needs.areMet(seen)) await ensureConsumer(session, needs, stream, true);
        },
      });
      // A server that denies the pull has said so when it responds, and the error is reported in the same task.
      await connection.flush();
      await delayUnlessAborted(0, signal);
      if (!isLost && !signal.aborted) onBound();
    }).catch(reject);
  }).finally(() => signal.removeEventListener("abort", onAbort));
}

function consumerGone(driver: string): PullLostError {
  return new PullLostError("consumer-deleted", `the consumer ${driver} was deleted`);
}

/** Creates the consumer, or changes one that does not meet the needs of this process. */
async function ensureConsumer(
  { connection }: Session,
  needs: ConsumerNeeds,
  stream: StreamInfo | undefined,
  everBound: boolean,
): Promise<ConsumerInfo> {
  const merge = (existing: ConsumerInfo) => needs.merge(existing, stream, everBound);
  return await connection.ensureConsumer(STREAMS.messages, needs.config, merge);
}
