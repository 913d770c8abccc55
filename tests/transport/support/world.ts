import type { PullLostError } from "../../../src/transport/errors.ts";
import type {
  Connection,
  ConsumerConfig,
  CoreMessage,
  Delivery,
  Pull,
  StreamConfig,
} from "../../../src/transport/transport.ts";

/** A broker that a contract case runs against. */
export interface World {
  /** Makes a connection; whoever runs the cases closes it. */
  connect(): Promise<Connection>;
}

let names = 0;

/** A name that nothing else in this process has. */
export function unique(prefix: string): string {
  return `${prefix}${names++}`;
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (data: Uint8Array): string => new TextDecoder().decode(data);

/** Lets timers and sockets have a turn. */
export const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Asks again and again until the answer is what was waited for. */
export async function until<T>(
  ask: () => Promise<T> | T,
  wanted: (answer: T) => boolean,
): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await turn();
  }
}

/** A stream whose subjects nobody else uses. */
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

/** A consumer's configuration that a case changes where it matters. */
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

  /** The next item that was not read yet, as soon as there is one. */
  async next(): Promise<T> {
    while (this.#read >= this.all.length) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.all[this.#read++]!;
  }

  /** The next items. */
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
  let tell: (error: PullLostError) => void;
  const lost = new Promise<PullLostError>((resolve) => tell = resolve);
  const pull = await connection.pull(stream, durable, {
    onMessage: (delivery) => inbox.put(delivery),
    onNotice: (notice) => notices.push(notice),
    onLost(error) {
      losses++;
      tell(error);
    },
  });
  if (demand > 0) pull.demand(demand);
  return { pull, inbox, notices, lost, losses: () => losses };
}

/** A core subscription whose messages can be awaited. It is in force when this resolves. */
export async function listen(
  connection: Connection,
  subject: string,
): Promise<{ inbox: Inbox<CoreMessage>; unsubscribe(): void }> {
  const inbox = new Inbox<CoreMessage>();
  const { unsubscribe } = connection.subscribe(subject, (message) => inbox.put(message));
  await connection.flush();
  return { inbox, unsubscribe };
}
