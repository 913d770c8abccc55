import { type Client, createClient } from "@conveyor/driver";
import { createDevServer, type DevServer } from "@conveyor/driver/dev";
import { expect, it, onTestFinished } from "vitest";
import { ServerProof } from "../../../src/manager/staleness/server_proof.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import { clientOf } from "./support/system.ts";

const LINE = {
  runId: "run-1",
  driver: "build",
  pipeline: "",
  timestamp: "2026-01-01T00:00:00.000Z",
  message: "is it here?",
};

async function open(): Promise<DevServer> {
  const server = createDevServer({ onNotice: () => {} });
  onTestFinished(() => server.close());
  await server.start();
  return server;
}

/** A proof of the broker of `server`. */
async function proofOf(server: DevServer, client: Client = clientOf(server)) {
  const connection = await connectBroker({ servers: ["memory:"] }, server.broker.transport);
  const stopping = new AbortController();
  onTestFinished(async () => {
    stopping.abort();
    await connection.close();
  });
  const source = { connection, client: () => client, shuttingDown: stopping.signal };
  return { proof: new ServerProof(source), stopping };
}

it("a server is proved by a line that is published on its broker", async () => {
  const { proof } = await proofOf(await open());
  expect(await proof.holds(LINE)).toBe(true);
});

it("a server that has shown a resource of this broker is not asked for a line", async () => {
  const server = await open();
  const { proof } = await proofOf(server);
  proof.seen();
  expect(await proof.holds(LINE)).toBe(true);
  expect(await clientOf(server).listLogs({ runId: LINE.runId })).toEqual([]);
});

it("another Conveyor is not proved, and is not asked again at once", async () => {
  const other = await open();
  let asked = 0;
  const client = createClient({
    url: "http://conveyor.test",
    fetch(input, init) {
      asked++;
      return other.fetch(input, init);
    },
  });
  const { proof, stopping } = await proofOf(await open(), client);
  const holds = proof.holds(LINE);
  stopping.abort(); // So that it need not give up by itself.
  expect(await holds).toBe(false);
  const before = asked;
  expect(await proof.holds(LINE)).toBe(false);
  expect(asked).toBe(before);
});
