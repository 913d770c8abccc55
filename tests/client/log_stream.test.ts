import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { createClient } from "@conveyor/driver";
import type { LogEntry } from "@conveyor/driver/client";
import { deferred, EVENTS, rejection, serve } from "./support.ts";

let count = 0;
const wire = (message: string, { timestamp = stamp(), driver = "build" } = {}) => ({
  runid: "r1",
  driver,
  pipeline: "ship",
  timestamp,
  message,
});
const stamp = () => `2026-01-01T00:00:00.${String(++count).padStart(9, "0")}Z`;
type Wire = ReturnType<typeof wire>;
const event = (entry: object) => `data: ${JSON.stringify(entry)}\n\n`;

/** A server with a log: what it has stored, and how it streams over its first, second… connection. */
async function logServer(stored: () => Wire[], ...streams: ((response: ServerResponse) => void)[]) {
  let opened = 0;
  const server = await serve(({ path }) => {
    if (path.startsWith("/logs?")) return { body: stored() };
    const stream = streams[Math.min(opened++, streams.length - 1)];
    return {
      write(response) {
        response.writeHead(200, EVENTS);
        response.flushHeaders();
        stream?.(response);
      },
    };
  });
  return { ...server, client: createClient({ url: server.url, retry: false }) };
}

/** Reads a stream until it has given `wanted` entries or ends. */
async function take(stream: AsyncIterable<LogEntry>, wanted = Infinity): Promise<string[]> {
  const messages: string[] = [];
  if (wanted === 0) return messages;
  for await (const { message } of stream) if (messages.push(message) === wanted) break;
  return messages;
}

describe("a log stream reads", () => {
  it("the run's log, or one driver's", async () => {
    const { client, seen } = await logServer(
      () => [],
      (response) => response.write(event(wire("one"))),
    );
    expect(await take(client.streamLogs({ runId: "r 1" }), 1)).toEqual(["one"]);
    expect(await take(client.streamLogs({ runId: "r 1", driver: "build" }), 1)).toEqual(["one"]);
    const paths = seen.map(({ path }) => path).filter((path) => !path.startsWith("/logs?"));
    expect(paths).toEqual(["/logs/pipeline/r%201", "/logs/streams/build/r%201"]);
  });

  it("entries in the field names of this package", async () => {
    const entry = wire("one");
    const { client } = await logServer(() => [], (response) => response.write(event(entry)));
    for await (const read of client.streamLogs({ runId: "r1" })) {
      expect(read).toEqual({
        runId: "r1",
        driver: "build",
        pipeline: "ship",
        timestamp: entry.timestamp,
        message: "one",
      });
      break;
    }
  });

  it("any chunking, within an event and within a character, any line ends, and heartbeats", async () => {
    const text = ": heartbeat\n\n" + event(wire("naïve 🚀 один")) + ": heartbeat\r\n\r\n" +
      event(wire("two")).replaceAll("\n", "\r\n") + event(wire("three")).replaceAll("\n", "\r") +
      ": heartbeat\n\n";
    const bytes = new TextEncoder().encode(text);
    const { client } = await logServer(() => [], (response) => {
      let at = 0;
      const next = () => at < bytes.length && response.write(bytes.subarray(at, ++at), next);
      next();
    });
    expect(await take(client.streamLogs({ runId: "r1" }), 3)).toEqual([
      "naïve 🚀 один",
      "two",
      "three",
    ]);
  });

  it("what is no log entry as it came, so that nothing is lost", async () => {
    const { client } = await logServer(
      () => [],
      (response) =>
        response.write(`data: not json\n\ndata: {"runid":"r1"}\n\n${event(wire("three"))}`),
    );
    expect(await take(client.streamLogs({ runId: "r1" }), 3)).toEqual([
      "not json",
      `{"runid":"r1"}`,
      "three",
    ]);
  });

  it("what is stored, and ends there, when it is not to follow", async () => {
    const { client, seen } = await logServer(() => [wire("one"), wire("two")]);
    expect(await take(client.streamLogs({ runId: "r1", follow: false }))).toEqual(["one", "two"]);
    expect(seen.map(({ path }) => path)).toEqual(["/logs?runid=r1"]);
  });
});

