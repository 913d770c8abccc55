/** Knows from the last entries of a log which steps' logs are whole. @module */

import { OWN_ENTRY, parseEndOfLog } from "../../protocol/logs/end_of_log.ts";
import type { LogEntry } from "../../protocol/logs/log_entry.ts";

/** How much of one driver's log has been read. */
interface DriverLog {
  /** Whether this package has written any of it. */
  own: boolean;
  /** Entries read, less those that the last entries of its deliveries have announced. */
  surplus: number;
  /** Deliveries that have ended with an outcome, one for each step. */
  ended: number;
}

/** Deliveries with another outcome are followed by one more. */
const FINAL = /^(succeeded|failed|superseded)$/;

/** How much of a log has been read. */
export interface LogProgress {
  /** Entries read. */
  readonly size: number;
  /** Counts an entry. */
  add(entry: LogEntry): void;
  /** Returns the drivers whose log may lack entries. A driver that is named twice has two steps. */
  incomplete(drivers?: readonly string[]): string[];
  /** Whether this package has written any entry of a driver; `undefined` when there is none. */
  isOwn(driver: string): boolean | undefined;
}

/** Creates the progress of reading one run's log. */
export function createLogProgress(): LogProgress {
  const logs = new Map<string, DriverLog>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    add({ driver, message }) {
      const log = logs.get(driver) ?? { own: false, surplus: 0, ended: 0 };
      logs.set(driver, log);
      size++;
      log.surplus++;
      if (!message.startsWith(OWN_ENTRY)) return;
      log.own = true;
      const end = parseEndOfLog(message);
      if (!end) return;
      log.surplus -= end.entries;
      if (FINAL.test(end.outcome)) log.ended++;
    },
    incomplete(drivers = [...logs.keys()]) {
      return drivers.filter((driver, index) => {
        const { surplus = 0, ended = 0 } = logs.get(driver) ?? {};
        const step = drivers.slice(0, index).filter((earlier) => earlier === driver).length + 1;
        return ended < step || surplus < 0;
      });
    },
    isOwn: (driver) => logs.get(driver)?.own,
  };
}
