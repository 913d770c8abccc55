/** `list`: shows the runs that the server's log store has. @module */

import type { LogEntry } from "../../client/mod.ts";
import { parseEndOfLog } from "../../protocol/logs/end_of_log.ts";
import { API_OPTIONS, connectApi } from "../api/connect.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { columns } from "../output/columns.ts";
import { UsageError } from "../usage_error.ts";

/** What the log says of a run. */
interface ListedRun {
  readonly runId: string;
  pipeline: string;
  /** When its first and its last entry were written. */
  first: string;
  last: string;
  entries: number;
  /** The drivers that have written to it, in order, with how each has ended. */
  readonly drivers: Record<string, string>;
}

/** `conveyor-driver list`. */
export const list: Command = {
  name: "list",
  arguments: "[runs]",
  completes: ["runs"],
  summary: "List the runs that the server has a log of, the newest first",
  details:
    "The API has no list of resources, types or pipelines: see get. How a driver has ended is in the log of drivers of this\n" +
    "package alone.",
  options: {
    driver: { type: "string", value: "NAME", help: "Only runs of this driver" },
    pipeline: { type: "string", value: "NAME", help: "Only runs of this pipeline" },
    limit: { type: "string", short: "n", value: "N", help: "At most so many [20]" },
    ...API_OPTIONS,
  },
  examples: [
    ["", "the last 20 runs"],
    ["runs --driver deploy --json", "runs of one driver, for a script"],
  ],
  async run({ positionals, values, terminal }) {
    const [what = "runs", ...others] = positionals;
    if (what !== "runs" || others.length > 0) throw new UsageError("only runs can be listed");
    const limit = values.number("limit", 1) ?? 20;
    const client = await connectApi(values);
    const filter = { driver: values.text("driver"), pipeline: values.text("pipeline") };
    const runs = runsOf(await client.listLogs(filter)).slice(0, limit);
    if (terminal.json) { for (const run of runs) terminal.line(JSON.stringify(run)); }
    else if (runs.length === 0) terminal.error("no run is in the server's log store");
    else {
      const rows = runs.map(({ runId, pipeline, first, drivers }) => [
        runId,
        first.replace(/\.\d+Z$/, "Z"),
        pipeline || "-",
        Object.entries(drivers).map(([driver, end]) => `${driver}: ${end}`).join(", "),
      ]);
      terminal.line(columns([["RUN", "STARTED", "PIPELINE", "DRIVERS"], ...rows]));
    }
    return EXIT.ok;
  },
};

function runsOf(entries: readonly LogEntry[]): ListedRun[] {
  const runs = new Map<string, ListedRun>();
  const inOrder = [...entries].sort((a, b) => a.timestamp < b.timestamp ? -1 : 1);
  for (const { runId, pipeline, driver, timestamp, message } of inOrder) {
    if (runId === "") continue;
    const run = runs.get(runId) ??
      { runId, pipeline, first: timestamp, last: timestamp, entries: 0, drivers: {} };
    runs.set(runId, run);
    run.last = timestamp;
    run.entries++;
    run.pipeline ||= pipeline;
    run.drivers[driver] = parseEndOfLog(message)?.outcome ?? run.drivers[driver] ?? "running";
  }
  return [...runs.values()].sort((a, b) => a.first < b.first ? 1 : -1);
}
