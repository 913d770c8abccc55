/** `logs`: shows the log of a run. @module */

import { API_OPTIONS, connectApi } from "../api/connect.ts";
import type { LogEntry } from "../../client/mod.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { onInterrupt } from "../interrupt.ts";
import { RunProgress } from "../output/run_progress.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage_error.ts";

/** `conveyor-driver logs`. */
export const logs: Command = {
  name: "logs",
  arguments: "RUN_ID",
  completes: [],
  summary: "Show the log of a run",
  options: {
    follow: { type: "boolean", short: "f", help: "Continue with new entries, until Ctrl-C" },
    driver: { type: "string", value: "NAME", help: "Only the entries of this driver" },
    timestamps: { type: "boolean", short: "t", help: "Show when each entry was written" },
    ...API_OPTIONS,
  },
  examples: [
    ["0b5e6c1c-7a7e-4f0e-9d53-0c8f6a2f1b11", "what is stored"],
    ["0b5e6c1c-7a7e-4f0e-9d53-0c8f6a2f1b11 --follow --driver build", "one driver's, as it comes"],
  ],
  async run({ positionals, values, terminal }) {
    const [runId, ...others] = positionals;
    if (runId === undefined || others.length > 0) throw new UsageError("name one run by its id");
    const client = await connectApi(values);
    const driver = values.text("driver");
    const show = entryWriter(terminal, values.flag("timestamps"));
    if (!values.flag("follow")) {
      const entries = await client.listLogs({ runId, driver });
      // The store has them in the order of their arrival.
      entries.sort((a, b) => a.timestamp < b.timestamp ? -1 : 1);
      entries.forEach(show);
      if (entries.length === 0) terminal.error(`no log entry of the run ${runId} is stored`);
      return EXIT.ok;
    }
    using interrupt = onInterrupt();
    const { signal } = interrupt;
    for await (const entry of client.streamLogs({ runId, driver, signal })) show(entry);
    return EXIT.interrupted;
  },
};

function entryWriter(terminal: Terminal, timestamps: boolean): (entry: LogEntry) => void {
  const progress = new RunProgress(terminal);
  const { dim } = terminal.palette;
  return (entry) =>
    terminal.value(
      entry,
      () => `${timestamps ? `${dim(entry.timestamp)} ` : ""}${progress.line(entry)}`,
    );
}
