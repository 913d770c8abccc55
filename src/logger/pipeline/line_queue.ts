/** The bounded queue between writers and sinks. @module */

import { Fifo } from "../../async/fifo.ts";
import type { EndOfLog } from "../../protocol/logs/end_of_log.ts";
import type { SplitSecretDetector } from "../masking/split_secret_detector.ts";
import { type Labels, type LogLevel, noLabels } from "../record.ts";
import type { LogClock, Moment } from "../timestamp.ts";
import { DroppedLines } from "./dropped_lines.ts";

/** A line as it was written, before masking. */
export interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly labels: Labels;
  readonly moment: Moment;
  /** The detector of the stream that the line comes from; absent for a line that was written by itself. */
  readonly detector: SplitSecretDetector | undefined;
  /** How many dropped lines this one reports; 0 for a line that was written. */
  readonly dropped: number;
  /** The sink queue that does not get the line; absent for a line for all sinks. */
  readonly except: object | undefined;
  /** The end of the log, if this line is it; then `message` is the end's message. */
  readonly end?: LineEnd | undefined;
}

/** The end of a log, before its entries are counted. */
export type LineEnd = Omit<EndOfLog, "entries">;

/** Creates a line for all sinks. */
export function newLine(level: LogLevel, message: string, moment: Moment): Line {
  const labels = noLabels();
  return { level, message, labels, moment, dropped: 0, detector: undefined, except: undefined };
}

/** Queues lines up to a limit. Further ones are counted, and a line in their place reports how many were dropped. */
export class LineQueue {
  readonly #maxLines: number;
  readonly #maxSize: number;
  readonly #clock: LogClock;
  readonly #lines = new Fifo<Line>();
  readonly #dropped = new DroppedLines<Moment>();
  #size = 0;
  #taken = 0;

  constructor(options: { maxLines: number; maxSize: number; clock: LogClock }) {
    this.#maxLines = options.maxLines;
    this.#maxSize = options.maxSize;
    this.#clock = options.clock;
  }

  /** Lines in the queue. */
  get length(): number {
    return this.#lines.length;
  }

  /** Characters in the queue. */
  get size(): number {
    return this.#size;
  }

  /** Lines taken since the start. */
  get taken(): number {
    return this.#taken;
  }

  /** Adds a line with the current time. Returns `false` when the queue is full. */
  add(
    level: LogLevel,
    message: string,
    labels: Labels,
    detector?: SplitSecretDetector,
    except?: object,
    end?: LineEnd,
  ): boolean {
    const moment = this.#clock();
    if (this.length >= this.#maxLines || this.#size >= this.#maxSize) {
      this.#dropped.add(moment);
      return false;
    }
    this.reportDropped();
    this.#push({ level, message, labels, moment, dropped: 0, detector, except, end });
    return true;
  }

  /** Adds the line that reports dropped ones, if there are any. It has the time of the first of them. */
  reportDropped(): void {
    const dropped = this.#dropped.take();
    if (dropped === undefined) return;
    this.#push({ ...newLine("warn", "", dropped.first), dropped: dropped.count });
  }

  #push(line: Line): void {
    this.#lines.add(line);
    this.#size += line.message.length;
  }

  /** Takes the oldest line. */
  take(): Line | undefined {
    const line = this.#lines.take();
    if (line === undefined) return undefined;
    this.#taken++;
    this.#size -= line.message.length;
    return line;
  }
}
