/** Takes messages off a stream for as long as the server lives. @module */

import { backoffMs } from "../../async/backoff.ts";
import { messageOf } from "../../errors.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import type { Connection, Delivery } from "../../transport/transport.ts";

/** What a loop takes, and what it does with it. */
export interface ConsumerLoopOptions {
  readonly connection: Connection;
  /** The stream's name, and also that of its durable consumer. */
  readonly stream: string;
  readonly filterSubject: string;
  /** Makes sure that the stream is there. */
  readonly prepare: () => Promise<void>;
  /** Deals with a message and settles it. Called for one message at a time, in the stream's order. */
  readonly handle: (delivery: Delivery) => void | Promise<void>;
  /** Told of what went wrong. */
  readonly onNotice: (notice: string) => void;
  readonly signal: AbortSignal;
}

/** A loop at work. */
export interface ConsumerLoop {
  /** Resolves when it has stopped after the signal fired. Never rejects. */
  readonly done: Promise<void>;
}

/** Messages asked for ahead of those that are dealt with. */
const WINDOW = 256;
const ACK_WAIT_MS = 30_000;
/** What worked for so long starts its back-off anew. */
const STEADY_MS = 10_000;

/**
 * Binds to the stream, and resolves once messages come; then goes on by itself. When the consumer or the stream goes away,
 * it makes both again, with back-off, until the signal fires.
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
      onNotice(`cannot take messages off stream ${stream}: ${messageOf(thrown)}`);
    }
    bound = undefined;
    failures = performance.now() - since > STEADY_MS ? 1 : failures + 1;
    await delayUnlessAborted(backoffMs(failures, { initialMs: 100, maxMs: 5000 }), signal);
  }
}

/** A running pull. `ended` resolves when it is over: with the reason, unless that was the signal. */
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
  let asked = WINDOW;
  let lost: (error: Error) => void = () => {};
  const gone = new Promise<Error>((resolve) => lost = resolve);
  const pull = await connection.pull(stream, stream, {
    onMessage(delivery) {
      asked -= 1;
      work = work.then(() => handleDelivery(options, delivery)).then(() => {
        if (asked > WINDOW / 2 || signal.aborted) return;
        asked = WINDOW;
        pull.demand(WINDOW);
      });
    },
    onLost: lost,
    onNotice,
  });
  pull.demand(WINDOW);
  const stopped = aborted(signal).then(async () => {
    await pull.stop();
    await work;
    return undefined;
  });
  return { ended: Promise.race([gone, stopped]) };
}

async function handleDelivery(options: ConsumerLoopOptions, delivery: Delivery): Promise<void> {
  try {
    await options.handle(delivery);
  } catch (thrown) {
    const { subject, sequence } = delivery;
    options.onNotice(`cannot deal with message ${sequence} on ${subject}: ${messageOf(thrown)}`);
    delivery.nak(1000);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
