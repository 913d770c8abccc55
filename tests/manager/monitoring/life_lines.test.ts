import { createDriver, type ManagerEvent, type RunRef } from "@conveyor/driver";
import { describe, expect, it } from "vitest";
import type { EventSource } from "../../../src/manager/event_source.ts";
import { LifeLines } from "../../../src/manager/monitoring/life_lines.ts";
import { RunningRuns } from "../../../src/manager/monitoring/running_runs.ts";
import { resolveOptions } from "../../../src/manager/options.ts";
import { VERSION } from "../../../src/version.ts";

const deploy = createDriver({
  name: "deploy",
  resources: ["workflow"],
  events: ["create"],
  reconcile() {},
});
const build = createDriver({ name: "build", resources: ["image", "site"], reconcile() {} });

const state = (to: "running" | "stopping", reason: string): ManagerEvent => ({
  type: "state",
  state: to,
  previous: "binding",
  reason,
});

function started(id: string): ManagerEvent {
  const run: RunRef = {
    driver: "deploy",
    runId: `run-${id}`,
    messageId: id,
    resource: `workflow/${id}`,
    attempt: 1,
  };
  return { type: "run-started", run, event: "create", maxAttempts: 5, deliveries: 1, waitedMs: 0 };
}

const sources = new Map<string, EventSource>();

/** One source for each run. */
function sourceOf({ messageId }: RunRef): EventSource {
  const known = sources.get(messageId) ?? {} as EventSource;
  sources.set(messageId, known);
  return known;
}

function lines(...events: ManagerEvent[]) {
  const runs = new RunningRuns();
  const life = new LifeLines(resolveOptions({ drivers: [deploy, build] }), runs);
  return events.flatMap((event) => {
    if ("run" in event) runs.follow(event, sourceOf(event.run));
    return life.describe(event)?.message ?? [];
  });
}

describe("a manager's lines", () => {
  it("say once what has started, where", () => {
    const [text, ...further] = lines(
      { type: "connected", server: "nats://one:4222" },
      { type: "bound", driver: "deploy", stream: "messages", protocol: "v2" },
      state("running", "bound"),
      state("running", "bound again"),
    );
    expect(text).toMatch(
      /^@conveyor\/driver \S+ on \w+ runs deploy \(workflow: create\), build \(image, site: every event\) at nats:\/\/one:4222, protocol v2, as \S+$/,
    );
    expect(text).toContain(` ${VERSION} `);
    expect(further).toEqual([]);
  });

  it("say what a stop waits for, how long, and what a second signal does", () => {
    const stop = state("stopping", "SIGINT was received");
    expect(lines(stop)).toEqual(["stopping: SIGINT was received"]);
    const runs = ["a", "b", "c", "d"].map(started);
    const ended = { type: "run-ended", outcome: "succeeded", durationMs: 1 } as const;
    expect(lines(...runs, { ...ended, run: (runs[0] as { run: RunRef }).run }, stop)).toEqual([
      "stopping: SIGINT was received; waiting up to 30 s for deploy of workflow/b (run run-b), deploy of workflow/c (run run-c), " +
      "deploy of workflow/d (run run-d); a second signal ends the process at once",
    ]);
    expect(lines(...runs, state("stopping", "stop() was called"))[0]).toMatch(
      /\(run run-c\) and 1 more$/,
    );
  });
});
