import { createParser } from "eventsource-parser";
import { onTestFinished } from "vitest";

/** A log entry with the wire's field names. */
export type WireEntry = Record<"runid" | "driver" | "pipeline" | "timestamp" | "message", string>;

/** An open stream of log entries, which a test reads by hand. */
export interface EventReader {
  readonly response: Response;
  /** Reads on until there are so many entries, and gives them. */
  take(count: number): Promise<WireEntry[]>;
  /** Reads on until an entry is the right one, and gives it. */
  takeUntil(isRight: (entry: WireEntry) => boolean): Promise<WireEntry>;
  /** Reads on until there is a comment. */
  takeComment(): Promise<string>;
  /** Reads on until the server ends the stream. */
  toEnd(): Promise<void>;
  /** Goes away, as a client does. */
  stop(): void;
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Opens a stream of log entries. It lasts no longer than the test. */
export async function openEvents(url: string, fetcher: Fetch = fetch): Promise<EventReader> {
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const response = await fetcher(url, { signal: gone.signal });
  const entries: WireEntry[] = [];
  const comments: string[] = [];
  const parser = createParser({
    onEvent: ({ data }) => entries.push(JSON.parse(data)),
    onComment: (comment) => comments.push(comment),
  });
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();

  /** Whether it is so before the stream ends. */
  async function reads(enough: () => boolean): Promise<boolean> {
    while (!enough()) {
      const { done, value } = await reader.read();
      if (done) return false;
      parser.feed(decoder.decode(value, { stream: true }));
    }
    return true;
  }

  async function must(enough: () => boolean): Promise<void> {
    if (!await reads(enough)) throw new Error(`${url} ended after ${entries.length} more entries`);
  }

  return {
    response,
    stop: () => gone.abort(),
    async take(count) {
      await must(() => entries.length >= count);
      return entries.splice(0, count);
    },
    async takeUntil(isRight) {
      await must(() => entries.some(isRight));
      return entries.splice(0, entries.findIndex(isRight) + 1).at(-1)!;
    },
    async takeComment() {
      await must(() => comments.length > 0);
      return comments.shift() ?? "";
    },
    async toEnd() {
      await reads(() => false);
    },
  };
}
