import { describe, expect, it, vi } from "vitest";
import { createClient } from "../../../src/client/mod.ts";
import { EVENTS, rejection, serve } from "../support/http_server.ts";
import { event, logServer, take, wire } from "../support/log_server.ts";

describe("a log stream reads", () => {
  it("the run's log, or one driver's", async () => {
    const { client, seen } = await logServer(
      () => [],
      (response) => response.write(event(wire("one", { runid: "r 1" }))),
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

  it("chunks that split events and characters, any line ends, and heartbeats", async () => {
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

  it("no entries of another run or driver, which real servers mix up, but the stored ones instead", async () => {
    const { client } = await logServer(
      () => [wire("mine")],
      (response) => {
        response.write(event(wire("other run", { runid: "r2" })));
        response.write(event(wire("other driver", { driver: "deploy" })));
      },
    );
    const messages = await take(client.streamLogs({ runId: "r1", driver: "build" }), 1);
    expect(messages).toEqual(["mine"]);
  });

  it("events that are not log entries, as text, so that no output is lost", async () => {
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
});

describe("a log stream fails when", () => {
  it("the first connection fails", async () => {
    const server = await serve({});
    await server.close();
    const client = createClient({ url: server.url, retry: false });
    const error = await rejection(take(client.streamLogs({ runId: "r1" })));
    expect(error).toMatchObject({ name: "ConnectionError" });
    expect(String(error)).toContain(`cannot stream the log of the run "r1"`);
  });

  it("a proxy responds with a page", async () => {
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

  it.each([
    ["of one line", "data: ", "x".repeat(1024)],
    ["of many lines", "", `data: ${"x".repeat(1017)}\n`],
  ])(
    "an event has no end within 4 MiB, %s: without more work than its bytes",
    async (_, start, piece) => {
      let pulled = 0;
      const encoder = new TextEncoder();
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          const bytes = encoder.encode(pulled === 0 ? start + piece : piece);
          pulled += bytes.length;
          controller.enqueue(bytes);
        },
      }, { highWaterMark: 0 });
      const client = createClient({
        url: "http://ci.example",
        maxBodyBytes: 1000,
        fetch: (url) =>
          Promise.resolve(
            url.includes("/logs?") ? Response.json([]) : new Response(body, { headers: EVENTS }),
          ),
      });
      // All that the parser does with its text: a buffer that is searched again with each piece would be here.
      let searched = 0;
      const spies = (["split", "replace"] as const).map((name) => {
        const original = String.prototype[name] as (...args: unknown[]) => unknown;
        return vi.spyOn(String.prototype, name).mockImplementation(
          function (this: string, ...args: unknown[]) {
            searched += this.length;
            return original.apply(this, args) as never;
          },
        );
      });
      try {
        const error = await rejection(take(client.streamLogs({ runId: "r1" })));
        expect(error).toMatchObject({ code: "answer-too-large" });
        expect(String(error)).toContain("larger than 4194304 bytes");
      } finally {
        for (const spy of spies) spy.mockRestore();
      }
      expect(pulled).toBeGreaterThan(2 ** 22);
      expect(pulled).toBeLessThan(2 ** 22 + 4 * 1024);
      expect(searched).toBeLessThan(4 * pulled);
    },
  );
});
