import { describe, expect, it } from "vitest";
import { startNatsServer } from "../../support/nats_server.ts";
import { commandFor, currentRuntime, startProgram } from "../../support/program.ts";
import { brokerOf } from "../support/brokers.ts";
import { openWorld } from "../support/world.ts";

describe("an error that nothing catches", () => {
  it("names the run that was going on, and still ends the process", async () => {
    await using nats = await startNatsServer();
    const world = await openWorld(brokerOf(nats));
    const { command, args } = commandFor(
      currentRuntime(),
      "tests/manager/support/crashing_driver.ts",
    );
    const env = { CONVEYOR_LOG_FORMAT: "pretty" };
    await using program = startProgram(command, [...args, nats.url], { env });
    await program.saw("@conveyor/driver 0.1.0 on");
    const runId = await world.send();
    expect(await program.exit).not.toBe(0);
    expect(program.output).toContain(
      `an error that nothing has caught ends this process: lost in a promise; running: deploy of workflow/site (run ${runId})`,
    );
  });
});
