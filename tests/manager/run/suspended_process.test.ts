import { expect, it } from "vitest";
import { startNatsServer } from "../../support/nats_server.ts";
import { commandFor, currentRuntime, startProgram } from "../../support/program.ts";
import { brokerOf } from "../support/brokers.ts";
import { openWorld, V2_STREAMS } from "../support/world.ts";

/** Streams that forget message ids before the process goes on. */
const FORGETFUL = V2_STREAMS.map((stream) => ({ ...stream, duplicateWindowMs: 100 }));

it.each([currentRuntime()])(
  "a process on %s that was suspended for longer than its lease stores no second result",
  async (runtime) => {
    await using nats = await startNatsServer();
    const world = await openWorld(brokerOf(nats), { streams: FORGETFUL });
    const program = "tests/manager/support/suspended_driver.ts";
    const { command, args } = commandFor(runtime, program);
    await using suspended = startProgram(command, [...args, nats.url]);
    await suspended.saw("READY");
    const run = await world.send({ name: "site" });
    await suspended.saw("RECONCILES");
    suspended.kill("SIGSTOP");
    await world.start({ reconcile: () => ({ success: true, message: "of the other" }) }, {
      ackWaitMs: 2000,
    });
    await world.results.first(1);
    suspended.kill("SIGCONT");
    await suspended.saw("OUTCOME");
    // Whatever it has stored comes before the result of another run.
    const next = await world.send({ name: "shop" });
    await world.results.until((results) => results.some(({ run_id }) => run_id === next));
    expect(
      world.results.items.filter(({ run_id }) => run_id === run)
        .map(({ driverresult }) => driverresult.message),
    ).toEqual(["of the other"]);
    expect(suspended.output).not.toContain("OUTCOME succeeded");
  },
  60_000,
);
