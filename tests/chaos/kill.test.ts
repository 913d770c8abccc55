import { describe, expect, it } from "vitest";
import { singleServer } from "../../chaos/lib/broker.ts";
import { stagePackage } from "../../chaos/lib/package_stage.ts";
import { killScenario } from "../../chaos/scenarios/kill.ts";
import { currentRuntime } from "../support/program.ts";

describe("instances and a server that are killed under load", () => {
  it("lose no run, and leave none with a second result", async () => {
    await using stage = await stagePackage();
    const said: string[] = [];
    const scenario = killScenario({
      name: "a short one",
      openBroker: singleServer,
      instanceKills: 2,
      serverKills: 1,
      ackWaitMs: 1500,
    });
    const figures = await scenario.run({
      runtime: currentRuntime(),
      stage,
      runs: 200,
      minutes: undefined,
      seed: undefined,
      short: true,
      say: (text) => said.push(text),
    });
    expect(figures.filter(({ met }) => !met), said.join("\n")).toEqual([]);
    expect(figures).toContainEqual({
      name: "instances killed",
      target: "2 or more",
      measured: "2",
      met: true,
    });
  }, 120_000);
});
