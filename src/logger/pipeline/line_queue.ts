/** The lines that wait to be handed to the sinks. @module */

import { Fifo } from "../../async/fifo.ts";
import { type Moment, processClock } from "../timestamp.ts";
import type { SplitSecretDetector } from "../masking/split_secret_detector.ts";
import { DroppedLines } from "./dropped_lines.ts";
import { type Labels, type LogLevel, noLabels } from "../record.ts";

/** A line as it was written, not masked yet. */
export interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly labels: Labels;
  readonly moment: Moment;
  /** Follows the lines of the stream that this one comes from; absent for a line that was written by itself. */
  readonly source: SplitSecretDetector | undefined;
  /** How many dropped lines this one stands for; 0 for one that was written. */
  readonly dropped: number;
  /** The sink's queue that does not get the line; absent for a line that is for all sinks. */
  readonly except: object | undefined;
}

/** A bounded queue. What is too much for it is counted, and a line with the count takes the place of what is missing. */
export class LineQueue {
  readonly #maxLines: number;
  readonly #maxSize: number;
  readonly #lines = new Fifo<Line>();
  #size = 0;
  #taken = 0;
  readonly #dropped = new DroppedLines<Moment>();

  constructor(options: { maxLines: number; maxSize: number }) {
    this.#maxLines = options.maxLines;
    this.#maxSize = options.maxSize;
  }

  /** Lines that wait. */
  get length(): number {
    return this.#lines.length;
  }

  /** Characters that wait. */
  get size(): number {
    return this.#size;
  }

  /** Lines taken out since the beginning. */
  get taken(): number {
    return this.#taken;
  }

  /** Adds a line with the time it is now. Gives `false` when there is no room for it. */
  add(
    level: LogLevel,
    message: string,
    labels: Labels,
    source?: SplitSecretDetector,
    except?: object,
  ): boolean {
    const moment = processClock();
    if (this.length >= this.#maxLines || this.#size >= this.#maxSize) {
      this.#dropped.add(moment);
      return false;
    }
    this.reportDropped();
    this.#push({ level, message, labels, moment, dropped: 0, source, except });
    return true;
  }

  /** Adds the line about dropped ones, if there are any. It has the time of the first of them. */
  reportDropped(): void {
    const dropped = this.#dropped.take();
    if (dropped === undefined) return;
    this.#push({
      level: "warn",
      message: "",
      labels: noLabels(),
      moment: dropped.first,
      dropped: dropped.count,
      source: undefined,
      except: undefined,
    });
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
