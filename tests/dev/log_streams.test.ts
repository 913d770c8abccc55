import { createParser } from "eventsource-parser";
import { expect, onTestFinished, test } from "vitest";
import { encodeText } from "../../src/protocol/json.ts";
import { connectBroker } from "../../src/transport/connect.ts";
import { startedServer } from "./support.ts";

type Entry = Record<"runid" | "driver" | "pipeline" | "timestamp" | "message", string>;

const entry = (message: string, fields: Partial<Entry> = {}): Entry => ({
  runid: "r1",
  driver: "build",
  pipeline: "",
  timestamp: message.padStart(9, "0"),
  message,
  ...fields,
});

/** Opens an event stream, and reads what the test asks for. */
async function open(url: string, fetcher: typeof fetch = fetch) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const response = await fetcher(url, { signal: stop.signal });
  const entries: Entry[] = [];
  const comments: string[] = [];
  const parser = createParser({
    onEvent: ({ data }) => entries.push(JSON.parse(data)),
    onComment: (comment) => comments.push(comment),
  });
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  const readUntil = async (enough: () => boolean) => {
    while (!enough()) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  };
  return {
    response,
    comments,
    stop: () => stop.abort(),
    /** Reads on until there are so many entries. */
    async take(count: number): Promise<string[]> {
      await readUntil(() => entries.length >= count);
      return entries.splice(0, count).map(({ message }) => message);
    },
    async takeComment(): Promise<string> {
      await readUntil(() => comments.length > 0);
      return comments.shift() ?? "";
    },
    /** Resolves when the server ends the stream. */
    ended: () => readUntil(() => false),
  };
}

async function listening(options = {}) {
  const started = await startedServer(options);
  const { url } = await started.server.listen();
  return { ...started, url };
}

test("a stream tells what is stored, then what comes", async () => {
  const { call, url } = await listening();
  await call("POST", "/logs", entry("2"));
  await call("POST", "/logs", entry("1"));
  const stream = await open(`${url}/logs/pipeline/r1`);
  expect(stream.response.status).toBe(200);
  expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
  expect(await stream.take(2)).toEqual(["1", "2"]);
  await call("POST", "/logs", entry("0"));
  expect(await stream.take(1)).toEqual(["0"]);
});

test("a driver's stream tells that driver's entries of that run only", async () => {
  const { call, url } = await listening();
  const others = [entry("x", { driver: "deploy" }), entry("y", { runid: "r2" })];
  for (const each of [entry("1"), ...others]) await call("POST", "/logs", each);
  const stream = await open(`${url}/logs/streams/build/r1`);
  for (const each of [...others, entry("2")]) await call("POST", "/logs", each);
  expect(await stream.take(2)).toEqual(["1", "2"]);
});

test("a run's stream tells every driver's entries of that run", async () => {
  const { call, url } = await listening();
  await call("POST", "/logs", entry("1", { driver: "deploy" }));
  const stream = await open(`${url}/logs/pipeline/r1`);
  await call("POST", "/logs", entry("2", { driver: "build" }));
  expect(await stream.take(2)).toEqual(["1", "2"]);
});

test("an entry that a driver publishes is seen live", async () => {
  const { server, url } = await listening();
  await using connection = await connectBroker(server.broker, server.broker.transport);
  const stream = await open(`${url}/logs/streams/build/r1`);
  await connection.publishConfirmed("logs.r1", encodeText(JSON.stringify(entry("live"))));
  expect(await stream.take(1)).toEqual(["live"]);
});

test("between replay and live no entry is missed and none comes twice, while others write", async () => {
  const { server, call, url } = await listening();
  await using connection = await connectBroker(server.broker, server.broker.transport);
  const total = 600;
  const streams: Promise<string[]>[] = [];
  for (let index = 0; index < total; index++) {
    const next = entry(String(index));
    if (index % 3 === 0) await call("POST", "/logs", next);
    else await connection.publishConfirmed("logs.r1", encodeText(JSON.stringify(next)));
    if (index % 40 === 20) {
      streams.push(open(`${url}/logs/pipeline/r1`).then((stream) => stream.take(total)));
    }
  }
  const expected = Array.from({ length: total }, (_, index) => String(index)).sort();
  expect(streams).toHaveLength(15);
  for (const seen of await Promise.all(streams)) expect(seen.sort()).toEqual(expected);
});

test("a stream with nothing to tell sends a heartbeat comment", async () => {
  const { url, call } = await listening({ heartbeatMs: 5 });
  const stream = await open(`${url}/logs/pipeline/r1`);
  expect(await stream.takeComment()).toBe("heartbeat");
  await call("POST", "/logs", entry("1"));
  expect(await stream.take(1)).toEqual(["1"]);
});

test("a client that goes away ends its stream and disturbs nobody", async () => {
  const { url, call } = await listening();
  const [gone, stays] = [
    await open(`${url}/logs/pipeline/r1`),
    await open(`${url}/logs/pipeline/r1`),
  ];
  await call("POST", "/logs", entry("1"));
  expect(await gone.take(1)).toEqual(["1"]);
  gone.stop();
  await call("POST", "/logs", entry("2"));
  expect(await stays.take(2)).toEqual(["1", "2"]);
});

test("a stream over the handler alone ends when the server closes", async () => {
  const { server, call } = await startedServer();
  const stream = await open("http://conveyor.test/logs/pipeline/r1", server.fetch as typeof fetch);
  await call("POST", "/logs", entry("1"));
  expect(await stream.take(1)).toEqual(["1"]);
  await server.close();
  await stream.ended();
});
