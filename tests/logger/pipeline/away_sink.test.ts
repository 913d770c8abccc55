import { createLogger } from "@conveyor/driver";
import { expect, it } from "vitest";

/** A sink that stores nothing while it is away. */
function sinkThatGoesAway() {
  const waiting: (() => void)[] = [];
  let isAway = true;
  return {
    sink: () => isAway ? new Promise<void>((resolve) => waiting.push(resolve)) : Promise.resolve(),
    comeBack() {
      isAway = false;
      for (const store of waiting.splice(0)) store();
    },
    goAway: () => isAway = true,
  };
}

it("a sink that is known to be away holds up no flush until it has stored a line again", async () => {
  const { sink, comeBack, goAway } = sinkThatGoesAway();
  const flushOf = async (flushTimeoutMs: number) => {
    const logger = createLogger({ driver: "d", runId: "r", sinks: [sink], flushTimeoutMs });
    logger.info("a line");
    await logger.flush();
    return logger.stats()[0];
  };
  const hour = 3_600_000;
  expect(await flushOf(20)).toMatchObject({ failed: 1 });
  for (let run = 0; run < 20; run++) expect(await flushOf(hour)).toMatchObject({ failed: 1 });
  comeBack();
  expect(await flushOf(hour)).toMatchObject({ stored: 1, failed: 0 });
  goAway();
  const waits = flushOf(hour);
  const first = await Promise.race([
    waits,
    new Promise((resolve) => setTimeout(resolve, 50, "it waits")),
  ]);
  expect(first).toBe("it waits");
  comeBack();
  expect(await waits).toMatchObject({ stored: 1 });
});

it("a sink that takes lines and whose own flush hangs holds up one flush, until it settles", async () => {
  const hanging: (() => void)[] = [];
  let hangs = true;
  const sink = Object.assign(() => {}, {
    flush: () => hangs ? new Promise<void>((resolve) => hanging.push(resolve)) : Promise.resolve(),
  });
  const flushOf = async (flushTimeoutMs: number) => {
    const logger = createLogger({ driver: "d", runId: "r", sinks: [sink], flushTimeoutMs });
    logger.info("a line");
    await logger.flush();
    return logger.stats()[0];
  };
  const hour = 3_600_000;
  for (const limitMs of [20, hour, hour]) {
    expect(await flushOf(limitMs)).toMatchObject({ stored: 1, failed: 0 });
  }
  expect(hanging).toHaveLength(3);
  hangs = false;
  for (const settle of hanging.splice(0)) settle();
  expect(await flushOf(hour)).toMatchObject({ stored: 1 });
  hangs = true;
  const waits = flushOf(hour);
  const first = await Promise.race([
    waits,
    new Promise((resolve) => setTimeout(resolve, 50, "it waits")),
  ]);
  expect(first).toBe("it waits");
  for (const settle of hanging) settle();
  expect(await waits).toMatchObject({ stored: 1 });
});
