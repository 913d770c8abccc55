import { describe, expect, it } from "vitest";
import { createClient } from "../../../src/client/mod.ts";
import { deferred, rejection, serve } from "../support/http_server.ts";
import { event, logServer, stamp, take, wire } from "../support/log_server.ts";

describe("a log stream gives every entry once", () => {
  it("also an entry between the replay and the live part", async () => {
    const [one, missed, three] = [wire("one"), wire("missed"), wire("three")];
    const { client } = await logServer(() => [one, missed, three], (response) => {
      response.write(event(one));
      response.write(event(three));
    });
    const messages = await take(client.streamLogs({ runId: "r1" }), 3);
    expect(messages.sort()).toEqual(["missed", "one", "three"]);
  });

  it("also when the answer's headers come as late as the first heartbeat", async () => {
    const server = await serve(({ path }) =>
      path.startsWith("/logs?") ? { body: [wire("stored")] } : { write: () => {} }
    );
    const client = createClient({ url: server.url });
    expect(await take(client.streamLogs({ runId: "r1" }), 1)).toEqual(["stored"]);
  });

  it("also when the server sends it twice, in the replay and live", async () => {
    const [one, two] = [wire("one"), wire("two")];
    const { client } = await logServer(() => [one, two], (response) => {
      for (const entry of [one, one, two, two, wire("end")]) response.write(event(entry));
    });
    expect(await take(client.streamLogs({ runId: "r1" }), 3)).toEqual(["one", "two", "end"]);
  });

  it("equal lines of one second, from SDKs that write whole seconds, as often as they were written", async () => {
    const timestamp = "1767225600";
    const dots = [wire(".", { timestamp }), wire(".", { timestamp }), wire(".", { timestamp })];
    const until = deferred();
    const { client } = await logServer(() => dots, (response) => {
      for (const dot of dots.slice(0, 2)) response.write(event(dot));
      until.resolve();
    });
    expect(await take(client.streamLogs({ runId: "r1", until: until.promise }))).toEqual([
      ".",
      ".",
      ".",
    ]);
  });

  it("equal lines of different drivers both", async () => {
    const timestamp = stamp();
    const both = [wire("go", { timestamp, driver: "a" }), wire("go", { timestamp, driver: "b" })];
    const { client } = await logServer(
      () => both,
      (response) => both.map((it) => response.write(event(it))),
    );
    expect(await take(client.streamLogs({ runId: "r1" }), 2)).toEqual(["go", "go"]);
  });
});

describe("a log stream ends", () => {
  it("when its signal fires, without an error, and closes its connection", async () => {
    let closed = () => {};
    const wasClosed = new Promise<void>((resolve) => closed = resolve);
    const { client } = await logServer(() => [], (response) => {
      response.on("close", closed);
      response.write(event(wire("one")));
    });
    const controller = new AbortController();
    const messages: string[] = [];
    for await (const { message } of client.streamLogs({ runId: "r1", signal: controller.signal })) {
      messages.push(message);
      controller.abort();
    }
    expect(messages).toEqual(["one"]);
    await wasClosed;
  });

  it("when the loop over it ends, and closes its connection", async () => {
    let closed = () => {};
    const wasClosed = new Promise<void>((resolve) => closed = resolve);
    const { client } = await logServer(() => [], (response) => {
      response.on("close", closed);
      response.write(event(wire("one")));
    });
    expect(await take(client.streamLogs({ runId: "r1" }), 1)).toEqual(["one"]);
    await wasClosed;
  });

  it("before it begins when its signal has fired already", async () => {
    const { client, seen } = await logServer(() => []);
    expect(await take(client.streamLogs({ runId: "r1", signal: AbortSignal.abort() }))).toEqual([]);
    expect(seen).toEqual([]);
  });

  it("when until fulfils, after the entries that are stored by then", async () => {
    const [one, late] = [wire("one"), wire("late")];
    const over = deferred();
    const { client } = await logServer(() => [one, late], (response) => {
      response.write(event(one), () => over.resolve());
    });
    expect(await take(client.streamLogs({ runId: "r1", until: over.promise }))).toEqual([
      "one",
      "late",
    ]);
  });

  it("with the error of until", async () => {
    const { client } = await logServer(() => [], (response) => response.write(event(wire("one"))));
    const fault = new Error("the run is lost");
    const stream = client.streamLogs({ runId: "r1", until: Promise.reject(fault) });
    expect(await rejection(take(stream))).toBe(fault);
  });

  it("after the stored entries without follow", async () => {
    const { client, seen } = await logServer(() => [wire("one"), wire("two")]);
    expect(await take(client.streamLogs({ runId: "r1", follow: false }))).toEqual(["one", "two"]);
    expect(seen.map(({ path }) => path)).toEqual(["/logs?runid=r1"]);
  });
});

it("a log stream has no limit of its own, however small maxBodyBytes is", async () => {
  const stored = Array.from({ length: 50 }, (_, at) => wire(`${at} ${"x".repeat(100)}`));
  const { url } = await logServer(() => stored);
  const client = createClient({ url, maxBodyBytes: 1000 });
  expect(await take(client.streamLogs({ runId: "r1", follow: false }))).toHaveLength(50);
  expect(await take(client.streamLogs({ runId: "r1" }), 50)).toHaveLength(50);
  await expect(client.listLogs({ runId: "r1" })).rejects.toMatchObject({
    code: "answer-too-large",
  });
});
