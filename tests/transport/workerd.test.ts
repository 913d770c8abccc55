import { join } from "node:path";
import { expect, test } from "vitest";
import { connectBroker } from "../../src/transport/connect.ts";
import { startNatsServer } from "../support/nats_server.ts";
import { ROOT } from "../support/program.ts";
import { startWorkerd } from "../support/workerd.ts";
import { bytes, consumer, makeStream } from "./support/world.ts";

test("an edge worker receives a message over WebSocket and publishes a result", async () => {
  await using server = await startNatsServer({ websocket: true });
  await using connection = await connectBroker({ servers: [server.url] });
  const { stream, subject } = await makeStream(connection, "interest");
  const results = await makeStream(connection, "limits");
  const config = consumer([subject("a")]);
  await connection.ensureConsumer(stream, config);
  await connection.publishConfirmed(subject("a"), bytes("to the edge"));
  await using worker = await startWorkerd(join(ROOT, "tests/transport/edge_worker.ts"));
  const query = new URLSearchParams({
    server: server.wsUrl,
    stream,
    durable: config.durable,
    results: results.subject("a"),
  });
  const response = await fetch(`${worker.url}/?${query}`);
  const { text, refused, pending } = await response.json();
  expect(pending).toBe(1);
  expect(text).toBe("to the edge true");
  expect(refused).toContain("this runtime has no TCP sockets; use a wss:// URL");
  expect((await connection.streamInfo(results.stream))!.messages).toBe(1);
  expect((await connection.streamInfo(stream))!.messages).toBe(0);
  await connection.close();
});
