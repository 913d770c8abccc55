import type { ManagerEvent } from "@conveyor/driver";
import { memorySink } from "@conveyor/driver/logging";
import { expect, it } from "vitest";
import { startNatsServer } from "../../support/nats_server.ts";
import { commandFor, currentRuntime, startProgram } from "../../support/program.ts";
import { gate } from "../support/collector.ts";
import { brokerOf } from "../support/brokers.ts";
import { openWorld, type World } from "../support/world.ts";

/** The first line of a run's log on an instance that starts now. */
async function firstLine(world: World): Promise<{ line: string; started: ManagerEvent }> {
  const sink = memorySink();
  const done = gate();
  const manager = await world.start({ reconcile: () => done.open() }, {
    sinks: [sink],
    runLog: "all",
    ackWaitMs: 1000,
  });
  await done.opened;
  const started = await world.events.find(({ type }) => type === "run-started");
  await manager.stop();
  return { line: sink.records[0]!.message, started };
}

it("a run that has crashed two instances: the third says that it takes it over", async () => {
  await using nats = await startNatsServer();
  const world = await openWorld(brokerOf(nats));
  const { command, args } = commandFor(
    currentRuntime(),
    "tests/manager/support/crashing_driver.ts",
  );
  for (let instance = 1; instance <= 2; instance++) {
    await using program = startProgram(command, [...args, nats.url, "1000"]);
    await program.saw("@conveyor/driver 0.1.0 on");
    if (instance === 1) await world.send();
    expect(await program.exit).not.toBe(0);
  }
  const { line, started } = await firstLine(world);
  expect(line).toMatch(
    /^attempt 2 of 5 started: create workflow\/site, taken over after attempt 1 went silent, \d/,
  );
  expect(started).toMatchObject({ deliveries: 3, takenOver: true });
});

it("a run whose event another instance has not run: its delivery says so", async () => {
  const world = await openWorld("memory");
  await (await world.start({})).stop();
  await world.send();
  const redelivered = gate();
  const pull = await world.connection.pull("messages", "deploy", {
    onMessage(delivery) {
      delivery.nak();
      redelivered.open();
    },
    onLost() {},
  });
  pull.demand(1);
  await redelivered.opened;
  await pull.stop();
  const { line, started } = await firstLine(world);
  expect(line).toMatch(
    /^attempt 1 of 5 started: create workflow\/site, delivery 2: an earlier one was redelivered or went silent, \d/,
  );
  expect(started).toMatchObject({ deliveries: 2, takenOver: false });
});
