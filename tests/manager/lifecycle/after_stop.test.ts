import { expect, it } from "vitest";
import { startNatsServer } from "../../support/nats_server.ts";
import {
  commandFor,
  currentRuntime,
  ROOT,
  runProgram,
  type RUNTIMES,
} from "../../support/program.ts";

const PROGRAM = `${ROOT}tests/manager/support/counted_driver.ts`;

/** Its time-out is the one of the test: a process that something keeps does not end. */
async function leftAfterStop(runtime: (typeof RUNTIMES)[number], nats: string | undefined) {
  const { command, args } = commandFor(runtime, PROGRAM);
  const { code, output } = await runProgram(command, args, { env: { NATS: nats } });
  return { code, left: JSON.parse(/^LEFT (.*)$/m.exec(output)?.[1] ?? JSON.stringify(output)) };
}

const NOTHING = { code: 0, left: { timers: [], during: [1, 1], after: [0, 0] } };

it.each([currentRuntime()])("on %s nothing is left after run(), in memory", async (runtime) => {
  expect(await leftAfterStop(runtime, undefined)).toEqual(NOTHING);
});

it.each([currentRuntime()])(
  "on %s nothing is left after run(), on nats-server",
  async (runtime) => {
    await using server = await startNatsServer();
    expect(await leftAfterStop(runtime, server.url)).toEqual(NOTHING);
  },
);
