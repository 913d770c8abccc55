import { Hono } from "hono";
import { expect, onTestFinished, test } from "vitest";
import { eventStream } from "../../../src/dev/api/event_stream.ts";
import { openEvents } from "../../support/event_reader.ts";

/** A `fetch` of one event stream, and what it reports. */
function serving<Value>(
  values: (signal: AbortSignal) => AsyncGenerator<Value>,
  heartbeatMs = 60_000,
) {
  const end = new AbortController();
  onTestFinished(() => end.abort());
  const notices: string[] = [];
  const app = new Hono();
  app.get("/", (c) =>
    eventStream(c, values(end.signal), (value) => ({ value }), {
      heartbeatMs,
      end,
      onNotice: (notice) => notices.push(notice),
    }));
  const fetch = async (url: string, init: RequestInit) => await app.fetch(new Request(url, init));
  return { fetch, end, notices };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Yields the first numbers. */
async function* count(total: number): AsyncGenerator<number> {
  for (let number = 0; number < total; number++) yield await Promise.resolve(number);
}

test("every value is one event in JSON, and the stream ends after the last one", async () => {
  const { fetch, end } = serving(() => count(3));
  const response = await fetch("http://conveyor.test/", {});
  expect(Object.fromEntries(response.headers)).toEqual({
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  });
  expect(await response.text()).toBe(
    ": connected\n\n" + [0, 1, 2].map((value) => `data: {"value":${value}}\n\n`).join(""),
  );
  expect(end.signal.aborted).toBe(true);
});

test("values are taken only as fast as the client reads them", async () => {
  let taken = 0;
  const { fetch } = serving(async function* () {
    for await (const number of count(1000)) {
      taken += 1;
      yield number;
    }
  });
  const stream = await openEvents("http://conveyor.test/", fetch);
  await stream.take(10);
  expect(taken).toBeLessThan(20);
  expect(await stream.take(990)).toHaveLength(990);
  await stream.toEnd();
  expect(taken).toBe(1000);
});

test("a client that disconnects ends the heartbeats and the values", async () => {
  let ended = false;
  const { fetch, end } = serving(async function* (signal) {
    try {
      yield 0;
      await aborted(signal);
    } finally {
      ended = true;
    }
  });
  const response = await fetch("http://conveyor.test/", {});
  const reader = response.body!.getReader();
  await reader.read();
  const ending = aborted(end.signal);
  await reader.cancel();
  await ending;
  await expect.poll(() => ended).toBe(true);
});

test("a client that disconnects during a replay takes no more values", async () => {
  let taken = 0;
  const { fetch, end } = serving(async function* () {
    for await (const number of count(1000)) {
      taken += 1;
      yield number;
    }
  });
  const response = await fetch("http://conveyor.test/", {});
  const reader = response.body!.getReader();
  await reader.read();
  const ending = aborted(end.signal);
  await reader.cancel();
  await ending;
  expect(taken).toBeLessThan(20);
});

test("heartbeats are sent while no value is there", async () => {
  const { fetch, end } = serving(async function* (signal) {
    yield* count(0);
    await aborted(signal);
  }, 1);
  const stream = await openEvents("http://conveyor.test/", fetch);
  expect(await stream.takeComment()).toBe("connected");
  expect(await stream.takeComment()).toBe("heartbeat");
  expect(await stream.takeComment()).toBe("heartbeat");
  end.abort();
  await stream.toEnd();
});

test("an error of the values is reported and ends the stream", async () => {
  const { fetch, notices, end } = serving(async function* () {
    yield* count(1);
    throw new Error("it broke");
  });
  const response = await fetch("http://conveyor.test/", {});
  expect(await response.text()).toContain(`data: {"value":0}\n\n`);
  expect(notices).toEqual(["an event stream failed: it broke"]);
  expect(end.signal.aborted).toBe(true);
});
