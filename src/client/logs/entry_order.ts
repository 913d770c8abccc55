/** Hands log entries over once each, and in order, although the live part of a stream has gaps. @module */

import { OWN_ENTRY } from "../../protocol/logs/end_of_log.ts";
import { byTime } from "../../protocol/logs/entry_time.ts";
import { type LogEntry, logEntryMs } from "../../protocol/logs/log_entry.ts";
import { createEntryDeduplicator } from "./entry_deduplicator.ts";
import type { LogProgress } from "./log_progress.ts";

/** Orders the entries of a log. */
export interface EntryOrder {
  /** Whether entries are held back, because earlier ones may be missing. */
  readonly holding: boolean;
  /** Entries may be missing from here on: holds what comes until {@linkcode EntryOrder.catchUp} has found those. */
  hold(): void;
  /**
   * Begins a pass over the log. The returned function takes its entries: where earlier ones may be missing, `riskMs` says how
   * long they are worth waiting for.
   */
  beginPass(): (entry: LogEntry, riskMs?: number) => void;
  /** Reads the stored entries, and hands over all up to the latest of them. */
  catchUp(): Promise<void>;
  /** Hands over what is held. */
  release(): void;
}

/** How long to wait for entries before the first ones of a connection and of a driver, in milliseconds. */
const BEGINNING_MS = 30_000;

interface TimedEntry {
  readonly entry: LogEntry;
  /** That of the entry before it where its own cannot be read. */
  readonly ms: number;
}

/**
 * Creates an order that counts each entry as progress and calls `push` with it. `list` lists the stored entries, which are
 * without gaps.
 */
export function createEntryOrder(
  list: () => Promise<LogEntry[]>,
  progress: LogProgress,
  push: (entry: LogEntry) => void,
): EntryOrder {
  const deduplicator = createEntryDeduplicator();
  let holding = false;
  const held: TimedEntry[] = [];
  let isBeginning = false;
  let lastMs = 0;
  /** When the store has this entry, it has those before it. */
  let awaited: TimedEntry | undefined;
  let awaitedUntil = 0;

  function timed(entry: LogEntry): TimedEntry {
    lastMs = logEntryMs(entry) || lastMs;
    return { entry, ms: lastMs };
  }

  function release(upTo?: TimedEntry): void {
    held.sort(inTime);
    const end = upTo ? held.findIndex((each) => inTime(each, upTo) > 0) : -1;
    for (const { entry } of held.splice(0, end < 0 ? held.length : end)) push(entry);
  }

  function beginPass() {
    const isNew = deduplicator.beginPass();
    return (entry: LogEntry, riskMs = 0) => {
      if (!isNew(entry)) return;
      const { driver, message } = entry;
      // A driver of this package begins with an entry of the runtime's own, when the step before it has ended.
      const isBeginningSafe = message.startsWith(OWN_ENTRY) && progress.size > 0 &&
        progress.incomplete().length === 0;
      const lacksBeginning = progress.isOwn(driver) === undefined && !isBeginningSafe;
      progress.add(entry);
      const now = timed(entry);
      const waitMs = riskMs || (lacksBeginning || isBeginning ? BEGINNING_MS : 0);
      if (waitMs > 0) {
        holding = true;
        if (!awaited || inTime(now, awaited) > 0) awaited = now;
        awaitedUntil = Math.max(awaitedUntil, performance.now() + waitMs);
      }
      if (holding) held.push(now);
      else push(entry);
    };
  }

  return {
    get holding() {
      return holding;
    },
    hold() {
      holding = isBeginning = true;
    },
    beginPass,
    async catchUp() {
      isBeginning = false;
      const entries = await list();
      const take = beginPass();
      holding = true;
      for (const entry of entries) take(entry);
      const latest = entries.map(timed).sort(inTime).at(-1);
      const isHere = !awaited || latest && inTime(awaited, latest) <= 0;
      if (isHere || performance.now() >= awaitedUntil) {
        holding = false;
        awaited = undefined;
        awaitedUntil = 0;
        release();
      } else if (latest) release(latest);
    },
    release,
  };
}

function inTime(a: TimedEntry, b: TimedEntry): number {
  return a.ms - b.ms || byTime(a.entry, b.entry);
}
