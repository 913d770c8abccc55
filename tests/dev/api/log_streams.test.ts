import { expect, test } from "vitest";
import { encodeText } from "../../../src/encoding/json.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import { openEvents, type WireEntry } from "../../support/event_reader.ts";
import { startedServer } from "../support.ts";

const entry = (message: string, fields: Partial<WireEntry> = {}): WireEntry => ({
  runid: "r1",
  driver: "build",
  pipeline: "",
  timestamp: message.padStart(9, "0"),
  message,
  ...fields,
});

const messages = (entries: WireEntry[]) => entries.map(({ message }) => message);

async function listening(options = {}) {
  const started = await startedServer(options);
  const { url } = await started.server.listen();
  return { ...started, url };
}

test("a stream sends stored entries, then live ones", async () => {
  const { call, url } = await listening();
  await call("POST", "/logs", entry("2"));
  await call("POST", "/logs", entry("1"));
  const stream = await openEvents(`${url}/logs/pipeline/r1`);
  expect(stream.response.status).toBe(200);
  expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
  expect(messages(await stream.take(2))).toEqual(["1", "2"]);
  await call("POST", "/logs", entry("0"));
  expect(messages(await stream.take(1))).toEqual(["0"]);
});

test("a driver's stream sends only that driver's entries of the run", async () => {
  const { call, url } = await listening();
  const others = [entry("x", { driver: "deploy" }), entry("y", { runid: "r2" })];
  for (const each of [entry("1"), ...others]) await call("POST", "/logs", each);
  const stream = await openEvents(`${url}/logs/streams/build/r1`);
  for (const each of [...others, entry("2")]) await call("POST", "/logs", each);
  expect(messages(await stream.take(2))).toEqual(["1", "2"]);
});

test("a run's stream sends every driver's entries of the run", async () => {
  const { call, url } = await listening();
  await call("POST", "/logs", entry("1", { driver: "deploy" }));
  const stream = await openEvents(`${url}/logs/pipeline/r1`);
  await call("POST", "/logs", entry("2", { driver: "build" }));
  expect(messages(await stream.take(2))).toEqual(["1", "2"]);
});

test("an entry that a driver publishes is sent live", async () => {
  const { server, url } = await listening();
  await using connection = await connectBroker(server.broker, server.broker.transport);
  const stream = await openEvents(`${url}/logs/streams/build/r1`);
  await connection.publishConfirmed("logs.r1", encodeText(JSON.stringify(entry("live"))));
  expect(messages(await stream.take(1))).toEqual(["live"]);
});

test("no entry is missed or repeated between replay and live, while others write", async () => {
  const { server, call, url } = await listening();
  await using connection = await connectBroker(server.broker, server.broker.transport);
  const total = 600;
  const streams: Promise<WireEntry[]>[] = [];
  for (let index = 0; index < total; index++) {
    const next = entry(String(index));
    if (index % 3 === 0) await call("POST", "/logs", next);
    else await connection.publishConfirmed("logs.r1", encodeText(JSON.stringify(next)));
    if (index % 40 === 20) {
      streams.push(openEvents(`${url}/logs/pipeline/r1`).then((stream) => stream.take(total)));
    }
  }
  const expected = Array.from({ length: total }, (_, index) => String(index)).sort();
  expect(streams).toHaveLength(15);
  for (const seen of await Promise.all(streams)) expect(messages(seen).sort()).toEqual(expected);
});

test("an idle stream sends heartbeat comments", async () => {
  const { url, call } = await listening({ heartbeatMs: 5 });
  const stream = await openEvents(`${url}/logs/pipeline/r1`);
  expect(await stream.takeComment()).toBe("connected");
  expect(await stream.takeComment()).toBe("heartbeat");
  await call("POST", "/logs", entry("1"));
  expect(messages(await stream.take(1))).toEqual(["1"]);
});

test("a client that disconnects ends its stream and no other", async () => {
  const { url, call } = await listening();
  const [leaving, staying] = [
    await openEvents(`${url}/logs/pipeline/r1`),
    await openEvents(`${url}/logs/pipeline/r1`),
  ];
  await call("POST", "/logs", entry("1"));
  expect(messages(await leaving.take(1))).toEqual(["1"]);
  leaving.stop();
  await call("POST", "/logs", entry("2"));
  expect(messages(await staying.take(2))).toEqual(["1", "2"]);
});

test("a stream of the handler alone ends when the server closes", async () => {
  const { server, call } = await startedServer();
  const stream = await openEvents("http://conveyor.test/logs/pipeline/r1", server.fetch);
  await call("POST", "/logs", entry("1"));
  expect(messages(await stream.take(1))).toEqual(["1"]);
  await server.close();
  await stream.toEnd();
});

test("closing the server closes the open streams of its listener", async () => {
  const { server, call, url } = await listening();
  const stream = await openEvents(`${url}/logs/pipeline/r1`);
  await call("POST", "/logs", entry("1"));
  expect(messages(await stream.take(1))).toEqual(["1"]);
  const ended = stream.toEnd().then(() => "ended", () => "closed");
  await server.close();
  expect(await ended).toBe("closed");
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});
