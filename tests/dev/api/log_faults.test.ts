import { expect, test } from "vitest";
import { createDevServer } from "@conveyor/driver/dev";
import { encodeText } from "../../../src/encoding/json.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import type { Connection } from "../../../src/transport/transport.ts";
import { openEvents } from "../../support/event_reader.ts";
import { startedServer } from "../support.ts";

async function listening(faults: object) {
  const started = await startedServer({ faults });
  const { url } = await started.server.listen();
  const { broker } = started.server;
  return { ...started, url, connection: await connectBroker(broker, broker.transport) };
}

/** Publishes an entry as a driver does: to the store and to live readers. */
async function log(connection: Connection, message: string, runid = "r1"): Promise<void> {
  const entry = { runid, driver: "build", pipeline: "", timestamp: message, message };
  const data = encodeText(JSON.stringify(entry));
  connection.publish(`live.logs.${runid}.build`, data);
  await connection.publishConfirmed(`logs.${runid}`, data);
}

const texts = (entries: { message: string }[]) => entries.map(({ message }) => message);

test("with a lag, an entry is streamed before it is stored", async () => {
  const { call, url, connection } = await listening({ logLagMs: 300 });
  await using _ = connection;
  const stream = await openEvents(`${url}/logs/pipeline/r1`);
  await log(connection, "1");
  expect(texts(await stream.take(1))).toEqual(["1"]);
  await expect.poll(async () => (await call("GET", "/logs?runid=r1")).body).toHaveLength(1);
});

test("entries that wait at a lag are dropped when the server closes", async () => {
  const { server, connection } = await listening({ logLagMs: 1e9 });
  await using _ = connection;
  await log(connection, "1");
  await server.close(); // Would not resolve while a timer holds it.
  expect(server.url).toMatch(/^http/);
});

test("live entries above the limit of a slow reader are dropped", async () => {
  const { url, connection } = await listening({ dropLiveLines: 2 });
  await using _ = connection;
  const stream = await openEvents(`${url}/logs/pipeline/r1`);
  await connection.flush();
  const entry = (message: string) =>
    encodeText(JSON.stringify({ runid: "r1", driver: "build", timestamp: "", message }));
  for (let i = 0; i < 1000; i++) connection.publish("live.logs.r1.build", entry(`${i}`));
  await connection.flush();
  const first = texts(await stream.take(2));
  expect(first).toEqual(["0", "1"]);
  await log(connection, "last");
  const rest: string[] = [];
  while (rest.at(-1) !== "last") rest.push(...texts(await stream.take(1)));
  expect(rest.length).toBeLessThan(998);
});

test("a stream can turn to the run of another stream, or end after the stored entries", async () => {
  const { url, connection } = await listening({ wrongRun: true });
  await using _ = connection;
  const stream = await openEvents(`${url}/logs/pipeline/r1`);
  await openEvents(`${url}/logs/pipeline/r2`);
  await log(connection, "of r2", "r2");
  expect(texts(await stream.take(1))).toEqual(["of r2"]);
  const ending = await listening({ endStreams: true });
  await using __ = ending.connection;
  const response = await fetch(`${ending.url}/logs/pipeline/r1`);
  expect(await response.text()).toBe(": connected\n\n");
});

test.each([
  [{ logLagMs: -1 }, "faults.logLagMs must be a number of milliseconds, 0 or more"],
  [{ dropLiveLines: 0.5 }, "faults.dropLiveLines must be a whole number of at least 1"],
])("faults that cannot be used are refused: %j", (faults, reason) => {
  expect(() => createDevServer({ faults })).toThrow(reason);
});
