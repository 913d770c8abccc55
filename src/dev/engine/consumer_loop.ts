/** Consumes a stream until the server stops. @module */

import { backoffMs } from "../../async/backoff.ts";
import { messageOf } from "../../errors.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import type { Connection, Delivery } from "../../transport/transport.ts";

/** What to consume, and how to handle it. */
export interface ConsumerLoopOptions {
  readonly connection: Connection;
  /** The stream's name, and also that of its durable consumer. */
  readonly stream: string;
  readonly filterSubject: string;
  /** Creates the stream if it does not exist. */
  readonly prepare: () => Promise<void>;
  /** Handles a message and settles it. Called for one message at a time, in the stream's order. */
  readonly handle: (delivery: Delivery) => void | Promise<void>;
  /** Receives a line of text for each problem. */
  readonly onNotice: (notice: string) => void;
  readonly signal: AbortSignal;
}

/** A running loop. */
export interface ConsumerLoop {
  /** Resolves when the loop has stopped after the signal aborted. Never rejects. */
  readonly done: Promise<void>;
}

/** Messages requested ahead of those that are handled. */
const WINDOW = 256;
const ACK_WAIT_MS = 30_000;
/** A pull that lasted this long resets the back-off. */
const STABLE_MS = 10_000;

/**
 * Binds a consumer to the stream, and resolves once it is bound. When the consumer or the stream is deleted, the loop
 * creates both again, with back-off, until the signal aborts.
 */
export async function startConsumerLoop(options: ConsumerLoopOptions): Promise<ConsumerLoop> {
  const first = await bind(options);
  return { done: keepBound(options, first) };
}

async function keepBound(options: ConsumerLoopOptions, first: Bound): Promise<void> {
  const { signal, onNotice, stream } = options;
  let bound: Bound | undefined = first;
  let failures = 0;
  while (!signal.aborted) {
    const since = performance.now();
    try {
      bound ??= await bind(options);
      const lost = await bound.ended;
      if (lost) onNotice(lost.message);
    } catch (thrown) {
      if (signal.aborted) return;
      onNotice(`cannot consume stream ${stream}: ${messageOf(thrown)}`);
    }
    bound = undefined;
    failures = performance.now() - since > STABLE_MS ? 1 : failures + 1;
    await delayUnlessAborted(backoffMs(failures, { initialMs: 100, maxMs: 5000 }), signal);
  }
}

/** A running pull. `ended` resolves with the reason, or with `undefined` when the signal stopped it. */
interface Bound {
  readonly ended: Promise<Error | undefined>;
}

async function bind(options: ConsumerLoopOptions): Promise<Bound> {
  const { connection, stream, filterSubject, prepare, onNotice, signal } = options;
  await prepare();
  await connection.ensureConsumer(stream, {
    durable: stream,
    filterSubjects: [filterSubject],
    ackWaitMs: ACK_WAIT_MS,
    maxAckPending: WINDOW * 2,
  });
  let work = Promise.resolve();
  let requested = WINDOW;
  let onLost: (error: Error) => void = () => {};
  const lost = new Promise<Error>((resolve) => onLost = resolve);
  const pull = await connection.pull(stream, stream, {
    onMessage(delivery) {
      requested -= 1;
      work = work.then(() => handleDelivery(options, delivery)).then(() => {
        if (requested > WINDOW / 2 || signal.aborted) return;
        requested = WINDOW;
        pull.demand(WINDOW);
      });
    },
    onLost,
    onNotice,
  });
  pull.demand(WINDOW);
  const stopped = aborted(signal).then(async () => {
    await pull.stop();
    await work;
    return undefined;
  });
  return { ended: Promise.race([lost, stopped]) };
}

async function handleDelivery(options: ConsumerLoopOptions, delivery: Delivery): Promise<void> {
  try {
    await options.handle(delivery);
  } catch (thrown) {
    const { subject, sequence } = delivery;
    options.onNotice(`cannot handle message ${sequence} on ${subject}: ${messageOf(thrown)}`);
    delivery.nak(1000);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
