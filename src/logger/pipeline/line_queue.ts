/** The lines that wait to be handed to the sinks. @module */

import { Fifo } from "../../async/fifo.ts";
import type { LogClock, Moment } from "../timestamp.ts";
import type { SplitSecretDetector } from "../masking/split_secret_detector.ts";
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
  readonly #clock: LogClock;
  readonly #maxLines: number;
  readonly #maxSize: number;
  readonly #lines = new Fifo<Line>();
  #size = 0;
  #taken = 0;
  #firstDropped: Moment | undefined;
  #dropped = 0;

  constructor(options: { clock: LogClock; maxLines: number; maxSize: number }) {
    this.#clock = options.clock;
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
    const moment = this.#clock();
    if (this.length >= this.#maxLines || this.#size >= this.#maxSize) {
      this.#firstDropped ??= moment;
      this.#dropped++;
      return false;
    }
    if (this.#dropped > 0) this.reportDropped();
    this.#push({ level, message, labels, moment, dropped: 0, source, except });
    return true;
  }

  /** Adds the line about dropped ones, if there are any. It has the time of the first of them. */
  reportDropped(): void {
    if (this.#firstDropped === undefined) return;
    const [moment, dropped] = [this.#firstDropped, this.#dropped];
    this.#firstDropped = undefined;
    this.#dropped = 0;
    this.#push({
      level: "warn",
      message: "",
      labels: noLabels(),
      moment,
      dropped,
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
