/** The output of a command: its log, and what the result keeps of it. @module */

import type { CommandOptions, CommandResult, ResolvedCommand } from "./options.ts";
import { OutputBudget, outputLog, type OutputSink } from "./output_log.ts";
import { OutputReader } from "./output_reader.ts";
import { OutputTail } from "./output_tail.ts";
import type { StartedProgram } from "./start.ts";

/** The output of a running command. */
export interface CommandOutput {
  /** Resolves at the end of both streams. Rejects when a sink fails. */
  readonly done: Promise<unknown>;
  /** Resolves as `done` does, and does not wait for stray processes that hold a stream open. */
  finish(): Promise<unknown>;
  /** What the result keeps. */
  kept(): Pick<CommandResult, "stdout" | "stderr" | "truncated">;
}

/** Reads both streams of a program. */
export function readOutput(
  command: string,
  child: StartedProgram,
  options: CommandOptions,
  { colors, maxOutputBytes, maxResultBytes }: ResolvedCommand,
): CommandOutput {
  const budget = new OutputBudget(command, maxOutputBytes);
  const [stdout, stderr] = (["stdout", "stderr"] as const).map((stream) => {
    const tail = new OutputTail(maxResultBytes);
    const { logger, [stream]: output = {} } = options;
    const sinks: OutputSink[] = [{
      write: (chunk) => Promise.resolve(tail.push(chunk)),
      close: () => Promise.resolve(),
    }];
    if (output.to) sinks.push(output.to.getWriter());
    if (logger && output.log !== false) {
      sinks.push(outputLog(logger, stream, output, colors, budget));
    }
    return { tail, reader: new OutputReader(child[stream], sinks) };
  });
  const readers = [stdout!.reader, stderr!.reader];
  return {
    done: Promise.all(readers.map(({ done }) => done)),
    finish: () => Promise.all(readers.map((reader) => reader.finish())),
    kept: () => ({
      stdout: stdout!.tail.text(),
      stderr: stderr!.tail.text(),
      truncated: stdout!.tail.truncated || stderr!.tail.truncated,
    }),
  };
}
