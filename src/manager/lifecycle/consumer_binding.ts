/** Keeps a driver bound to its consumer: binds, waits until the consumer is lost, and binds again. @module */

import { hasCode, isErrorLike, messageOf } from "../../errors.ts";
import { filterSubjects, STREAMS } from "../../protocol/subjects.ts";
import { PullLostError } from "../../transport/errors.ts";
import type { ConsumerConfig, ConsumerInfo } from "../../transport/transport.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import { retryDelayMs } from "../session/retry_backoff.ts";
import type { Session } from "../session/session.ts";
import type { Worker } from "../worker/worker.ts";

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
    try {
      await bindOnce(session, worker, everBound, () => {
        everBound = true;
        failures = 0;
        listener.onBound();
      }, signal);
    } catch (error) {
      if (signal.aborted) return;
      failure = error;
      if (!everBound && isFinal(error)) throw error;
      if (hasCode(error, "no-stream")) {
        session.emit({
          type: "waiting-for-stream",
          driver: worker.driver.name,
          stream: STREAMS.messages,
        });
      }
      listener.onLost(isErrorLike(error) ? error : new Error(messageOf(error)));
      failures++;
    }
    if (signal.aborted) return;
    const delayMs = failures === 0 ? 0 : retryDelayMs(failures, failure, LONGEST_REBIND_MS);
    await delayUnlessAborted(delayMs, signal);
  }
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
  await worker.stream.refresh();
  const consumer = await prepareConsumer(session, worker, everBound);
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
      worker.bind(pull, consumer, (replacedAt) => {
        isLost = true;
        void pull.stop();
        worker.unbind(true, replacedAt);
        reject(consumerGone(worker.driver.name));
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

/**
 * Creates or updates the consumer as this process is configured for the first binding. Later bindings take it as it is: two
 * releases of a driver that run side by side must not overwrite each other's configuration. A deleted consumer is recreated.
 */
async function prepareConsumer(
  { connection, options, protocol, emit }: Session,
  { driver }: Worker,
  everBound: boolean,
): Promise<ConsumerInfo> {
  const { maxAckPending, ackWaitMs } = options;
  const config: ConsumerConfig = {
    durable: driver.name,
    filterSubjects: filterSubjects(protocol, driver.name, driver.resources),
    ackWaitMs,
    maxAckPending,
    description: `Conveyor driver ${driver.name}`,
  };
  const bound = everBound
    ? await connection.consumerInfo(STREAMS.messages, driver.name)
    : undefined;
  return bound ?? await connection.ensureConsumer(STREAMS.messages, config, (existing) => {
    const message = ackWaitWarning(driver.name, existing.ackWaitMs, ackWaitMs);
    if (message) emit({ type: "warning", code: "ack-wait", message, driver: driver.name });
    // It is that of every process of the driver: those that renew their leases by a longer one would lose them.
    return { ...config, ackWaitMs: Math.max(ackWaitMs, existing.ackWaitMs) };
  });
}

function ackWaitWarning(driver: string, existingMs: number, wantedMs: number): string | undefined {
  if (existingMs === wantedMs) return undefined;
  const action = existingMs > wantedMs
    ? "it keeps its own, which other processes may rely on; give all of them one ackWaitMs, and delete the consumer while none " +
      "of them runs to lower it"
    : `it is raised to ${wantedMs} ms; give all processes of a driver one ackWaitMs`;
  return `the consumer ${driver} has an ack wait of ${existingMs} ms, and this process asks for ${wantedMs} ms: ${action}`;
}