describe("a log stream gives every entry once", () => {
  it("also one that fell between the replay and the live part", async () => {
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

describe("a log stream that loses its connection", () => {
  it("connects again, with the replay left out that it has had, and tells of it", async () => {
    const entries = [wire("one"), wire("two"), wire("three")];
    const send =
      (upTo: number, then?: (response: ServerResponse) => void) => (response: ServerResponse) => {
        const text = entries.slice(0, upTo).map(event).join("");
        response.write(text, () => then?.(response));
      };
    const cut = (response: ServerResponse) => void response.destroy();
    const end = (response: ServerResponse) => void response.end();
    const { client } = await logServer(() => [], send(1, cut), send(2, end), send(3));
    const losses: unknown[] = [];
    const stream = client.streamLogs({
      runId: "r1",
      onReconnect: (loss) => void losses.push(loss),
    });
    expect(await take(stream, 3)).toEqual(["one", "two", "three"]);
    expect(losses).toHaveLength(2);
    expect(losses).toMatchObject([
      { error: { code: "connection" }, attempt: 1, delayMs: expect.any(Number) },
      { error: { code: "connection" }, attempt: 1, delayMs: expect.any(Number) },
    ]);
  });

  it("takes silence without heartbeats for a loss", async () => {
    const { client } = await logServer(
      () => [],
      (response) => response.write(event(wire("one"))),
      (response) => response.write(event(wire("two"))),
    );
    const losses: { error: unknown }[] = [];
    const stream = client.streamLogs({
      runId: "r1",
      idleTimeoutMs: 100,
      onReconnect: (loss) => void losses.push(loss),
    });
    expect(await take(stream, 2)).toEqual(["one", "two"]);
    expect(String(losses[0]?.error)).toContain("no data from the stream for 100 ms");
  });

  it("connects again while the server is away, and fails when it is refused", async () => {
    let state: "up" | "busy" | "shut" = "up";
    const server = await serve(({ path }) => {
      if (path.startsWith("/logs?")) return { body: [] };
      if (state === "busy") return { status: 503, body: "starting" };
      if (state === "shut") return { status: 401, body: "who are you" };
      return {
        write(response) {
          response.writeHead(200, EVENTS);
          response.write(event(wire("one")), () => {
            state = "busy";
            response.destroy();
          });
        },
      };
    });
    const client = createClient({ url: server.url, retry: false });
    const stream = client.streamLogs({
      runId: "r1",
      onReconnect: ({ attempt }) => {
        if (attempt === 2) state = "shut";
      },
    });
    const error = await rejection(take(stream));
    expect(error).toMatchObject({ name: "UnauthorizedError" });
  });
});

describe("a log stream fails, rather than wait for ever, when", () => {
  it("the server is not there to begin with", async () => {
    const server = await serve({});
    await server.close();
    const client = createClient({ url: server.url, retry: false });
    const error = await rejection(take(client.streamLogs({ runId: "r1" })));
    expect(error).toMatchObject({ name: "ConnectionError" });
    expect(String(error)).toContain(`cannot stream the log of the run "r1"`);
  });

  it("a proxy answers with a page", async () => {
    const server = await serve({
      headers: { "content-type": "text/html" },
      body: "<html>sign in</html>",
    });
    const error = await rejection(
      take(createClient({ url: server.url }).streamLogs({ runId: "r1" })),
    );
    expect(error).toMatchObject({ code: "unreadable-answer" });
    expect(String(error)).toContain("it is not an event stream");
  });

  it("an event has no end", async () => {
    const { url } = await logServer(() => [], (response) => {
      const more = () => void response.write("x".repeat(10_000), more);
      response.write("data: ", more);
    });
    const client = createClient({ url, maxBodyBytes: 100_000 });
    const error = await rejection(take(client.streamLogs({ runId: "r1" })));
    expect(error).toMatchObject({ code: "answer-too-large" });
  });
});

describe("a log stream ends", () => {
  it("when its signal fires, without an error, and frees its connection", async () => {
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

  it("when the loop over it does, and frees its connection", async () => {
    let closed = () => {};
    const wasClosed = new Promise<void>((resolve) => closed = resolve);
    const { client } = await logServer(() => [], (response) => {
      response.on("close", closed);
      response.write(event(wire("one")));
    });
    expect(await take(client.streamLogs({ runId: "r1" }), 1)).toEqual(["one"]);
    await wasClosed;
  });

  it("at once when its signal has fired before", async () => {
    const { client, seen } = await logServer(() => []);
    expect(await take(client.streamLogs({ runId: "r1", signal: AbortSignal.abort() }))).toEqual([]);
    expect(seen).toEqual([]);
  });

  it("when what it was to last until is over, with all that is stored by then", async () => {
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

  it("with the error of what it was to last until", async () => {
    const { client } = await logServer(() => [], (response) => response.write(event(wire("one"))));
    const fault = new Error("the run is lost");
    const stream = client.streamLogs({ runId: "r1", until: Promise.reject(fault) });
    expect(await rejection(take(stream))).toBe(fault);
  });
});
