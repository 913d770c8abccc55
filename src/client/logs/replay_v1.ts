/** Puts the stored lines that a v1 server replays in order. @module */

import { storedTimeV1 } from "../../protocol/logs/live_line_v1.ts";
import { createRestartableTimer } from "./restartable_timer.ts";

/** Quiet time after which the stored lines so far are handed over, in milliseconds. */
const QUIET_MS = 100;

/** Takes lines as they come. */
export interface Replay {
  add(text: string): void;
  /** Hands over what is left. */
  end(): void;
}

/**
 * Creates a replay. Stored lines come in no order, all before the live ones, so they are kept until a live line or a pause, and
 * handed over by their nanoseconds. Live lines are handed over at once.
 */
export function createReplay(onLine: (text: string) => void): Replay {
  let stored: { text: string; time: string }[] = [];
  const end = () => {
    quiet.stop();
    const lines = stored.sort((a, b) => a.time < b.time ? -1 : Number(a.time > b.time));
    stored = [];
    for (const { text } of lines) onLine(text);
  };
  const quiet = createRestartableTimer(end);
  return {
    add(text) {
      const time = storedTimeV1(text);
      if (time === undefined) {
        end();
        onLine(text);
      } else {
        stored.push({ text, time });
        quiet.start(QUIET_MS);
      }
    },
    end,
  };
}
