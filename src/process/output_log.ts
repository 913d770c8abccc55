/** The output of a command becomes lines of a log. @module */

import type { Logger } from "../logger/logger.ts";
import { ColorStripper } from "./color_stripper.ts";
import type { CommandOptions, OutputOptions } from "./options.ts";

/** The bytes of both streams of a command that may still be logged. */
export class OutputBudget {
  readonly #command: string;
  readonly #limit: number;
  #left: number;
  #reported = false;

  constructor(command: string, limit: number) {
    this.#command = command;
    this.#limit = limit;
    this.#left = limit;
  }

  /** Returns the part of a chunk that is logged. The first part that is not is reported, once. */
  take(chunk: Uint8Array, logger: Logger): Uint8Array {
    const part = chunk.subarray(0, this.#left);
    this.#left -= part.length;
    if (part.length < chunk.length && !this.#reported) {
      this.#reported = true;
      logger.warn(
        `… output of "${this.#command}" beyond ${this.#limit} bytes is not logged (maxOutputBytes)`,
      );
    }
    return part;
  }
}

/** Where the bytes of one stream go. */
export interface OutputSink {
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Creates the sink of one stream: waits while the log is backpressured. */
export function outputLog(
  logger: Logger,
  stream: "stdout" | "stderr",
  options: OutputOptions,
  colors: CommandOptions["colors"],
  budget: OutputBudget,
): OutputSink {
  const { log: _log, to: _to, labels, ...writable } = options;
  const writer = logger.writable({ ...writable, labels: { stream, ...labels } }).getWriter();
  const stripper = colors === "strip" ? new ColorStripper() : undefined;
  return {
    async write(chunk) {
      const part = budget.take(chunk, logger);
      if (part.length > 0) await writer.write(stripper?.push(part) ?? part);
    },
    async close() {
      if (stripper) await writer.write(stripper.end());
      await writer.close();
    },
  };
}
