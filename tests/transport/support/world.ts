import type { PullLostError } from "../../../src/transport/errors.ts";
import type {
  Connection,
  ConsumerConfig,
  CoreMessage,
  Delivery,
  Pull,
  StreamConfig,
} from "../../../src/transport/transport.ts";

/** A broker that the contract runs against. */
export interface World {
  /** Connects; the suite closes the connection. */
  connect(): Promise<Connection>;
}

let names = 0;

/** A name that is unique in this process. */
export function unique(prefix: string): string {
  return `${prefix}${names++}`;
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (data: Uint8Array): string => new TextDecoder().decode(data);

/** Resolves after the timers and sockets that are due. */
export const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Repeats `read` until its value is the expected one. */
export async function until<T>(
  read: () => Promise<T> | T,
  isExpected: (value: T) => boolean,
): Promise<T> {
  for (;;) {
    const value = await read();
    if (isExpected(value)) return value;
    await nextTask();
  }
}

/** A stream with subjects of its own. */
export async function makeStream(
  connection: Connection,
  retention: StreamConfig["retention"],
  options: Partial<StreamConfig> = {},
): Promise<{ stream: string; subject: (rest: string) => string }> {
  const stream = unique("stream-");
  const subject = (rest: string) => `${stream}.${rest}`;
  await connection.ensureStream({
    name: stream,
    subjects: [subject(">")],
    retention,
    storage: "memory",
    ...options,
  });
  return { stream, subject };
}

/** A consumer's configuration with defaults. */
export function consumer(
  filterSubjects: string[],
  options: Partial<ConsumerConfig> = {},
): ConsumerConfig {
  return {
    durable: unique("consumer-"),
    filterSubjects,
    ackWaitMs: 30_000,
    maxAckPending: 1000,
    ...options,
  };
}

/** A list that can be awaited. */
export class Inbox<T> {
  readonly all: T[] = [];
  #read = 0;
  #waiting: (() => void)[] = [];

  put(item: T): void {
    this.all.push(item);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Resolves to the next item. */
  async next(): Promise<T> {
    while (this.#read >= this.all.length) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.all[this.#read++]!;
  }

  /** Resolves to the next items. */
  async take(count: number): Promise<T[]> {
    const items: T[] = [];
    while (items.length < count) items.push(await this.next());
    return items;
  }
}

/** A pull whose messages can be awaited. */
export interface Puller {
  readonly pull: Pull;
  readonly inbox: Inbox<Delivery>;
  readonly notices: string[];
  readonly lost: Promise<PullLostError>;
  /** How often `onLost` was called. */
  readonly losses: () => number;
}

export async function startPull(
  connection: Connection,
  stream: string,
  durable: string,
  demand: number = 0,
): Promise<Puller> {
  const inbox = new Inbox<Delivery>();
  const notices: string[] = [];
  let losses = 0;
  let resolveLost: (error: PullLostError) => void;
  const lost = new Promise<PullLostError>((resolve) => resolveLost = resolve);
  const pull = await connection.pull(stream, durable, {
    onMessage: (delivery) => inbox.put(delivery),
    onNotice: (notice) => notices.push(notice),
    onLost(error) {
      losses++;
      resolveLost(error);
    },
  });
  if (demand > 0) pull.demand(demand);
  return { pull, inbox, notices, lost, losses: () => losses };
}

/** A core subscription whose messages can be awaited. It is active when this resolves. */
export async function listen(
  connection: Connection,
  subject: string,
): Promise<{ inbox: Inbox<CoreMessage>; unsubscribe(): void }> {
  const inbox = new Inbox<CoreMessage>();
  const { unsubscribe } = connection.subscribe(subject, (message) => inbox.put(message));
  await connection.flush();
  return { inbox, unsubscribe };
}
