/** `trigger`: starts a run. @module */

import { API_OPTIONS, connectApi } from "../api/connect.ts";
import { readRunTarget } from "../api/run_target.ts";
import { startRun } from "../api/start_run.ts";
import { type RunEnding, watchRun } from "../api/run_watch.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { onInterrupt } from "../interrupt.ts";
import { seconds } from "../output/duration.ts";
import { RunProgress } from "../output/run_progress.ts";
import { StatusLine } from "../output/status_line.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage_error.ts";

/** `conveyor-driver trigger`. */
export const trigger: Command = {
  name: "trigger",
  arguments: "FILE|NAME",
  completes: "files",
  summary: "Create a resource, which starts a run, and follow it to its end",
  details:
    "FILE has one resource, as JSON or YAML; - is standard input. NAME is that of a resource without a spec, of the type\n" +
    "workflow unless --resource says otherwise. A resource that exists is updated. With --follow the exit code is 0 when the\n" +
    "run succeeded and 1 when it failed.",
  options: {
    follow: { type: "boolean", short: "f", help: "Show steps and log until the run has ended" },
    name: { type: "string", value: "NAME", help: "The resource's name, instead of the file's" },
    resource: { type: "string", value: "TYPE", help: "Its type, instead of the file's" },
    pipeline: { type: "string", value: "NAME", help: "Its pipeline [the one of the type's name]" },
    spec: { type: "string", value: "JSON", help: "Its spec, instead of the file's" },
    steps: {
      type: "string",
      value: "A,B",
      help: "The pipeline's drivers in order, where the server does not return them",
    },
    timeout: { type: "string", value: "SECONDS", help: "How long to follow the run [3600]" },
    ...API_OPTIONS,
  },
  examples: [
    ["task.yaml --follow", "run the resource of a file, and wait for its end"],
    [`web --spec '{"region":"eu"}' -f`, "run a workflow named web"],
    ["task.yaml --json", "print the id of the run, for a script"],
  ],
  async run({ positionals, values, terminal }) {
    const [what, ...others] = positionals;
    if (what === undefined || others.length > 0) {
      throw new UsageError("name one file, or one resource");
    }
    const timeout = values.number("timeout", 1);
    const client = await connectApi(values);
    const { resource, steps } = await readRunTarget(client, what, values);
    const { name, resource: type, pipeline } = resource;
    if (values.flag("follow") && pipeline !== undefined && !steps) {
      throw new UsageError(
        `cannot tell when the run has ended: the server does not return the steps of ${pipeline}; pass --steps`,
      );
    }
    using interrupt = onInterrupt();
    const run = await startRun(client, resource);
    const { runId, event } = run;
    const through = pipeline === undefined ? "" : ` through ${pipeline}`;
    terminal.value(
      { type: "run-started", runId, event, resource: { type, name }, pipeline, steps },
      () => `run ${runId}: ${event} ${type}/${name}${through}`,
    );
    if (!values.flag("follow")) return EXIT.ok;
    const started = performance.now();
    const progress = new RunProgress(terminal, steps);
    const ending = await follow();
    report(terminal, ending, progress, runId, performance.now() - started);
    return ending.success ? EXIT.ok : EXIT.failed;

    async function follow(): Promise<RunEnding> {
      using status = new StatusLine(terminal, () => progress.describe());
      return await watchRun({
        client,
        resource,
        run,
        steps,
        signal: interrupt.signal,
        ...(timeout !== undefined && { timeoutMs: timeout * 1000 }),
        onLog: (entry) =>
          terminal.json
            ? terminal.line(JSON.stringify({ type: "log", ...entry }))
            : status.line(progress.line(entry)),
      });
    }
  },
};

function report(
  terminal: Terminal,
  ending: RunEnding,
  progress: RunProgress,
  runId: string,
  durationMs: number,
): void {
  const { success, failedDriver } = ending;
  const { bold, good, bad, dim } = terminal.palette;
  terminal.value({ type: "run-ended", runId, ...ending }, () => {
    const text = success ? good("the run succeeded") : bad(`the run failed at ${failedDriver}`);
    return `\n${progress.summary(ending.results)}\n\n${bold(text)} ${
      dim(`in ${seconds(durationMs)}`)
    }`;
  });
  if (!ending.complete && !terminal.json) {
    terminal.error("entries of the log may be missing: see the run's log again in some seconds");
  }
}
