import type { ServerResponse } from "node:http";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createClient } from "../../../src/client/mod.ts";
import { deferred, EVENTS, rejection, serve } from "../support/http_server.ts";
import { event, logServer, take, wire } from "../support/log_server.ts";

describe("a log stream that loses its connection", () => {
  it("reconnects, drops the replay of entries that it has had, and calls onReconnect", async () => {
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
      { error: { code: "connection" }, attempt: 2, delayMs: expect.any(Number) },
    ]);
  });

  it("pauses longer and longer where each stream ends at once, until one lasts", async () => {
    const random = vi.spyOn(Math, "random").mockReturnValue(0.02);
    onTestFinished(() => random.mockRestore());
    const known = wire("known");
    const end = (response: ServerResponse) => void response.end(event(known));
    const listed = deferred();
    const { client } = await logServer(
      () => {
        listed.resolve();
        return [];
      },
      ...[end, end, end, end],
      // It lasts until the client reads the stored entries, as it does when no more come.
      (response) => void listed.promise.then(() => response.end()),
      end,
    );
    const attempts: [attempt: number, delayMs: number][] = [];
    const over = new AbortController();
    const stream = client.streamLogs({
      runId: "r1",
      signal: over.signal,
      onReconnect({ attempt, delayMs }) {
        attempts.push([attempt, delayMs]);
        if (attempts.length === 6) over.abort();
      },
    });
    expect(await take(stream)).toEqual(["known"]);
    expect(attempts).toEqual([[1, 5], [2, 10], [3, 20], [4, 40], [1, 5], [2, 10]]);
  });

  it("reconnects after a time without entries and heartbeats", async () => {
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
    expect(String(losses[0]?.error)).toContain("no data for 100 ms");
  });

  it("reconnects while the server is unavailable, and fails when the server rejects it", async () => {
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
