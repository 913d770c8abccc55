/** What a command reads. @module */

import type { Writable } from "node:stream";
import type { CommandOptions } from "./options.ts";

/** Writes the input and ends it. A command that does not read to the end is no failure; a source that fails is. */
export async function writeInput(
  stdin: Writable,
  input: CommandOptions["stdin"] = "",
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    stdin.once("close", resolve);
    stdin.once("error", () => resolve()); // EPIPE: the command has closed its input, or has ended.
  });
  if (typeof input === "string" || !("getReader" in input)) {
    stdin.end(input);
    return await closed;
  }
  const reader = input.getReader();
  const drained = () => new Promise((resolve) => stdin.once("drain", resolve));
  try {
    while (stdin.writable) {
      const next = await Promise.race([reader.read(), closed]);
      if (!next || next.done) break;
      if (!stdin.write(next.value)) await Promise.race([drained(), closed]);
    }
  } finally {
    stdin.end();
    await reader.cancel();
  }
}
