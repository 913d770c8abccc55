import { createLogger } from "@conveyor/driver";
import { expect, it } from "vitest";
import { createManagedLogger } from "../../../src/logger/create_logger.ts";

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

it("flushes that wait for a silent sink at the same time give it up together, and what it still stores counts as back", async () => {
  const { sink, comeBack } = sinkThatGoesAway();
  const flushOf = async (stallMs: number) => {
    const logger = createManagedLogger({
      driver: "d",
      runId: "r",
      sinks: [sink],
      stallMs: () => stallMs,
    });
    logger.info("a line");
    await logger.flush();
    return logger.stats()[0];
  };
  const hour = 3_600_000;
  const first = flushOf(50);
  const others = [flushOf(50), flushOf(50)];
  expect(await Promise.all([first, ...others])).toMatchObject([
    { failed: 1 },
    { failed: 1 },
    { failed: 1 },
  ]);
  expect(await flushOf(hour)).toMatchObject({ failed: 1 });
  comeBack();
  expect(await flushOf(hour)).toMatchObject({ stored: 1, failed: 0 });
});

it("a sink that stores slowly, but does, is waited for", async () => {
  const waiting: (() => void)[] = [];
  const sink = () => new Promise<void>((resolve) => waiting.push(resolve));
  const logger = createManagedLogger({
    driver: "d",
    runId: "r",
    sinks: [sink],
    stallMs: () => 300,
  });
  for (let line = 0; line < 30; line++) logger.info("a line");
  const flushed = logger.flush();
  const storing = setInterval(() => waiting.shift()?.(), 20);
  await flushed;
  clearInterval(storing);
  expect(logger.stats()[0]).toMatchObject({ stored: 30, failed: 0 });
});

it("a stream is not held up by a sink that is known to be away", async () => {
  const { sink } = sinkThatGoesAway();
  const options = { driver: "d", runId: "r", sinks: [sink] };
  const first = createLogger({ ...options, flushTimeoutMs: 20 });
  first.info("a line");
  await first.flush();
  const hour = 3_600_000;
  const writer = createLogger({ ...options, flushTimeoutMs: hour }).writable().getWriter();
  for (let line = 0; line < 3000; line++) await writer.write("a line\n");
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
