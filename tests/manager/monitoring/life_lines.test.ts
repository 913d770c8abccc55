import { createDriver, type ManagerEvent, type RunRef } from "@conveyor/driver";
import { describe, expect, it } from "vitest";
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

/** A run of this id, whose attempt has begun unless it waits. */
function run(id: string, begun = true) {
  const ref: RunRef = {
    driver: "deploy",
    runId: `run-${id}`,
    messageId: id,
    resource: `workflow/${id}`,
    attempt: 1,
  };
  return { ref, begun };
}

function lines(runs: ReturnType<typeof run>[], ...events: ManagerEvent[]) {
  const options = resolveOptions({ drivers: [deploy, build] });
  const life = new LifeLines(options, new RunningRuns(() => runs));
  return events.flatMap((event) => life.describe(event)?.message ?? []);
}

describe("a manager's lines", () => {
  it("say once what has started, where", () => {
    const [text, ...further] = lines(
      [],
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
    expect(lines([run("a", false)], stop)).toEqual(["stopping: SIGINT was received"]);
    const runs = [run("a", false), ...["b", "c", "d"].map((id) => run(id))];
    expect(lines(runs, stop)).toEqual([
      "stopping: SIGINT was received; waiting up to 30 s for deploy of workflow/b (run run-b), deploy of workflow/c (run run-c), " +
      "deploy of workflow/d (run run-d); a second signal ends the process at once",
    ]);
    expect(lines([...runs, run("e")], state("stopping", "stop() was called"))[0]).toMatch(
      /\(run run-d\) and 1 more$/,
    );
  });
});
