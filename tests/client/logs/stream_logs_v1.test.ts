import { describe, expect, it, onTestFinished } from "vitest";
import { type WebSocket as Socket, WebSocketServer } from "ws";
import type { AddressInfo } from "node:net";
import { WebSocket as WsWebSocket } from "ws";
import { ConfigError, createClient, type LogEntry, streamLogsV1 } from "../../../src/client/mod.ts";
import { rejection } from "../support/http_server.ts";

const webSocket = (globalThis.WebSocket ?? WsWebSocket) as unknown as new (
  url: string,
) => WebSocket;

/** A v1 server: what it sends over its first, second… connection. */
async function logServer(...streams: ((socket: Socket) => void)[]) {
  const paths: string[] = [];
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket, request) => {
    paths.push(request.url ?? "");
    streams[Math.min(paths.length, streams.length) - 1]?.(socket);
  });
  await new Promise((resolve) => server.on("listening", resolve));
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const { port } = server.address() as AddressInfo;
  return { client: createClient({ url: `http://127.0.0.1:${port}/v1`, protocol: "v1" }), paths };
}

const stored = (message: string) => JSON.stringify(["1767225600123456789", message]);
const live = (message: string) => JSON.stringify(["1767225601", message]);
const run = { runId: "r1", driver: "build", webSocket };

async function take(stream: AsyncIterable<LogEntry>, wanted: number): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const entry of stream) if (entries.push(entry) === wanted) break;
  return entries;
}

describe("a v1 server's log stream", () => {
  it("reads stored and live lines, in whole seconds", async () => {
    const { client, paths } = await logServer((socket) => {
      socket.send(stored("one"));
      socket.send(live("two"));
      socket.send("three, which is not JSON");
    });
    const entry = { runId: "r1", driver: "build", pipeline: "" };
    expect(await take(streamLogsV1(client, run), 3)).toEqual([
      { ...entry, timestamp: "2026-01-01T00:00:00Z", message: "one" },
      { ...entry, timestamp: "2026-01-01T00:00:01Z", message: "two" },
      { ...entry, timestamp: "", message: "three, which is not JSON" },
    ]);
    expect(paths).toEqual(["/v1/drivers/streams/logs/build/r1"]);
  });

  it("puts the stored lines in order by their nanoseconds, before the live ones", async () => {
    const at = (nanoseconds: string, message: string) =>
      JSON.stringify([`17672256001234567${nanoseconds}`, message]);
    const { client } = await logServer((socket) => {
      for (const line of [at("30", "three"), at("10", "one"), at("20", "two")]) socket.send(line);
      socket.send(live("four"));
      socket.send(live("five"));
    });
    const entries = await take(streamLogsV1(client, run), 5);
    expect(entries.map(({ message }) => message)).toEqual(["one", "two", "three", "four", "five"]);
  });

  it("reconnects, and yields every line once, although its time has another form", async () => {
    const { client } = await logServer(
      (socket) => {
        socket.send(JSON.stringify(["1767225600", "one"]));
        socket.send(live("two"));
        socket.close();
      },
      (socket) => {
        socket.send(stored("one"));
        socket.send(JSON.stringify(["1767225601987654321", "two"]));
        socket.send(live("three"));
      },
    );
    const entries = await take(streamLogsV1(client, run), 3);
    expect(entries.map(({ message }) => message)).toEqual(["one", "two", "three"]);
  });

  it("yields lines between the replay and the live part", async () => {
    const { client } = await logServer(
      (socket) => socket.send(stored("one")),
      (socket) => {
        socket.send(stored("one"));
        socket.send(stored("missed"));
      },
    );
    const entries = await take(streamLogsV1(client, run), 2);
    expect(entries.map(({ message }) => message)).toEqual(["one", "missed"]);
  });

  it("ends after the stored lines without follow", async () => {
    const { client } = await logServer((socket) => socket.send(stored("one")));
    const entries = await take(streamLogsV1(client, { ...run, follow: false }), Infinity);
    expect(entries.map(({ message }) => message)).toEqual(["one"]);
  });

  it("fails when the connection fails", async () => {
    const client = createClient({ url: "http://127.0.0.1:1", protocol: "v1" });
    expect(await rejection(take(streamLogsV1(client, run), 1))).toMatchObject({
      code: "connection",
    });
  });

  it("is rejected where there is no WebSocket", () => {
    const global = globalThis.WebSocket;
    Reflect.deleteProperty(globalThis, "WebSocket");
    onTestFinished(() => void Object.assign(globalThis, { WebSocket: global }));
    const client = createClient({ protocol: "v1" });
    const asked = () => streamLogsV1(client, { runId: "r1", driver: "build" });
    expect(asked).toThrow(ConfigError);
    expect(asked).toThrow(/this runtime has no WebSocket; use Node 22 or later, or pass webSocket/);
  });
});
